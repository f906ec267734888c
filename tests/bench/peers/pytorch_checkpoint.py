#!/usr/bin/env python3
"""The peer: checkpoints of a PyTorch model and its Adam state, by torch.save and by torch.distributed.checkpoint.async_save.

pytorch_checkpoint.py MODEL FOLDER [--rounds N]

MODEL: as in pytorch_ddp.py; checkpoints go to FOLDER and are removed. Prints one line of JSON: the bytes of state, and for each round the seconds
for which either call blocks, and until an asynchronous checkpoint is complete.
"""

import argparse
import json
import os
import shutil
import time

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as checkpoint

from networks import NETWORKS


def trained_state(name):
    model = NETWORKS[name]()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for parameter in model.parameters():
        parameter.grad = torch.randn_like(parameter)
    optimizer.step()
    moments = {f"{i}.{key}": value for i, state in enumerate(optimizer.state.values()) for key, value in state.items()}
    return {"model": model.state_dict(), "optimizer": moments}


def seconds(call):
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=NETWORKS)
    parser.add_argument("folder")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    dist.init_process_group("gloo", init_method=f"file://{os.path.abspath(options.folder)}/meeting", rank=0, world_size=1)
    state = trained_state(options.model)
    saves, stalls, completions = [], [], []
    for number in range(options.rounds + 1):
        save, _ = seconds(lambda: torch.save(state, f"{options.folder}/whole.pt"))
        start = time.perf_counter()
        stall, pending = seconds(lambda: checkpoint.async_save(state, checkpoint_id=f"{options.folder}/step-{number}"))
        pending.result()
        if number > 0:  # the first one includes the set-up
            saves.append(save)
            stalls.append(stall)
            completions.append(time.perf_counter() - start)
        shutil.rmtree(f"{options.folder}/step-{number}")
    size = sum(tensor.nbytes for part in state.values() for tensor in part.values())
    print(json.dumps({"bytes": size, "save_s": saves, "async_stall_s": stalls, "async_s": completions}), flush=True)
    dist.destroy_process_group()
    shutil.rmtree(options.folder)


main()

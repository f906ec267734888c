#!/usr/bin/env python3
"""Checkpoints of Galen, during training, and of PyTorch (torch.save and async_save), alternating, of the same model and optimiser.

versus_checkpoint.py MODEL FILE.h5 [--python PYTHON] [--ranks 2] [--batch 32] [--every 20] [--rounds 3]

FILE.h5 as for versus.py. PYTHON: an interpreter that has torch. Prints the cost of checkpoints in Galen's steps, how long each side waits for one, and
how fast they are written compared with a plain file with fdatasync.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def galen(options, folder):
    report = pathlib.Path(folder) / "galen.json"
    run(ROOT / "launch/mpirun.sh", "-np", options.ranks, options.galen, "bench", "checkpoint", "--model.name", options.model, "--data.file",
        options.file, "--trainer.batch", options.batch, "--every", options.every, "--rounds", 1, "--run.folder", folder, "--json", report)
    return {key: values[0] if isinstance(values, list) else values for key, values in json.loads(report.read_text()).items()}


def peer(options, folder):
    return json.loads(run(options.python, HERE / "peers/pytorch_checkpoint.py", options.model, f"{folder}/peer", "--rounds", 3).splitlines()[-1])


def spread(values, form):
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--python", default="python3")
    parser.add_argument("--galen", default=ROOT / "build/release/galen")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--every", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", default=".", help="on the disk to measure")
    options = parser.parse_args()
    options.file = options.file.resolve()
    rounds = []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            rounds.append((galen(options, folder), peer(options, folder)))
    saves = [statistics.median(theirs["save_s"]) for _, theirs in rounds]
    stalls = [statistics.median(theirs["async_stall_s"]) for _, theirs in rounds]
    ours = [mine["stall_s"] for mine, _ in rounds]
    print(f"{options.model}, {rounds[0][0]['bytes'] / 1e6:.0f} MB, {options.ranks} ranks, a checkpoint every {options.every} steps, "
          f"{options.rounds} rounds: median (least to most)")
    print(f"  steps with checkpoints  {spread([100 * (m['step_with_s'] / m['step_without_s'] - 1) for m, _ in rounds], '+.1f')} %")
    print(f"  stall, ms  galen {spread([1e3 * s for s in ours], '.2f')}  torch.save {spread([1e3 * s for s in saves], '.0f')}  async_save "
          f"{spread([1e3 * s for s in stalls], '.0f')}")
    print(f"  torch.save's stall is ours x {spread([s / m for s, m in zip(saves, ours)], '.0f')}, async_save's x "
          f"{spread([s / m for s, m in zip(stalls, ours)], '.0f')}")
    print(f"  on the disk, of a plain file's speed  {spread([m['disk_s'] / m['write_s'] for m, _ in rounds], '.2f')}")


main()

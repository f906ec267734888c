#!/usr/bin/env python3
"""The peer: the same job as written by a PyTorch user, DistributedDataParallel fed by a DataLoader over h5py.

torchrun --nproc-per-node 2 pytorch_ddp.py MODEL FILE.h5 [--steps N] [--batch B] [--device cuda] [--compile] [--channels-last]

MODEL: cnn28, cnn32 or cnn150; FILE.h5: /samples/image [N, C, H, W] u8 and /samples/label [N]. B: samples a rank and step. Prints one line
of JSON: samples a second over all ranks after a warm-up, seconds from the start of a rank's process to the end of its first step, peak
resident memory of a rank.
"""

import argparse
import json
import os
import resource
import time

import h5py
import torch
import torch.distributed as dist
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, Dataset, DistributedSampler

from networks import NETWORKS

WARM_UP = 20


def seconds_since_start_of_process():
    with open("/proc/self/stat") as stat, open("/proc/uptime") as uptime:
        ticks = float(stat.read().rsplit(")", 1)[1].split()[19])
        return float(uptime.read().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")


class Samples(Dataset):
    def __init__(self, path):
        self.path, self.file = path, None
        with h5py.File(path) as file:
            self.length = len(file["samples/label"])

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        if self.file is None:
            self.file = h5py.File(self.path)
            self.image, self.label = self.file["samples/image"], self.file["samples/label"]
        return torch.from_numpy(self.image[index]).float().div_(255), int(self.label[index])


def loss_of(model, outputs, labels):
    if model == "cnn150":
        return F.binary_cross_entropy_with_logits(outputs.squeeze(1), (labels % 2).float())
    return F.cross_entropy(outputs, labels)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=NETWORKS)
    parser.add_argument("file")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--channels-last", action="store_true")
    options = parser.parse_args()

    on_gpu = options.device == "cuda"
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    dist.init_process_group("nccl" if on_gpu else "gloo")
    torch.manual_seed(0)
    if on_gpu:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    model = NETWORKS[options.model]().to(options.device).to(memory_format=layout)
    parallel = DistributedDataParallel(model, gradient_as_bucket_view=True, static_graph=True)
    network = torch.compile(parallel) if options.compile else parallel
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
    samples = Samples(options.file)
    sampler = DistributedSampler(samples, drop_last=True)
    loader = DataLoader(samples, options.batch, sampler=sampler, drop_last=True, pin_memory=on_gpu)

    step, epoch, first, start = 0, 0, None, None
    while step < WARM_UP + options.steps:
        sampler.set_epoch(epoch)
        epoch += 1
        for images, labels in loader:
            images = images.to(options.device, non_blocking=True).contiguous(memory_format=layout)
            labels = labels.to(options.device, non_blocking=True)
            loss = loss_of(options.model, network(images), labels)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            step += 1
            if first is None:
                loss.item()
                first = seconds_since_start_of_process()
            if step == WARM_UP:
                if on_gpu:
                    torch.cuda.synchronize()
                dist.barrier()
                start = time.perf_counter()
            if step == WARM_UP + options.steps:
                break
    if on_gpu:
        torch.cuda.synchronize()
    dist.barrier()
    seconds = time.perf_counter() - start
    if dist.get_rank() == 0:
        print(json.dumps({
            "samples_per_s": options.steps * options.batch * dist.get_world_size() / seconds,
            "first_step_s": first,
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)
    dist.destroy_process_group()


main()

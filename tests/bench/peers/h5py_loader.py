#!/usr/bin/env python3
"""The peer of galen bench data: random batches of a PyTorch DataLoader over h5py, as scaled f32.

h5py_loader.py FILE.h5 [--batch B] [--workers W] [--seconds S]

FILE.h5: /samples/image [N, C, H, W] u8. Prints one line of JSON: samples per second after a warm-up.
"""

import argparse
import json
import time

import h5py
import torch
from torch.utils.data import DataLoader, Dataset


class Images(Dataset):
    def __init__(self, path):
        self.path, self.images = path, None
        with h5py.File(path) as file:
            self.length = len(file["samples/image"])

    def __len__(self):
        return self.length

    def __getitem__(self, number):
        if self.images is None:  # a separate file handle for each worker process
            self.images = h5py.File(self.path)["samples/image"]
        return torch.from_numpy(self.images[number]).float().div_(255)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1 if options.workers else 2)
    loader = DataLoader(Images(options.file), batch_size=options.batch, shuffle=True, num_workers=options.workers)
    samples, begin = 0, None
    while begin is None or time.perf_counter() - begin < options.seconds:
        for number, batch in enumerate(loader):
            if begin is None:
                if number >= 5:
                    begin = time.perf_counter()
                continue
            samples += len(batch)
            if time.perf_counter() - begin >= options.seconds:
                break
    print(json.dumps({"samples_per_s": samples / (time.perf_counter() - begin)}))


main()

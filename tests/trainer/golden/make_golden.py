#!/usr/bin/env python3
"""Writes cnn28.txt, cnn32.txt and cnn150.txt beside this file: what PyTorch computes for the three CNNs.

Needs a full PyTorch (pip install torch numpy); the tests only read the text files. Weights, images and labels come from the formula
that formula.h has in C++: element i of stream s is the upper 24 bits of SplitMix64's (s << 32 | i)-th number, as a share of one.

A file holds, for the first samples of the first batch, what the untrained network gives ("output SAMPLE VALUE ..."), then the mean loss
of each training step ("loss STEP VALUE"): Adam, float32, the batches 0 to 3 over and over. The rate is 1e-3; 1e-5 for cnn150, which overshoots
with the former, so that differences in rounding grow.
"""
import math
from pathlib import Path

import numpy as np
import torch
from torch import nn

STEPS, BATCHES, OUTPUT_SAMPLES = 20, 4, 4
IMAGE_STREAM = 1000  # parameter k is stream k; the images of batch b are stream IMAGE_STREAM + b
BIAS_LIMIT = 0.05


def uniform(stream, shape):
    """Elements in [0, 1), row by row."""
    with np.errstate(over="ignore"):
        z = ((np.uint64(stream) << np.uint64(32)) + np.arange(1, math.prod(shape) + 1, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(40)).astype(np.float64) / 2**24).reshape(shape)


def weight_limit(shape):
    field = math.prod(shape[2:])
    return math.sqrt(6 / (shape[0] * field + shape[1] * field))


def fill(network):
    for stream, parameter in enumerate(network.parameters()):
        limit = weight_limit(parameter.shape) if parameter.dim() > 1 else BIAS_LIMIT
        values = (2 * uniform(stream, parameter.shape) - 1) * limit
        parameter.data.copy_(torch.from_numpy(values.astype(np.float32)))


def images(batch_number, batch, shape):
    return torch.from_numpy(uniform(IMAGE_STREAM + batch_number, (batch, *shape)).astype(np.float32))


def labels(batch_number, batch, classes):
    return (torch.arange(batch) + batch_number * batch) * 7 % classes


def small(channels, side):
    return nn.Sequential(
        nn.Conv2d(channels, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(),
        nn.Flatten(), nn.Linear(64 * side * side, 64), nn.ReLU(), nn.Linear(64, 10))


def large():
    return nn.Sequential(
        nn.Conv2d(3, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 128, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(128 * 17 * 17, 512), nn.ReLU(), nn.Linear(512, 1), nn.Sigmoid())


def binary(outputs, target):
    return nn.functional.binary_cross_entropy(outputs.squeeze(1), target.float())


def golden(name, network, shape, batch, classes, rate, loss_of):
    fill(network)
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    lines = [f"# {name}, batches of {batch}: PyTorch {torch.__version__.split('+')[0]}, made by make_golden.py"]
    with torch.no_grad():
        for sample, row in enumerate(network(images(0, batch, shape))[:OUTPUT_SAMPLES]):
            lines.append(f"output {sample} " + " ".join(f"{value:.9g}" for value in row.tolist()))
    for step in range(STEPS):
        number = step % BATCHES
        loss = loss_of(network(images(number, batch, shape)), labels(number, batch, classes))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        lines.append(f"loss {step} {loss.item():.9g}")
    Path(__file__).with_name(f"{name}.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    golden("cnn28", small(1, 3), (1, 28, 28), 16, 10, 1e-3, nn.functional.cross_entropy)
    golden("cnn32", small(3, 4), (3, 32, 32), 16, 10, 1e-3, nn.functional.cross_entropy)
    golden("cnn150", large(), (3, 150, 150), 4, 2, 1e-5, binary)

#!/usr/bin/env python3
"""Writes cnn28.txt, cnn32.txt and cnn150.txt beside this file: PyTorch's results for the three CNNs.

Needs a full PyTorch (pip install torch numpy); the tests only read the text files. Weights, images and labels come from the formula
in formula.h: element i of stream s is the upper 24 bits of SplitMix64's (s << 32 | i)-th number, as a share of one.

A file has, for the first samples of the first batch, the outputs of the untrained network ("output SAMPLE VALUE ..."), then the mean loss
of each training step ("loss STEP VALUE"): Adam, float32, cycling through the batches 0 to 3.

A comparison to 1e-4 needs a problem in which rounding does not grow. If the input of a ReLU is near 0, the last bit decides whether a
weight has a gradient, and Adam makes a full step for the smallest gradient: with a rate of 1e-3 and balanced labels the losses of cnn150 in
float32 and in float64 diverge by 4e-4 within 20 steps. So images differ in brightness, three labels of four are 1 if there are two classes,
and the larger networks have smaller rates. The script also trains in float64, prints the divergence, and fails above 1e-5.
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
    """Sample k of a batch has (k + 1) / batch of the full brightness."""
    brightness = np.arange(1, batch + 1).reshape(-1, 1, 1, 1)
    return torch.from_numpy(uniform(IMAGE_STREAM + batch_number, (batch, *shape)) * brightness / batch)


def labels(batch_number, batch, classes):
    sample = torch.arange(batch) + batch_number * batch
    return (sample % 4 != 0).long() if classes == 2 else sample * 7 % classes


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
    return nn.functional.binary_cross_entropy(outputs.squeeze(1), target.to(outputs.dtype))


def train(network, batches, rate, loss_of):
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    losses = []
    for step in range(STEPS):
        image, label = batches[step % BATCHES]
        loss = loss_of(network(image), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def golden(name, make, shape, batch, classes, rate, loss_of):
    losses = {}
    for dtype in torch.float64, torch.float32:
        network = make()
        fill(network)
        network.to(dtype)
        # Rounded to float32 for both.
        batches = [(images(n, batch, shape).float().to(dtype), labels(n, batch, classes)) for n in range(BATCHES)]
        with torch.no_grad():
            outputs = network(batches[0][0])[:OUTPUT_SAMPLES].tolist()
        losses[dtype] = train(network, batches, rate, loss_of)
    parted = max(abs(a / b - 1) for a, b in zip(losses[torch.float32], losses[torch.float64]))
    print(f"{name}: losses in float32 and float64 differ by {parted:.1e}")
    assert parted < 1e-5

    lines = [f"# {name}, batches of {batch}, rate {rate:g}: PyTorch {torch.__version__.split('+')[0]}, made by make_golden.py"]
    lines += [f"output {sample} " + " ".join(f"{value:.9g}" for value in row) for sample, row in enumerate(outputs)]
    lines += [f"loss {step} {loss:.9g}" for step, loss in enumerate(losses[torch.float32])]
    Path(__file__).with_name(f"{name}.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    golden("cnn28", lambda: small(1, 3), (1, 28, 28), 16, 10, 1e-3, nn.functional.cross_entropy)
    golden("cnn32", lambda: small(3, 4), (3, 32, 32), 16, 10, 3e-4, nn.functional.cross_entropy)
    golden("cnn150", large, (3, 150, 150), 4, 2, 1e-4, binary)

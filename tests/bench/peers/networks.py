"""The networks CNN 28, 32 and 150, as written by a PyTorch user."""

from torch import nn


def small_network(channels, side):
    return nn.Sequential(
        nn.Conv2d(channels, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(),
        nn.Linear(64 * side * side, 64), nn.ReLU(), nn.Linear(64, 10))


def large_network():
    layers, channels = [], 3
    for width in (32, 64, 128):
        layers += [nn.Conv2d(channels, width, 3), nn.ReLU(), nn.MaxPool2d(2)]
        channels = width
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(128 * 17 * 17, 512), nn.ReLU(), nn.Linear(512, 1))


NETWORKS = {"cnn28": lambda: small_network(1, 3), "cnn32": lambda: small_network(3, 4), "cnn150": large_network}

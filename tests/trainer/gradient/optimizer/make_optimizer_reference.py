#!/usr/bin/env python3
"""Prints the reference of optimizer_test.cpp: five parameters, ten steps, by PyTorch's own optimisers. Needs a full PyTorch."""
import torch

CASES = {
    "Sgd": (torch.optim.SGD, dict(lr=0.1)),
    "SgdMomentumDecay": (torch.optim.SGD, dict(lr=0.1, momentum=0.9, weight_decay=0.01)),
    "SgdNesterov": (torch.optim.SGD, dict(lr=0.1, momentum=0.9, nesterov=True)),
    "Adam": (torch.optim.Adam, dict(lr=0.01)),
    "AdamDecay": (torch.optim.Adam, dict(lr=0.01, weight_decay=0.1)),
    "AdamW": (torch.optim.AdamW, dict(lr=0.01, weight_decay=0.1, betas=(0.8, 0.99), eps=1e-6)),
}

for name, (kind, options) in CASES.items():
    value = torch.nn.Parameter(torch.tensor([1.0, -2.0, 0.5, 3.0, -0.1]))
    optimizer = kind([value], **options)
    for step in range(10):
        i = torch.arange(5, dtype=torch.float64)
        value.grad = torch.sin(0.7 * i + 1.3 * step).float() * value.detach().abs().clamp(min=0.1)
        optimizer.step()
    print(name, [f"{x:.9g}" for x in value.tolist()])

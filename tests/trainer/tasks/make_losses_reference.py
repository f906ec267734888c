#!/usr/bin/env python3
"""Prints the reference of losses_test.cpp: each loss and the gradient of its first outputs, by PyTorch's own functions. Needs the whole
of PyTorch."""
import torch
import torch.nn.functional as F

N = 7


def outputs(columns):
    i = torch.arange(N, dtype=torch.float64)[:, None]
    k = torch.arange(columns, dtype=torch.float64)[None, :]
    return (3 * torch.sin(1 + 5 * i + 7 * k)).float().requires_grad_()


one, three, two = outputs(1), outputs(3), outputs(2)
yes = torch.arange(N) % 2
classes = torch.arange(N) % 3
labels = ((torch.arange(N)[:, None] + torch.arange(3)[None, :]) % 2).float()
values = torch.arange(2 * N, dtype=torch.float32).reshape(N, 2) / 4
known = (2 * torch.arange(N)[:, None] + torch.arange(3)[None, :]) % 5 != 0
weights2, weights3 = torch.tensor([0.5, 3.0]), torch.tensor([0.5, 1.0, 4.0])
margin = 1e-7


def show(name, x, loss):
    (gradient,) = torch.autograd.grad(loss, x)
    print(f"{name:28} {loss.item():.8f}  {', '.join(f'{g:.8f}' for g in gradient.flatten()[:3].tolist())}")


def of_known(**options):
    each = F.binary_cross_entropy_with_logits(three, labels, reduction="none", **options)
    return (each * known).sum() / known.sum()


def sigmoid(x):
    return torch.sigmoid(x).clamp(margin, 1 - margin)


show("binary", one, F.binary_cross_entropy_with_logits(one[:, 0], yes.float()))
show("binary, weighted", one, F.cross_entropy(torch.cat([torch.zeros_like(one), one], 1), yes, weights2))
show("binary probabilities", one, F.binary_cross_entropy(sigmoid(one)[:, 0], yes.float()))
show("multiclass", three, F.cross_entropy(three, classes))
show("multiclass, weighted", three, F.cross_entropy(three, classes, weights3))
show("multiclass probabilities", three, F.nll_loss(three.softmax(1).clamp(margin, 1 - margin).log(), classes, weights3))
show("multilabel", three, F.binary_cross_entropy_with_logits(three, labels))
show("multilabel, weighted", three, F.binary_cross_entropy_with_logits(three, labels, pos_weight=weights3))
show("multilabel, masked", three, of_known())
show("multilabel, masked, weighted", three, of_known(pos_weight=weights3))
show("regression", two, F.mse_loss(two, values))

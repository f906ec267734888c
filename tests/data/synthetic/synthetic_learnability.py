"""What can be learnt from a synthetic data set: the test AUC of a linear model on its pixels, and of a forest on what local filters see.

Usage: synthetic_learnability.py FILE; prints both figures.
"""

import sys

import h5py
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score


def smooth(images, width):
    """Mean over windows of width × width."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (width, width), axis=(1, 2))
    return windows.mean(axis=(3, 4))


def local_features(images):
    """How the deviations from the background are distributed at two scales: a convolution, a rectifier and a pooling, made by hand."""
    away = np.abs(images - np.median(images, axis=(1, 2), keepdims=True))
    quantiles = np.linspace(0.5, 1, 12)
    return np.concatenate([np.quantile(smooth(away, width).reshape(len(images), -1), quantiles, axis=1).T for width in (1, 3, 5)], axis=1)


with h5py.File(sys.argv[1]) as file:
    images = file["samples/image"][:, 0] / 255.0
    labels = file["samples/label"][:]
    split = file["samples/split"][:]

train, test = split == 0, split == 2
pixels = images.reshape(len(images), -1)
linear = max(
    roc_auc_score(labels[test], LogisticRegression(C=c, max_iter=300).fit(pixels[train], labels[train]).decision_function(pixels[test]))
    for c in (1e-3, 1e-1)
)
features = local_features(images)
forest = RandomForestClassifier(100, random_state=0).fit(features[train], labels[train])
print(linear, roc_auc_score(labels[test], forest.predict_proba(features[test])[:, 1]))

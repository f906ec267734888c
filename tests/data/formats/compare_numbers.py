"""Holds an imported table against the numbers of its source, read by Python's own float() or by numpy: bit for bit.
Usage: compare_numbers.py SOURCE TYPE IMPORTED; SOURCE is a CSV file whose last column is the target, or an .npz file of x and y; TYPE is what
samples/tabular is stored as."""

import csv
import sys

import h5py
import numpy as np

source, expected_type, path = sys.argv[1:]
if source.endswith(".npz"):
    arrays = np.load(source)
    x, y = arrays["x"].astype("f8"), arrays["y"].astype("f8")
else:
    rows = list(csv.reader(open(source)))[1:]
    x = np.array([[float(cell) if cell else np.nan for cell in row[:-1]] for row in rows])
    y = np.array([float(row[-1]) for row in rows])
with h5py.File(path) as file:
    tabular, label = file["samples/tabular"], file["samples/label"]
    assert tabular.dtype == np.dtype(expected_type), tabular.dtype
    assert np.array_equal(tabular[:], x.astype(expected_type), equal_nan=True)
    if label.attrs["task"] in ("regression", b"regression"):
        assert np.array_equal(label[:].ravel(), y), (label.dtype, label[:])
        assert (label.dtype == np.float64) == (y != y.astype("f4")).any(), label.dtype
    train = file["samples/split"][:] == 0
    mean = tabular.attrs["mean"]
    assert np.allclose(mean, np.nanmean(x[train], axis=0), rtol=1e-6, atol=1e-6), mean

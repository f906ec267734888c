"""Compares the result of load_table() with numpy and scikit-learn. Usage: table_rows_reference.py FOLDER IMPUTE INDICATOR SCALING, where FOLDER
has table.csv (columns a, b … and y, a patient an `id`), imported.h5, and the table that was loaded: x.f64, y.f64, samples.i64, fit.f64
(fill, mean, deviation, one after the other)."""

import csv
import sys

import h5py
import numpy as np
from sklearn.impute import SimpleImputer

folder, impute, indicator, scaling = sys.argv[1:]
rows = list(csv.reader(open(f"{folder}/table.csv")))
names, cells = rows[0], rows[1:]
features = [i for i, name in enumerate(names) if name not in ("id", "y")]
decimals = np.array([[float(row[i]) if row[i] else np.nan for i in features] for row in cells])
target = np.array([float(row[names.index("y")]) for row in cells])
with h5py.File(f"{folder}/imported.h5") as file:
    train = np.flatnonzero(file["samples/split"][:] == 0)
    patients = file["samples/group_id"][:]
samples = np.fromfile(f"{folder}/samples.i64", "i8")
x = np.fromfile(f"{folder}/x.f64").reshape(len(samples), -1)
y = np.fromfile(f"{folder}/y.f64")
fill, mean, deviation = np.split(np.fromfile(f"{folder}/fit.f64"), [-2 * len(features), -len(features)])

assert sorted(samples) == list(train), "each training sample once"
found = patients[samples]
assert len(np.unique(found)) == 1 + np.sum(found[1:] != found[:-1]), "patients are neighbours"
assert np.array_equal(y, target[samples]), "targets are the decimals"

raw = decimals[train]
expected = decimals[samples]
if impute != "none":
    imputer = SimpleImputer(strategy=impute, keep_empty_features=False).fit(raw)
    assert np.allclose(fill, imputer.statistics_, rtol=1e-14, atol=0), fill - imputer.statistics_
    expected = np.where(np.isnan(expected), fill, expected)
if scaling == "standardize":
    varies = np.nanmin(raw, 0) < np.nanmax(raw, 0)
    assert np.allclose(mean, np.nanmean(raw, 0), rtol=1e-13, atol=1e-13), mean - np.nanmean(raw, 0)
    assert np.allclose(deviation, np.where(varies, np.nanstd(raw, 0), 1), rtol=1e-12, atol=0), deviation
    assert np.all(x[:, : len(features)][:, ~varies & ~np.isnan(raw).any(0)] == 0), "constant columns become 0"
else:
    assert np.all(mean == 0) and np.all(deviation == 1)
assert np.array_equal(x[:, : len(features)], (expected - mean) / deviation, equal_nan=True), "prepared to the last bit"
if indicator == "1":
    gaps = np.isnan(decimals)
    assert np.array_equal(x[:, len(features) :], gaps[samples][:, gaps[train].any(0)])

# Least squares on prepared values, converted to the table's units, equal those on the decimals.
columns = np.ptp(expected, axis=0) > 0
if impute != "none" or not np.isnan(expected).any():
    def least_squares(table, values):
        scale = np.ptp(table, axis=0)
        return np.linalg.lstsq((table - table.mean(0)) / scale, values - values.mean(), rcond=None)[0] / scale

    of_decimals = least_squares(expected[:, columns], target[samples])
    of_prepared = least_squares(x[:, : len(features)][:, columns], y) / deviation[columns]
    error = np.max(np.abs(of_prepared - of_decimals) / np.abs(of_decimals))
    assert error < 1e-12, error

"""Counts and moments of a data set file of the schema, by NumPy, as JSON. Usage: inspect_expected.py FILE"""

import json
import sys

import h5py
import numpy as np

with h5py.File(sys.argv[1]) as file:
    values = file["samples/tabular" if "tabular" in file["samples"] else "samples/image"][:].astype(np.float64)
    labels = file["samples/label"][:]
    split = file["samples/split"][:]
    groups = file["samples/group_id"][:]

axes = tuple(axis for axis in range(values.ndim) if axis != 1)
training = values[split == 0]
print(
    json.dumps(
        {
            "samples": [int((split == s).sum()) for s in range(3)],
            "patients": [len(set(groups[split == s])) for s in range(3)],
            "classes": [[int(((labels == k) & (split == s)).sum()) for s in range(3)] for k in range(labels.max() + 1)],
            "mean": np.nanmean(training, axis=axes).tolist(),
            "std": np.nanstd(training, axis=axes).tolist(),
            "missing": np.isnan(values).sum(axis=axes).tolist(),
        }
    )
)

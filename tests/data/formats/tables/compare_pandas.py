"""Holds an imported table against pandas' reading of it. Usage: compare_pandas.py SOURCE READ_CSV_OPTIONS_AS_JSON TARGET IMPORTED; every
feature is a column of numbers that pandas reads, and every class name a value of the target."""

import json
import sys

import h5py
import numpy as np
import pandas as pd

source, options, target, imported = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3], h5py.File(sys.argv[4])
table = pd.read_csv(source, float_precision="round_trip", **options)
tabular = imported["samples/tabular"]
names = [name.decode() if isinstance(name, bytes) else name for name in tabular.attrs["names"]]
assert set(names) <= set(map(str, table.columns)), (names, list(table.columns))
assert len(names) == table.shape[1] - 1, (names, list(table.columns))
table.columns = list(map(str, table.columns))
assert np.array_equal(tabular[:], table[names].to_numpy(np.float64), equal_nan=True)
label = imported["samples/label"]
classes = [name.decode() if isinstance(name, bytes) else name for name in label.attrs["class_names"]]
assert [classes[number] for number in label[:]] == [str(value) for value in table[target]]

"""Holds ECG that Galen imported against what the wfdb package reads. Usage: compare_wfdb.py BEFORE AFTER FOLDER IMPORTED (in samples)"""

import glob
import os
import sys

import h5py
import numpy as np
import wfdb

AAMI = {"N": "NLRejnB", "S": "AaJS", "V": "VEr", "F": "F", "Q": "/fQ?"}
TO_MILLIVOLTS = {"mV": 1, "uV": 1e-3, "V": 1e3}

before, after, folder, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
windows, classes, groups = [], [], []
for header in sorted(glob.glob(f"{folder}/*.hea")):
    name = os.path.splitext(header)[0]
    record = wfdb.rdrecord(name)
    annotations = wfdb.rdann(name, "atr")
    signal = record.p_signal * [TO_MILLIVOLTS[unit] for unit in record.units]
    for sample, symbol in zip(annotations.sample, annotations.symbol):
        beat = [number for number, symbols in enumerate(AAMI.values()) if symbol in symbols]
        if beat and sample - before >= 0 and sample + after <= len(signal):
            windows.append(signal[sample - before : sample + after].T)
            classes.append(beat[0])
            groups.append(os.path.basename(name))

with h5py.File(path) as imported:
    stored = imported["samples/signal"]
    assert np.allclose(stored[:], np.array(windows), rtol=1e-6, atol=1e-7), np.abs(stored[:] - np.array(windows)).max()
    assert np.array_equal(imported["samples/label"][:], classes)
    assert [name.decode() for name in imported["samples/group_id"][:]] == groups
    assert list(imported["samples/label"].attrs["class_names"]) == list(AAMI)
    assert stored.attrs["sampling_rate"] == record.fs
    assert list(stored.attrs["units"]) == ["mV"] * record.n_sig
print(len(windows))

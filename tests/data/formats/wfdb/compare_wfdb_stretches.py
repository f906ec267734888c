"""Holds stretches of ECG that Galen imported against what the wfdb package reads; stretches with a NaN must be left out. Prints how many
stretches there are and how many are left out. Usage: compare_wfdb_stretches.py LENGTH FOLDER IMPORTED (in samples)"""

import glob
import os
import sys

import h5py
import numpy as np
import wfdb

TO_MILLIVOLTS = {"mV": 1, "uV": 1e-3}

length, folder, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
names = [os.path.splitext(header)[0] for header in sorted(glob.glob(f"{folder}/*.hea"))]
headers = {name: wfdb.rdheader(name) for name in names}
parts = {os.path.join(folder, part) for header in headers.values() for part in getattr(header, "seg_name", None) or []}

windows, groups, left_out = [], [], 0
for name in names:
    if name in parts:
        continue
    record = wfdb.rdrecord(name)
    signal = record.p_signal * [TO_MILLIVOLTS[unit] for unit in record.units]
    for begin in range(0, len(signal) - length + 1, length):
        window = signal[begin : begin + length].T
        if np.isnan(window).any():
            left_out += 1
            continue
        windows.append(window)
        groups.append(os.path.basename(name))

with h5py.File(path) as imported:
    stored = imported["samples/signal"][:]
    assert [name.decode() for name in imported["samples/group_id"][:]] == groups
    assert np.allclose(stored, np.array(windows), rtol=1e-6, atol=1e-7), np.abs(stored - np.array(windows)).max()
print(len(windows), left_out)

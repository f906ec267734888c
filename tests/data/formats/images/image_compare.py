"""image_compare.py IMAGES.npy FILE.h5 TOLERANCE: whether /samples/image holds these images."""

import sys

import h5py
import numpy as np

expected = np.load(sys.argv[1])
with h5py.File(sys.argv[2]) as file:
    stored = file["/samples/image"]
    kinds = {"uint8": "uint8", "uint16": "uint16"}
    assert stored.dtype == kinds.get(str(expected.dtype), "float32"), stored.dtype
    assert stored.shape == expected.shape, (stored.shape, expected.shape)
    worst = np.abs(stored[...].astype(float) - expected).max()
    assert worst <= float(sys.argv[3]), worst
    ids = list(file["/samples/sample_id"].asstr())
    assert ids == sorted(ids) and ids[0].startswith("a/0"), ids
    assert list(file["/samples/label"]) == [0, 0, 0, 1, 1, 1]

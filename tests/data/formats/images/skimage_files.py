"""The files that the wheel of scikit-image ships.
make FOLDER: copies all that is no code to FOLDER/NAME.
check FOLDER IMPORTED NAME…: compares IMPORTED/NAME.h5 with what Pillow and tifffile read of FOLDER/NAME."""

import os
import shutil
import sys

import h5py
import numpy as np
import skimage
import tifffile
from image_kinds import as_pillow_reads

CODE = {".py", ".pyi", ".pyc", ".so", ".ini", ".txt", ".typed", ".h", ".build", ".md", ".toml", ""}


def make(folder):
    root = os.path.dirname(skimage.__file__)
    for place, _, names in os.walk(root):
        for name in names:
            if os.path.splitext(name)[1] not in CODE:
                target = os.path.join(folder, name)
                assert not os.path.exists(target), name
                shutil.copyfile(os.path.join(place, name), target)


def check(folder, imported, *names):
    for name in names:
        path = os.path.join(folder, name)
        pages = len(tifffile.TiffFile(path).pages) if name.endswith(".tif") else 1
        expected = tifffile.imread(path) if pages > 1 else as_pillow_reads(path)
        grey = expected.ndim == (3 if pages > 1 else 2)
        separate = pages > 1 and not grey and expected.shape[1] == 3  # each page's colours lie apart
        expected = expected[None] if grey else np.moveaxis(expected, 1 if separate else -1, 0)
        with h5py.File(f"{imported}/{name}.h5") as file:
            stored = file["/samples/image"]
            assert stored.shape == (1, *expected.shape), (name, stored.shape, expected.shape)
            pixels = stored[0]
            if stored.dtype == "u2" and expected.dtype == "u1":  # of RGB with 16 bits Pillow reads the upper 8
                pixels = pixels >> 8
            elif expected.dtype.kind == "f" or expected.dtype.itemsize > 2:
                assert stored.dtype == "f4", (name, stored.dtype)
                expected = expected.astype("f4")
            else:
                assert stored.dtype == expected.dtype, (name, stored.dtype)
            worst = np.abs(pixels.astype(float) - expected).max()
            assert worst <= (2 if name.endswith(".jpg") else 0), (name, worst)


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    check(*sys.argv[2:])

"""Holds a file that Galen imported against an independent reading of its source. Usage: compare.py KIND SOURCE IMPORTED"""

import csv
import gzip
import struct
import sys

import h5py
import numpy as np

TRAIN, VALIDATION, TEST = 0, 1, 2


def channels_first(images):
    if images.ndim == 3:
        return images[:, None]
    if images.shape[-1] <= 4:
        return np.moveaxis(images, -1, 1)
    return images if images.shape[1] <= 4 else images[:, None]


def npz(source, imported):
    arrays = np.load(source)
    parts = [(f"{part}_images", f"{part}_labels", subset) for part, subset in (("train", TRAIN), ("val", VALIDATION), ("test", TEST))]
    parts += [(f"x_{part}", f"y_{part}", subset) for part, subset in (("train", TRAIN), ("val", VALIDATION), ("test", TEST))]
    parts = [part for part in parts if part[0] in arrays]
    images = channels_first(np.concatenate([arrays[name] for name, _, _ in parts]))
    labels = np.concatenate([arrays[name] for _, name, _ in parts])
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    stored = imported["samples/image"][:]
    assert stored.shape == images.shape, (stored.shape, images.shape)
    assert np.array_equal(stored, images)
    assert np.array_equal(imported["samples/label"][:], labels)
    if len(parts) == 3:
        split = np.concatenate([np.full(len(arrays[name]), subset) for _, name, subset in parts])
        assert np.array_equal(imported["samples/split"][:], split)
    return images


def idx(source, imported):
    def read(path):
        data = gzip.open(path).read()
        dimensions = struct.unpack(f">{data[3]}I", data[4 : 4 + 4 * data[3]])
        return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(dimensions)

    images = read(f"{source}/t10k-images-idx3-ubyte.gz")
    assert np.array_equal(imported["samples/image"][:], images[:, None])
    assert np.array_equal(imported["samples/label"][:], read(f"{source}/t10k-labels-idx1-ubyte.gz"))
    shares = np.bincount(imported["samples/split"][:], minlength=3) / len(images)
    assert np.allclose(shares, [0.7, 0.1, 0.2], atol=1e-3), shares
    return images


def wdbc(source, imported):
    from sklearn.datasets import load_breast_cancer

    reference = load_breast_cancer()
    assert np.array_equal(imported["samples/tabular"][:], reference.data)
    label = imported["samples/label"]
    names = np.array([name if isinstance(name, str) else name.decode() for name in label.attrs["class_names"]])
    assert list(names) == ["B", "M"]
    assert np.array_equal(names[label[:]] == "M", reference.target_names[reference.target] == "malignant")
    return reference.data


def horse_colic(source, imported):
    rows = [line.strip().split(",") for line in open(source)]
    rows = [row for row in rows if row[22] != "?"]
    columns = [i for i in range(28) if i not in (2, 22)]
    values = np.array([[np.nan if row[i] == "?" else float(row[i]) for i in columns] for row in rows])
    stored = imported["samples/tabular"][:]
    assert np.isnan(values).sum() > 1000
    assert np.array_equal(stored, values, equal_nan=True)
    assert np.array_equal(imported["samples/label"][:] + 1, [int(row[22]) for row in rows])
    assert [name.decode() for name in imported["samples/group_id"][:]] == [row[2] for row in rows]
    return values


def horse_colic_categories(source, imported):
    rows = [row for row in csv.reader(open(source)) if row[22] != "?"]
    names, columns = [], []
    for i in [i for i in range(24) if i not in (2, 22)] + [27]:
        cells = [row[i] for row in rows]
        values = sorted(set(cells) - {"?"}, key=float) if i in (0, 6) else [None]
        for value in values:
            names.append(f"column_{i + 1}" if value is None else f"column_{i + 1}={value}")
            columns.append([np.nan if cell == "?" else float(cell) if value is None else cell == value for cell in cells])
    stored = imported["samples/tabular"]
    assert list(stored.attrs["names"]) == names, names
    assert np.array_equal(stored[:], np.array(columns).T, equal_nan=True)
    return stored[:]


kind, source, path = sys.argv[1:]
with h5py.File(path) as imported:
    compared = globals()[kind](source, imported)
    mean = imported["samples/image" if "image" in imported["samples"] else "samples/tabular"].attrs["mean"]
    assert len(mean) >= 1
print(compared.shape)

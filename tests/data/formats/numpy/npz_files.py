"""Writes the .npz files of npz_test.cpp into a folder. Usage: npz_files.py FOLDER"""

import sys

import numpy as np

folder = sys.argv[1]
random = np.random.default_rng(7)


def save(name, **arrays):
    np.savez(f"{folder}/{name}.npz", **arrays)


def images(n, *shape, dtype=np.uint8):
    return random.integers(0, 256, (n, *shape)).astype(dtype)


def labels(n, classes=3):
    return np.arange(n) % classes


def medmnist(shape, label, dtype=np.uint8):
    parts = {}
    for part, n in (("train", 30), ("val", 9), ("test", 12)):
        parts |= {f"{part}_images": images(n, *shape, dtype=dtype), f"{part}_labels": label(n)}
    return parts


save("colour", **medmnist((20, 24, 3), lambda n: labels(n)[:, None].astype(np.uint8)))
save("multilabel", **medmnist((20, 20), lambda n: random.integers(0, 2, (n, 4)).astype(np.uint8)))
save("sixteen_bits", **medmnist((20, 20), lambda n: labels(n).astype(">i8"), dtype=">u2"))
save("halves", **medmnist((20, 20), labels, dtype=np.float16))
save("doubles_big_endian", **medmnist((8, 20, 20), labels, dtype=">f8"))
save("volume", **medmnist((12, 14, 16), labels))
np.savez_compressed(f"{folder}/keras.npz", x_train=images(48, 20, 20), y_train=labels(48), x_test=images(20, 20, 20), y_test=labels(20))
save("single", images=images(100, 20, 20), labels=labels(100, 2))

large = images(51, 20, 20, dtype=np.int64)
large[0, 0, :3] = (2**24 + 1, 2**24 + 2, 2**60 + 1)
save("large", images=large, labels=labels(51))
large = images(51, 20, 20, dtype=np.float32)
large[3, 0, :3] = (np.nan, np.inf, 1)
save("none", images=large, labels=labels(51))

save("no_labels", train_images=images(5, 20, 20))
save("other_names", a=images(5, 20, 20), b=labels(5))
save("unequal", images=images(5, 20, 20), labels=labels(6))
save("flat", images=images(5, 400), labels=labels(5))
save("two_forms", x_train=images(5, 20, 20), y_train=labels(5), x_test=images(5, 20, 21), y_test=labels(5))
save("objects", images=np.array([None, "text", 3, 4, 5]), labels=labels(5))
save("fortran", images=np.asfortranarray(images(5, 20, 20)), labels=labels(5))
save("empty", images=images(0, 20, 20), labels=labels(0))
save("negative", images=images(5, 20, 20), labels=labels(5) - 1)

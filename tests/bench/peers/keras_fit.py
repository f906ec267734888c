#!/usr/bin/env python3
"""The peer: the same job as written by a Keras user, model.fit in one process on arrays in memory.

keras_fit.py MODEL FILE.h5 [--steps N] [--batch B] [--threads T]

MODEL and FILE.h5 as for pytorch_ddp.py; B: samples in a step. Everything is converted to f32 before the timing starts: loading is not in the
figure. Prints one line of JSON: samples a second after a warm-up, peak resident memory.
"""

import argparse
import json
import os
import resource
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("model", choices=("cnn28", "cnn32", "cnn150"))
parser.add_argument("file")
parser.add_argument("--steps", type=int, default=100)
parser.add_argument("--batch", type=int, default=128)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import numpy as np
import tensorflow as tf
from keras import Input, Sequential
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D

tf.config.threading.set_intra_op_parallelism_threads(options.threads)
tf.config.threading.set_inter_op_parallelism_threads(1)


def network(name, shape):
    if name == "cnn150":
        layers = [layer for width in (32, 64, 128) for layer in (Conv2D(width, 3, activation="relu"), MaxPooling2D(2))]
        layers += [Flatten(), Dense(512, activation="relu"), Dense(1, activation="sigmoid")]
    else:
        layers = [Conv2D(32, 3, activation="relu"), MaxPooling2D(2), Conv2D(64, 3, activation="relu"), MaxPooling2D(2),
                  Conv2D(64, 3, activation="relu"), Flatten(), Dense(64, activation="relu"), Dense(10, activation="softmax")]
    return Sequential([Input(shape)] + layers)


with h5py.File(options.file) as file:
    images = np.ascontiguousarray(file["samples/image"][:].transpose(0, 2, 3, 1)).astype("f4") / 255
    labels = file["samples/label"][:]
wanted = options.steps * options.batch
order = np.resize(np.arange(len(labels)), wanted)  # as many epochs as necessary
images, labels = images[order], labels[order]
if options.model == "cnn150":
    labels = labels % 2

model = network(options.model, images.shape[1:])
model.compile("adam", "binary_crossentropy" if options.model == "cnn150" else "sparse_categorical_crossentropy")
model.fit(images[:2 * options.batch], labels[:2 * options.batch], options.batch, verbose=0)
start = time.perf_counter()
model.fit(images, labels, options.batch, verbose=0, shuffle=True)
seconds = time.perf_counter() - start
print(json.dumps({"samples_per_s": wanted / seconds, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))

#!/usr/bin/env python3
"""configs/mnist_cnn28.cfg in Keras: the same network, samples, split, scaling and optimiser; prints the test accuracy.

keras_cnn28.py FILE.h5 SEED        needs: pip install tensorflow-cpu h5py numpy

FILE.h5 is the output of `galen import`; its stored split is used. Keras shuffles and initialises by its own generator, from SEED.
"""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import keras
from keras import layers

TRAIN, VALIDATION, TEST = 0, 1, 2

path, seed = sys.argv[1], int(sys.argv[2])
with h5py.File(path) as file:
    images = file["samples/image"][:].transpose(0, 2, 3, 1).astype("f4") / 255
    labels = file["samples/label"][:].ravel().astype("i8")
    split = file["samples/split"][:]

keras.utils.set_random_seed(seed)
model = keras.Sequential([
    layers.Input(images.shape[1:]),
    layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2),
    layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(2),
    layers.Conv2D(64, 3, activation="relu"),
    layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(10)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.fit(images[split == TRAIN], labels[split == TRAIN], batch_size=32, epochs=5, verbose=0,
          validation_data=(images[split == VALIDATION], labels[split == VALIDATION]))
loss, accuracy = model.evaluate(images[split == TEST], labels[split == TEST], verbose=0)
print(f"keras cnn28 seed {seed}: test accuracy {accuracy:.4f}, loss {loss:.4f}")

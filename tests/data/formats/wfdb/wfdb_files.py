"""Writes records with the wfdb package, and reads annotations with it. Usage: wfdb_files.py make FOLDER | wfdb_files.py annotations RECORD"""

import sys

import numpy as np
import wfdb

kind, path = sys.argv[1:]


def record(name, fmt, leads, samples, units, seed):
    random = np.random.default_rng(seed)
    limit = {"16": 20000, "80": 120, "212": 2000}[fmt]
    stored = random.integers(-limit, limit, (samples, leads))
    gain = [200.0 + 3.5 * k for k in range(leads)]
    wfdb.wrsamp(name, 250, [units] * leads, [f"lead {k} of {name}" for k in range(leads)], d_signal=stored, fmt=[fmt] * leads,
                adc_gain=gain, baseline=[11 * k - 5 for k in range(leads)], write_dir=path)
    beats = np.sort(random.choice(np.arange(80, samples - 200), 30, replace=False))
    beats[20:] += 1500  # a gap that takes a SKIP
    symbols = random.choice(["N", "L", "V", "F", "A", "/", "+", "~", "|", "e", "!", "Q"], 30)
    aux = ["" if i % 5 else "(AFIB" if i % 2 else "a note" for i in range(30)]
    wfdb.wrann(name, "atr", beats, symbols, subtype=np.arange(30) % 3, chan=np.arange(30) // 10, num=np.arange(30) // 7, aux_note=aux,
               write_dir=path)


if kind == "make":
    record("a16", "16", 3, 6000, "uV", 1)
    record("b80", "80", 3, 5001, "mV", 2)
    record("c212", "212", 3, 5001, "V", 3)  # an odd number of samples in all
else:
    annotations = wfdb.rdann(path, "atr", return_label_elements=["label_store"])
    for fields in zip(annotations.sample, annotations.label_store, annotations.subtype, annotations.chan, annotations.num,
                      annotations.aux_note):
        print(*fields[:5], fields[5].rstrip("\0"), sep="|")

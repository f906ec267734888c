"""The weights of each configuration after some steps, compared with the record in kept_weights.json.

    kept_weights.py GALEN [--keep]

Runs a few steps of every file in configs/ on synthetic data. If the arithmetic (in the manifest) is in the record, the weights must have its
SHA-256. Otherwise each tensor's norm must agree within 5 %: Adam's first steps follow the signs of gradients, even of those near 0.
--keep adds this machine's digests and rewrites the norms: for an intended change of weights, whose commit gives the reason.
"""
import argparse
import hashlib
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
from safetensors import safe_open

SOURCE = pathlib.Path(__file__).resolve().parents[2]
RECORD = pathlib.Path(__file__).with_suffix(".json")

SYNTHETIC = {
    "breastmnist_resnet18": ["--samples", "200"],
    "chest_cnn150": ["--samples", "40", "--side", "150", "--channels", "3"],
    "cifar_cnn32": ["--samples", "400", "--side", "32", "--channels", "3", "--classes", "10"],
    "mnist_cnn28": ["--samples", "400", "--classes", "10"],
    "quickstart": ["--samples", "400"],
}
STEPS = {"breastmnist_resnet18": 3, "chest_cnn150": 1}


def table(missing):
    """A table of 120 rows with a category and, if `missing`, gaps. Every number has few decimals, so that f32 and f64 hold the same values."""
    lines = ["patient,age,dose,site,label"]
    for i in range(120):
        dose = "" if missing and i % 7 == 3 else f"{(i * 37 % 64) / 8}"
        lines.append(f"p{i},{20 + i * 13 % 60},{dose},{'abc'[i % 3]},{'ill' if i * 29 % 17 < 8 else 'well'}")
    return "\n".join(lines) + "\n"


def call(command, folder):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")


def train(galen, name, folder):
    data = folder / f"{name}.h5"
    if name in SYNTHETIC:
        call([galen, "synth", "--out", data, *SYNTHETIC[name]], folder)
    else:
        (folder / f"{name}.csv").write_text(table(missing="horse" in name))
        call([galen, "import", f"{name}.csv", "--target", "label", "--group", "patient", "--out", data], folder)
    call([galen, "train", SOURCE / "configs" / f"{name}.cfg", "--data.file", data, "--run.folder", name,
          "--trainer.max_steps", str(STEPS.get(name, 6)), "--trainer.threads", "1"], folder)
    last = folder / name / "last"
    weights = last / "weights.safetensors"
    with safe_open(weights, "numpy") as tensors:
        norms = {key: float(numpy.linalg.norm(tensors.get_tensor(key).astype(numpy.float64))) for key in tensors.keys()}
    arithmetic = json.loads((last / "manifest.json").read_text())["arithmetic"]
    return arithmetic, hashlib.sha256(weights.read_bytes()).hexdigest(), norms


def faults(name, kept, arithmetic, digest, norms):
    if name not in kept:
        return [f"{name}: not in {RECORD.name}; run with --keep"]
    if arithmetic in kept[name]["digests"]:
        return [] if kept[name]["digests"][arithmetic] == digest else [f"{name}: the weights have other bits: {digest}"]
    before = kept[name]["norms"]
    if before.keys() != norms.keys():
        return [f"{name}: other tensors: {sorted(before.keys() ^ norms.keys())}"]
    return [f"{name}: {key} has the norm {norms[key]}, not {before[key]}" for key in norms
            if not math.isclose(norms[key], before[key], rel_tol=0.05, abs_tol=1e-6)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("galen", type=pathlib.Path)
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    kept = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    found = []
    for configuration in sorted((SOURCE / "configs").glob("*.cfg")):
        name = configuration.stem
        if name not in SYNTHETIC and "_dense" not in name:
            continue  # a learner that solves its problem exactly has its own references
        with tempfile.TemporaryDirectory() as folder:
            arithmetic, digest, norms = train(arguments.galen.resolve(), name, pathlib.Path(folder))
        print(f"{name}: {digest} ({arithmetic})", flush=True)
        if arguments.keep:
            digests = kept.get(name, {}).get("digests", {})
            kept[name] = {"digests": {**digests, arithmetic: digest}, "norms": norms}
        else:
            found += faults(name, kept, arithmetic, digest, norms)
    if arguments.keep:
        RECORD.write_text(json.dumps(kept, indent=1) + "\n")
    if found:
        sys.exit("\n".join(found))


main()

#!/usr/bin/env python3
"""Galen's loader and PyTorch's DataLoader over h5py, alternating, on the same file: samples per second, and the ratio with its spread.

versus_loader.py FILE.h5 [--python PYTHON] [--batch 64] [--threads 2] [--rounds 5]

FILE.h5: /samples/image [N, C, H, W] u8, as made by galen bench data --keep. PYTHON: an interpreter that has torch and h5py. The DataLoader runs
with no worker process and with one for each of Galen's threads; the ratio is to the better one of each round.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def galen(options):
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        run(options.galen, "bench", "data", "--file", options.file, "--batch", options.batch, "--threads", options.threads, "--seconds", 3,
            "--json", report.name)
        return json.loads(pathlib.Path(report.name).read_text())["samples_per_s"]


def peer(options, workers):
    line = run(options.python, HERE / "peers/h5py_loader.py", options.file, "--batch", options.batch, "--workers", workers)
    return json.loads(line)["samples_per_s"]


def spread(values, form):
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--python", default="python3")
    parser.add_argument("--galen", default=ROOT / "build/release/galen")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    rounds = [(galen(options), peer(options, 0), peer(options, options.threads)) for _ in range(options.rounds)]
    print(f"{options.file}, batches of {options.batch}, {options.threads} threads, {options.rounds} rounds: median (least to most)")
    print(f"  samples/s  galen {spread([r[0] for r in rounds], '.0f')}  DataLoader {spread([r[1] for r in rounds], '.0f')}, with "
          f"{options.threads} workers {spread([r[2] for r in rounds], '.0f')}")
    print(f"  ratio to the better DataLoader {spread([ours / max(theirs) for ours, *theirs in rounds], '.1f')}")


main()

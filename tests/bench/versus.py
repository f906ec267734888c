#!/usr/bin/env python3
"""Galen and a peer, alternating, on the same file: samples per second, and the ratio with its spread.

versus.py MODEL FILE.h5 PEER [--python PYTHON] [--ranks 2] [--steps N] [--batch B] [--rounds 5]

MODEL: cnn28, cnn32 or cnn150. FILE.h5 for them:
  galen synth --samples 16384 --side 28 --channels 1 --classes 10 --out cnn28.h5
  galen synth --samples 16384 --side 32 --channels 3 --classes 10 --out cnn32.h5
  galen synth --samples 1000 --side 150 --channels 3 --classes 2 --out cnn150.h5
PEER: pytorch, pytorch-channels-last, pytorch-compile or keras. PYTHON: an interpreter that has the peer's packages (torch and h5py, or
keras, tensorflow and h5py). Every rank has one thread; Keras has one process with a thread for each rank. B: samples of each rank in a step.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEERS = {"pytorch": [], "pytorch-channels-last": ["--channels-last"], "pytorch-compile": ["--compile"], "keras": None}


def run(command):
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    done = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def galen(options):
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        run([ROOT / "launch/mpirun.sh", "-np", options.ranks, options.galen, "bench", "train", "--model.name", options.model, "--data.file",
             options.file, "--trainer.batch", options.ranks * options.batch, "--steps", options.steps, "--data.split_source", "drawn",
             "--data.fractions", "1,0,0", "--trainer.lanes", options.lanes, "--json", report.name])
        return json.loads(pathlib.Path(report.name).read_text())


def peer(options):
    if options.peer == "keras":
        command = [options.python, HERE / "peers/keras_fit.py", options.model, options.file, "--steps", options.steps, "--batch",
                   options.ranks * options.batch, "--threads", options.ranks]
    else:
        command = [options.python, "-m", "torch.distributed.run", "--nproc-per-node", options.ranks, HERE / "peers/pytorch_ddp.py",
                   options.model, options.file, "--steps", options.steps, "--batch", options.batch] + PEERS[options.peer]
    return json.loads(run(command).strip().splitlines()[-1])


def spread(values, form):
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=("cnn28", "cnn32", "cnn150"))
    parser.add_argument("file")
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("--python", default="python3")
    parser.add_argument("--galen", default=ROOT / "build/release/galen")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lanes", default="workers", help="trainer.lanes; workers: one each, as in the peer")
    options = parser.parse_args()
    large = options.model == "cnn150"
    options.steps = options.steps or (12 if large else 200)
    options.batch = options.batch or (32 if large else 64)

    rounds = [(galen(options), peer(options)) for _ in range(options.rounds)]
    print(f"{options.model}, {options.ranks} ranks, {options.batch} samples a rank and step, {options.rounds} rounds: median (least to most)")
    for key, form, faster in (("samples_per_s", ".0f", False), ("first_step_s", ".2f", True), ("peak_mib", ".0f", True)):
        if key not in rounds[0][1]:
            continue
        ours, theirs = [r[0][key] for r in rounds], [r[1][key] for r in rounds]
        ratios = [b / a if faster else a / b for a, b in zip(ours, theirs)]
        print(f"  {key:<14} galen {spread(ours, form)}  {options.peer} {spread(theirs, form)}  ratio {spread(ratios, '.2f')}")


main()

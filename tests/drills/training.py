"""The run that drills disturb, and its expected result."""
import collections
import copy
import hashlib
import json
import os
import random
import shutil
import subprocess
from pathlib import Path

from events_file import scalars
from job import Job

MPIRUN = Path(__file__).resolve().parents[2] / "launch/mpirun.sh"
LANES = 4


class Violation(Exception):
    """A claim that did not hold."""


class Training:
    """A small run with dropout, batch normalisation and augmentation, whose bits depend on each of its random numbers, averages and
    moments. A checkpoint every 4 steps, 18 steps an epoch: they fall together with the end of every other epoch. The best one changes
    often, and is not the last."""

    def __init__(self, galen, folder, epochs=6, options=()):
        self.galen = str(galen)
        self.folder = Path(folder)
        self.data = self.folder / "data.h5"
        self.options = ["--data.file", str(self.data), "--data.augment", "flip(horizontal)", "--trainer.lanes", str(LANES),
                        "--trainer.threads", "1", "--trainer.batch", "16", "--trainer.epochs", str(epochs), "--model.dropout", "0.2",
                        "--model.batch_norm", "true", "--checkpoint.every_steps", "4", "--evaluation.resamples", "20",
                        "--optimizer.learning_rate", "3e-3", "--run.seed", "1", *options]
        self.call("synth", "--out", str(self.data), "--samples", "400", "--overwrite")

    def with_data(self, data):
        """The same run on a copy of its data."""
        other = copy.copy(self)
        other.data = data
        other.options = [str(data) if option == str(self.data) else option for option in self.options]
        shutil.copy(self.data, data)
        return other

    def call(self, *arguments):
        """Runs galen without mpirun; it must succeed."""
        done = subprocess.run([self.galen, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise Violation(f"galen {' '.join(arguments)}: exit code {done.returncode}\n{done.stdout}")
        return done.stdout

    def arguments(self, run, placement, *more):
        return ["train", *self.options, "--run.folder", str(run), "--coordinator.placement", placement, "--resume", "auto", *more]

    def start(self, run, name, workers, placement, *more):
        """The mpirun command: that many workers, and the coordinator if it is a separate process."""
        ranks = workers + (placement == "process")
        return Job([str(MPIRUN), "-np", str(ranks), self.galen, *self.arguments(run, placement, *more)], self.folder, name)

    def undisturbed(self):
        """The result of the undisturbed run. Also stores its duration in `seconds`."""
        run = self.folder / "undisturbed"
        with self.start(run, "undisturbed", 2, "thread") as job:
            expect_exit(job, 0)
            self.seconds = job.seconds()
        return outcome(run)

    def check_folder(self, run):
        """Checkpoints with a manifest must be whole, links must lead to them, the audit log's chain must be valid, and galen status must work."""
        if any(run.glob("checkpoints/*/manifest.json")):
            self.call("checkpoint", "verify", str(run))
        if (run / "audit.jsonl").exists():
            self.call("audit", "verify", str(run))
        if (run / "status.json").exists():
            self.call("status", str(run))


def choose_workers(rng: random.Random):
    return rng.randint(1, LANES), rng.choice(["thread", "process"])


def expect_exit(job, *codes):
    code = job.exit_code()
    if code not in codes:
        raise Violation(f"{job.output}: exit code {code}, not {' or '.join(map(str, codes))}:\n{job.said()[-2000:]}")
    return code


def outcome(run):
    """All results of a run, as {name: value}."""
    result = {}
    for link in ("last", "best"):
        result[link] = os.path.basename(os.readlink(run / link))
        for file in ("weights", "optimizer"):
            result[f"{link}/{file}"] = hashlib.sha256((run / link / f"{file}.safetensors").read_bytes()).hexdigest()
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    result["metrics.jsonl"] = {(line["kind"], line["step"]): line for line in lines}
    seen = [scalar for file in sorted(run.glob("events.out.tfevents.*")) for scalar in scalars(file)]
    result["TensorBoard"] = {(tag, step): value for tag, step, value in seen}
    result["repeats"] = [key for key, times in collections.Counter(
        [("metrics.jsonl", line["kind"], line["step"]) for line in lines] + [("TensorBoard", *scalar[:2]) for scalar in seen]).items()
        if times > 1]
    return result


def compare(run, expected, logs=True):
    """Compares a run's results with the expected ones; without its logs if those were removed."""
    got = outcome(run)
    wrong = [f"{name} is {got[name]}, not {value}" for name, value in expected.items()
             if not isinstance(value, dict) and got[name] != value]
    for name in ("metrics.jsonl", "TensorBoard") if logs else ():
        wrong += [f"{name}: {key} is {got[name].get(key)}, not {expected[name].get(key)}"
                  for key in sorted(expected[name].keys() | got[name].keys()) if got[name].get(key) != expected[name].get(key)]
    if wrong:
        raise Violation(f"{run}: differs from the undisturbed run:\n  " + "\n  ".join(wrong))

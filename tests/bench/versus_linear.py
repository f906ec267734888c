#!/usr/bin/env python3
"""Regressions of Galen and of scikit-learn and statsmodels, alternating, on the same generated tables: seconds of a fit, and their ratios.

versus_linear.py [ROW …] [--python PYTHON] [--ranks 2] [--rounds 3] [--scale 1]

ROW: some of ols_wide, ols_long, logistic, logit, multinomial, l1; default: all. PYTHON: an interpreter with numpy, h5py, scikit-learn (1.8 or
later), threadpoolctl and, for ols_wide and logit, statsmodels; pip install h5py scikit-learn statsmodels makes one. Galen has N workers of one
thread, a peer one process of N threads. A fit is timed from the table in memory to the coefficients, and to the standard errors if the
peer has them. --scale 0.1 makes tables with a tenth of the rows.
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

# kind, rows, columns, classes, options of both, Galen's alone, peers with the ratio that is asked for
ROWS = {
    "ols_wide": ("linear", 200000, 100, 0, {}, ["--errors", "true"], {"ols": 20, "linear_regression": None, "ridge": 2.5}),
    "ols_long": ("linear", 1000000, 30, 0, {}, ["--errors", "true"], {"linear_regression": None, "ridge": 2.5}),
    "logistic": ("logistic", 200000, 100, 2, {"l2": 1}, [], {"newton-cholesky": 2.5, "lbfgs": None}),
    "logit": ("logistic", 200000, 100, 2, {}, ["--errors", "true"], {"logit": 8}),
    "multinomial": ("logistic", 100000, 50, 5, {"l2": 1}, [], {"newton-cholesky": 2}),
    "l1": ("logistic", 100000, 50, 2, {"l1": 500}, [], {"liblinear": 4, "saga": 4}),
}

TABLE = """
import h5py, numpy, sys
name, kind, rows, columns, classes = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
random = numpy.random.default_rng(0)
x = random.standard_normal((rows, columns))
score = x @ (random.standard_normal(columns) / columns ** 0.5)
if kind == "linear":
    y = score + random.standard_normal(rows)
elif classes == 2:
    y = (random.random(rows) < 1 / (1 + numpy.exp(-score))).astype("i8")
else:
    y = numpy.minimum(classes - 1, numpy.floor(abs(score + random.standard_normal(rows)) * classes / 2)).astype("i8")
with h5py.File(name, "w") as file:
    file["samples/tabular"] = x
    file["samples/label"] = y
    file["samples/label"].attrs["task"] = "regression" if kind == "linear" else "binary" if classes == 2 else "multiclass"
"""


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def flags(shared):
    return [word for key, value in shared.items() for word in (f"--{key}", value)]


def galen(options, ranks, file, kind, shared, own):
    report = file.with_suffix(".json")
    run(ROOT / "launch/mpirun.sh", "-np", ranks, options.galen, "bench", "linear", "--file", file, "--kind", kind, "--rounds", 3, "--json",
        report, *flags(shared), *own)
    return json.loads(report.read_text())


def peer(options, name, file, shared, tolerance=None, rounds=3):
    more = [] if tolerance is None else ["--tol", tolerance]
    return json.loads(run(options.python, HERE / "peers/regressions.py", name, file, "--threads", options.ranks, "--rounds",
                          1 if name in ("liblinear", "saga", "ols", "logit") else rounds, *flags(shared), *more).splitlines()[-1])


def tolerance_of(options, name, file, shared, residual):
    """The loosest power of ten with which a solver of L1 comes as near to an optimum as Galen does, or to 1e-3; 1e-8 where none does."""
    for power in range(3, 8):
        if peer(options, name, file, shared, 10.0 ** -power, rounds=1)["largest_gradient"] <= max(residual, 1e-3):
            return 10.0 ** -power
    return 1e-8


def spread(values, form):
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def measure(options, name, folder):
    kind, rows, columns, classes, shared, own, peers = ROWS[name]
    rows = int(rows * options.scale)
    file = pathlib.Path(folder) / f"{name}.h5"
    run(options.python, "-c", TABLE, file, kind, rows, columns, classes)
    print(f"{name}: {kind}, {rows} x {columns}{f', {classes} classes' if classes > 2 else ''}, {flags(shared) or 'no penalty'}", flush=True)
    first = galen(options, options.ranks, file, kind, shared, own)
    tolerances = {each: tolerance_of(options, each, file, shared, first["largest_gradient"]) if "l1" in shared else None for each in peers}
    ours, alone, theirs = [], [], {each: [] for each in peers}
    for _ in range(options.rounds):
        ours.append(galen(options, options.ranks, file, kind, shared, own))
        alone.append(galen(options, 1, file, kind, shared, own))
        for each in peers:
            theirs[each].append(peer(options, each, file, shared, tolerances[each]))
    seconds = [statistics.median(r["seconds"]) for r in ours]
    processor = [statistics.median(r["processor_s"]) for r in ours]
    single = [statistics.median(r["seconds"]) for r in alone]
    print(f"  galen, {options.ranks} ranks  {spread(seconds, '.4f')} s; 1 rank to {options.ranks}: "
          f"{spread([a / b for a, b in zip(single, seconds)], '.2f')}; rounds {ours[0]['rounds']}, gradient {ours[0]['largest_gradient']:.1e}")
    for each, asked in peers.items():
        times = [statistics.median(r["seconds"]) for r in theirs[each]]
        used = [statistics.median(r["processor_s"]) for r in theirs[each]]
        print(f"  {each}  {spread(times, '.3f')} s; times ours {spread([a / b for a, b in zip(times, seconds)], '.2f')}"
              f"{f' ({asked} asked)' if asked else ''}; processors {spread([a / b for a, b in zip(used, processor)], '.2f')}"
              f"{difference(ours[0], theirs[each][0])}{reached(theirs[each][0], tolerances[each])}", flush=True)


def reached(theirs, tolerance):
    """How near to an optimum a solver came with the tolerance that was chosen for it."""
    return f"; tol {tolerance:g}, gradient {theirs['largest_gradient']:.1e}" if tolerance else ""


def difference(ours, theirs):
    """The largest difference of coefficients; if a class has none in one of them they are not compared."""
    if len(ours["coefficients"]) != len(theirs["coefficients"]):
        return ""
    return f"; coefficients differ by {max(abs(a - b) for a, b in zip(ours['coefficients'], theirs['coefficients'])):.1e}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []])
    parser.add_argument("--python", default="python3")
    parser.add_argument("--galen", default=ROOT / "build/release/galen")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--folder", help="for the tables, up to 250 MB each")
    options = parser.parse_args()
    for name in options.rows or ROWS:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            measure(options, name, folder)


main()

"""Mistakes of an operator: removes or moves a run's folder, rotates its logs, overwrites its data, sets a clock, closes its
standard output."""
import random
import shutil
import subprocess
import time
from pathlib import Path

from job import Job
from training import MPIRUN, Training, Violation, compare, expect_exit

CLOCK_SHIM = Path(__file__).parent / "clock_shim.c"


def steps(run):
    return [int(path.parent.name.split("-")[1]) for path in run.glob("checkpoints/*/manifest.json")]


def await_step(job, run, step):
    """Waits until a checkpoint of that step or a later one is whole; returns whether the job still runs."""
    while job.running() and max(steps(run), default=0) < step:
        time.sleep(0.005)
    return job.running()


def expect_sentence(job, *codes):
    code = expect_exit(job, *codes)
    if code != 0 and "galen: " not in job.said():
        raise Violation(f"{job.output}: failed without an error message:\n{job.said()[-2000:]}")
    return code


def go_on(training, run, name, expected, logs=True):
    training.check_folder(run)
    with training.start(run, name, 2, "thread") as job:
        expect_exit(job, 0)
    training.check_folder(run)
    compare(run, expected, logs)


def removed_folder(rng, training, run, expected):
    """With another job in the same place: each succeeds or ends with an error message, and the remaining run continues to the same bits."""
    with training.start(run, f"{run.name}-first", 2, rng.choice(["thread", "process"])) as first:
        await_step(first, run, 4 * rng.randint(1, 10))
        shutil.rmtree(run, ignore_errors=True)
        time.sleep(rng.random() * 0.3)
        with training.start(run, f"{run.name}-second", 2, "thread") as second:
            for job in first, second:
                expect_sentence(job, 0, 1, 2)
    go_on(training, run, f"{run.name}-again", expected, logs=False)


def moved_folder(rng, training, run, expected):
    moved = run.with_name(f"{run.name}-moved")
    with training.start(run, f"{run.name}-job", 2, rng.choice(["thread", "process"])) as job:
        await_step(job, run, 4 * rng.randint(1, 10))
        run.rename(moved)
        expect_sentence(job, 0, 1)
    go_on(training, moved, f"{run.name}-again", expected)
    if run.exists():
        training.check_folder(run)


def rotated_logs(rng, training, run, expected):
    logs = ["metrics.jsonl", "events.jsonl"]
    with training.start(run, f"{run.name}-job", 2, rng.choice(["thread", "process"])) as job:
        await_step(job, run, 4 * rng.randint(1, 10))
        for log in logs:
            (run / log).rename(run / f"{log}.1")
        expect_exit(job, 0)
    for log in logs:
        if not (run / log).exists():
            raise Violation(f"{job.output}: {log} was not created again after its rotation")
        (run / log).write_text((run / f"{log}.1").read_text() + (run / log).read_text())
    training.check_folder(run)
    compare(run, expected)


def overwritten_data(rng, training, run, expected):
    """In place: size and inode stay. What was learnt before is kept, nothing is learnt from the new data."""
    own = training.with_data(run.with_name(f"{run.name}.h5"))
    whole = own.data.read_bytes()
    with own.start(run, f"{run.name}-job", 2, rng.choice(["thread", "process"])) as job:
        alive = await_step(job, run, 4 * rng.randint(1, 6))
        begin, length = len(whole) // 3, len(whole) // 3
        with open(own.data, "r+b") as file:
            file.seek(begin)
            file.write(rng.randbytes(length))
        code = expect_sentence(job, *((1,) if alive and job.running() else (0, 1)))
        if code == 1 and own.data.name not in "".join(job.said().split()):
            raise Violation(f"{job.output}: does not name {own.data}:\n{job.said()[-2000:]}")
    own.data.write_bytes(whole)
    go_on(own, run, f"{run.name}-again", expected)


def skewed_clock(rng, training, run, expected):
    """The clock of one rank, or of all processes except those that read the run from outside."""
    shim = training.folder / "clock_shim.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(shim), str(CLOCK_SHIM), "-ldl"], check=True)
    skew, rank = rng.choice([-86400, -30, 30, 86400]), rng.choice(["0", "1", "all"])
    clock = ["env", f"LD_PRELOAD={shim}", f"GALEN_DRILL_SKEW={skew}", f"GALEN_DRILL_SKEWED_RANK={rank}"]
    command = [str(MPIRUN), "-np", "2", *clock, training.galen, *training.arguments(run, "thread")]
    with Job(command, training.folder, f"{run.name}-job") as job:
        await_step(job, run, 4 * rng.randint(1, 10))
        shown = training.call("status", str(run))
        if job.running() and "died" in shown:
            raise Violation(f"{job.output}: is alive, with a clock {skew} s off, but status prints:\n{shown}")
        expect_exit(job, 0)
    training.check_folder(run)
    compare(run, expected)


def closed_output(rng, training, run, expected):
    """galen, or galen launch, with a reader that ends early."""
    start = rng.choice([[training.galen], [training.galen, "launch", "-n", "2"]])
    reader = rng.choice(["true", f"head -c {rng.randint(1, 400)}", f"sleep {rng.random():.2f}"])
    piped = ["bash", "-c", f'set -o pipefail; "$@" | {reader} > /dev/null', "drill", *start, *training.arguments(run, "thread")]
    with Job(piped, training.folder, f"{run.name}-job") as job:
        expect_exit(job, 0)
    training.check_folder(run)
    compare(run, expected)
    report = [training.galen, "evaluate", "--checkpoint", str(run / "best"), "--data.file", str(training.data), "--data.split", "all"]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(report, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 1 or "galen: " not in done.stderr:
        raise Violation(f"evaluate > /dev/full: exit code {done.returncode}: {done.stderr}")


SCENES = [removed_folder, moved_folder, rotated_logs, overwritten_data, skewed_clock, closed_output]


def drill(rng: random.Random, galen, folder, count):
    training = Training(galen, folder, epochs=12)
    expected = training.undisturbed()
    for index in range(count):
        scene = SCENES[index % len(SCENES)]
        name = f"{scene.__name__}-{index}"
        scene(rng, training, folder / name, expected)
        print(f"{name}: as expected", flush=True)
    return (f"{count} mishaps (removed and moved folders, rotated logs, overwritten data, clocks, closed outputs): every run continued to the "
            "same bits, or ended with an error message and could")

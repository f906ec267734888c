"""SIGKILL of any process of a job at any instant; restarted with other numbers of workers, it ends with the same bits."""
import collections
import os
import signal
import time

from job import strike
from training import Training, Violation, choose_workers, compare, expect_exit


def sizes(run):
    try:
        return (run / "metrics.jsonl").stat().st_size
    except OSError:
        return 0


def links(run):
    return tuple(os.readlink(run / link) if (run / link).is_symlink() else "" for link in ("last", "best"))


def glob(run, pattern):
    return frozenset(str(path) for path in run.glob(pattern))


def unfinished(run):
    return frozenset(path for path in glob(run, "checkpoints/step-*") if not os.path.exists(path + "/manifest.json"))


# Changes of a run that are visible from outside; a kill follows right after one of them.
SIGHTS = {
    "a file is begun or renamed": lambda run: glob(run, "checkpoints/*/*.tmp-*"),
    "a folder without manifest appears or disappears": unfinished,
    "a checkpoint becomes valid or is removed": lambda run: glob(run, "checkpoints/*/manifest.json"),
    "a checkpoint is rated": lambda run: glob(run, "checkpoints/*/rating.json"),
    "a link is moved": links,
    "a line of metrics is written": sizes,
}
BEST = "the best checkpoint becomes valid"  # no later checkpoint replaces what is lost then


def wait_for_sight(sight, times, run, job):
    """Waits until it has changed this many times, or the job ends."""
    before = sight(run)
    while times > 0 and job.running():
        time.sleep(0.0005)
        now = sight(run)
        times -= now != before
        before = now


def await_ranks(job, ranks):
    while job.running() and len(job.ranks) < ranks:
        job.look()
        time.sleep(0.02)


def choose_victim(rng, workers, placement, aimed=False):
    if aimed and rng.random() < 0.5:
        return "the coordinator" if placement == "process" else "worker 0"  # the process that writes
    choices = ["a worker", "a worker", "a worker", "mpirun"] + (["the coordinator"] * 2 if placement == "process" else [])
    name = rng.choice(choices)
    return name if name != "a worker" else f"worker {rng.randrange(workers)}"


def process_of(victim, job, workers):
    """The process to kill; mpirun if the victim has not started."""
    rank = {"mpirun": None, "the coordinator": workers}.get(victim, int(victim.split()[-1]) if victim[-1].isdigit() else None)
    return job.ranks.get(rank, job.process.pid)


def kill_at_some_instant(rng, training, best, run, job, workers, placement):
    """Returns the killed process, the moment and the time; None if the job had ended before."""
    moment = rng.choice(["any", "any", BEST, *SIGHTS])
    victim = choose_victim(rng, workers, placement, aimed=moment != "any")
    instant, times, pause = rng.random() * training.seconds, 1 + int(12 * rng.random() ** 2), max(0, rng.random() - 0.5) ** 2 * 0.2
    sights = SIGHTS | {BEST: lambda run: (run / "checkpoints" / best / "manifest.json").exists()}
    if moment == BEST:
        times = 1
    if moment == "any":
        while job.running() and job.seconds() < instant:
            job.look()
            time.sleep(max(0, min(0.02, instant - job.seconds())))
    else:
        await_ranks(job, workers + (placement == "process"))
        wait_for_sight(sights[moment], times, run, job)
        time.sleep(pause)
    if not job.running():
        return None
    strike(process_of(victim, job, workers), signal.SIGKILL)
    when = f"after {instant:.2f} s" if moment == "any" else f"when {moment} ({times}, + {1000 * pause:.0f} ms)"
    return victim, moment, when


def run_with_kills(rng, training, best, name, most):
    """One run from its start to its end, killed at most `most` times; `best` names its best checkpoint. Returns the killed processes and
    moments."""
    run = training.folder / name
    killed = []
    for start in range(10000):
        workers, placement = choose_workers(rng)
        keep_last = rng.choice(["1", "2"])
        with training.start(run, f"{name}-{start}", workers, placement, "--checkpoint.keep_last", keep_last) as job:
            blow = kill_at_some_instant(rng, training, best, run, job, workers, placement) if len(killed) < most else None
            print(f"{name}: {workers} workers, {placement}: " + (f"{blow[0]} killed {blow[2]}" if blow else "to the end"), flush=True)
            code = job.exit_code() if blow else expect_exit(job, 0)
            left = job.left_over()
            if left:
                raise Violation(f"{job.output}: processes {left} were left after {blow} was killed")
        if blow:
            killed.append(blow[:2])
        training.check_folder(run)
        if code == 0:
            return killed
        if job.stuck_ranks:  # an mpirun that waits forever for ended ranks is a fault of Open MPI: PMIx, a rank killed as it connects
            raise Violation(f"{job.output}: the job did not end after {blow} was killed")
    raise Violation(f"{run}: did not end")


def drill(rng, galen, folder, count):
    training = Training(galen, folder)
    expected = training.undisturbed()
    if expected["repeats"]:
        raise Violation(f"the undisturbed run repeats {expected['repeats']}")
    killed = []
    runs = 0
    while len(killed) < count:
        run = f"run{runs}"
        killed += run_with_kills(rng, training, expected["best"], run, count - len(killed))
        compare(training.folder / run, expected)
        runs += 1
    for title, column in (("victims", 0), ("moments", 1)):
        tally = collections.Counter(blow[column] for blow in killed)
        print(f"{title}: " + ", ".join(f"{name} {times}" for name, times in sorted(tally.items())))
    return (f"{count} kills in {runs} runs: all ended with the same bits, metrics and TensorBoard's scalars once each, every checkpoint "
            "whole")

"""The same under `galen launch --restarts N`: processes are killed or stopped, and the supervisor recovers without help."""
import json
import os
import signal
import time

from job import Job, host, strike
from kills import choose_victim, process_of
from training import Training, Violation, compare, expect_exit


def deadline(training):
    """The ranks' deadline, in seconds: no wait of a rank that is not stopped lasts as long as an undisturbed run, however busy the
    machine is."""
    return max(5, training.seconds)


def events(run, kind):
    lines = (run / "events.jsonl").read_text().splitlines() if (run / "events.jsonl").exists() else []
    return [event for event in map(json.loads, lines) if event["event"] == kind]


def newest(run):
    """The newest whole checkpoint, and when it was written."""
    return max(((path.parent.name, path.stat().st_mtime_ns) for path in run.glob("checkpoints/*/manifest.json")), default=None)


def await_progress(job, run, ranks):
    """Waits until all ranks exist and have written a checkpoint; returns whether they have."""
    before = newest(run)
    while job.running() and (len(job.ranks) < ranks or newest(run) == before):
        job.look()
        time.sleep(0.02)
    return job.running()


def await_restart(job, run, restarts, patience=600):
    end = time.monotonic() + patience
    while job.running() and len(events(run, "restarted")) <= restarts:
        if time.monotonic() > end:
            raise Violation(f"{job.output}: not restarted after {patience} s:\n{job.said()[-2000:]}")
        time.sleep(0.02)
    return len(events(run, "restarted")) > restarts


def check_named(run, victim):
    """The supervisor names a stopped rank and its host."""
    lost = events(run, "rank_lost")[-1]
    if any(finished["time"] < lost["time"] for finished in events(run, "finished")):
        return  # it was exiting, and no rank waited for it with a deadline
    if victim == "the coordinator":
        right = "coordinator" in lost["reason"]
    else:
        right = (lost["rank"], lost["host"]) == (victim.split()[-1], host())
    if not right:
        raise Violation(f"{run}: {victim} of {host()} was stopped, but it says {lost}")


def blow(rng, job, run, workers, placement):
    """Kills or stops one process after a newer checkpoint; returns a description, or None if the job ended before the restart."""
    stop = workers > 1 and rng.random() < 0.25
    victim = choose_victim(rng, workers, placement)
    if not await_progress(job, run, workers + (placement == "process")):
        return None
    time.sleep(rng.random() * 0.3)
    job.look()
    if stop and victim == "mpirun":
        victim = "worker 1"
    process = job.mpirun if victim == "mpirun" else process_of(victim, job, workers)
    if process is None or process == job.process.pid:
        return None
    restarts = len(events(run, "restarted"))
    strike(process, signal.SIGSTOP if stop else signal.SIGKILL)
    if not await_restart(job, run, restarts):
        return None
    if stop:
        check_named(run, victim)
    return f"{victim} {'stopped' if stop else 'killed'}"


def supervised_run(rng, training, name, most):
    run = training.folder / name
    workers, placement = rng.randint(1, 4), rng.choice(["thread", "process"])
    command = [training.galen, "launch", "-n", str(workers), "--restarts", "1000", "--tries", "5",
               *training.arguments(run, placement, "--comm.deadline", str(deadline(training)))]
    blows = []
    with Job(command, training.folder, name) as job:
        while len(blows) < most and job.running():
            word = blow(rng, job, run, workers, placement)
            if word:
                blows.append(word)
                print(f"{name}: {workers} workers, {placement}: {word}, recovered", flush=True)
        expect_exit(job, 0)
        if left := job.left_over():
            raise Violation(f"{job.output}: processes {left} were left")
        if left := os.listdir(job.temporary):
            raise Violation(f"{job.output}: temporary files {left} were left")
    training.check_folder(run)
    return blows


def killed_supervisor(training):
    """Its workers do not outlive it, and another supervisor continues the run."""
    run = training.folder / "orphans"
    command = [training.galen, "launch", "-n", "2", "--restarts", "3", *training.arguments(run, "process")]
    with Job(command, training.folder, "orphans") as job:
        await_progress(job, run, 3)
        strike(job.process.pid, signal.SIGKILL)
        job.exit_code()
        if left := job.left_over():
            raise Violation(f"{job.output}: processes {left} outlived the killed supervisor")
    with Job(command, training.folder, "orphans-again") as job:
        expect_exit(job, 0)
    return run


def drill(rng, galen, folder, count):
    training = Training(galen, folder, epochs=12)
    expected = training.undisturbed()
    blows = []
    runs = 0
    while len(blows) < count:
        blows += supervised_run(rng, training, f"run{runs}", count - len(blows))
        compare(folder / f"run{runs}", expected)
        runs += 1
    compare(killed_supervisor(training), expected)
    stops = sum(word.endswith("stopped") for word in blows)
    return (f"{len(blows) - stops} kills and {stops} stopped processes in {runs} runs under galen launch, and a killed supervisor: "
            "all ended with the same bits")

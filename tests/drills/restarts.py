"""A run that is stopped with SIGUSR1 and resumed, many times in a row: nothing is left behind, and memory does not grow."""
import os
import re
import signal
import time
from pathlib import Path

from job import strike
from training import Training, Violation, choose_workers, compare, expect_exit

STEPS = 10  # between two lines of metrics.jsonl


def peak_memory(pid):
    """MiB."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def trained_steps(run):
    try:
        return max((int(step) for step in re.findall(r'"step":(\d+)', (run / "metrics.jsonl").read_text())), default=0)
    except OSError:
        return 0


def stop_after_progress(job, run):
    """Asks the job to stop after it has written a line of metrics. Returns rank 0's peak memory."""
    begin = trained_steps(run)
    while job.running() and trained_steps(run) < begin + STEPS:
        job.look()
        time.sleep(0.02)
    if 0 not in job.ranks:
        raise Violation(f"{job.output}: ended before it was stopped:\n{job.said()[-2000:]}")
    memory = peak_memory(job.ranks[0])
    strike(job.process.pid, signal.SIGUSR1)
    return memory


def check_remains(job, run):
    left = job.left_over()
    files = [file for file in job.shared_files if os.path.exists(file)]
    files += [str(file) for pattern in ("*.tmp*", "checkpoints/*/*.tmp*") for file in run.glob(pattern)]
    files += [str(file) for file in job.temporary.iterdir()]
    if left or files:
        raise Violation(f"{job.output}: left processes {left} and files {files}")


def drill(rng, galen, folder, count):
    training = Training(galen, folder, epochs=max(2, count * 100 // 18 + 1))
    expected = training.undisturbed()
    run = training.folder / "run"
    memory = {}
    for start in range(count):
        workers, placement = (2, "thread") if start in (0, count - 1) else choose_workers(rng)
        with training.start(run, f"start{start}", workers, placement) as job:
            memory[start] = stop_after_progress(job, run)
            expect_exit(job, 75)
            check_remains(job, run)
        print(f"start {start}: {workers} workers, {placement}: stopped after step {trained_steps(run)}, {memory[start]:.0f} MiB",
              flush=True)
    with training.start(run, "end", 2, "process") as job:
        expect_exit(job, 0)
        check_remains(job, run)
    compare(run, expected)
    if memory[count - 1] > 1.05 * memory[0]:
        raise Violation(f"memory grew from {memory[0]:.1f} to {memory[count - 1]:.1f} MiB in {count} restarts")
    return (f"{count} restarts: the same bits; no process, file or shared memory left; memory of rank 0 {memory[0]:.1f} MiB in the first, "
            f"{memory[count - 1]:.1f} MiB in the last")

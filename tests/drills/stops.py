"""SIGSTOP of a rank at any instant from its start to its exit, in every command that runs on several ranks: the job ends by itself with
an error message, and its output is whole."""
import json
import random
import signal
import time

from job import Job, strike
from training import MPIRUN, Training, Violation, compare, expect_exit


class Command:
    """A command of galen on several ranks; its `output` is a file or, for train, a run's folder."""

    def __init__(self, name, training, arguments, output=None):
        self.name, self.training, self.arguments, self.output = name, training, arguments, output
        self.seconds = 0  # without a disturbance

    def start(self, ranks, name, *more):
        return Job([str(MPIRUN), "-np", str(ranks), self.training.galen, *self.arguments, *more], self.training.folder, name)

    def run_through(self, name):
        with self.start(2, name) as job:
            expect_exit(job, 0)
            self.seconds = job.seconds()

    def check_output(self):
        """The output is whole, or does not exist."""
        if self.output is None or not self.output.exists():
            return
        if self.output.suffix == ".json":
            json.loads(self.output.read_text())
        elif self.output.suffix == ".csv":
            rows = self.output.read_text().splitlines()
            if len(rows) != 401:
                raise Violation(f"{self.output}: {len(rows)} rows, not one of names and 400 of samples")
        elif self.output.suffix == ".h5":
            self.training.call("inspect", str(self.output))


def write_table(path):
    rng = random.Random(2)
    rows = [f"{rng.gauss(0, 1):.4f},{rng.gauss(5, 2):.3f},{rng.choice('abc')},{i % 2}" for i in range(20000)]
    path.write_text("\n".join(["x,y,kind,outcome", *rows]) + "\n")


def commands_of(training, run):
    folder = training.folder
    write_table(folder / "table.csv")
    model = ["--checkpoint", str(folder / "undisturbed/best"), "--data.file", str(training.data), "--data.split", "all"]
    return [
        Command("train", training, training.arguments(run, "thread"), run),
        Command("evaluate", training, ["evaluate", *model, "--json", str(folder / "report.json")], folder / "report.json"),
        Command("predict", training, ["predict", *model, "--out", str(folder / "p.csv"), "--overwrite"], folder / "p.csv"),
        Command("import", training, ["import", str(folder / "table.csv"), "--out", str(folder / "table.h5"), "--target", "outcome", "--overwrite"],
                folder / "table.h5"),
        Command("bench", training, ["bench", "comm", "--sizes", "0.1", "--seconds", "0.05"]),
    ]


def await_rank(job, rank, instant):
    """Waits until that time of the job, and until the rank exists."""
    while job.running() and (job.seconds() < instant or rank not in job.ranks):
        job.look()
        time.sleep(0.005)
    return job.running() and rank in job.ranks


def stop_at_some_instant(rng, command, deadline, name):
    """Returns a description; None if the job had ended before."""
    ranks = rng.randint(2, 3)
    victim, instant = rng.randrange(ranks), rng.random() * 1.1 * command.seconds
    with command.start(ranks, name, "--comm.deadline", f"{deadline:.1f}") as job:
        if not await_rank(job, victim, instant):
            job.exit_code()
            return None
        strike(job.ranks[victim], signal.SIGSTOP)
        code = job.exit_code()
        said = " ".join(job.said().split())
        where = f"{job.output}: rank {victim} of {ranks} was stopped after {instant:.2f} s"
        if code is None:
            raise Violation(f"{where}: the job did not end:\n{said[-2000:]}")
        if code != 0 and f"rank {victim}" not in said:
            raise Violation(f"{where}: exit code {code}, and it is not named:\n{said[-2000:]}")
        if left := job.left_over():
            raise Violation(f"{where}: processes {left} were left")
    command.check_output()
    return f"{command.name}, {where.split(': ')[1]}: ended with {code}"


def drill(rng, galen, folder, count):
    training = Training(galen, folder)
    expected = training.undisturbed()
    run = folder / "run"
    commands = commands_of(training, run)
    for command in commands[1:]:
        command.run_through(f"{command.name}-undisturbed")
    commands[0].seconds = training.seconds
    deadline = max(3, max(command.seconds for command in commands))  # no rank waits that long for one that is not stopped
    stops = 0
    for index in range(20 * count):
        if stops >= count:
            break
        command = commands[index % len(commands)]
        word = stop_at_some_instant(rng, command, deadline, f"stop{index}")
        if word:
            print(word, flush=True)
            stops += 1
        if command.name == "train":
            training.check_folder(run)
    if stops < count:
        raise Violation(f"only {stops} of {count} ranks could be stopped")
    for command in commands:
        command.run_through(f"{command.name}-again")
        command.check_output()
    compare(run, expected)
    return f"{stops} stopped ranks: every job ended by itself and named the rank, its output was whole, and the run continued to the same bits"

"""A job of several processes: starts it, finds its ranks, and reports what it left behind."""
import os
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path

MARK = "GALEN_DRILL"  # in the environment of all of a job's processes


def environment_of(pid):
    """The environment of a process, as a dictionary; empty if the process has ended, or belongs to another user."""
    try:
        entries = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return {}
    return dict(entry.decode(errors="replace").split("=", 1) for entry in entries if b"=" in entry)


LAUNCHERS = ("mpirun", "orterun")


def name_of(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:  # it has ended meanwhile
        return ""


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


class Job:
    """A command whose processes carry a mark. Its temporary files are in a separate folder, which should be empty at the end."""

    def __init__(self, command, folder, name):
        self.mark = uuid.uuid4().hex
        self.folder = Path(folder)  # which may lie in /dev/shm, too
        self.output = Path(folder) / f"{name}.txt"
        self.temporary = Path(folder) / "tmp"
        self.temporary.mkdir(exist_ok=True)
        self.begin = time.monotonic()
        self.ranks = {}  # rank: process, of the newest mpirun
        self.mpirun = None
        self.stuck_ranks = []  # alive when the job was killed
        self.shared_files = set()  # files in /dev/shm mapped by its processes
        variables = {MARK: self.mark, "TMPDIR": str(self.temporary), "TERM": "dumb"}
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                            start_new_session=True, env=os.environ | variables)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end_all()

    def processes(self):
        """{process: its environment} of all live processes."""
        found = {int(entry): environment_of(entry) for entry in os.listdir("/proc") if entry.isdigit()}
        return {pid: variables for pid, variables in found.items() if variables.get(MARK) == self.mark and is_alive(pid)}

    def look(self):
        """Finds the processes of mpirun and of each rank."""
        self.ranks = {}
        self.mpirun = None
        for pid, variables in self.processes().items():
            if "OMPI_COMM_WORLD_RANK" in variables:
                self.ranks[int(variables["OMPI_COMM_WORLD_RANK"])] = pid
            elif name_of(pid) in LAUNCHERS:
                self.mpirun = pid
        for pid in self.ranks.values():
            try:
                lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
            except OSError:
                continue
            files = {line.split(maxsplit=5)[5] for line in lines if " /dev/shm/" in line and "(deleted)" not in line}
            self.shared_files |= {file for file in files if not file.startswith(f"{self.folder}/")}

    def running(self):
        return self.process.poll() is None

    def seconds(self):
        return time.monotonic() - self.begin

    def exit_code(self, patience=900):
        """Waits for the end; None for a job that did not end and was killed."""
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.stuck_ranks = [pid for pid in self.processes() if name_of(pid) not in LAUNCHERS]
            self.end_all()
            return None

    def left_over(self, patience=60):
        """Processes that remain after this many seconds. Ranks of a killed mpirun end by themselves, after a moment."""
        end = time.monotonic() + patience
        while (left := self.processes()) and time.monotonic() < end:
            time.sleep(0.05)
        return sorted(left)

    def end_all(self):
        for pid in self.processes():
            strike(pid, signal.SIGKILL)
        self.process.wait()

    def said(self):
        return self.output.read_text(errors="replace")


def strike(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def host():
    return socket.gethostname()

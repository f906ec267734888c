"""Runs whose disk fills up, becomes read-only, or whose folder is deleted: on tmpfs disks, in a mount namespace."""
import os
import shutil
import subprocess
import sys
import time

from training import Training, Violation, compare, expect_exit

ROOM = 64  # MiB of a disk
IN_NAMESPACE = "GALEN_DRILL_NAMESPACE"
SKIPPED = 77


def enter_namespace():
    """Runs this program again in a mount namespace, whose mounts end with it; does not return."""
    unshare = ["unshare", "--mount", "--propagation", "private"]
    if subprocess.run([*unshare, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False).returncode != 0:
        print("skipped: mounting needs root")
        sys.exit(SKIPPED)
    os.environ[IN_NAMESPACE] = "yes"
    os.execvp(unshare[0], [*unshare, sys.executable, *sys.argv])


def mount(*arguments):
    return subprocess.run(["mount", *map(str, arguments)], capture_output=True, check=False).returncode == 0


def await_step(job, run, step):
    """Waits until a checkpoint of that step or a later one is whole."""
    while job.running() and not any(int(path.parent.name.split("-")[1]) >= step for path in run.glob("checkpoints/*/manifest.json")):
        time.sleep(0.005)


def await_words(job, words, patience=600):
    end = time.monotonic() + patience
    while job.running() and words not in job.said():
        if time.monotonic() > end:
            raise Violation(f"{job.output}: does not print '{words}':\n{job.said()[-2000:]}")
        time.sleep(0.01)
    if words not in job.said():
        raise Violation(f"{job.output}: ended without printing '{words}':\n{job.said()[-2000:]}")


def fill(disk):
    """Fills the disk to the last byte."""
    with open(disk / "filler", "wb", buffering=0) as filler:
        for piece in (1 << 20, 1 << 12, 1):
            try:
                while filler.write(bytes(piece)):
                    pass
            except OSError:
                continue


def expect_sentence(job, *codes):
    """The job ended by itself: with an exit code of galen, and with an error message if it failed."""
    code = expect_exit(job, *codes)
    if code == 1 and "galen: " not in job.said():
        raise Violation(f"{job.output}: failed without an error message:\n{job.said()[-2000:]}")
    return code


class Scene:
    """A run on a separate disk."""

    def __init__(self, training, expected, name):
        self.training, self.expected, self.name = training, expected, name
        self.disk = training.folder / name
        self.disk.mkdir()
        if not mount("-t", "tmpfs", "-o", f"size={ROOM}m", "none", self.disk):
            raise Violation(f"{self.disk}: no tmpfs can be mounted there")
        self.run = self.disk / "run"

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None:  # the disk ends with its namespace
            shutil.copytree(self.disk, self.disk.with_name(f"{self.name}-kept"), symlinks=True)
        subprocess.run(["umount", "--recursive", "--lazy", self.disk], check=False)

    def start(self, placement, *more):
        return self.training.start(self.run, f"{self.name}-job", 2, placement, *more)

    def go_on(self):
        """Checks that whole checkpoints are still whole, and that the run can continue to the same bits."""
        self.training.check_folder(self.run)
        with self.training.start(self.run, f"{self.name}-again", 2, "thread") as job:
            expect_exit(job, 0)
        self.training.check_folder(self.run)
        compare(self.run, self.expected)


def full_disk(scene, placement):
    with scene.start(placement) as job:
        await_step(job, scene.run, 20)
        fill(scene.disk)
        await_words(job, "no checkpoint for")
        await_words(job, "log entries are kept in memory")  # once the last pages of the logs are full
        (scene.disk / "filler").unlink()
        await_words(job, "checkpoints are written again")
        expect_sentence(job, 0)
    compare(scene.run, scene.expected)


def full_disk_to_the_end(scene, placement):
    with scene.start(placement) as job:
        await_step(job, scene.run, 20)
        fill(scene.disk)
        expect_sentence(job, 1)
    scene.training.check_folder(scene.run)
    (scene.disk / "filler").unlink()
    scene.go_on()


def full_disk_that_stops(scene, placement):
    with scene.start(placement, "--checkpoint.on_failure", "stop") as job:
        await_step(job, scene.run, 20)
        fill(scene.disk)
        expect_sentence(job, 1)
        await_words(job, "checkpoint.on_failure = stop")
    (scene.disk / "filler").unlink()
    scene.go_on()


def read_only(scene, placement):
    checkpoints = scene.run / "checkpoints"
    checkpoints.mkdir(parents=True)
    mount("-t", "tmpfs", "none", checkpoints)
    with scene.start(placement) as job:
        await_step(job, scene.run, 20)
        while job.running() and not mount("-o", "remount,ro", checkpoints):  # refused while a file is being written
            pass
        await_words(job, "Read-only file system")
        mount("-o", "remount,rw", checkpoints)
        await_words(job, "checkpoints are written again")
        expect_sentence(job, 0)
    compare(scene.run, scene.expected)


def deleted_checkpoints(scene, placement):
    with scene.start(placement) as job:
        await_step(job, scene.run, 20)
        shutil.rmtree(scene.run / "checkpoints", ignore_errors=True)
        expect_sentence(job, 0, 1)
    scene.go_on()


def deleted_run(scene, placement):
    with scene.start(placement) as job:
        await_step(job, scene.run, 20)
        shutil.rmtree(scene.run, ignore_errors=True)
        expect_sentence(job, 0, 1)
    scene.training.check_folder(scene.run)


EPOCHS = 18
LONG = 60  # epochs of a run that must not end before the last pages of its logs are full, and the disk has space again
SCENES = [full_disk, full_disk_to_the_end, full_disk_that_stops, read_only, deleted_checkpoints, deleted_run]


def drill(_, galen, folder, count):
    runs = {}
    for epochs in {EPOCHS, LONG}:
        (folder / f"epochs-{epochs}").mkdir()
        training = Training(galen, folder / f"epochs-{epochs}", epochs)
        runs[epochs] = training, training.undisturbed()
    for index in range(count):
        scene = SCENES[index % len(SCENES)]
        training, expected = runs[LONG if scene is full_disk else EPOCHS]
        placement = ["thread", "process"][(index + index // len(SCENES)) % 2]
        name = f"{scene.__name__}-{index}"
        with Scene(training, expected, name) as its_disk:
            scene(its_disk, placement)
        print(f"{name}, {placement}: as expected", flush=True)
    return f"{count} scenes of full, read-only and deleted disks: every run continued or ended as configured, and whole checkpoints stayed whole"

#!/usr/bin/env python3
"""Runs the commands of one page of the documentation as written, in order, in a temporary folder: page.py PAGE --galen PROGRAM.

The folder has the checkout's configs/, docs/, launch/ and tests/, the build at build/release, and galen on the PATH. Of the page's fenced blocks

  sh           is run by bash; the first command that fails ends the test
  text         right after one of these is a part of what it printed: each line must be in its output, in that order. Numbers and the width
               of blanks may differ; a line of … stands for any lines
  LANG file=F  is written to the file F
  LANG from=F  is an excerpt of the checkout's file F: its lines are in that file, in that order
  other        are not allowed, so that no command is left out

Comments before a block: `<!-- not run: KIND: why -->` skips it (KINDS below), `<!-- set-up: ` … ` -->` holds commands that only the test
runs, and `<!-- stand-in: FILE, for MODULE -->` copies tests/docs/FILE if Python lacks MODULE, instead of running the block.
Links to files and headings must lead somewhere, and sources, scripts and folders of the checkout that a page names must exist.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# Reasons why a test cannot run a block.
KINDS = {"installs packages", "builds Galen", "several hosts", "Slurm", "a GPU", "root", "minutes", "without end", "data of yours"}
CHECKOUT = Path(__file__).resolve().parents[2]


def fail(page, line, message):
    sys.exit(f"{page}:{line}: {message}")


class Block:
    def __init__(self, line, info, text, marks, follows):
        self.line, self.text, self.marks, self.follows = line, text, marks, follows
        self.language = info.split()[0] if info else ""
        self.file = next((word[5:] for word in info.split()[1:] if word.startswith("file=")), None)
        self.source = next((word[5:] for word in info.split()[1:] if word.startswith("from=")), None)


def blocks(page):
    """Fenced blocks, with the comments directly before each; `follows`: only blank lines since the block before."""
    found, marks, follows = [], [], False
    lines = iter(enumerate(page.read_text().split("\n"), 1))
    for number, line in lines:
        if line.startswith("<!--"):
            comment = line
            while not comment.endswith("-->"):
                comment += "\n" + next(lines)[1]
            marks.append(comment[4:-3].strip())
        elif fence := re.match(r"( *)```(.*)", line):
            text = []
            while (inner := next(lines)[1]).strip() != "```":
                text.append(inner.removeprefix(fence[1]))
            found.append(Block(number, fence[2].strip(), "\n".join(text) + "\n", marks, follows))
            marks, follows = [], True
        elif line.strip():
            marks, follows = [], False
    return found


def masked(line):
    """The line without parts that differ from machine to machine."""
    line = re.sub(r"\b[0-9a-f]{16,}\b", "#", line)
    return " ".join(re.sub(r"-?\d[\d.,:]*(e[+-]?\d+)?", "#", line).replace("- #", "#").split())


def first_missing(shown, printed):
    """The first shown line that is not in the output after the line before it; None if all are."""
    rest = iter([masked(line) for line in printed.split("\n")])
    for line in shown.strip("\n").split("\n"):
        if line.strip() and line.strip() != "…" and masked(line) not in rest:
            return line
    return None


def heading_anchors(page):
    headings = re.findall(r"^#+ +(.*)$", re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def check_links(page):
    for number, line in enumerate(page.read_text().split("\n"), 1):
        for target in re.findall(r"\]\(([^)\s]+)\)", line):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = (page.parent / name) if name else page
            if not file.exists():
                fail(page, number, f"the link to {target} leads nowhere")
            if anchor and file.suffix == ".md" and anchor not in heading_anchors(file):
                fail(page, number, f"{file.name} has no heading #{anchor}")


def tracked_files():
    listed = subprocess.run(["git", "-C", CHECKOUT, "ls-files", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True).stdout.split("\n")
    return listed if listed != [""] else [str(file.relative_to(CHECKOUT)) for file in CHECKOUT.rglob("*") if file.is_file()]


def check_names(page, written):
    """Sources, scripts and folders of the checkout that the page names must exist; `written` are files that the page makes itself."""
    files = tracked_files()
    folders = "|".join({file.split("/")[0] for file in files if "/" in file})
    for number, line in enumerate(page.read_text().split("\n"), 1):
        for name in re.findall(r"`([^`]+)`", line):
            if re.search(r"\b(NAME|FOLDER|PAGE|FORMAT)\b", name):  # of any file
                continue
            if re.fullmatch(r"[\w./]+\.(cpp|h|cu|py|sh|sbatch)", name) and name not in written:
                if not any(("/" + file).endswith("/" + name.removeprefix("./")) for file in files):
                    fail(page, number, f"no file of the checkout is named {name}")
            elif re.fullmatch(rf"({folders})/[\w/]*", name):
                if not any((file + "/").startswith(name) or file.startswith(name + "/") or file.startswith(name + ".") or
                           file.startswith(f"tests/{name}.") for file in files):
                    fail(page, number, f"the checkout has no {name}")


class Runner:
    def __init__(self, page, folder, galen):
        self.page, self.folder = page, Path(folder)
        for name in ("configs", "docs", "launch", "tests"):
            (self.folder / name).symlink_to(CHECKOUT / name)
        (self.folder / "build").mkdir()
        (self.folder / "build/release").symlink_to(galen.parent)
        programs = [str(galen.parent), str(Path(sys.executable).parent)]
        self.environment = dict(os.environ, PATH=os.pathsep.join(programs + [os.environ["PATH"]]), TERM="dumb",
                                OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                                OMPI_MCA_rmaps_base_oversubscribe="1", OMPI_MCA_hwloc_base_binding_policy="none")

    def run(self, text, line):
        """The output of the commands."""
        script = "set -eEuo pipefail\ntrap 'echo \"failed: $BASH_COMMAND\"' ERR\n" + text
        result = subprocess.run(["bash", "-c", script], cwd=self.folder, env=self.environment, text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace")
        print(f"--- line {line}\n{text}{result.stdout}", flush=True)
        if result.returncode != 0:
            fail(self.page, line, f"exit code {result.returncode} of\n{text}")
        return result.stdout

    def stand_in(self, block):
        """Whether a stand-in was copied instead of running the block."""
        for mark in block.marks:
            if found := re.fullmatch(r"stand-in: (\S+), for (\w+)", mark):
                if subprocess.run(["python3", "-c", f"import {found[2]}"], env=self.environment, capture_output=True).returncode == 0:
                    return False
                (self.folder / found[1]).write_bytes((CHECKOUT / "tests/docs" / found[1]).read_bytes())
                return True
        return False

    def left_out(self, block):
        for mark in block.marks:
            if mark.startswith("not run:"):
                kind = mark.split(":")[1].strip()
                if kind not in KINDS:
                    fail(self.page, block.line, f"'{kind}' is not one of the reasons to skip a block: {', '.join(sorted(KINDS))}")
                return kind
        return None


def run_page(page, galen):
    check_links(page)
    check_names(page, {block.file for block in blocks(page) if block.file})
    ran, left_out, replaced, printed = 0, [], 0, None
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(page, folder, galen)
        for block in blocks(page):
            for mark in block.marks:
                if mark.startswith("set-up:"):
                    runner.run(mark[7:].strip("\n") + "\n", block.line)
            if block.language == "sh":
                printed = None
                if kind := runner.left_out(block):
                    left_out.append(f"{page}:{block.line}: {kind}")
                elif runner.stand_in(block):
                    replaced += 1
                else:
                    printed, ran = runner.run(block.text, block.line), ran + 1
            elif block.language == "text":
                if block.follows and printed is not None and (line := first_missing(block.text, printed)) is not None:
                    fail(page, block.line, f"the commands before did not print\n{line}")
            elif block.file:
                (runner.folder / block.file).write_text(block.text)
            elif block.source:
                if (line := first_missing(block.text, (CHECKOUT / block.source).read_text())) is not None:
                    fail(page, block.line, f"{block.source} does not have the line\n{line}")
            else:
                fail(page, block.line, f"a block is sh, text, 'LANGUAGE file=NAME' or 'LANGUAGE from=NAME', not '{block.language}'")
    print(f"{page}: {ran} blocks of commands run, {len(left_out)} left out, {replaced} replaced by a file of the tests", *left_out, sep="\n")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="runs the commands of a page")
    arguments.add_argument("page", type=Path)
    arguments.add_argument("--galen", type=Path, required=True)
    given = arguments.parse_args()
    run_page(given.page.resolve(), given.galen.resolve())

#!/usr/bin/env python3
"""Lists the tests that CTest reports as skipped, each with its reason: skipped_tests.py JUNIT_FILE [--complete]

With --complete, as in CI, the exit code is 1 unless all reasons are a missing GPU, or missing real data on a machine without any."""
import os
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

REAL_DATA = Path(os.environ.get("GALEN_REAL_DATA") or Path(__file__).resolve().parents[3] / "shared/data")
ALLOWED = ["needs a GPU"] + ([] if REAL_DATA.exists() else [r"needs \S.* in GALEN_REAL_DATA"])


def reasons_of(name, output):
    """[(test, reason)] from the output of a skipped program; scripts print a line 'skipped: REASON'."""
    found = []
    # GoogleTest: "FILE:LINE: Skipped", the reason in the lines that follow, and "[  SKIPPED ] SUITE.TEST (0 ms)".
    for reason, test in re.findall(r": Skipped\n(.*?)\n\[  SKIPPED \] (\S+)", output, re.DOTALL):
        found.append((f"{name} {test}", " ".join(reason.split())))
    scripts = [(name, reason.strip()) for reason in re.findall(r"^skipped: (.*)$", output, re.MULTILINE)]
    return found or scripts or [(name, "without a reason")]


def main(arguments):
    complete = "--complete" in arguments
    junit, = [argument for argument in arguments if argument != "--complete"]
    skipped = []
    for case in ElementTree.parse(junit).getroot().iter("testcase"):
        if case.find("skipped") is not None:
            skipped += reasons_of(case.get("name"), case.findtext("system-out") or "")
    refused = [(test, reason) for test, reason in skipped if not any(re.match(allowed, reason) for allowed in ALLOWED)]
    for test, reason in skipped:
        print(f"skipped: {test}: {reason}")
    if complete and refused:
        tests = f"{len(refused)} tests were" if len(refused) > 1 else "1 test was"
        print(f"{tests} skipped for another reason than a missing GPU: see above. launch/setup.sh --tests installs the packages that tests need; "
              "namespaces, mounts and Slurm's daemons need root.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""circles.py on small trees of includes: which circles it reports, and where."""

import os
import subprocess
import sys
import tempfile

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "circles.py")


def circles(includes, *folders):
    """(exit code, first lines of the circles) for a tree in which each file of `includes` includes the headers listed."""
    with tempfile.TemporaryDirectory() as checkout:
        for path, headers in includes.items():
            os.makedirs(os.path.join(checkout, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(checkout, path), "w", encoding="utf-8") as file:
                file.write("#include <vector>\n" + "".join(f'#include "{header}"\n' for header in headers))
        result = subprocess.run([sys.executable, PROGRAM, checkout, *folders], capture_output=True, text=True, check=False)
        return result.returncode, [line for line in result.stdout.splitlines() if not line.startswith(" ")]


def expect(includes, expected, *folders):
    found = circles(includes, *folders)
    assert found == (1 if expected else 0, expected), f"{includes}: {found}, not {expected}"


expect({"data/a/x.cpp": ["data/a/x.h", "data/b/y.h", "comm/c.h"], "data/b/y.h": ["galen/error.h"]}, [])
expect({"data/a/x.h": ["data/b/y.h"], "data/b/z.cpp": ["data/a/x.h"]}, ["data: a circle of a, b"])
# A folder's own files are a room like its sub-folders.
expect({"data/loader.h": ["data/a/x.h"], "data/a/x.cpp": ["data/batch.h"]}, ["data: a circle of ., a"])
# Three rooms, none of which include each other directly both ways; deeper down; among the layers.
expect({"data/a/x.h": ["data/b/x.h"], "data/b/x.h": ["data/c/x.h"], "data/c/x.h": ["data/a/x.h"]}, ["data: a circle of a, b, c"])
expect({"data/a/b/x.h": ["data/a/c/x.h"], "data/a/c/y.h": ["data/a/b/x.h"]}, ["data/a: a circle of b, c"])
expect({"data/x.h": ["comm/y.h"], "comm/a/y.cpp": ["data/x.h"]}, ["the layers: a circle of comm, data"])
# Only the requested folders count.
expect({"data/a/x.h": ["data/b/y.h"], "data/b/z.cpp": ["data/a/x.h"]}, [], "trainer", "database")
expect({"data/a/x.h": ["data/b/y.h"], "data/b/z.cpp": ["data/a/x.h"]}, ["data: a circle of a, b"], "trainer", "data/")

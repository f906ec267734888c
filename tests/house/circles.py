#!/usr/bin/env python3
"""circles.py CHECKOUT [FOLDER…]: fails if folders include each other in a circle, at any depth.

The rooms of a folder are its sub-folders, each with everything below it, and ".", its own files. An include from a file in one room to
a header in another is a step between the two; no room may be reached again by such steps. Without FOLDER: every layer of the project,
and the layers among each other; with FOLDER: that folder and those below it.
"""

import os
import re
import sys

LAYERS = ["comm", "data", "galen", "launch", "models", "trainer"]
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def includes(checkout):
    """(including file, its line, included file) for every include of a header of the project."""
    for layer in LAYERS:
        for folder, _, names in os.walk(os.path.join(checkout, layer)):
            for name in names:
                if not name.endswith((".h", ".cpp", ".cu", ".c")):
                    continue
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    for number, line in enumerate(file, 1):
                        found = INCLUDE.match(line)
                        if found and found[1].split("/")[0] in LAYERS:
                            yield os.path.relpath(path, checkout), number, found[1]


def steps_by_folder(checkout, below):
    """{folder: {(room, room): [include lines]}} for `below` and the folders in it; the folder "" has the layers as its rooms."""
    steps = {}
    for source, line, header in includes(checkout):
        here, there = source.split("/"), header.split("/")
        depth = 0
        while depth < min(len(here), len(there)) - 1 and here[depth] == there[depth]:
            depth += 1
        rooms = tuple(path[depth] if len(path) > depth + 1 else "." for path in (here, there))
        folder = "/".join(here[:depth])
        if rooms[0] != rooms[1] and (folder + "/").startswith(below and below + "/"):
            steps.setdefault(folder, {}).setdefault(rooms, []).append(f'{source}:{line}: #include "{header}"')
    return steps


def circles(steps):
    """The sets of rooms that reach each other."""
    reached = {room: {room} for pair in steps for room in pair}
    for room, known in reached.items():
        ahead = [room]
        while ahead:
            here = ahead.pop()
            for start, end in steps:
                if start == here and end not in known:
                    known.add(end)
                    ahead.append(end)
    return {frozenset(other for other in known if room in reached[other]) for room, known in reached.items()}


def main():
    checkout, wanted = sys.argv[1], [folder.rstrip("/") for folder in sys.argv[2:]] or [""]
    failed = False
    for below in wanted:
        for folder, steps in sorted(steps_by_folder(checkout, below).items()):
            for circle in sorted(map(sorted, circles(steps))):
                if len(circle) < 2:
                    continue
                failed = True
                print(f"{folder or 'the layers'}: a circle of {', '.join(circle)}")
                # The direction with fewer includes is likely the one to reverse, so it is printed first.
                inside = [(len(lines), pair, lines) for pair, lines in steps.items() if set(pair) <= set(circle)]
                for count, (start, end), lines in sorted(inside):
                    print(f"  {start} -> {end}: {count}")
                    for line in lines[:3]:
                        print(f"    {line}")
                    if count > 3:
                        print(f"    and {count - 3} more")
    return 1 if failed else 0


sys.exit(main())

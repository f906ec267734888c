#!/usr/bin/env python3
"""Drills: failures of a cluster, caused in a small run on purpose, many times, by a seed.

  drill.py kills --count 200         SIGKILL of any process at any instant, restarted with other numbers of workers
  drill.py supervised --count 40     the same under galen launch, which restarts it; and processes that are stopped
  drill.py disk --count 12           the disk is full or read-only, the run's folder is deleted
  drill.py restarts --count 20       stopped and resumed in a row: nothing is left behind, memory does not grow
  drill.py stops --count 60          SIGSTOP of any rank at any instant, in every command that runs on several
  drill.py mishaps --count 24        folders removed, logs rotated, data overwritten, clocks set, standard output closed

Exit codes: 0 all claims held; 1 one did not: the folder is kept; 77 the drill cannot run on this machine.
"""
import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import disk  # noqa: E402  (found by the line before)
import kills  # noqa: E402
import mishaps  # noqa: E402
import restarts  # noqa: E402
import stops  # noqa: E402
import supervised  # noqa: E402
from training import Violation  # noqa: E402

DRILLS = {"kills": (kills, 200), "supervised": (supervised, 40), "disk": (disk, 12), "restarts": (restarts, 20),
          "stops": (stops, 60), "mishaps": (mishaps, 24)}  # default counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("drill", choices=DRILLS)
    parser.add_argument("--count", type=int, help="number of failures")
    parser.add_argument("--seed", type=int, default=1, help="seed of all random choices; the machine's timing still varies")
    parser.add_argument("--galen", type=Path, default=Path(__file__).resolve().parents[2] / "build/release/galen")
    parser.add_argument("--keep", action="store_true", help="keep the folder in any case")
    arguments = parser.parse_args()

    if arguments.drill == "disk" and disk.IN_NAMESPACE not in os.environ:
        disk.enter_namespace()
    folder = Path(tempfile.mkdtemp(prefix=f"drill-{arguments.drill}-"))
    print(f"{arguments.drill}: seed {arguments.seed}, in {folder}", flush=True)
    drill, often = DRILLS[arguments.drill]
    begin = time.monotonic()
    try:
        summary = drill.drill(random.Random(arguments.seed), arguments.galen.resolve(), folder, arguments.count or often)
    except Violation as violation:
        print(f"{arguments.drill}: FAILED, seed {arguments.seed}: {violation}\nEverything is kept in {folder}.")
        return 1
    print(f"{arguments.drill}: {summary} ({time.monotonic() - begin:.0f} s, seed {arguments.seed})")
    if not arguments.keep:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())

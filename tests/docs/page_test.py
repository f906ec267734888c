#!/usr/bin/env python3
"""The faults that page.py finds, each in a small page."""

import subprocess
import sys
import tempfile
from pathlib import Path

RUNNER = Path(__file__).with_name("page.py")
COMMAND = "```sh\n{}\n```\n"
OUTPUT = "\n```text\n{}\n```\n"


def run(text):
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.md"
        page.write_text(text)
        result = subprocess.run([sys.executable, RUNNER, page, "--galen", sys.executable], capture_output=True, text=True)
        return result.returncode, result.stdout + result.stderr


def expect(text, *said, code=0):
    got, printed = run(text)
    for wanted in said:
        assert wanted in printed, f"{text}\nprinted\n{printed}\nwithout\n{wanted}"
    assert got == code, f"{text}\nended with {got}, not {code}:\n{printed}"


def must_fail(text, *said):
    expect(text, *said, code=1)


expect(COMMAND.format("echo one > a\n") + COMMAND.format("cat a") + OUTPUT.format("one"), "2 blocks of commands run")
must_fail(COMMAND.format("true\nfalse\ntrue"), "failed: false")
must_fail(COMMAND.format("false | cat"), "exit code 1")

# Numbers and blanks may differ; words, and the order of lines, may not.
printing = COMMAND.format("printf 'loss  0.25\\nauc 1e-3\\nend\\n'")
expect(printing + OUTPUT.format("loss 0.75\n…\nend"))
must_fail(printing + OUTPUT.format("gain 0.25"), "did not print\ngain 0.25")
must_fail(printing + OUTPUT.format("end\nloss 0.25"), "did not print\nloss 0.25")

# A block is skipped only for a reason in the list, and counted.
expect("<!-- not run: Slurm -->\n" + COMMAND.format("false"), "0 blocks of commands run, 1 left out", "Slurm")
must_fail("<!-- not run: tired -->\n" + COMMAND.format("false"), "'tired' is not one of the reasons")
must_fail("<!-- not run: Slurm -->\nWords between.\n" + COMMAND.format("false"), "failed: false")
must_fail("```bash\ntrue\n```\n", "not 'bash'")
must_fail("```\ntrue\n```\n", "not ''")

expect("```python file=a.py\nprint('from a file')\n```\n" + COMMAND.format("python3 a.py") + OUTPUT.format("from a file"))
expect("<!-- set-up:\necho 3 > b\n-->\n" + COMMAND.format("cat b") + OUTPUT.format("3"))
expect("<!-- stand-in: net.pt, for no_such_module -->\n" + COMMAND.format("false") + COMMAND.format("test -s net.pt"), "1 replaced")
expect("<!-- stand-in: net.pt, for sys -->\n" + COMMAND.format("true"), "0 replaced")
expect("```cmake from=tests/docs/CMakeLists.txt\n…\nendif()\n```\n")
must_fail("```cmake from=tests/docs/CMakeLists.txt\nendwhile()\n```\n", "does not have the line\nendwhile()")

must_fail("[a page](no_page.md)", "leads nowhere")
must_fail("[here](#nowhere)\n\n# Somewhere\n", "no heading #nowhere")
expect("[here](#some-where)\n\n# Some where\n")
must_fail("See `trainer/no_such.cpp`.", "no file of the checkout is named")
must_fail("See `two words` and `trainer/no_such/`.", "the checkout has no trainer/no_such/")
expect("See `trainer/trainer.cpp` and `trainer/`.")

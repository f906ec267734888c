"""Runs scripts for tests/support/run_python.cpp, each in a fork of this process, in which the packages that they import are loaded already.

On standard input come requests: the number of fields, then the fields, each ended by a zero byte: the folder to start in (empty: this one's),
the files for standard output and standard error, and the arguments of Python: a script's file or -c and a text, and what follows it.
On standard output goes an exit code a request, one a line; negative: the signal that ended it.
"""
import ast
import importlib
import os
import runpy
import sys


def read_field(stream):
    field = bytearray()
    while (byte := stream.read(1)) not in (b"\0", b""):
        field += byte
    return os.fsdecode(bytes(field))


def load_imports_of(text):
    """What the script imports at its top, if that is an installed package."""
    try:
        statements = ast.parse(text).body
    except SyntaxError:
        return  # which its run reports
    for statement in statements:
        names = [name.name for name in statement.names] if isinstance(statement, ast.Import) else []
        if isinstance(statement, ast.ImportFrom) and statement.level == 0:
            names = [statement.module]
        for name in names:
            try:
                importlib.import_module(name)
            except Exception:  # noqa: BLE001
                pass  # it lies beside the script, or is reported by its run


def run(folder, output, errors, arguments):
    for number, (file, flags) in enumerate([(os.devnull, os.O_RDONLY), (output, os.O_WRONLY | os.O_CREAT), (errors, os.O_WRONLY | os.O_CREAT)]):
        os.dup2(os.open(file, flags, 0o600), number)
    if folder:
        os.chdir(folder)
    if arguments[0] == "-c":
        sys.argv = ["-c", *arguments[2:]]
        sys.path.insert(0, "")
        exec(compile(arguments[1], "<text>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = arguments
        sys.path.insert(0, os.path.dirname(os.path.abspath(arguments[0])))
        runpy.run_path(arguments[0], run_name="__main__")


sys.path.pop(0)  # this file's folder
requests, answers = os.fdopen(os.dup(0), "rb"), os.dup(1)
while count := read_field(requests):
    folder, output, errors, *arguments = [read_field(requests) for _ in range(int(count))]
    if arguments[0] == "-c":
        load_imports_of(arguments[1])
    else:
        with open(arguments[0], encoding="utf-8") as script:
            load_imports_of(script.read())
    child = os.fork()
    if child == 0:
        os.close(answers)
        run(folder, output, errors, arguments)
        break  # and ends as Python does, with what its packages do then
    os.write(answers, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

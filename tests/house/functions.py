#!/usr/bin/env python3
"""functions.py CHECKOUT: no function takes more than 60 lines, from its first line to its last, nor more than 6 parameters.

Reads the sources as text that clang-format has laid out: a function is what stands in a namespace or a class, has parentheses, and a body
or a semicolon behind them. Lambdas belong to the function that they stand in. Functions of NCCL, which a test implements, have NCCL's
parameters.
"""
import re
import subprocess
import sys
from pathlib import Path

MOST_LINES = 60
MOST_PARAMETERS = 6
FOREIGN = re.compile(r"\bncclResult_t\s+nccl\w+\(")
FOLDERS = ["comm", "data", "galen", "launch", "models", "tests", "trainer"]

COMMENTS_AND_TEXTS = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:[^"\\\n]|\\.)*"|(?<![0-9a-fA-F])\'(?:[^\'\\\n]|\\.)+\'', re.DOTALL)
NO_FUNCTION = re.compile(r"^(?:typedef|using|friend class|friend struct|extern \"\")\b|^(?:template\s*<.*?>\s*)?(?:class|struct|union|enum|namespace|concept)\b", re.DOTALL)


def without_texts(source):
    """The source with comments and the insides of texts as blanks: lines and places stay."""
    blank = lambda match: re.sub(r"[^\n]", " ", match[0]) if match[0][0] == "/" else '"' + re.sub(r"[^\n]", " ", match[0][1:-1]) + '"'
    source = COMMENTS_AND_TEXTS.sub(blank, source)
    return re.sub(r"^[ ]*#(?:[^\n]*\\\n)*[^\n]*", lambda match: re.sub(r"[^\n]", " ", match[0]), source, flags=re.MULTILINE)


def parameters(head):
    """How many there are in the first parentheses behind a name: 0 where the head is no function's."""
    head = re.sub(r"\[\[.*?\]\]", lambda match: " " * len(match[0]), head)
    match = re.search(r"(?:operator\s*(?:\(\)|[^\s\w(]+|\s[\w:<>*& ]+)|~?\w+|>)\s*(\()", head)
    if not match:
        return 0
    depth = {"(": 0, "<": 0, "{": 0, "[": 0}
    closing = {")": "(", ">": "<", "}": "{", "]": "["}
    count, empty = 1, True
    for place in range(match.end(1), len(head)):
        c = head[place]
        if c == ")" and not depth["("]:
            return 0 if empty else count
        empty = empty and c.isspace()
        if c in depth:
            depth[c] += 1
        elif c in closing and depth[closing[c]] and not (c == ">" and head[place - 1] == "-"):
            depth[closing[c]] -= 1
        elif c == "," and not any(depth.values()):
            count += 1
    return 0


def is_function(head):
    head = head.strip()
    if not head or "(" not in head or NO_FUNCTION.match(head):
        return False
    before = re.sub(r"\boperator\s*\S+?(?=\()", "operator", head).split("(")[0]
    return "=" not in re.sub(r"<[^()]*>", "", before) and not re.match(r"(return|if|for|while|switch|static_assert|do|else)\b", before)


def functions(source):
    """(first line, last line, head) of each declaration and definition."""
    text = without_texts(source)
    found = []
    scopes = []  # (whether functions may stand in it, where a function in it began, its head)
    start = parens = 0
    for place, c in enumerate(text):
        if c in "([":
            parens += 1
        elif c in ")]":
            parens -= 1
        elif parens:
            continue
        elif c == "{":
            head = text[start:place]
            open_scope = not scopes or scopes[-1][0]
            declares = bool(re.match(r"\s*(?:template\s*<.*?>\s*)?(?:inline\s+)?(?:namespace|class|struct|union|extern)\b", head, re.DOTALL))
            declares = declares and not (is_function(head) and "(" in re.sub(r"\[\[.*?\]\]|\balignas\s*\([^)]*\)", "", head))
            is_member = bool(re.search(r"\)\s*:[^:].*\w\s*$", head, re.DOTALL)) and not re.search(r"[)}]\s*$|\b(?:const|noexcept|override|final)\s*$", head)
            if open_scope and is_function(head) and not is_member:
                scopes.append((False, start + len(head) - len(head.lstrip()), head))
            else:
                scopes.append((open_scope and declares, None, None))
            if not (open_scope and (is_member or re.search(r"=\s*$", head))):
                start = place + 1
        elif c == "}":
            if not scopes:
                continue
            within, begin, head = scopes.pop()
            if begin is not None:
                found.append((text.count("\n", 0, begin) + 1, text.count("\n", 0, place) + 1, head))
            if begin is not None or within or (scopes and not scopes[-1][0]):
                start = place + 1
        elif c == ";":
            head = text[start:place]
            if (not scopes or scopes[-1][0]) and is_function(head):
                line = text.count("\n", 0, start + len(head) - len(head.lstrip())) + 1
                found.append((line, line, head))
            start = place + 1
        elif c == ":" and re.search(r"\b(?:public|private|protected)\s*$", text[start:place]):
            start = place + 1
    return found


def main():
    top = Path(sys.argv[1])
    offences = 0
    for path in sorted(path for folder in FOLDERS for path in (top / folder).rglob("*") if path.suffix in (".h", ".cpp", ".cu")):
        for first, last, head in functions(path.read_text()):
            where = f"{path.relative_to(top)}:{first}"
            if last - first + 1 > MOST_LINES:
                offences += 1
                print(f"{where}: takes {last - first + 1} lines, and a function has at most {MOST_LINES}")
            if parameters(head) > MOST_PARAMETERS and not FOREIGN.search(head):
                offences += 1
                print(f"{where}: has {parameters(head)} parameters, and a function has at most {MOST_PARAMETERS}")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())

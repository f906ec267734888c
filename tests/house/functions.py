#!/usr/bin/env python3
"""functions.py CHECKOUT: no function takes more than 60 lines, from its first line to its last, nor more than 6 parameters.

Reads the sources as text formatted by clang-format: a function is in a namespace or a class, has parentheses, and a body or a semicolon
after them. Lambdas belong to the function that contains them. Functions of NCCL, which a test implements, have NCCL's
parameters.
"""
import re
import sys
from pathlib import Path

MOST_LINES = 60
MOST_PARAMETERS = 6
FOLDERS = ["comm", "data", "galen", "launch", "models", "tests", "trainer"]

COMMENT = r"//[^\n]*|/\*.*?\*/"
TEXT = r'R"(\w*)\(.*?\)\1"|"(?:[^"\\\n]|\\.)*"|(?<![0-9a-fA-F])\'(?:[^\'\\\n]|\\.)+\''
COMMENT_OR_TEXT = re.compile(f"{COMMENT}|{TEXT}", re.DOTALL)
DIRECTIVE = re.compile(r"^ *#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
ATTRIBUTE = re.compile(r"\[\[.*?\]\]|\balignas\s*\([^)]*\)")
DECLARES_MEMBERS = re.compile(r"\s*(?:template\s*<.*?>\s*)?(?:inline\s+)?(?:namespace|class|struct|union|extern)\b", re.DOTALL)
NO_FUNCTION = re.compile(
    r"(?:typedef|using|friend class|friend struct)\b|(?:template\s*<.*?>\s*)?(?:class|struct|union|enum|namespace|concept)\b", re.DOTALL)
STATEMENT = re.compile(r"(return|if|for|while|switch|static_assert|do|else)\b")
NAME = re.compile(r"(?:operator\s*(?:\(\)|[^\s\w(]+|\s[\w:<>*& ]+)|~?\w+|>)\s*(\()")
FOREIGN = re.compile(r"\bncclResult_t\s+nccl\w+\(")
ACCESS = re.compile(r"\b(?:public|private|protected)\s*$")


def without_texts(source):
    """The source with comments, directives and the insides of texts as blanks: lines and places stay."""

    def blank(match):
        blanks = re.sub(r"[^\n]", " ", match[0])
        return blanks if match[0][0] in "/# " else f'"{blanks[1:-1]}"'

    return DIRECTIVE.sub(blank, COMMENT_OR_TEXT.sub(blank, source))


def parameters(head):
    """The number of parameters in the first parentheses after a name."""
    head = ATTRIBUTE.sub(lambda match: " " * len(match[0]), head)
    name = NAME.search(head)
    if not name:
        return 0
    opening = {")": "(", ">": "<", "}": "{", "]": "["}
    depth = dict.fromkeys("(<{[", 0)
    count, empty = 1, True
    for place in range(name.end(1), len(head)):
        c = head[place]
        if c == ")" and not depth["("]:
            break
        empty = empty and c.isspace()
        if c in depth:
            depth[c] += 1
        elif c in opening and depth[opening[c]] and head[place - 1] != "-":
            depth[opening[c]] -= 1
        elif c == "," and not any(depth.values()):
            count += 1
    return 0 if empty else count


def is_function(head):
    """Whether a declaration is a function: it has parentheses, and no = before them, as variables have."""
    head = head.strip()
    if "(" not in head or NO_FUNCTION.match(head):
        return False
    before = re.sub(r"\boperator\s*\S+?(?=\()", "operator", head).split("(")[0]
    return "=" not in re.sub(r"<[^()]*>", "", before) and not STATEMENT.match(before)


def kind_of_block(head):
    """The kind of a brace in a namespace or a class, by the text before it: "members", "function", "initializer" or "other"."""
    last = head.rstrip()[-1:]
    ends_as_body = last in ")}" or re.search(r"\b(?:const|noexcept|override|final)\s*$", head)
    if re.search(r"\)\s*:[^:]", head) and not ends_as_body:
        return "initializer"  # C(int a) : a_{a} …
    if DECLARES_MEMBERS.match(head) and not (is_function(head) and "(" in ATTRIBUTE.sub("", head)):
        return "members"
    if is_function(head):
        return "function"
    return "initializer" if last == "=" else "other"


def functions(source):
    """(first line, last line, head) of each declaration and definition."""
    text = without_texts(source)
    line_of = lambda place: text.count("\n", 0, place) + 1
    begin_of = lambda head: start + len(head) - len(head.lstrip())
    found = []
    blocks = []  # open blocks: their kind, the start of their head, the head
    start = parentheses = 0  # start: of the current declaration
    for place, c in enumerate(text):
        parentheses += (c in "([") - (c in ")]")
        if parentheses or c in ")]":
            continue
        head = text[start:place]
        declares = not blocks or blocks[-1][0] == "members"
        if c == "{":
            blocks.append((kind_of_block(head) if declares else "other", begin_of(head), head))
            if blocks[-1][0] != "initializer":
                start = place + 1
        elif c == "}" and blocks:
            kind, begin, head = blocks.pop()
            if kind == "function":
                found.append((line_of(begin), line_of(place), head))
            if kind != "initializer":
                start = place + 1
        elif c == ";":
            if declares and is_function(head):
                found.append((line_of(begin_of(head)), line_of(begin_of(head)), head))
            start = place + 1
        elif c == ":" and ACCESS.search(head):
            start = place + 1
    return found


def main():
    top = Path(sys.argv[1])
    offences = []
    for path in sorted(path for folder in FOLDERS for path in (top / folder).rglob("*") if path.suffix in (".h", ".cpp", ".cu")):
        for first, last, head in functions(path.read_text(encoding="utf-8")):
            where = f"{path.relative_to(top)}:{first}"
            if last - first + 1 > MOST_LINES:
                offences.append(f"{where}: takes {last - first + 1} lines, and a function has at most {MOST_LINES}")
            if parameters(head) > MOST_PARAMETERS and not FOREIGN.search(head):
                offences.append(f"{where}: has {parameters(head)} parameters, and a function has at most {MOST_PARAMETERS}")
    print("\n".join(offences), end="\n" if offences else "")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())

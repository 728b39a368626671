#!/usr/bin/env python3
"""Which requirement is shown by which test: docs/coverage.tsv, marks of tests, docs/coverage.md.

A test says which rows it shows, and which faults it keeps away, in a comment before it or on its
first line: `// L12, F5` or `# V8: and why`. A mark in tests/manifests/wrong/NN.yaml or in a golden
case's manifest.yaml stands for the test that reads the file.

usage: coverage.py    writes docs/coverage.md
"""

import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from tree import Finding, Tree

ROWS = "docs/coverage.tsv"
PAGE = "docs/coverage.md"
_HEAD = ["id", "kind", "status", "waits", "what"]
# status -> whether a test must show the row
_STATUSES = {"works": True, "partly": True, "not yet": False, "not": False}
_IDS = r"[FLGABVX]\d{1,3}(?:, [FLGABVX]\d{1,3})*"
_MARK = re.compile(rf"(?://|#) ({_IDS})(?=$|:)")
_CPP = re.compile(r"(?:TEST|TEST_F|TEST_P)\((\w+), (\w+)\)")
_PYTHON = re.compile(r"def (test_\w+)\(")
_COMMENT = re.compile(r"\s*(?://|#|@)")
_DATA = re.compile(r"tests/(?:manifests/wrong/[^/]+\.yaml|golden/[^/]+/manifest\.yaml)")
_SOURCES = {
    "L": "Lightning BYOC",
    "G": "Grid",
    "A": "Lightning Apps",
    "B": "Bodo",
    "V": "Valohai",
    "X": "across the systems",
}
_INTRODUCTION = """\
# Requirements, and the tests that show them

Written by `tests/tidy/coverage.py` from [coverage.tsv](coverage.tsv) and the marks of the tests; do
not edit. byoc does what five earlier systems did for machine learning in the user's own cloud; each
row is one thing of theirs, in byoc's words.

**works**: each test named fails without it. **partly**: the tests show what there is, and what is
missing is said. **not yet**: said with the kind or part that it waits for. **not**: by decision,
said with the reason.
"""


def _numbered(row):
    return "LGABVX".index(row[0]), int(row[1:])


def _tests(path, lines):
    """(number of line, name, comment lines) of every test of a file."""
    pattern = _CPP if path.endswith(".cc") else _PYTHON
    for index, line in enumerate(lines):
        match = pattern.match(line)
        if not match:
            continue
        comments = [line]
        for before in reversed(lines[:index]):
            if not _COMMENT.match(before):
                break
            comments.append(before)
        yield index + 1, ".".join(match.groups()), comments


def marks(tree):
    """id -> tests that show it, as `path name`; and where each mark stands, for findings."""
    shown, places = defaultdict(list), []

    def note(ids, path, line, test):
        for one in ids.split(", "):
            places.append((one, path, line))
            if test not in shown[one]:
                shown[one].append(test)

    for path in tree.paths:
        if path.endswith(("_test.cc", "_test.py")) and path.startswith("tests/"):
            for line, name, comments in _tests(path, tree.text(path).splitlines()):
                for comment in comments:
                    for match in _MARK.finditer(comment):
                        note(match.group(1), path, line, f"{path} {name}")
        elif _DATA.fullmatch(path):
            for number, line in tree.lines(path):
                match = _MARK.fullmatch(line)
                if match:
                    note(match.group(1), path, number, path)
    return shown, places


def rows(tree):
    """The rows of coverage.tsv as lists of five cells, and what is wrong with them."""
    found, wrong = [], []
    for number, line in tree.lines(ROWS):
        cells = line.split("\t")
        if number == 1:
            if cells != _HEAD:
                wrong.append(Finding(ROWS, number, f"the columns are {', '.join(_HEAD)}"))
        elif len(cells) != len(_HEAD) or not re.fullmatch(r"[LGABVX]\d{1,3}", cells[0]):
            wrong.append(Finding(ROWS, number, "a row has an id and five cells"))
        elif cells[2] not in _STATUSES:
            wrong.append(Finding(ROWS, number, f"{cells[2]}: one of {', '.join(_STATUSES)}"))
        elif (cells[2] == "works") != (cells[3] == ""):
            wrong.append(Finding(ROWS, number, "what does not work says what it waits for, or why"))
        else:
            found.append([number, *cells])
    order = [_numbered(row[1]) for row in found]
    if order != sorted(set(order)):
        wrong.append(Finding(ROWS, 1, "rows stand once each, in the order of their ids"))
    return found, wrong


def _counts(found):
    counted = Counter((row[1][0], row[3]) for row in found)
    lines = ["| | rows | " + " | ".join(_STATUSES) + " |", "| --- |" + " ---: |" * 5]
    for letters in [*_SOURCES, "".join(_SOURCES)]:
        cells = [sum(counted[letter, status] for letter in letters) for status in _STATUSES]
        name = f"{letters} {_SOURCES[letters]}" if len(letters) == 1 else "**all**"
        lines.append(f"| {name} | {sum(cells)} | " + " | ".join(map(str, cells)) + " |")
    return lines


def render(tree):
    found, _ = rows(tree)
    shown, _ = marks(tree)
    out = [_INTRODUCTION, *_counts(found)]
    for letter, title in _SOURCES.items():
        out += ["", f"## {title}", "", "| id | kind | what | status | shown by |"]
        out.append("| --- | --- | --- | --- | --- |")
        for _, row, kind, status, waits, what in found:
            if row[0] != letter:
                continue
            state = f"{status}: {waits}" if waits else status
            tests = "; ".join(sorted(shown.get(row, [])))
            out.append(f"| {row} | {kind} | {what} | {state} | {tests} |".replace("  |", " |"))
    return "\n".join(out) + "\n"


def coverage(tree):
    """What works has a test, a mark names a row, and the page is what is written from both."""
    if ROWS not in tree.paths:
        return
    found, wrong = rows(tree)
    yield from wrong
    shown, places = marks(tree)
    known = {row[1] for row in found}
    faults = tree.text("docs/faults.md") if "docs/faults.md" in tree.paths else ""
    known.update(re.findall(r"^\| (F\d+) \|", faults, re.MULTILINE))
    for one, path, line in places:
        if one not in known:
            yield Finding(path, line, f"{one} is no row of {ROWS} or docs/faults.md")
    for number, row, _, status, _, _ in found:
        if _STATUSES[status] and row not in shown:
            yield Finding(ROWS, number, f"{row} has no test: mark the one that shows it")
        if not _STATUSES[status] and row in shown:
            yield Finding(ROWS, number, f"{row} is shown by {shown[row][0]}: it is not {status}")
    if PAGE not in tree.paths or tree.text(PAGE) != render(tree):
        yield Finding(PAGE, 1, "is stale: make docs")


CHECKS = [coverage]


def main():
    tree = Tree(Path(__file__).resolve().parents[2])
    (tree.root / PAGE).write_text(render(tree), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Documents: links lead somewhere, and the make targets that they name exist."""

import posixpath
import re
from pathlib import PurePosixPath

from tree import Finding

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
_MAKE = re.compile(r"`make ([a-z0-9 -]+)[^`]*`|^make ([a-z0-9 -]+)", re.MULTILINE)


def _prose(text):
    """The text with fenced code blanked, lines kept."""
    return re.sub(r"^```.*?^```", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.S | re.M)


def _anchors(text):
    titles = re.findall(r"^#+\s+(.*)$", _prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(tree):
    known = set(tree.paths)
    folders = {str(parent) for path in known for parent in PurePosixPath(path).parents}
    for path in tree.ending(".md"):
        for number, line in enumerate(_prose(tree.text(path)).splitlines(), start=1):
            for match in _LINK.finditer(line):
                target = match.group(1) or match.group(2)
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, anchor = target.partition("#")
                there = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
                there = there.rstrip("/") if name else path
                if there not in known and there not in folders:
                    yield Finding(path, number, f"{target}: no such file")
                elif anchor and there.endswith(".md") and anchor not in _anchors(tree.text(there)):
                    yield Finding(path, number, f"{target}: no such heading")


def make_targets(tree):
    if "Makefile" not in tree.paths:
        return
    targets = set(re.findall(r"^([a-z0-9-]+):", tree.text("Makefile"), re.MULTILINE))
    for path in tree.ending(".md"):
        text = tree.text(path)
        for match in _MAKE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            for name in (match.group(1) or match.group(2)).split():
                if name not in targets:
                    yield Finding(path, line, f"make {name}: the Makefile has no such target")


def help_lines(tree):
    if "Makefile" not in tree.paths:
        return
    for number, line in tree.lines("Makefile"):
        match = re.match(r"([a-z0-9]+):(?!=)", line)
        if match and "## " not in line:
            yield Finding("Makefile", number, f"{match.group(1)} is not in `make help`")


_RULES = "docs/aws-rules.md"
_CITED = re.compile(r"(?:aws-rules |//.*[ (])([CDEK]\d{1,2}(?:-[EK]\d{1,2})?)(?=[,:;.)\s])")


def aws_rules(tree):
    """A rule of AWS that the code cites is written down."""
    rules = tree.text(_RULES) if _RULES in tree.paths else ""
    known = set(re.findall(r"^(?:\| |## )([CDEK]\d{0,2})\b", rules, re.MULTILINE))
    for path in tree.cpp():
        for number, line in tree.lines(path):
            for match in _CITED.finditer(line + "\n"):
                for rule in match.group(1).split("-"):
                    if rule not in known:
                        yield Finding(path, number, f"{rule} is no rule of {_RULES}")


_FAULTS = "docs/faults.md"
_FAULT_IDS = [number for number in range(1, 67) if number not in (38, 39)]
_TEST_PATH = re.compile(r"\b(?:tests|scripts)/[\w./-]*\w")


def faults(tree):
    """Every fault has a test that exists, or stands among the open ones."""
    if _FAULTS not in tree.paths:
        return
    known = set()
    below = {str(parent) for path in tree.paths for parent in PurePosixPath(path).parents}
    for number, line in tree.lines(_FAULTS):
        match = re.match(r"\| F(\d+) \|", line)
        if not match:
            continue
        known.add(int(match.group(1)))
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if len(cells) == 2:
            continue  # an open one
        paths = _TEST_PATH.findall(cells[-1])
        if not paths:
            yield Finding(_FAULTS, number, f"F{match.group(1)} has no test")
        for path in paths:
            stem = any(known_path.startswith(path) for known_path in tree.paths)
            if not stem and path not in below:
                yield Finding(_FAULTS, number, f"{path}: no such test")
    for number in _FAULT_IDS:
        if number not in known:
            yield Finding(_FAULTS, 1, f"F{number} is missing")


CHECKS = [links, make_targets, help_lines, aws_rules, faults]

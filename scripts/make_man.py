#!/usr/bin/env python3
"""Writes a manual page: prose from a template, verbs and flags from the program itself.

usage: make_man.py PROGRAM TEMPLATE VERSION >PAGE

A template is the page with lines @FLAGS@ and @VERBS@ where the lists belong. Flags are what gflags
knows (--helpxml) without its own; verbs are what `PROGRAM help` prints.
"""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

TIMEOUT_S = 60  # the sanitizers' build on a loaded machine; a program that does not end is wrong


def said(program, *words):
    command = [program, *words]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL
    )
    if not done.stdout:
        sys.exit(f"make_man: {' '.join(command)} printed nothing: {done.stderr}")
    return done.stdout


def escaped(text):
    """Text as roff reads it: nothing in it is a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^(?=[.'])", "\\\\&", text, flags=re.MULTILINE)


def flags(program):
    """(name, type, default, meaning) of each flag that the program itself defines."""
    found = []
    for flag in ElementTree.fromstring(said(program, "--helpxml")).iter("flag"):
        words = {child.tag: child.text or "" for child in flag}
        if not re.search(r"(^|/)gflags\w*\.cc$", words["file"]):
            found.append((words["name"], words["type"], words["default"], words["meaning"]))
    if not found:
        sys.exit(f"make_man: {program} has no flags")
    return sorted(found, key=lambda flag: flag[0].lower())


def flags_shown(program):
    for name, kind, default, meaning in flags(program):
        sign = "-" if len(name) == 1 else "--"
        form = f"{sign}{name}" if kind == "bool" else f"{sign}{name} {kind.upper()}"
        yield f".TP\n.B {escaped(form)}"
        usual = "" if default in ("", "false") else f" Default: {default}."
        yield escaped(f"{meaning[:1].upper()}{meaning[1:]}.{usual}")


def verbs(program):
    """[name, meaning, usage] of each verb, from the lines between the head and the flags."""
    found = []
    lines = said(program, "help").split("\n\n")[1].splitlines()
    for line in lines:
        if match := re.fullmatch(r" {2}(\S+) +(\S.*)", line):
            found.append([match[1], match[2], match[1]])
        elif match := re.fullmatch(r" {4,}byocctl (.+)", line):
            found[-1][2] = match[1]
        else:
            sys.exit(f"make_man: what does this line of help mean? {line}")
    return found


def verbs_shown(program):
    for _, meaning, usage in verbs(program):
        yield f".TP\n.B {escaped(usage)}"
        yield escaped(f"{meaning[:1].upper()}{meaning[1:]}.")


def page(program, template, version):
    lists = {"@FLAGS@": flags_shown, "@VERBS@": verbs_shown}
    for line in Path(template).read_text(encoding="utf-8").splitlines():
        if line in lists:
            yield from lists[line](program)
        else:
            yield line.replace("@VERSION@", version)


def main():
    print("\n".join(page(*sys.argv[1:4])))


if __name__ == "__main__":
    main()

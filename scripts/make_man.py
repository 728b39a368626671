#!/usr/bin/env python3
"""Writes a manual page: prose from a template, verbs and flags from the program itself.

usage: make_man.py PROGRAM TEMPLATE VERSION >PAGE

A template is the page with lines @FLAGS@ and @VERBS@ where the lists belong. byocctl tells both
(`help -o json`); flags of other programs are the lines of their --help.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

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


def tables(program):
    """The verbs and their flags, as byocctl tells them; None: the program has no verbs."""
    command = [program, "help", "-o", "json"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL
    )
    return json.loads(done.stdout)["verbs"] if done.stdout.startswith("{") else None


def flags(program):
    """(form, meaning) of each flag: those of every verb, or those that --help lists."""
    if verbs := tables(program):
        return [(flag["usage"], flag["help"]) for flag in verbs[0]["flags"] if flag["common"]]
    found = []
    listed = re.findall(r"^  (--\S+)(=\S+)? +(.*?)(?: \[(.*)\])?$", said(program, "--help"), re.M)
    for name, form, meaning, usual in listed:
        found.append((name + form, meaning + (f". Default: {usual}" if usual else "")))
    if not found:
        sys.exit(f"make_man: {program} has no flags")
    return sorted(found, key=lambda flag: flag[0].lower())


def item(form, meaning):
    yield f".TP\n.B {escaped(form)}"
    yield escaped(f"{meaning[:1].upper()}{meaning[1:]}.")


def flags_shown(program):
    for form, meaning in flags(program):
        yield from item(form, meaning)


def verbs_shown(program):
    """Each verb, and below it the flags that not every verb has."""
    for verb in tables(program) or sys.exit(f"make_man: {program} has no verbs"):
        yield from item(f"{verb['name']} {verb['usage']}".strip(), verb["help"])
        own = [flag for flag in verb["flags"] if not flag["common"]]
        if not own:
            continue
        yield ".RS"
        for flag in own:
            yield from item(flag["usage"], flag["help"])
        yield ".RE"


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

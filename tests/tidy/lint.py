#!/usr/bin/env python3
"""Runs clang-tidy-14 over the program's C++ sources, all cores at once; exit 1 on any warning.

usage: lint.py [--build DIR] [SOURCE...]

It looks at units, as the compilers do. A unit that passed is not looked at again until one of its
sources, a header of ours that they include, or .clang-tidy changes: build/lint/passed holds one
empty file per text that passed.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from includes import closure
from tree import Tree
from units import compiled

TIDY = "clang-tidy-14"
FOLDERS = ("base/", "manifests/", "reconcilers/", "cloud/", "controller/", "cli/")


def configure(root, build):
    """A compilation database of clang's own, which knows not all flags of GCC's, and its
    precompiled header."""
    configuration = ["cmake", "-S", root, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug"]
    configuration += ["-DCMAKE_CXX_COMPILER=clang++-14"]
    configuration += ["-DCMAKE_DISABLE_PRECOMPILE_HEADERS=OFF", "--log-level=WARNING"]
    run(configuration)
    commands = json.loads((build / "compile_commands.json").read_text())
    header = next(
        re.search(r" -o (\S+)", one["command"]).group(1)
        for one in commands
        if one["file"].endswith("cmake_pch.hxx.cxx")
    )
    run(["cmake", "--build", build, "--target", header])


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)


def units(tree, build, wanted):
    """(file, sources) of the program, all or those with a wanted source; the largest first."""
    found = {}
    for file, sources in compiled(tree, build / "compile_commands.json"):
        if sources[0].startswith(FOLDERS) and (not wanted or set(wanted) & set(sources)):
            found[file] = sources
    size = lambda unit: sum(len(tree.text(path)) for path in unit[1])
    return sorted(found.items(), key=size, reverse=True)


def fingerprint(tree, sources):
    digest = hashlib.sha256()
    reached = {name for path in sources for name in closure(tree, path)}
    for name in [".clang-tidy", *sorted(reached)]:
        digest.update(f"{name}\0{tree.text(name)}\0".encode())
    return digest.hexdigest()


def lint(tree, build, file, sources):
    """What there is to say of a unit."""
    passed = build / "passed" / fingerprint(tree, sources)
    if passed.exists():
        return ""
    command = [TIDY, "-p", str(build), "--quiet", str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        passed.touch()
        return ""
    return done.stdout or done.stderr


def main():
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=root / "build/lint", type=Path)
    parser.add_argument("sources", nargs="*")
    args = parser.parse_args()

    configure(root, args.build)
    (args.build / "passed").mkdir(parents=True, exist_ok=True)
    tree = Tree(root)
    chosen = units(tree, args.build, args.sources)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda unit: lint(tree, args.build, *unit), chosen)
        failed = [output for output in answers if output]
    for output in failed:
        print(output)
    count = sum(len(sources) for _, sources in chosen)
    print(f"lint: {count} sources in {len(chosen)} units, {len(failed)} with warnings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

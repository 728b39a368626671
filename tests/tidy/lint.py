#!/usr/bin/env python3
"""Runs clang-tidy-14 over the program's C++ sources, all cores at once; exit 1 on any warning.

usage: lint.py [--build DIR] [FILE...]

A file that passed is not looked at again until it, a header of ours that it includes, or
.clang-tidy changes: build/lint/passed holds one empty file per text that passed.
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


def fingerprint(tree, path):
    digest = hashlib.sha256()
    for name in [".clang-tidy", *closure(tree, path)]:
        digest.update(f"{name}\0{tree.text(name)}\0".encode())
    return digest.hexdigest()


def lint(tree, build, path):
    """(path, output): the output is empty when there is nothing to say."""
    passed = build / "passed" / fingerprint(tree, path)
    if passed.exists():
        return path, ""
    command = [TIDY, "-p", str(build), "--quiet", str(tree.root / path)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        passed.touch()
        return path, ""
    return path, done.stdout or done.stderr


def main():
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=root / "build/lint", type=Path)
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()

    configure(root, args.build)
    (args.build / "passed").mkdir(parents=True, exist_ok=True)
    tree = Tree(root)
    files = args.files or [path for path in tree.ending(".cc") if path.startswith(FOLDERS)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda path: lint(tree, args.build, path), files))
    failed = [(path, output) for path, output in answers if output]
    for _, output in failed:
        print(output)
    print(f"lint: {len(files)} files, {len(failed)} with warnings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

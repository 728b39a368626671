#!/usr/bin/env python3
"""Style is a test: prints every broken rule of the house as `path:line: text`; exit 1 if any.

usage: tidy.py [--root DIR] [--compile-commands FILE]
"""

import argparse
import sys
from pathlib import Path

import coverage
import dependencies
import docs
import includes
import kind_names
import orphans
import shape
import units
import unused
import words
from tree import Tree

CHECKS = [
    *shape.CHECKS,
    *words.CHECKS,
    *includes.CHECKS,
    *dependencies.CHECKS,
    *docs.CHECKS,
    *coverage.CHECKS,
    *orphans.CHECKS,
    *units.CHECKS,
    *kind_names.CHECKS,
    *unused.CHECKS,
]


def findings(tree, compile_commands=None):
    found = [finding for check in CHECKS for finding in check(tree)]
    if compile_commands:
        found += orphans.sources(tree, compile_commands)
    return sorted(set(found))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", default=Path(__file__).resolve().parents[2], type=Path)
    parser.add_argument("--compile-commands", type=Path)
    args = parser.parse_args()
    tree = Tree(args.root)
    found = findings(tree, args.compile_commands)
    for finding in found:
        print(finding)
    print(f"tidy: {len(tree.paths)} files, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

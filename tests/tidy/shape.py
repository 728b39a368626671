"""How long lines, functions and files may be, and what files are called."""

import ast
import re

from cpp_text import functions
from tree import Finding

LINE_MAX = 100
FUNCTION_MAX = 70
FILE_MAX = 700
FILE_USUAL = 400
FILE_USUAL_SHARE = 0.9


def lines(tree):
    for path in tree.ending(".h", ".cc", ".py", ".sh"):
        for number, line in tree.lines(path):
            if len(line) > LINE_MAX:
                yield Finding(path, number, f"{len(line)} columns, at most {LINE_MAX}")
            if line != line.rstrip():
                yield Finding(path, number, "space at the end of the line")


def files(tree):
    sources = tree.ending(".h", ".cc", ".py")
    sizes = {path: len(tree.lines(path)) for path in sources}
    for path, size in sizes.items():
        if size > FILE_MAX:
            yield Finding(path, size, f"{size} lines, at most {FILE_MAX}")
    usual = sum(size <= FILE_USUAL for size in sizes.values())
    if sizes and usual < FILE_USUAL_SHARE * len(sizes):
        long = sorted(path for path, size in sizes.items() if size > FILE_USUAL)
        yield Finding(long[0], 1, f"too many files over {FILE_USUAL} lines: {', '.join(long)}")


def function_lengths(tree):
    for path in tree.cpp():
        for function in functions(tree.text(path)):
            table = function.statements <= 1  # `return {...};` is data, not steps
            if function.length > FUNCTION_MAX and not table:
                yield Finding(path, function.line, _too_long(function.length))
    for path in tree.ending(".py"):
        for node in ast.walk(ast.parse(tree.text(path))):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_MAX:
                    yield Finding(path, node.lineno, _too_long(length))


def _too_long(length):
    return f"a function of {length} lines, at most {FUNCTION_MAX}"


def names(tree):
    for path in tree.ending(".h", ".cc", ".py"):
        stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        if not re.fullmatch(r"[a-z0-9_]+", stem):
            yield Finding(path, 1, "file names are snake_case")


def headers(tree):
    for path in tree.ending(".h"):
        text = tree.text(path)
        if not text.startswith("//"):
            yield Finding(path, 1, "a header begins with a comment that says what it is for")
        if "#pragma once" not in text:
            yield Finding(path, 1, "a header needs #pragma once")


CHECKS = [lines, files, function_lengths, names, headers]

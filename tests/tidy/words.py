"""Words that do not belong in the tree: vague type names, promises of later, paths of a machine."""

import re

from cpp_text import without_comments, without_prose
from tree import Finding

_VAGUE = "Manager|Helper|Utils?|Base"
_TYPE_NAME = re.compile(rf"\b(?:class|struct|union|enum)\s+(?:class\s+)?(\w*(?:{_VAGUE}))\b")
_FILE_NAME = re.compile(r"(^|_)(manager|helpers?|utils?)(_|\.|$)")
_PROMISES = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]  # split: this file is read too
_LATER = re.compile(r"\b(" + "|".join(_PROMISES) + r")\b")
_MACHINE = re.compile(r"(?<![\w.$}])/(" + "|".join(["wo" + "rk", "ro" + "ot"]) + r")/[\w.]")
_NAMESPACE = re.compile(r"\busing\s+namespace\s+(?!std::(?:\w+_)?literals\b)([\w:]+)")
_PRINTED_SECRET = re.compile(r"(printf|fmt::|spdlog|SPDLOG|log_|<<).*\breveal\(\)")
_SLEEPS = ["sleep_" + "for", "sleep_" + "until", "nanosl" + "eep", "u?sl" + "eep"]
_SLEEP = re.compile(r"\b(" + "|".join(_SLEEPS) + r")\s*\(")
_PYTEST_SKIP = r"\bpytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b"
_SKIP = re.compile(r"\bGTEST_" + r"SKIP\b|\bDIS" + r"ABLED_\w|" + _PYTEST_SKIP)
_TEXT = (".h", ".cc", ".py", ".sh", ".md", ".yaml", ".txt", ".cmake", "Makefile", ".ci/run")


def _matches(tree, path, text, pattern, say):
    for match in pattern.finditer(text):
        yield Finding(path, text.count("\n", 0, match.start()) + 1, say(match))


def cpp(tree):
    for path in tree.cpp():
        code = without_prose(tree.text(path))
        rules = [
            (_TYPE_NAME, lambda m: f"{m.group(1)}: say what it is, not {_VAGUE}"),
            (re.compile(r"\bstd::endl\b"), lambda m: "std::endl flushes: write '\\n'"),
            (_NAMESPACE, lambda m: f"using namespace {m.group(1)}: name what is used"),
            (_PRINTED_SECRET, lambda m: "a secret is printed"),
        ]
        for pattern, say in rules:
            yield from _matches(tree, path, code, pattern, say)


def file_names(tree):
    for path in tree.cpp() + tree.ending(".py"):
        if _FILE_NAME.search(path.rsplit("/", 1)[-1]):
            yield Finding(path, 1, "say what the file holds, not that it helps")


def later(tree):
    for path in tree.ending(*_TEXT):
        yield from _matches(
            tree, path, tree.text(path), _LATER, lambda m: f"{m.group(1)}: do it, or file an issue"
        )


def machine_paths(tree):
    for path in tree.ending(*_TEXT):
        yield from _matches(
            tree, path, tree.text(path), _MACHINE, lambda m: "a path of somebody's machine"
        )


def tests(tree):
    for path in tree.ending(".cc", ".h", ".py"):
        if not path.startswith("tests/"):
            continue
        text = tree.text(path)
        code = without_comments(text) if path.endswith((".cc", ".h")) else text
        yield from _matches(tree, path, code, _SLEEP, lambda m: "a test waits for events, not time")
        yield from _matches(tree, path, code, _SKIP, lambda m: "a test runs, or it is removed")


CHECKS = [cpp, file_names, later, machine_paths, tests]

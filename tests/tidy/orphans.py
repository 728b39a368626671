"""Files that nothing uses: sources that no build compiles, scripts that nothing calls."""

from tree import Finding
from units import compiled

# Compiled only on request, by a glob of their own: make fuzz, make bench.
_ON_REQUEST = ("tests/fuzz/", "bench/")


def sources(tree, compile_commands):
    """Every .cc of the tree is compiled by the build whose compile_commands.json is given."""
    known = {path for _, paths in compiled(tree, compile_commands) for path in paths}
    for path in tree.ending(".cc"):
        if path not in known and not path.startswith(_ON_REQUEST):
            yield Finding(path, 1, "no target compiles this file")


def scripts(tree):
    """A script is named by some other file (tests that pytest collects name themselves)."""
    callers = tree.ending(".py", ".sh", ".txt", ".md", ".cmake")
    callers += [path for path in tree.paths if path in ("Makefile", ".ci/run")]
    texts = {path: tree.text(path) for path in callers}
    for path in tree.ending(".py", ".sh"):
        name = path.rsplit("/", 1)[-1]
        if name in ("conftest.py", "__init__.py") or name.endswith(("_test.py", "_bench.py")):
            continue
        if name.startswith("test_"):
            continue
        word = name[:-3] if name.endswith(".py") else name
        if not any(word in text for caller, text in texts.items() if caller != path):
            yield Finding(path, 1, "nothing calls this script")


CHECKS = [scripts]

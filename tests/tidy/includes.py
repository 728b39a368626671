"""Which folder may include what: the layers of the house, and who speaks to which library."""

import re

from cpp_text import without_comments
from tree import Finding

# Folder -> folders that it may include. Everything else points the wrong way.
LAYERS = {
    "base": {"base"},
    "manifests": {"base", "manifests"},
    "reconcilers": {"base", "manifests", "reconcilers"},
    "cloud": {"base", "cloud"},
    "controller": {"base", "manifests", "reconcilers", "cloud", "controller"},
    "cli": {"base", "manifests", "reconcilers", "controller", "cli"},
}

# Library -> the one folder of the program that may include it (tests and benchmarks are free).
OWNERS = {
    "yaml-cpp/": {"manifests"},
    "valijson/": {"manifests"},
    "curl/": {"cloud"},
    "pugixml.hpp": {"cloud"},
    "sqlite3.h": {"controller"},
    "httplib.h": {"controller"},
    "gflags/": {"cli", "controller"},
    "spdlog/": {"cli", "controller"},
}

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def includes(tree, path):
    """(line, quote, name) of each include of a file."""
    for number, line in enumerate(without_comments(tree.text(path)).splitlines(), start=1):
        match = _INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def direction(tree):
    for path in tree.cpp():
        folder = path.split("/", 1)[0]
        allowed = LAYERS.get(folder)
        for number, quote, name in includes(tree, path):
            if quote == "<" or allowed is None:
                continue
            if name.split("/", 1)[0] not in allowed:
                yield Finding(path, number, f"{folder}/ does not include {name}")


def resolved(tree):
    known = set(tree.paths)
    for path in tree.cpp():
        for number, quote, name in includes(tree, path):
            if quote == '"' and name not in known:
                yield Finding(path, number, f"{name} is not a file of the tree, from its root")


def owners(tree):
    for path in tree.cpp():
        folder = path.split("/", 1)[0]
        if folder not in LAYERS:
            continue
        for number, _, name in includes(tree, path):
            for library, folders in OWNERS.items():
                if name.startswith(library) and folder not in folders:
                    where = " or ".join(sorted(folders))
                    yield Finding(path, number, f"only {where} includes {name}")


def orphan_headers(tree):
    used = {name for path in tree.cpp() for _, _, name in includes(tree, path)}
    built = "".join(tree.text(path) for path in tree.ending("CMakeLists.txt"))
    for path in tree.ending(".h"):
        if path not in used and path not in built:
            yield Finding(path, 1, "nothing includes this header")


_TYPE = re.compile(r"^(?:struct|class|enum class)\s+(\w+)[^;{]*\{", re.MULTILINE)


def one_definition(tree):
    """Two types of one name in the program's headers: the linker mixes them up, silently."""
    first = {}
    for path in tree.ending(".h"):
        if path.split("/", 1)[0] not in LAYERS:
            continue
        text = without_comments(tree.text(path))
        for match in _TYPE.finditer(text):
            other = first.setdefault(match.group(1), path)
            if other != path:
                line = text.count("\n", 0, match.start()) + 1
                yield Finding(path, line, f"{match.group(1)} is defined in {other}, too")


CHECKS = [one_definition, direction, resolved, owners, orphan_headers]

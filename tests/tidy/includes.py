"""Which folder may include what: the layers of the house, and who speaks to which library."""

import functools
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
    "curl/": {"cloud"},
    "pugixml.hpp": {"cloud"},
    "sqlite3.h": {"controller"},
    "microhttpd.h": {"controller"},
    "gflags/": {"cli", "controller"},
    "spdlog/": {"cli", "controller"},
}

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


@functools.lru_cache(maxsize=None)
def includes(tree, path):
    """(line, quote, name) of each include of a file."""
    lines = enumerate(without_comments(tree.text(path)).splitlines(), start=1)
    found = ((number, _INCLUDE.match(line)) for number, line in lines)
    return [(number, match.group(1), match.group(2)) for number, match in found if match]


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


# What the precompiled header offers to every source, included or not: the word that needs it.
_NEEDS = {
    name: re.compile(rf"\b(?:{words})\b(?!_)")
    for name, words in {
        "algorithm": r"std::(?:all_of|any_of|copy_if|count_if|find|find_if|none_of|sort)",
        "chrono": r"std::chrono",
        "functional": r"std::function",
        "map": r"std::map",
        "memory": r"std::(?:make_unique|make_shared|unique_ptr|shared_ptr)",
        "optional": r"std::(?:optional|nullopt)",
        "set": r"std::set",
        "span": r"std::span",
        "string": r"std::(?:string|to_string)",
        "string_view": r"std::string_view",
        "utility": r"std::(?:move|exchange|pair)",
        "vector": r"std::vector",
        "base/json.h": r"Json",
        "gmock/gmock.h": r"EXPECT_THAT|ASSERT_THAT",
        "gtest/gtest.h": r"TEST|TEST_F|TEST_P",
    }.items()
}


def closure(tree, path):
    """The file and every header of ours that it reaches, sorted."""
    seen, left = set(), [path]
    while left:
        here = left.pop()
        if here in seen or here not in tree.paths:
            continue
        seen.add(here)
        left += [name for _, quote, name in includes(tree, here) if quote == '"']
    return sorted(seen)


def forgotten(tree):
    """A word whose header neither the file nor a header of ours that it reaches includes."""
    for path in tree.cpp():
        reached = closure(tree, path)
        have = {name for here in reached for _, _, name in includes(tree, here)} | set(reached)
        text = without_comments(tree.text(path))
        for name, words in _NEEDS.items():
            match = words.search(text)
            if match and name not in have:
                line = text.count("\n", 0, match.start()) + 1
                yield Finding(path, line, f"{match.group(0)} without an include of {name}")


CHECKS = [forgotten, one_definition, direction, resolved, owners, orphan_headers]

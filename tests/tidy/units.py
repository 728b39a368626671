"""Units: what CMake has a compiler see at once, and what that asks of names local to a file."""

import json
import posixpath
import re
from pathlib import Path

from cpp_text import without_prose
from tree import Finding

_INCLUDED = re.compile(r'^#include "([^"]+\.cc)"$', re.MULTILINE)
_LOCAL = re.compile(r"^namespace \{\n(.*?)^\}  // namespace$", re.MULTILINE | re.DOTALL)
# A type, a constant or a function that begins a line.
_NAME = re.compile(
    r"^(?=\w)(?:(?:class|struct|enum(?: class)?) (\w+)"
    r"|using (\w+) ="
    r"|[\w:<>,&* ]+?[ &*](k[A-Z]\w*)\b *[\[{=;]"
    r"|[\w:<>,&*\[\] ]+?[ &*](\w+)\()",
    re.MULTILINE,
)


def compiled(tree, compile_commands):
    """(file, sources) of each command: the sources of a unit, or the file itself."""
    root = tree.root.resolve()
    for entry in json.loads(Path(compile_commands).read_text(encoding="utf-8")):
        file = Path(posixpath.join(entry["directory"], entry["file"])).resolve()
        if file.parent.name == "units":
            yield file, _INCLUDED.findall(file.read_text(encoding="utf-8"))
        elif file.is_relative_to(root):
            yield file, [str(file.relative_to(root))]


def local_names(text):
    """(line, name) of what a source declares in its unnamed namespaces."""
    code = without_prose(text)
    for part in _LOCAL.finditer(text):
        for match in _NAME.finditer(code, part.start(1), part.end(1)):
            yield code.count("\n", 0, match.start()) + 1, match.group(match.lastindex)


def once_in_a_folder(tree):
    first = {}
    for path in tree.ending(".cc"):
        for line, name in local_names(tree.text(path)):
            other = first.setdefault((posixpath.dirname(path), name), path)
            if other != path:
                yield Finding(path, line, f"{name} is local to {other}, too: a unit takes both")


def unused_constants(tree):
    """A compiler says so of the file that it is given, not of what that includes."""
    for path in tree.ending(".cc"):
        code = without_prose(tree.text(path))
        for line, name in local_names(tree.text(path)):
            if re.match("k[A-Z]", name) and len(re.findall(rf"\b{name}\b", code)) == 1:
                yield Finding(path, line, f"{name} is not used")


CHECKS = [once_in_a_folder, unused_constants]

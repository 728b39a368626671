"""Units: what CMake has a compiler see at once."""

import json
import posixpath
import re
from pathlib import Path

_INCLUDED = re.compile(r'^#include "([^"]+\.cc)"$', re.MULTILINE)


def compiled(tree, compile_commands):
    """(file, sources) of each command: the sources of a unit, or the file itself."""
    root = tree.root.resolve()
    for entry in json.loads(Path(compile_commands).read_text(encoding="utf-8")):
        file = Path(posixpath.join(entry["directory"], entry["file"])).resolve()
        if file.parent.name == "units":
            yield file, _INCLUDED.findall(file.read_text(encoding="utf-8"))
        elif file.is_relative_to(root):
            yield file, [str(file.relative_to(root))]

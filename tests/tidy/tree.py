"""The files of the repository as the checks see them, and what a check answers."""

import functools
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Finding:
    """One broken rule: `path:line: text`."""

    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}"


class Tree:
    """All files that git knows or would add; paths are relative to the root, with slashes."""

    def __init__(self, root, paths=None):
        self.root = Path(root)
        self.paths = sorted(paths if paths is not None else list_files(self.root))

    def ending(self, *suffixes):
        return [path for path in self.paths if path.endswith(suffixes)]

    def cpp(self):
        return self.ending(".h", ".cc")

    @functools.lru_cache(maxsize=None)
    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def lines(self, path):
        """(number, line) from 1."""
        return list(enumerate(self.text(path).splitlines(), start=1))


def list_files(root):
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    out = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return [path for path in out.split("\0") if path and (root / path).is_file()]

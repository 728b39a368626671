"""A kind of object is a value in two tables: no other file names one."""

import json
import re

from cpp_text import without_comments
from tree import Finding

_FOLDERS = ("base/", "manifests/", "reconcilers/", "cloud/", "controller/", "cli/")
_TEXT = re.compile(r'"([A-Za-z]+)"')
# Words of others that are spelled like a kind.
_OTHERS = {("controller/api_discovery.cc", "Cluster")}  # a scope of Kubernetes


def _kinds(tree):
    schemas = [path for path in tree.ending(".json") if path.startswith("schemas/")]
    parsed = [json.loads(tree.text(path)) for path in schemas]
    with_kind = [one for one in parsed if one.get("properties", {}).get("kind", {}).get("const")]
    return {one["title"] for one in with_kind}


def _may_name(path, kinds):
    """The tables, what builds and checks the kind, and rows, whose words are AWS's."""
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0].removeprefix("check_")
    own = any(stem == kind.lower() or stem.startswith(kind.lower() + "_") for kind in kinds)
    return own or stem == "kinds" or stem.startswith("rows_")


def kind_names(tree):
    kinds = _kinds(tree)
    for path in tree.cpp():
        if not path.startswith(_FOLDERS) or _may_name(path, kinds):
            continue
        text = without_comments(tree.text(path))
        for match in _TEXT.finditer(text):
            if match.group(1) in kinds and (path, match.group(1)) not in _OTHERS:
                line = text.count("\n", 0, match.start()) + 1
                yield Finding(path, line, f"{match.group(0)}: a kind is a member of the tables")


CHECKS = [kind_names]

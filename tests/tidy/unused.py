"""What is shipped with the program is used by it: operations of AWS, data files, schema words."""

import json
import re

from cpp_text import without_comments
from tree import Finding

_PROGRAM = ("base/", "manifests/", "reconcilers/", "cloud/", "controller/", "cli/")
# Tables about answers of AWS: who stands there is not called there.
_ABOUT_ANSWERS = ("cloud/aws/errors.cc", "cloud/aws/quirks.cc")
_OPERATIONS = "cloud/aws/models/operations.txt"
_TEXT = re.compile(r'"([^"\\\n]*)"')
_WORD = re.compile(r"[A-Za-z0-9_-]+")
# Members that tell people where data comes from.
_ABOUT = {"description", "source", "asOf", "partitionsSource"}


def _texts(tree):
    """By file of the program: its texts, and the words in them."""
    texts = {}
    for path in tree.cpp():
        if path.startswith(_PROGRAM) and path not in _ABOUT_ANSWERS:
            found = set(_TEXT.findall(without_comments(tree.text(path))))
            texts[path] = (found, {word for text in found for word in _WORD.findall(text)})
    return texts


def operations(tree):
    """Each operation that the models are trimmed to is called. Where services share a name, a file
    that says the name says the service, too."""
    if _OPERATIONS not in tree.paths:
        return
    texts = _texts(tree)
    wanted = [(number, *line.split()) for number, line in tree.lines(_OPERATIONS)
              if line.strip() and not line.startswith("#")]
    names = [name for _, _, name in wanted]
    for number, service, name in wanted:
        shared = names.count(name) > 1
        called = any(name in found and (not shared or service in found)
                     for found, _ in texts.values())
        if not called:
            yield Finding(_OPERATIONS, number, f"nothing calls {service} {name}")


def _members(data):
    """Names of members: the first level, and those of the objects in its lists."""
    for name, value in data.items():
        yield name
        for item in value if isinstance(value, list) else ():
            yield from item if isinstance(item, dict) else ()


def _words_of_ours(schema):
    if isinstance(schema, dict):
        for name, value in schema.items():
            if name.startswith("x-"):
                yield name
            yield from _words_of_ours(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from _words_of_ours(item)


def _fields(schema):
    """Names of the fields that a manifest may write."""
    for name, field in schema.get("properties", {}).items():
        if field.get("x-read-only"):
            continue
        yield name
        yield from _fields(field)
        yield from _fields(field.get("items", {}))


def data(tree):
    """Each data file, each of its members, each word and each field of a schema has a reader."""
    words = {word for _, in_texts in _texts(tree).values() for word in in_texts}
    for path in tree.ending(".json"):
        if not path.startswith("schemas/"):
            continue
        parsed = json.loads(tree.text(path))
        if "$schema" in parsed:
            spec = parsed.get("properties", {}).get("spec", {})
            names = {*_words_of_ours(parsed), *_fields(spec)}
        else:
            names = {*_members(parsed)} - _ABOUT
            if path.rsplit("/", 1)[-1].removesuffix(".json") not in words:
                yield Finding(path, 1, "nothing reads this file")
                continue
        for name in sorted(names - words):
            yield Finding(path, 1, f"nothing reads `{name}`")


CHECKS = [operations, data]

#!/usr/bin/env python3
"""Writes docs/reference.md, the page of all fields, from schemas/.

With --check it writes nothing and fails when the committed page is stale.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference.md"
HEAD = """\
# Reference

Every field of every kind, written by `scripts/make_reference.py` from `schemas/`. The same text
is printed by `byocctl explain KIND.FIELD`.

All objects begin with `apiVersion: byoc.dev/v1alpha1`, `kind` and `metadata`.
"""


def load(name):
    return json.loads((ROOT / "schemas" / name).read_text(encoding="utf-8"))


def resolved(schema):
    """The schema with references replaced by what they name."""
    if isinstance(schema, list):
        return [resolved(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        file, _, place = schema["$ref"].partition("#/")
        found = load(file)
        for word in place.split("/"):
            found = found[word]
        return resolved(found)
    return {name: resolved(value) for name, value in schema.items()}


def kinds():
    """The schemas of kinds, each behind those that it refers to."""
    schemas = {}
    for path in sorted((ROOT / "schemas").glob("*.json")):
        schema = load(path.name)
        if "const" in schema.get("properties", {}).get("kind", {}):
            schemas[schema["title"]] = resolved(schema)
    ordered = []

    def add(title):
        for other in referred(schemas[title]):
            if other != title and schemas[other] not in ordered:
                add(other)
        if schemas[title] not in ordered:
            ordered.append(schemas[title])

    for title in schemas:
        add(title)
    return ordered


def referred(schema):
    """The kinds that a schema's fields name, in order."""
    if isinstance(schema, list):
        return [kind for item in schema for kind in referred(item)]
    if not isinstance(schema, dict):
        return []
    own = [schema["x-reference"]] if isinstance(schema.get("x-reference"), str) else []
    return own + [kind for value in schema.values() for kind in referred(value)]


def type_shown(schema):
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " or ".join(word for word in kind if word != "null")
    if kind == "array":
        return f"list of {type_shown(schema['items'])}" if "items" in schema else "list"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map of {type_shown(schema['additionalProperties'])}"
    return {"object": "map", "string": "text"}.get(kind, kind)


def value_shown(value):
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return ", ".join(item["name"] for item in value)
    return value if isinstance(value, str) else json.dumps(value)


def default_shown(schema):
    if "x-default" in schema:
        return schema["x-default"]
    return f"`{value_shown(schema['default'])}`" if "default" in schema else ""


def notes(schema, required):
    words = [schema.get("description", "")]
    if "enum" in schema:
        words.append("One of " + ", ".join(f"`{word}`" for word in schema["enum"]) + ".")
    if "minimum" in schema:
        words.append(f"At least {schema['minimum']}.")
    if "maximum" in schema:
        words.append(f"At most {schema['maximum']}.")
    for sign, text in (
        (required, "**Required.**"),
        (schema.get("x-immutable"), "*Never changes.*"),
        (schema.get("x-recreate"), "*A change needs `allowReplace`.*"),
        (schema.get("x-sensitive"), "*Never printed.*"),
        (schema.get("x-read-only"), "*Kept by byoc.*"),
    ):
        if sign:
            words.append(text)
    return " ".join(words)


def rows(schema, path):
    """A row for each field below `schema`; of a list, for the fields of its items."""
    while "items" in schema:
        schema, path = schema["items"], f"{path}[]"
    for name, field in schema.get("properties", {}).items():
        place = f"{path}.{name}" if path else name
        text = notes(field, name in schema.get("required", [])).replace("|", "\\|")
        yield f"| `{place}` | {type_shown(field)} | {default_shown(field)} | {text} |"
        yield from rows(field, place)


def table(schema, path=""):
    head = ["| Field | Type | Default | Meaning |", "|---|---|---|---|"]
    return "\n".join(head + list(rows(schema, path)))


def presets():
    lines = ["| Preset | Trusts | Meaning |", "|---|---|---|"]
    for preset in load("presets.json")["presets"]:
        trust = preset["trust"]
        trusted = ", ".join(f"`{word}`" for word in trust["accounts"] + trust["services"])
        name = f"`{preset['name']}@{preset['version']}`"
        lines.append(f"| {name} | {trusted} | {preset['description']} |")
    return "\n".join(lines)


def page():
    parts = [HEAD]
    for schema in kinds():
        spec = schema["properties"]["spec"]
        parts.append(f"## {schema['title']}\n\n{schema['description']}\n\n{table(spec, 'spec')}\n")
    metadata = resolved(load("common.json"))["definitions"]["metadata"]
    parts.append(f"## Metadata\n\n{metadata['description']}\n\n{table(metadata, 'metadata')}\n")
    newest = "Without `@VERSION` the newest is meant; the first of a name is the newest."
    parts.append(f"## Policy presets\n\n{newest}\n\n{presets()}\n")
    return "\n".join(parts)


def main():
    text = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            sys.exit("docs/reference.md is stale: run scripts/make_reference.py")
        return
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

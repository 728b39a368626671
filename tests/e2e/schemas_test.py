"""A second opinion on schemas/ by an independent validator, and on examples/ by them."""

import json

import jsonschema
import pytest
import yaml
from byocctl import EXAMPLES, ROOT
from referencing import Registry, Resource

KINDS = {"Role": "role.json", "Cluster": "cluster.json", "NodeGroup": "nodegroup.json"}


def schema(name):
    return json.loads((ROOT / "schemas" / name).read_text(encoding="utf-8"))


def validator(name):
    common = Resource.from_contents(schema("common.json"))
    registry = Registry().with_resource("common.json", common)
    return jsonschema.Draft7Validator(schema(name), registry=registry)


def documents():
    for path in sorted(EXAMPLES.rglob("*.yaml")):
        for number, document in enumerate(yaml.safe_load_all(path.read_text(encoding="utf-8"))):
            yield pytest.param(document, id=f"{path.relative_to(EXAMPLES)}-{number}")


@pytest.mark.parametrize("name", [*KINDS.values(), "common.json"])
def test_a_schema_is_a_schema(name):
    jsonschema.Draft7Validator.check_schema(schema(name))


@pytest.mark.parametrize("document", list(documents()))
def test_an_example_follows_its_schema(document):
    found = validator(KINDS[document["kind"]]).iter_errors(document)
    assert [f"{list(error.absolute_path)}: {error.message}" for error in found] == []


def test_an_editor_finds_the_schema_of_each_example():
    for path in sorted(EXAMPLES.rglob("*.yaml")):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema="), path
        assert (path.parent / first.split("=", 1)[1]).is_file(), path

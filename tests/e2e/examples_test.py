"""Every folder of examples/ goes its whole way: plan, apply, nothing to change, delete, nothing."""

import re

import pytest
from byocctl import accounts_of, examples, regions_of, secrets_of
from inventory import difference, doubled, inventory


def test_there_are_examples():
    assert examples()


# L41, L64
@pytest.mark.parametrize("folder", examples(), ids=lambda folder: folder.name)
def test_the_whole_way(folder, byocctl, proxy, moto, tmp_path):
    look = lambda: inventory(moto.endpoint, regions_of(folder), accounts_of(folder))
    before = look()
    byocctl.env["EXTERNAL_ID"] = "example-external-id"
    byocctl.env["CREDENTIALS_DIRECTORY"] = str(tmp_path)
    for name in secrets_of(folder):
        (tmp_path / name).write_text("example-external-id\n", encoding="utf-8")
    byocctl.ok("validate", "-f", folder)

    assert byocctl.run("plan", "-f", folder, "--detailed-exitcode").code == 2
    assert proxy.mutating() == [], "a plan changes nothing"
    assert difference(before, look()) == []

    byocctl.ok("apply", "-f", folder, "--yes")
    assert doubled(look()) == {}
    assert proxy.mutating() != []

    proxy.forget()
    again = byocctl.ok("apply", "-f", folder, "--yes")
    assert proxy.mutating() == []
    assert re.search(r"unchanged|no changes", again.out, re.IGNORECASE), str(again)
    assert byocctl.run("plan", "-f", folder, "--detailed-exitcode").code == 0

    gone = byocctl.ok("delete", "-f", folder, "--yes")
    kept = [line for line in difference(before, look()) if not is_named_bucket(line, gone.out)]
    assert kept == []


def is_named_bucket(line, output):
    """A bucket may stay (deletionPolicy Retain is the default), but the output says how it goes."""
    match = re.match(r"\+ bucket \w+/(\S+):", line)
    return bool(match) and f"aws s3 rb s3://{match.group(1)}" in output

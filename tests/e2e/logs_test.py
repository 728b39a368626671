"""`byocctl logs`: the journal of what was called."""

import json

from stack import ENVIRONMENT

ROLE = """\
apiVersion: byoc.dev/v1alpha1
kind: Role
metadata: {name: journal}
spec:
  trust: {services: [ec2.amazonaws.com]}
  policies: {managed: [AmazonS3ReadOnlyAccess]}
"""


# L40, L67, G49
def test_the_journal_outlives_its_object(byocctl, tmp_path):
    byocctl.env.update(ENVIRONMENT)
    manifest = tmp_path / "role.yaml"
    manifest.write_text(ROLE)
    byocctl.ok("apply", "-f", manifest, "--yes")
    lines = byocctl.ok("logs", "role/journal").out.splitlines()
    assert "iam:CreateRole" in lines[0] and " ok " in lines[0] + " "
    byocctl.ok("delete", "role/journal", "--yes")

    entries = [json.loads(line) for line in byocctl.ok("logs", "-o", "json").out.splitlines()]
    operations = [entry["operation"] for entry in entries]
    assert operations[0] == "CreateRole" and operations[-1] == "DeleteRole"
    assert all(entry["why"] and entry["requestId"] for entry in entries)

    newest = byocctl.ok("logs", "--tail", "1", "--time-format", "human").out
    assert "DeleteRole" in newest and " ago " in newest and len(newest.splitlines()) == 1

    assert byocctl.ok("logs", "role", "journal", "--level", "error").out == ""
    assert byocctl.ok("logs", "--to", "1 hour ago").out == ""
    last = byocctl.ok("logs", "--limit", "1")
    assert "DeleteRole" in last.out and len(last.out.splitlines()) == 1
    assert "more than 1 entries" in last.err


# L67
def test_wrong_words(byocctl):
    unknown = byocctl.run("logs", "role/nobody")
    assert unknown.code == 1 and "there is no journal of it" in unknown.err
    soon = byocctl.run("logs", "--from", "soon")
    assert soon.code == 1 and '"24 hours ago"' in soon.err

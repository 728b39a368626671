"""The store is lost: `byocctl rebuild` makes it again, and nothing is made twice."""

import shutil

from inventory import difference, doubled, inventory
from stack import ENVIRONMENT, REGIONS, write_stack


def lose_store(byocctl):
    for file in byocctl.state.glob("byoc.db*"):
        file.unlink()


def test_rebuilt_from_tags(byocctl, proxy, moto, tmp_path):
    byocctl.env.update(ENVIRONMENT)
    look = lambda: inventory(moto.endpoint, REGIONS)
    before = look()
    manifests = write_stack(tmp_path, "lost")
    byocctl.ok("apply", "-f", manifests, "--yes")
    there = look()
    uid = byocctl.ok("get", "cluster/lost", "-o", "jsonpath={.metadata.uid}").out.strip()
    lose_store(byocctl)

    proxy.forget()
    assert uid in byocctl.ok("rebuild", "-f", manifests).out
    assert byocctl.run("plan", "-f", manifests, "--detailed-exitcode").code == 0
    byocctl.ok("apply", "-f", manifests, "--yes")
    assert proxy.mutating() == []
    assert difference(there, look()) == []
    assert doubled(look()) == {}
    byocctl.ok("delete", "-f", manifests, "--yes")
    assert difference(before, look()) == []


def test_what_no_manifest_names_is_listed(byocctl, tmp_path):
    byocctl.env.update(ENVIRONMENT)
    manifests = write_stack(tmp_path, "lost")
    byocctl.ok("apply", "-f", manifests, "--yes")
    shutil.rmtree(byocctl.state)
    role = (manifests / "stack.yaml").read_text().split("---\n")[0]
    (tmp_path / "role.yaml").write_text(role)
    said = byocctl.ok("rebuild", "-f", tmp_path / "role.yaml").out
    assert "Cluster/lost (" in said and "is in no manifest" in said
    assert byocctl.ok("get", "role", "-o", "name").out.split() == ["role/lost"]

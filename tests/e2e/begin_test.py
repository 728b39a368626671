"""Begun and not waited for: what one run begins, the next one ends."""

from byocctl import Byocctl
from inventory import difference, doubled, inventory
from stack import ENVIRONMENT, REGIONS, write_stack


def test_what_is_begun_is_ended_by_the_next_run(moto, tmp_path):
    look = lambda: inventory(moto.endpoint, REGIONS)
    before = look()
    byocctl = Byocctl(moto.endpoint, tmp_path, ENVIRONMENT)
    manifests = write_stack(tmp_path, "begun")

    said = byocctl.run("apply", "-f", manifests, "--yes", "--wait=false")
    assert said.code == 0 and "begun, and not waited for" in said.err, said
    assert "Cluster/begun created" not in said.out, "it waits for its role"
    assert look() != before, "something was begun"
    assert byocctl.run("plan", "-f", manifests, "--detailed-exitcode").code == 2
    byocctl.ok("apply", "-f", manifests, "--yes")
    assert doubled(look()) == {}

    said = byocctl.run("delete", "-f", manifests, "--yes", "--wait=false")
    assert said.code == 0 and "begun, and not waited for" in said.err, said
    assert "Cluster/begun deleted" not in said.out
    assert difference(before, look()) != [], "the cluster waits for its nodegroups"
    byocctl.ok("delete", "-f", manifests, "--yes")
    assert difference(before, look()) == []

"""The region of a Cluster that names none: said once, by whoever makes it. B22 F49"""

import pytest
from byocctl import Byocctl
from byocd import Byocd, wait_for
from inventory import inventory

CLUSTER = """apiVersion: byoc.dev/v1alpha1
kind: Cluster
metadata: {name: somewhere}
spec: {deletionPolicy: {bucket: Delete}}
"""
PAUSED = CLUSTER.replace(
    "{name: somewhere}", "{name: somewhere, annotations: {byoc.dev/paused: 'true'}}"
)
REGION = ["get", "cluster/somewhere", "-o", "jsonpath={.spec.region}"]


@pytest.fixture(name="byocctl")
def _byocctl(proxy, tmp_path):
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "cluster.yaml").write_text(CLUSTER)
    client = Byocctl(proxy.endpoint, tmp_path)
    del client.env["AWS_REGION"]
    return client


def test_it_is_the_environments_and_stays(byocctl, moto):
    before = inventory(moto.endpoint, ["eu-west-1", "us-west-2"])
    byocctl.env["AWS_REGION"] = "eu-west-1"
    byocctl.ok("apply", "-f", "manifests", "--yes")
    assert byocctl.ok(*REGION).out == "eu-west-1"
    byocctl.env["AWS_REGION"] = "us-west-2"
    again = byocctl.ok("apply", "-f", "manifests", "--yes")
    assert "unchanged" in again.out
    assert byocctl.ok(*REGION).out == "eu-west-1"
    moved = CLUSTER.replace("spec: {", "spec: {region: us-west-2, ")
    refused = byocctl.run("apply", "-f", "-", "--yes", stdin=moved)
    assert refused.code == 1 and "ImmutableField" in refused.err
    byocctl.ok("delete", "cluster/somewhere", "--yes")
    assert inventory(moto.endpoint, ["eu-west-1", "us-west-2"]) == before


@pytest.mark.parametrize(
    "said, region",
    [
        ({}, "us-east-1"),
        ({"AWS_DEFAULT_REGION": "eu-north-1"}, "eu-north-1"),
        ({"AWS_PROFILE": "work"}, "ca-central-1"),
        ({"AWS_PROFILE": "work", "AWS_REGION": "eu-west-3"}, "eu-west-3"),
    ],
)
def test_it_is_where_the_aws_cli_would_work(byocctl, said, region):
    aws = byocctl.home / ".aws"
    aws.mkdir()
    (aws / "config").write_text("[profile work]\nregion = ca-central-1\n")
    (aws / "credentials").write_text(
        "[work]\naws_access_key_id = test\naws_secret_access_key = test\n"
    )
    byocctl.env |= said
    assert f"region {region}," in byocctl.ok("plan", "-f", "manifests").out
    assert f"region: {region}\n" in byocctl.ok("init", "-").out
    flagged = byocctl.ok("plan", "-f", "manifests", "--region", "us-west-2")
    assert "region us-west-2," in flagged.out


@pytest.mark.parametrize("verb", ["apply -f manifests --yes", "validate -f manifests", "init -"])
def test_a_region_that_is_none_is_told(byocctl, verb):
    byocctl.env["AWS_REGION"] = "eu-west"
    wrong = byocctl.run(*verb.split())
    assert wrong.code == 1 and "AWS_REGION" in wrong.err and "`eu-west`" in wrong.err
    assert not byocctl.state_files()


def test_byocd_says_where_the_client_does_not(byocctl):
    (byocctl.home / "watched").mkdir()
    with Byocd(byocctl, byocctl.home / "watched", "--region", "eu-central-1") as daemon:
        daemon.wait_said("started")
        applied = ["apply", "-f", "-", "--yes", "--wait=false"]
        byocctl.ok(*applied, stdin=PAUSED)
        assert byocctl.ok(*REGION).out == "eu-central-1"
        byocctl.ok(*applied, "--region", "eu-west-2", stdin=PAUSED.replace("somewhere", "named"))
        named = byocctl.ok("get", "cluster/named", "-o", "jsonpath={.spec.region}")
        assert named.out == "eu-west-2"


def test_byocds_directory_is_in_its_region(byocctl):
    file = byocctl.home / "manifests" / "cluster.yaml"
    file.write_text(PAUSED)
    with Byocd(byocctl, byocctl.home / "manifests", AWS_DEFAULT_REGION="eu-central-1") as daemon:
        daemon.wait_said("started")
        wait_for(lambda: byocctl.run(*REGION).out == "eu-central-1", daemon.said)
    file.write_text(PAUSED.replace("spec: {", "spec: {tags: {a: b}, "))
    with Byocd(byocctl, byocctl.home / "manifests", AWS_DEFAULT_REGION="eu-west-2"):
        tags = ["get", "cluster/somewhere", "-o", "jsonpath={.spec.tags.a}"]
        wait_for(lambda: byocctl.run(*tags).out == "b", daemon.said)
        assert byocctl.ok(*REGION).out == "eu-central-1"


def test_byocd_refuses_a_region_that_is_none(byocctl):
    with Byocd(byocctl, byocctl.home / "manifests", "--region", "nowhere") as daemon:
        assert daemon.process.wait(timeout=30) != 0
    assert "--region" in daemon.said() and "us-east-1" in daemon.said()

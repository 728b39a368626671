"""`byocctl sweep`: what dangles is reported, and taken away when it was ours."""

import json

from inventory import client_of, difference, inventory
from stack import ENVIRONMENT, REGIONS, write_stack

UID = "byoc.dev/owner-uid"


def tagged(uid, key):
    return [{"Key": UID, "Value": uid}, {"Key": "byoc.dev/owner", "Value": "Cluster/sweep"}] + [
        {"Key": "byoc.dev/key", "Value": key}
    ]


def client(moto, service):
    return client_of(moto.endpoint, service, "us-west-2")


# L65, G42
def test_what_a_deleted_object_left(byocctl, moto, proxy, tmp_path):
    byocctl.env.update(ENVIRONMENT)
    byocctl.env["AWS_REGION"] = "us-west-2"
    before = inventory(moto.endpoint, REGIONS)
    manifests = write_stack(tmp_path, "sweep")
    byocctl.ok("apply", "-f", manifests, "--yes")
    uid = byocctl.ok("get", "cluster/sweep", "-o", "jsonpath={.metadata.uid}").out.strip()
    byocctl.ok("delete", "-f", manifests, "--yes")
    assert "Nothing dangles" in byocctl.ok("sweep").out

    # A late hand, or a bug, brings things back; and another store has things of its own.
    ec2 = client(moto, "ec2")
    spec = lambda kind, uid, key: [{"ResourceType": kind, "Tags": tagged(uid, key)}]
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=spec("vpc", uid, "vpc"))
    vpc_id = vpc["Vpc"]["VpcId"]
    ec2.create_subnet(
        VpcId=vpc_id, CidrBlock="10.9.0.0/24", TagSpecifications=spec("subnet", uid, "subnet/a")
    )
    logs = client(moto, "logs")
    tags = {tag["Key"]: tag["Value"] for tag in tagged(uid, "log-group")}
    logs.create_log_group(logGroupName="/aws/eks/sweep/cluster", tags=tags)
    other = "00000000-0000-4000-8000-000000000000"
    ec2.create_vpc(CidrBlock="10.8.0.0/16", TagSpecifications=spec("vpc", other, "vpc"))
    foreign = inventory(moto.endpoint, REGIONS)

    seen = json.loads(byocctl.ok("sweep", "-o", "json").out)
    kinds = sorted((stray["type"], stray["ownerUid"] == uid) for stray in seen)
    assert kinds == [("log-group", True), ("subnet", True), ("vpc", False), ("vpc", True)]
    assert difference(foreign, inventory(moto.endpoint, REGIONS)) == [], "a report changes nothing"

    said = byocctl.ok("sweep", "--delete", "--yes").out
    assert "1 of them belong to no object that was deleted here" in said
    left = difference(before, inventory(moto.endpoint, REGIONS))
    ours = [line for line in left if uid in line]
    assert ours == []
    assert [line for line in left if other in line and line.startswith("+ vpc ")]
    assert len(json.loads(byocctl.ok("sweep", "-o", "json").out)) == 1

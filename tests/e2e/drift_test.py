"""Drift that somebody makes beside byoc is shown by `plan` and repaired by `apply`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from byocctl import Byocctl
from inventory import client_of, difference, inventory
from stack import ENVIRONMENT, REGIONS, write_stack

NAME = "drift"
REGION = "us-west-2"
EVERYTHING = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
)


@pytest.fixture(scope="module")
def stack(_proxy, moto, tmp_path_factory):
    """byocctl and the manifests of a stack that is applied."""
    moto.reset()
    _proxy.forget()
    home = tmp_path_factory.mktemp("drift")
    byocctl = Byocctl(_proxy.endpoint, home, ENVIRONMENT)
    manifests = write_stack(home, NAME)
    byocctl.ok("apply", "-f", manifests, "--yes")
    return byocctl, manifests


class Hand:
    """Somebody else with access: finds the stack's resources by tag and changes them."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.ec2 = client_of(endpoint, "ec2", REGION)
        self.eks = client_of(endpoint, "eks", REGION)
        self.iam = client_of(endpoint, "iam")

    def aws(self, *args):
        """The AWS CLI itself."""
        command = [Path(sys.executable).parent / "aws", "--region", REGION]
        command += ["--endpoint-url", self.endpoint]
        env = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        env |= {"PATH": os.environ["PATH"], "AWS_REGION": REGION}
        subprocess.run([*command, *args], check=True, env=env, stdout=subprocess.DEVNULL)

    def ours(self, operation, items):
        only = [{"Name": "tag-key", "Values": ["byoc.dev/owner-uid"]}]
        return getattr(self.ec2, operation)(Filters=only)[items]

    def takes_a_tag_away(self):
        vpc = self.ours("describe_vpcs", "Vpcs")[0]["VpcId"]
        self.ec2.delete_tags(Resources=[vpc], Tags=[{"Key": "team"}])

    def changes_a_tag(self):
        subnet = self.ours("describe_subnets", "Subnets")[0]["SubnetId"]
        self.aws("ec2", "create-tags", "--resources", subnet, "--tags", "Key=team,Value=other")

    def deletes_a_route(self):
        for table in self.ours("describe_route_tables", "RouteTables"):
            for route in table["Routes"]:
                if route.get("GatewayId", "").startswith("igw-"):
                    where = route["DestinationCidrBlock"]
                    table_id = table["RouteTableId"]
                    return self.ec2.delete_route(RouteTableId=table_id, DestinationCidrBlock=where)
        raise AssertionError("no route to an internet gateway")

    def deletes_a_rule(self):
        for group in self.ours("describe_security_groups", "SecurityGroups"):
            if group["IpPermissions"]:
                return self.ec2.revoke_security_group_ingress(
                    GroupId=group["GroupId"], IpPermissions=group["IpPermissions"][:1]
                )
        raise AssertionError("no security group with a rule")

    def changes_a_size(self):
        self.eks.update_nodegroup_config(
            clusterName=NAME, nodegroupName=f"{NAME}-workers", scalingConfig={"maxSize": 9}
        )

    def detaches_a_policy(self):
        self.iam.detach_role_policy(
            RoleName=NAME, PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
        )

    def changes_a_policy(self):
        self.iam.put_role_policy(RoleName=NAME, PolicyName="look", PolicyDocument=EVERYTHING)

    def changes_the_trust(self):
        other = (
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
            '"Principal":{"Service":"ec2.amazonaws.com"}}]}'
        )
        self.iam.update_assume_role_policy(RoleName=NAME, PolicyDocument=other)


    # No NAT gateway (moto never frees the address of one that is deleted) and no launch template
    # (moto has no UpdateNodegroupVersion for those who use it).
    def makes_the_nodegroup_vanish(self):
        self.eks.delete_nodegroup(clusterName=NAME, nodegroupName=f"{NAME}-workers")

    def makes_the_log_group_vanish(self):
        client_of(self.endpoint, "logs", REGION).delete_log_group(
            logGroupName=f"/aws/eks/{NAME}/cluster"
        )


VERBS = ("takes", "changes", "deletes", "detaches")
DEEDS = [name for name in vars(Hand) if name.startswith(VERBS)]


# G46, V23
@pytest.mark.parametrize("deed", DEEDS)
def test_drift_is_shown_and_repaired(deed, stack, moto):
    byocctl, manifests = stack
    look = lambda: inventory(moto.endpoint, REGIONS)
    plan = lambda: byocctl.run("plan", "-f", manifests, "--detailed-exitcode")
    clean = plan()
    assert clean.code == 0, str(clean)
    right = look()

    getattr(Hand(moto.endpoint), deed)()
    assert difference(right, look()) != []
    shown = plan()
    assert shown.code == 2, str(shown)

    byocctl.ok("apply", "-f", manifests, "--yes")
    assert difference(right, look()) == []
    clean = plan()
    assert clean.code == 0, str(clean)


VANISHED = [name for name in vars(Hand) if name.startswith("makes")]


@pytest.mark.parametrize("deed", VANISHED)
def test_what_vanished_is_made_again_by_one_apply(deed, stack, moto, _proxy):
    """F6: exit 0 and "configured" only after a look that found nothing to do."""
    byocctl, manifests = stack
    plan = lambda: byocctl.run("plan", "-f", manifests, "--detailed-exitcode")
    getattr(Hand(moto.endpoint), deed)()
    shown = plan()
    assert shown.code == 2 and "gone" in shown.out, str(shown)

    _proxy.forget()
    done = byocctl.ok("apply", "-f", manifests, "--yes")
    assert [call for call in _proxy.mutating() if "Create" in str(call) or "POST" in str(call)]
    assert "configured" in done.out
    clean = plan()
    assert clean.code == 0, str(clean)
    events = byocctl.ok("events").out
    assert "Missing" in events, events


# V57
def test_a_size_within_the_limits_belongs_to_the_autoscaler(stack, moto):
    byocctl, manifests = stack
    Hand(moto.endpoint).eks.update_nodegroup_config(
        clusterName=NAME, nodegroupName=f"{NAME}-workers", scalingConfig={"desiredSize": 3}
    )
    clean = byocctl.run("plan", "-f", manifests, "--detailed-exitcode")
    assert clean.code == 0, str(clean)

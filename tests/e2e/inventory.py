"""Everything that exists in an AWS endpoint, by type and id, so that two moments can be compared.

Run as a program it prints the inventory as JSON, or what is other than it was in such a FILE:
inventory.py ENDPOINT [--region R]... [--account A]... [--since FILE]
"""

import argparse
import functools
import json
from pathlib import Path

import boto3
from botocore.config import Config

OWNER = "byoc.dev/owner-uid"
KEY = "byoc.dev/key"
_CONFIG = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
# Clocks and counters that move by themselves.
_VOLATILE = {"ResponseMetadata", "RoleLastUsed", "CreateDate", "storedBytes", "modifiedAt"}


@functools.lru_cache(maxsize=None)
def client_of(endpoint, service, region="us-east-1", account=None):
    """A boto3 client whose calls land in `account`, or in the default one when that is None."""
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test")
    client = session.client(service, endpoint_url=endpoint, region_name=region, config=_CONFIG)
    if account is not None:  # moto's own header: no role has to be assumed
        client.meta.events.register("before-sign", functools.partial(_into, account))
    return client


def _into(account, request, **_):
    request.headers["x-moto-account-id"] = account


def inventory(endpoint, regions=("us-east-1",), accounts=(None,)):
    """{type: {id: description}}; ids begin with the account and, unless global, the region."""
    found = {}
    for account in accounts:
        client = functools.partial(client_of, endpoint, account=account)
        rows = list(_global(client))
        for region in regions:
            regional = functools.partial(client, region=region)
            rows += [(kind, f"{region}/{name}", what) for kind, name, what in _regional(regional)]
        for kind, name, what in rows:
            found.setdefault(kind, {})[f"{account or 'default'}/{name}"] = _plain(what)
    return found


def _plain(value):
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in sorted(value.items()) if k not in _VOLATILE}
    if isinstance(value, (list, tuple)):  # rules, tags, routes: AWS promises no order
        return sorted((_plain(item) for item in value), key=json.dumps)
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _pages(client, operation, items, **params):
    if client.can_paginate(operation):
        for page in client.get_paginator(operation).paginate(**params):
            yield from page[items]
    else:
        yield from getattr(client, operation)(**params)[items]


def _global(client):
    iam = client("iam")
    for role in _pages(iam, "list_roles", "Roles"):
        yield "role", role["RoleName"], _role(iam, role["RoleName"])
    for policy in _pages(iam, "list_policies", "Policies", Scope="Local"):
        version = iam.get_policy_version(
            PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"]
        )["PolicyVersion"]["Document"]
        whole = iam.get_policy(PolicyArn=policy["Arn"])["Policy"]  # lists leave the tags out
        yield "policy", policy["Arn"], {**whole, "Document": version}
    for profile in _pages(iam, "list_instance_profiles", "InstanceProfiles"):
        name = profile["InstanceProfileName"]
        whole = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
        yield "instance-profile", name, whole
    for provider in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        arn = provider["Arn"]
        yield "oidc-provider", arn, iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    for user in _pages(iam, "list_users", "Users"):
        yield "user", user["UserName"], user
    s3 = client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        yield "bucket", bucket["Name"], _bucket(s3, bucket["Name"])


def _role(iam, name):
    inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
    return {
        "role": iam.get_role(RoleName=name)["Role"],
        "attached": iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"],
        "inline": {
            policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for policy in inline
        },
    }


def _bucket(s3, name):
    try:
        tags = s3.get_bucket_tagging(Bucket=name)["TagSet"]
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchTagSet":
            raise
        tags = []
    objects = s3.list_objects_v2(Bucket=name).get("Contents", [])
    return {
        "Tags": tags,
        "versioning": s3.get_bucket_versioning(Bucket=name).get("Status"),
        "objects": sorted(entry["Key"] for entry in objects),
    }


# type, operation, the list in the answer, the id in an item
_EC2 = [
    ("vpc", "describe_vpcs", "Vpcs", "VpcId"),
    ("subnet", "describe_subnets", "Subnets", "SubnetId"),
    ("internet-gateway", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("address", "describe_addresses", "Addresses", "AllocationId"),
    ("route-table", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("security-group", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("launch-template", "describe_launch_templates", "LaunchTemplates", "LaunchTemplateId"),
    ("volume", "describe_volumes", "Volumes", "VolumeId"),
    ("key-pair", "describe_key_pairs", "KeyPairs", "KeyPairId"),
    ("vpc-endpoint", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
]


def _regional(client):
    ec2 = client("ec2")
    for kind, operation, items, name in _EC2:
        for item in _pages(ec2, operation, items):
            yield kind, item[name], item
    yield from _gateways_and_interfaces(ec2)
    for reservation in _pages(ec2, "describe_instances", "Reservations"):
        for instance in reservation["Instances"]:
            if instance["State"]["Name"] != "terminated":
                yield "instance", instance["InstanceId"], instance
    yield from _clusters(client("eks"))
    ecr = client("ecr")
    for one in _pages(ecr, "describe_repositories", "repositories"):
        tags = ecr.list_tags_for_resource(resourceArn=one["repositoryArn"])["tags"]
        yield "repository", one["repositoryName"], {**one, "tags": tags}
    logs = client("logs")
    for group in _pages(logs, "describe_log_groups", "logGroups"):
        arn = group["arn"].removesuffix(":*")
        tags = logs.list_tags_for_resource(resourceArn=arn)["tags"]
        yield "log-group", group["logGroupName"], {**group, "tags": tags}
    autoscaling = client("autoscaling")
    for group in _pages(autoscaling, "describe_auto_scaling_groups", "AutoScalingGroups"):
        yield "auto-scaling-group", group["AutoScalingGroupName"], group
    for balancer in _pages(client("elbv2"), "describe_load_balancers", "LoadBalancers"):
        yield "load-balancer", balancer["LoadBalancerArn"], balancer


def _gateways_and_interfaces(ec2):
    """A deleted NAT gateway stays in the list for an hour, and in moto so does its interface."""
    dead = set()
    for gateway in _pages(ec2, "describe_nat_gateways", "NatGateways"):
        if gateway["State"] != "deleted":
            yield "nat-gateway", gateway["NatGatewayId"], gateway
            continue
        for address in gateway.get("NatGatewayAddresses", []):
            dead.add(address.get("NetworkInterfaceId"))
    for interface in _pages(ec2, "describe_network_interfaces", "NetworkInterfaces"):
        if interface["NetworkInterfaceId"] not in dead:
            yield "network-interface", interface["NetworkInterfaceId"], interface


def _clusters(eks):
    for name in _pages(eks, "list_clusters", "clusters"):
        yield "cluster", name, eks.describe_cluster(name=name)["cluster"]
        for group in _pages(eks, "list_nodegroups", "nodegroups", clusterName=name):
            what = eks.describe_nodegroup(clusterName=name, nodegroupName=group)["nodegroup"]
            what.pop("version", None)  # moto shows one only after an update
            yield "nodegroup", f"{name}/{group}", what


def difference(before, after):
    """Lines that say what is left over, missing or changed; empty when the two are the same."""
    lines = []
    for kind in sorted(before.keys() | after.keys()):
        old, new = before.get(kind, {}), after.get(kind, {})
        lines += [f"+ {kind} {name}: {json.dumps(new[name])}" for name in sorted(new.keys() - old)]
        lines += [f"- {kind} {name}" for name in sorted(old.keys() - new)]
        for name in sorted(old.keys() & new.keys()):
            if old[name] != new[name]:
                lines.append(f"~ {kind} {name}: {json.dumps(old[name])} -> {json.dumps(new[name])}")
    return lines


def _tags_of(what):
    tags = what.get("Tags") or what.get("tags") or what.get("role", {}).get("Tags") or {}
    if isinstance(tags, list):
        return {tag["Key"]: tag["Value"] for tag in tags}
    return tags


def owned(found):
    """{(owner uid, graph key): [type and id]} of everything that carries byoc's tags."""
    by_key = {}
    for kind, things in found.items():
        for name, what in things.items():
            tags = _tags_of(what)
            if OWNER in tags:
                by_key.setdefault((tags[OWNER], tags.get(KEY)), []).append(f"{kind} {name}")
    return by_key


def doubled(found):
    return {key: things for key, things in owned(found).items() if len(things) > 1}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("endpoint")
    parser.add_argument("--region", action="append", default=[])
    parser.add_argument("--account", action="append", default=[])
    parser.add_argument("--since", type=Path)
    args = parser.parse_args()
    found = inventory(args.endpoint, args.region or ["us-east-1"], [None, *args.account])
    if args.since is None:
        print(json.dumps(found, indent=1, sort_keys=True))
        return
    before = json.loads(args.since.read_text(encoding="utf-8"))
    for line in difference(before, found):
        print(line.split(":")[0] if line.startswith("+") else line)


if __name__ == "__main__":
    main()

"""The harness itself, with boto3 in byocctl's place: moto, the proxy, the inventory."""

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError
from inventory import client_of, difference, doubled, inventory, owned
from proxy import Fault

TAGS = [{"Key": "byoc.dev/owner-uid", "Value": "u1"}, {"Key": "byoc.dev/key", "Value": "vpc"}]


def client(proxy, service, region="us-east-1"):
    return client_of(proxy.endpoint, service, region)


def make_vpc(ec2):
    tags = [{"ResourceType": "vpc", "Tags": TAGS}]
    return ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=tags)["Vpc"]["VpcId"]


def test_calls_are_named_as_aws_names_them(proxy):
    client(proxy, "ec2", "us-west-2").describe_vpcs()
    make_vpc(client(proxy, "ec2"))
    client(proxy, "eks").list_clusters()
    client(proxy, "logs").create_log_group(logGroupName="/x")
    client(proxy, "s3").create_bucket(Bucket="some-bucket")
    assert [str(call) for call in proxy.calls] == [
        "ec2:DescribeVpcs",
        "ec2:CreateVpc",
        "eks:GET /clusters",
        "logs:CreateLogGroup",
        "s3:PUT /some-bucket",
    ]
    assert proxy.calls[0].region == "us-west-2"
    assert [call.mutating for call in proxy.calls] == [False, True, False, True, True]


@pytest.mark.parametrize("fault, made", [(Fault.lost_request, 0), (Fault.lost_answer, 1)])
def test_a_lost_call(proxy, moto, fault, made):
    proxy.fault = lambda call, number: fault if call.operation == "CreateVpc" else None
    before = inventory(moto.endpoint)
    with pytest.raises((ConnectionClosedError, HTTPClientError)):
        make_vpc(client(proxy, "ec2"))
    assert len(owned(inventory(moto.endpoint))) == made
    assert (difference(before, inventory(moto.endpoint)) == []) == (made == 0)


@pytest.mark.parametrize("fault, code", [(Fault.throttled, "RequestLimitExceeded")])
def test_a_refused_call(proxy, moto, fault, code):
    proxy.fault = lambda call, number: fault
    with pytest.raises(ClientError) as caught:
        make_vpc(client(proxy, "ec2"))
    assert caught.value.response["Error"]["Code"] == code
    assert owned(inventory(moto.endpoint)) == {}


def test_the_inventory_sees_what_comes_changes_and_goes(proxy, moto):
    ec2 = client(proxy, "ec2")
    empty = inventory(moto.endpoint)
    vpc = make_vpc(ec2)
    one = inventory(moto.endpoint)
    assert any(line.startswith(f"+ vpc default/us-east-1/{vpc}") for line in difference(empty, one))
    assert owned(one) == {("u1", "vpc"): [f"vpc default/us-east-1/{vpc}"]}

    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "a", "Value": "b"}])
    changed = difference(one, inventory(moto.endpoint))
    assert len(changed) == 1 and changed[0].startswith(f"~ vpc default/us-east-1/{vpc}")

    make_vpc(ec2)
    assert list(doubled(inventory(moto.endpoint))) == [("u1", "vpc")]
    for made in owned(inventory(moto.endpoint))[("u1", "vpc")]:
        ec2.delete_vpc(VpcId=made.rsplit("/", 1)[-1])
    assert difference(empty, inventory(moto.endpoint)) == []


def test_the_inventory_sees_every_type(proxy, moto):
    iam, eks = client(proxy, "iam"), client(proxy, "eks")
    trust = '{"Version":"2012-10-17","Statement":[]}'
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    allow = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    iam.create_policy(PolicyName="p", PolicyDocument=allow)
    iam.create_instance_profile(InstanceProfileName="i")
    iam.create_open_id_connect_provider(Url="https://oidc.test/1", ThumbprintList=["0" * 40])
    eks.create_cluster(name="c", roleArn=role, resourcesVpcConfig={"subnetIds": ["subnet-1"]})
    client(proxy, "s3").create_bucket(Bucket="b-1")
    client(proxy, "logs").create_log_group(logGroupName="/g")
    kinds = {"role", "policy", "instance-profile", "oidc-provider", "cluster", "bucket"}
    found = inventory(moto.endpoint)
    assert kinds | {"log-group"} <= found.keys()


def test_accounts_and_regions_are_apart(proxy, moto):
    client_of(moto.endpoint, "ec2", "us-west-2", "222222222222").create_key_pair(KeyName="k")
    assert "key-pair" not in inventory(moto.endpoint, ["us-east-1", "us-west-2"])
    there = inventory(moto.endpoint, ["us-west-2"], ["222222222222"])
    assert [name.rsplit("/", 1)[0] for name in there["key-pair"]] == ["222222222222/us-west-2"]


def test_waiting_for_calls_ends_when_they_came(proxy):
    client(proxy, "ec2").describe_vpcs()
    assert proxy.wait_for_calls(1, timeout=5)
    assert not proxy.wait_for_calls(2, timeout=0.01)

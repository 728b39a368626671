"""The whole client against a real HTTP server: moto on a free loopback port.

    BYOC_AWSCALL=build/tests/awscall python3 -m pytest -q tests/cloud/contract.py
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

AWSCALL = os.environ.get("BYOC_AWSCALL", "awscall")
START_SECONDS_MAX = 60

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def endpoint():
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            urllib.request.urlopen(f"{url}/moto-api/data.json", timeout=START_SECONDS_MAX).close()
            break
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, "moto ended"
            assert time.monotonic() < deadline, "moto does not start"
    yield url
    process.terminate()
    process.wait(timeout=60)


@pytest.fixture
def call(endpoint):
    def run(service, operation, params=None, **variables):
        environment = {"PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": endpoint,
                       "BYOC_EMULATOR": "1",
                       "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "dummy",
                       "AWS_REGION": "us-west-2"} | variables
        done = subprocess.run([AWSCALL, service, operation, json.dumps(params or {})],
                              env=environment, capture_output=True, text=True, timeout=120)
        assert done.stdout, done.stderr
        return json.loads(done.stdout)
    return run


def good(answer):
    assert answer["code"] == "ok", answer
    return answer["body"]


def test_sts(call):
    body = good(call("sts", "GetCallerIdentity"))
    assert body["Account"] == "123456789012"
    assert set(body) == {"Account", "Arn", "UserId"}


def test_network_life(call):
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": "byoc.dev/key", "Value": "vpc ü&<"}]}]
    wanted = {"CidrBlock": "10.7.0.0/16", "TagSpecifications": tags}
    vpc = good(call("ec2", "CreateVpc", wanted))["Vpc"]
    named = {"VpcId": vpc["VpcId"]}
    assert vpc["Tags"] == tags[0]["Tags"]
    ours = {"Filters": [{"Name": "tag:byoc.dev/key", "Values": ["vpc*"]}]}
    found = good(call("ec2", "DescribeVpcs", ours))
    assert [v["VpcId"] for v in found["Vpcs"]] == [vpc["VpcId"]]
    good(call("ec2", "ModifyVpcAttribute", named | {"EnableDnsHostnames": {"Value": True}}))
    which = {"Attribute": "enableDnsHostnames"}
    answer = good(call("ec2", "DescribeVpcAttribute", named | which))
    assert answer["EnableDnsHostnames"] == {"Value": True}
    subnet = good(call("ec2", "CreateSubnet", named | {"CidrBlock": "10.7.0.0/24"}))["Subnet"]
    assert call("ec2", "DeleteVpc", named)["code"] == "conflict"
    good(call("ec2", "DeleteSubnet", {"SubnetId": subnet["SubnetId"]}))
    good(call("ec2", "DeleteVpc", named))
    gone = call("ec2", "DescribeVpcs", {"VpcIds": [vpc["VpcId"]]})
    assert (gone["code"], gone["aws_code"]) == ("not_found", "InvalidVpcID.NotFound")


def test_security_group_rules(call):
    vpc = good(call("ec2", "DescribeVpcs"))["Vpcs"][0]["VpcId"]
    wanted = {"GroupName": "g", "Description": "d", "VpcId": vpc}
    group = good(call("ec2", "CreateSecurityGroup", wanted))
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
             "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    rule = {"GroupId": group["GroupId"], "IpPermissions": [https]}
    good(call("ec2", "AuthorizeSecurityGroupIngress", rule))
    assert call("ec2", "AuthorizeSecurityGroupIngress", rule)["code"] == "already_exists"
    assert call("ec2", "CreateSecurityGroup", wanted)["code"] == "already_exists"
    good(call("ec2", "DeleteSecurityGroup", {"GroupId": group["GroupId"]}))


def test_iam_role(call):
    role = {"RoleName": "node", "AssumeRolePolicyDocument": TRUST,
            "Tags": [{"Key": "a", "Value": "b"}]}
    made = good(call("iam", "CreateRole", role))["Role"]
    assert json.loads(made["AssumeRolePolicyDocument"]) == json.loads(TRUST)
    read = good(call("iam", "GetRole", {"RoleName": "node"}))["Role"]
    assert json.loads(read["AssumeRolePolicyDocument"]) == json.loads(TRUST)
    assert read["CreateDate"].endswith("Z")
    assert call("iam", "CreateRole", role)["code"] == "already_exists"
    policy = {"RoleName": "node", "PolicyName": "p"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]})
    good(call("iam", "PutRolePolicy", policy | {"PolicyDocument": document}))
    read = good(call("iam", "GetRolePolicy", policy))
    assert json.loads(read["PolicyDocument"]) == json.loads(document)
    bad = call("iam", "PutRolePolicy", policy | {"PolicyDocument": TRUST})
    assert (bad["code"], bad["aws_code"]) == ("invalid", "MalformedPolicyDocument")
    assert call("iam", "DeleteRole", {"RoleName": "node"})["code"] == "conflict"
    assert good(call("iam", "ListRolePolicies", {"RoleName": "node"}))["PolicyNames"] == ["p"]
    good(call("iam", "DeleteRolePolicy", policy))
    good(call("iam", "DeleteRole", {"RoleName": "node"}))
    assert call("iam", "GetRole", {"RoleName": "node"})["code"] == "not_found"


def test_pages(call):
    names = ["page-a", "page-b", "page-c"]
    for name in names:
        good(call("logs", "CreateLogGroup", {"logGroupName": name}))
    of_test = {"logGroupNamePrefix": "page-"}
    read = good(call("logs", "DescribeLogGroups", of_test))
    assert [group["logGroupName"] for group in read["logGroups"]] == names
    # Who names the page size gets one page, and its marker.
    seen, marker = [], {}
    for _ in names:
        page = good(call("logs", "DescribeLogGroups", of_test | {"limit": 1} | marker))
        seen += [group["logGroupName"] for group in page["logGroups"]]
        marker = {"nextToken": page.get("nextToken")}
    assert seen == names and marker == {"nextToken": None}
    for name in names:
        good(call("logs", "DeleteLogGroup", {"logGroupName": name}))


def test_eks(call):
    role = "arn:aws:iam::123456789012:role/c"
    good(call("eks", "CreateCluster", {"name": "c1", "roleArn": role, "resourcesVpcConfig": {
        "subnetIds": ["subnet-1"]}, "tags": {"k": "v"}, "clientRequestToken": "t"}))
    cluster = good(call("eks", "DescribeCluster", {"name": "c1"}))["cluster"]
    assert cluster["tags"] == {"k": "v"} and cluster["createdAt"].endswith("Z")
    assert good(call("eks", "ListNodegroups", {"clusterName": "c1"}))["nodegroups"] == []
    missing = call("eks", "DescribeCluster", {"name": "none"})
    assert (missing["code"], missing["aws_code"]) == ("not_found", "ResourceNotFoundException")
    addon = call("eks", "DescribeAddon", {"clusterName": "c1", "addonName": "coredns"})
    assert addon["code"] == "unsupported"
    assert addon["message"] == "this endpoint does not have eks:DescribeAddon"
    good(call("eks", "DeleteCluster", {"name": "c1"}))


def test_s3(call):
    bucket = {"Bucket": "byoc-contract"}
    wanted = bucket | {"CreateBucketConfiguration": {"LocationConstraint": "us-west-2"}}
    good(call("s3", "CreateBucket", wanted))
    assert call("s3", "CreateBucket", wanted)["code"] == "already_exists"
    assert call("s3", "GetBucketTagging", bucket)["code"] == "not_found"
    tags = {"TagSet": [{"Key": "k", "Value": "a b"}]}
    good(call("s3", "PutBucketTagging", bucket | {"Tagging": tags}))
    assert good(call("s3", "GetBucketTagging", bucket)) == tags
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True,
             "RestrictPublicBuckets": True}
    good(call("s3", "PutPublicAccessBlock", bucket | {"PublicAccessBlockConfiguration": block}))
    read = good(call("s3", "GetPublicAccessBlock", bucket))
    assert read == {"PublicAccessBlockConfiguration": block}
    good(call("s3", "PutBucketVersioning", bucket | {
        "VersioningConfiguration": {"Status": "Enabled"}}))
    assert good(call("s3", "GetBucketVersioning", bucket)) == {"Status": "Enabled"}
    good(call("s3", "HeadBucket", bucket))
    good(call("s3", "DeleteBucket", bucket))
    assert call("s3", "HeadBucket", bucket)["code"] == "not_found"


def test_ecr(call):
    name = {"repositoryName": "byoc-contract"}
    names = {"repositoryNames": ["byoc-contract"]}
    assert call("ecr", "DescribeRepositories", names)["code"] == "not_found"
    made = good(call("ecr", "CreateRepository", name | {"tags": [{"Key": "k", "Value": "v"}]}))
    assert call("ecr", "CreateRepository", name)["code"] == "already_exists"
    assert good(call("ecr", "DescribeRepositories", names))["repositories"] == [made["repository"]]
    arn = {"resourceArn": made["repository"]["repositoryArn"]}
    good(call("ecr", "TagResource", arn | {"tags": [{"Key": "l", "Value": "w"}]}))
    good(call("ecr", "UntagResource", arn | {"tagKeys": ["k"]}))
    assert good(call("ecr", "ListTagsForResource", arn)) == {"tags": [{"Key": "l", "Value": "w"}]}
    good(call("ecr", "DeleteRepository", name | {"force": True}))


def test_logs_and_tags(call):
    group = {"logGroupName": "/aws/eks/c/cluster"}
    good(call("logs", "CreateLogGroup", group | {"tags": {"k": "v"}}))
    good(call("logs", "PutRetentionPolicy", group | {"retentionInDays": 30}))
    read = good(call("logs", "DescribeLogGroups", {"logGroupNamePrefix": "/aws/eks"}))
    assert [g["retentionInDays"] for g in read["logGroups"]] == [30]
    assert call("logs", "CreateLogGroup", group)["code"] == "already_exists"
    good(call("logs", "DeleteLogGroup", group))
    good(call("resourcegroupstaggingapi", "GetResources", {"TagFilters": [{"Key": "k"}]}))


def test_assumed_roles_live_in_their_account(call):
    role = "arn:aws:iam::222222222222:role/byoc"
    answer = call("sts", "GetCallerIdentity", AWSCALL_ROLE_ARN=role, AWSCALL_EXTERNAL_ID="x")
    assert good(answer)["Account"] == "222222222222"
    assert [a.split()[0] for a in answer["attempts"]] == ["sts:AssumeRole", "sts:GetCallerIdentity"]


def test_web_identity(call, tmp_path):
    token = tmp_path / "token"
    token.write_text("not.a.jwt")
    answer = call("sts", "GetCallerIdentity", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="",
                  AWS_WEB_IDENTITY_TOKEN_FILE=str(token),
                  AWS_ROLE_ARN="arn:aws:iam::123456789012:role/web")
    assert "assumed-role/web" in good(answer)["Arn"]


def test_signatures_are_accepted_where_moto_checks_them(endpoint, call):
    """moto's own check of SigV4, for the protocols where it is right (query and JSON)."""
    good(call("iam", "CreateRole", {"RoleName": "probe", "AssumeRolePolicyDocument": TRUST}))
    request = urllib.request.Request(f"{endpoint}/moto-api/reset-auth", data=b"0",
                                     headers={"Content-Type": "text/plain"}, method="POST")
    urllib.request.urlopen(request, timeout=60).close()
    try:
        refused = call("sts", "GetCallerIdentity")
        assert refused["code"] == "denied", refused
        assert refused["aws_code"] in ("InvalidClientTokenId", "SignatureDoesNotMatch")
    finally:
        request.data = b"inf"
        urllib.request.urlopen(request, timeout=60).close()

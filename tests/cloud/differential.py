"""The client against botocore: requests, answers, errors, signatures and endpoints.

For every operation of the trimmed models random parameters and answers are generated from
botocore's own models (seeded: BYOC_SEED, BYOC_ROUNDS) and both sides must agree. Run by ctest, or:

    BYOC_WIRE=build/tests/wire python3 -m pytest -q tests/cloud/differential.py
"""

import base64
import datetime
import itertools
import json
import os
import pathlib
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree
from unittest import mock

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.endpoint_provider
import botocore.parsers
import botocore.serialize
import botocore.session
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import generate  # noqa: E402

MODELS = pathlib.Path(__file__).resolve().parents[2] / "cloud" / "aws" / "models"
WIRE = os.environ.get("BYOC_WIRE", "wire")
SEED = int(os.environ.get("BYOC_SEED", "1"))
ROUNDS = int(os.environ.get("BYOC_ROUNDS", "12"))

SESSION = botocore.session.Session()
LOADER = SESSION.get_component("data_loader")


def operations():
    lines = (MODELS / "operations.txt").read_text().splitlines()
    return [tuple(line.split()) for line in lines if line and not line.startswith("#")]


SERVICES = sorted({service for service, _ in operations()})
SERVICE_MODELS = {service: SESSION.get_service_model(service) for service in SERVICES}
PROTOCOLS = {service: json.loads((MODELS / f"{service}.json").read_text())["metadata"]["protocol"]
             for service in SERVICES}


@pytest.fixture(scope="module")
def wire():
    process = subprocess.Popen([WIRE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(line):
        process.stdin.write(json.dumps(line) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, f"wire died on {line}"
        return json.loads(answer)

    yield ask
    process.stdin.close()
    assert process.wait(timeout=60) == 0


def rounds(service, operation):
    return (f"{SEED}/{service}/{operation}/{index}" for index in range(ROUNDS))


def tree(node):
    """An XML element by meaning: order and white space between elements do not count."""
    children = sorted((tree(child) for child in node), key=repr)
    return node.tag, sorted(node.attrib.items()), "" if children else node.text or "", children


def same_body(protocol, ours, theirs):
    if protocol in ("ec2", "query"):
        pairs = urllib.parse.parse_qsl(ours.decode(), keep_blank_values=True)
        assert dict(pairs) == {k: str(v) for k, v in theirs.items()}
        assert len(pairs) == len(theirs)
    elif not theirs:
        assert not ours
    elif protocol == "rest-xml":
        assert tree(ElementTree.fromstring(ours)) == tree(ElementTree.fromstring(theirs))
    else:
        assert json.loads(ours) == json.loads(theirs)


def pairs_of(query):
    for name, value in query.items():
        for item in value if isinstance(value, list) else [value]:
            yield name, str(item)


@pytest.mark.parametrize("service,operation", operations())
def test_request(wire, service, operation):
    model = SERVICE_MODELS[service].operation_model(operation)
    protocol = PROTOCOLS[service]
    serializer = botocore.serialize.create_serializer(protocol, False)
    for seed in rounds(service, operation):
        values = generate.Values(seed)
        params = values.value(model.input_shape) if model.input_shape else {}
        theirs = serializer.serialize_to_request(params, model)
        ours = wire({"service": service, "operation": operation, "params": generate.plain(params)})
        assert "error" not in ours, (ours, params)
        path, _, fixed = theirs["url_path"].partition("?")
        query = urllib.parse.parse_qsl(fixed, keep_blank_values=True)
        query += list(pairs_of(theirs["query_string"] or {}))
        assert ours["method"] == theirs["method"]
        assert ours["path"] == path
        assert sorted(map(tuple, ours["query"])) == sorted(query)
        headers = {k.lower(): v for k, v in ours["headers"]}
        wanted = {k.lower(): str(v) for k, v in theirs["headers"].items()}
        if headers.get("content-type") == "application/xml":
            del headers["content-type"]
        assert headers == wanted
        same_body(protocol, base64.b64decode(ours["body"]), theirs["body"])


@pytest.mark.parametrize("service,operation", operations())
def test_answer(wire, service, operation):
    model = SERVICE_MODELS[service].operation_model(operation)
    protocol = PROTOCOLS[service]
    parser = botocore.parsers.create_parser(protocol)
    for seed in rounds(service, operation):
        # IAM documents that start with % are decoded by us and by boto3, but not by this parser.
        answers = generate.Answers(seed, generate.TEXT.replace("%", ""))
        headers, body = answers.answer(model, protocol)
        theirs = parser.parse({"status_code": 200, "body": body,
                               "headers": botocore.awsrequest.HeadersDict(headers)},
                              model.output_shape)
        theirs.pop("ResponseMetadata", None)
        ours = wire({"service": service, "operation": operation, "status": 200,
                     "headers": headers, "body": base64.b64encode(body).decode()})
        assert ours["code"] == "ok", (ours, body)
        assert ours["body"] == generate.plain(theirs), body


ERROR_BODIES = {
    "ec2": "<?xml version='1.0'?><Response><Errors><Error><Code>{code}</Code>"
           "<Message>{text}</Message></Error></Errors><RequestID>req-3</RequestID></Response>",
    "query": "<ErrorResponse xmlns='http://x/'><Error><Type>Sender</Type><Code>{code}</Code>"
             "<Message>{text}</Message></Error><RequestId>req-3</RequestId></ErrorResponse>",
    "rest-xml": "<Error><Code>{code}</Code><Message>{text}</Message><RequestId>req-3</RequestId>"
                "<HostId>h</HostId></Error>",
    "json": '{{"__type":"com.amazonaws#{code}","message":"{text}"}}',
    "rest-json": '{{"__type":"x#{code}:http://internal.amazon.com/","message":"{text}"}}',
}


@pytest.mark.parametrize("service,operation", operations())
def test_error(wire, service, operation):
    model = SERVICE_MODELS[service].operation_model(operation)
    protocol = PROTOCOLS[service]
    body = ERROR_BODIES[protocol].format(code="SomeLimitExceeded", text="one too many").encode()
    headers = {"x-amzn-requestid": "req-3", "x-amz-request-id": "req-3"}
    theirs = botocore.parsers.create_parser(protocol).parse(
        {"status_code": 400, "headers": headers, "body": body}, model.output_shape)
    ours = wire({"service": service, "operation": operation, "status": 400, "headers": headers,
                 "body": base64.b64encode(body).decode()})
    assert ours["aws_code"] == theirs["Error"]["Code"] == "SomeLimitExceeded"
    assert theirs["Error"]["Message"] in ours["message"]
    assert ours["request_id"] == theirs["ResponseMetadata"]["RequestId"]
    assert ours["code"] == "quota"


@pytest.mark.parametrize("service,operation", operations())
def test_html_proves_nothing(wire, service, operation):  # F26
    page = b"<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<p>No such URL.</p>\n"
    for status in (200, 403, 404, 405, 407, 500, 501, 503):
        for body in (page, b""):
            ours = wire({"service": service, "operation": operation, "status": status,
                         "headers": {"content-type": "text/html; charset=utf-8"},
                         "body": base64.b64encode(body).decode()})
            assert ours["code"] == "unavailable", (status, ours)


@pytest.mark.parametrize("service,operation", operations())
def test_signature(wire, service, operation):
    """The same request, signed by botocore at the same second."""
    model = SERVICE_MODELS[service].operation_model(operation)
    values = generate.Values(f"{SEED}/sign/{service}/{operation}")
    params = generate.plain(values.value(model.input_shape)) if model.input_shape else {}
    if service == "s3" and "Bucket" in params:
        params["Bucket"] = "my-bucket"
    region = {"iam": "us-east-1"}.get(service, "eu-west-1")
    for token in ("", "tok/en+=="):
        ours = wire({"service": service, "operation": operation, "params": params,
                     "sign": {"region": region, "id": "AKIDEXAMPLE", "key": "wJalr/XUtn+FEMI",
                              "token": token, "time": "2026-01-31T09:30:00Z"}})
        assert "error" not in ours, ours
        headers = dict(ours["headers"])
        wanted = headers.pop("Authorization")
        for name in ("X-Amz-Date", "X-Amz-Security-Token"):
            headers.pop(name, None)
        request = botocore.awsrequest.AWSRequest(
            method=ours["method"], url=ours["url"], headers=headers,
            data=base64.b64decode(ours["body"]))
        signer = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
        credentials = botocore.credentials.Credentials("AKIDEXAMPLE", "wJalr/XUtn+FEMI",
                                                       token or None)
        now = datetime.datetime(2026, 1, 31, 9, 30, 0)
        with mock.patch("botocore.auth.get_current_datetime", return_value=now):
            signer(credentials, SERVICE_MODELS[service].signing_name, region).add_auth(request)
        assert request.headers["Authorization"] == wanted


@pytest.mark.parametrize("service", SERVICES)
def test_endpoint(wire, service):
    provider = botocore.endpoint_provider.EndpointProvider(
        LOADER.load_service_model(service, "endpoint-rule-set-1"), LOADER.load_data("partitions"))
    regions = ["us-east-1", "us-west-2", "eu-central-1", "ap-southeast-4", "cn-north-1",
               "cn-northwest-1", "us-gov-west-1", "us-gov-east-1"]
    for region, fips, dual in itertools.product(regions, (False, True), (False, True)):
        if fips and region.startswith("cn-"):
            continue  # there are none, whatever the rules make up
        given = {"Region": region, "UseFIPS": fips, "UseDualStack": dual}
        given |= {"UseGlobalEndpoint": False} if service == "sts" else {}
        given |= {"Accelerate": False} if service == "s3" else {}
        theirs = provider.resolve_endpoint(**given)
        scheme = (theirs.properties.get("authSchemes") or [{}])[0]
        ours = wire({"service": service, "region": region, "fips": fips, "dual_stack": dual})
        assert "https://" + ours["host"] == theirs.url
        signed_for = scheme.get("signingRegion", region)
        assert ours["signing_region"] == signed_for


def test_models_are_those_of_botocore():
    subprocess.run([sys.executable, str(MODELS / "trim.py"), "--check"], check=True)

"""Random parameters and random answers for an operation, driven by botocore's models."""

import base64
import datetime
import json
import random
from xml.sax.saxutils import escape

TEXT = "abcXYZ019 -_.~/:+%&=<>\"'äλ→"
DEPTH_MAX = 6
# Of the answers that are not a member of their own.
S3_ROOTS = {"GetBucketTagging": "Tagging",
            "GetBucketVersioning": "VersioningConfiguration",
            "ListObjectVersions": "ListVersionsResult", "DeleteObjects": "DeleteResult"}


class Values:
    """Random values of a shape, as botocore takes them."""

    def __init__(self, seed, text=TEXT):
        self.random = random.Random(seed)
        self.text = text

    def string(self, text=None):
        text = text or self.text
        return "".join(self.random.choice(text) for _ in range(self.random.randint(1, 12)))

    def value(self, shape, depth=0):
        kind = shape.type_name
        if kind == "structure":
            return self.structure(shape, depth)
        if kind == "list":
            count = 0 if depth > DEPTH_MAX else self.random.randint(0, 3)
            return [self.value(shape.member, depth + 1) for _ in range(count)]
        if kind == "map":
            count = 0 if depth > DEPTH_MAX else self.random.randint(0, 3)
            return {self.string(): self.value(shape.value, depth + 1) for _ in range(count)}
        return self.scalar(shape)

    def structure(self, shape, depth):
        names = list(shape.members)
        keep = set(shape.required_members)
        chance = 0.8 if depth == 0 else 0.5 if depth < 3 else 0.25
        keep |= {n for n in names if depth <= DEPTH_MAX and self.random.random() < chance}
        return {n: self.value(shape.members[n], depth + 1) for n in names if n in keep}

    def scalar(self, shape):
        kind = shape.type_name
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind in ("integer", "long"):
            return self.random.randint(-5, 2**31 - 1)
        if kind in ("float", "double"):
            return self.random.choice([0.5, -2.25, 10.0, 1024.125])
        if kind == "timestamp":
            seconds = self.random.randint(0, 4_000_000_000)
            return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
        if kind == "blob":
            return bytes(self.random.randrange(256) for _ in range(self.random.randint(0, 9)))
        if shape.serialization.get("location") in ("header", "headers"):
            return self.string("abcXYZ019-_.:/=")
        return self.string()


def plain(value):
    """A value as byoc shows it: times as RFC 3339 text, blobs as base64 text."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


class Answers(Values):
    """Random answers of a service, as bytes."""

    def scalar_text(self, shape, value):
        kind = shape.type_name
        if kind == "boolean":
            return "true" if value else "false"
        if kind == "blob":
            return base64.b64encode(value).decode()
        if kind == "timestamp":
            formats = ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.250Z", "%Y-%m-%dT%H:%M:%S+00:00"]
            if shape.serialization.get("location") == "header":
                formats = ["%a, %d %b %Y %H:%M:%S GMT"]
            return value.strftime(self.random.choice(formats))
        return str(value)

    def noise(self):
        thing = "<unknownThing>1</unknownThing>"
        return self.random.choice(["", "", "", "\n  ", "<!-- note -->", thing])

    # XML ------------------------------------------------------------------------------------

    def xml_name(self, shape, name):
        if shape.type_name == "list" and shape.serialization.get("flattened"):
            inner = shape.member.serialization.get("name")
            if inner is not None:
                return inner
        return shape.serialization.get("name", name)

    def xml(self, shape, name, value):
        kind = shape.type_name
        if kind == "structure":
            return f"<{name}>{self.noise()}{self.xml_members(shape, value)}</{name}>"
        if kind == "list":
            if shape.serialization.get("flattened"):
                return "".join(self.xml(shape.member, name, v) for v in value)
            inner = shape.member.serialization.get("name", "member")
            items = "".join(self.xml(shape.member, inner, v) for v in value)
            return f"<{name}>{items}</{name}>"
        if kind == "map":
            key = shape.key.serialization.get("name", "key")
            inner = shape.value.serialization.get("name", "value")
            entry = name if shape.serialization.get("flattened") else "entry"
            rows = "".join(f"<{entry}>{self.xml(shape.key, key, k)}"
                           f"{self.xml(shape.value, inner, v)}</{entry}>" for k, v in value.items())
            return rows if shape.serialization.get("flattened") else f"<{name}>{rows}</{name}>"
        text = escape(self.scalar_text(shape, value))
        if kind == "string" and "]]" not in text and self.random.random() < 0.05:
            return f"<{name}><![CDATA[{value}]]></{name}>"
        return f"<{name}>{text}</{name}>"

    def xml_members(self, shape, value):
        rows = [self.xml(shape.members[n], self.xml_name(shape.members[n], n), v)
                for n, v in value.items()
                if "location" not in shape.members[n].serialization
                and not shape.members[n].serialization.get("xmlAttribute")]
        self.random.shuffle(rows)
        return "".join(rows)

    # JSON -----------------------------------------------------------------------------------

    def json(self, shape, value):
        kind = shape.type_name
        if kind == "structure":
            rows = {shape.members[n].serialization.get("name", n): self.json(shape.members[n], v)
                    for n, v in value.items() if "location" not in shape.members[n].serialization}
            if self.random.random() < 0.1:
                rows["unknownThing"] = {"a": [1]}
            for name in shape.members:
                wire = shape.members[name].serialization.get("name", name)
                if wire not in rows and self.random.random() < 0.1:
                    rows[wire] = None
            return rows
        if kind == "list":
            return [self.json(shape.member, v) for v in value]
        if kind == "map":
            return {k: self.json(shape.value, v) for k, v in value.items()}
        if kind == "timestamp":
            seconds = int(value.timestamp())
            text = value.strftime("%Y-%m-%dT%H:%M:%SZ")
            return self.random.choice([seconds, seconds + 0.25, text])
        if kind == "blob":
            return base64.b64encode(value).decode()
        return value

    # Whole answers --------------------------------------------------------------------------

    def answer(self, operation, protocol):
        shape = operation.output_shape
        headers = {"x-amzn-requestid": "req-1"}
        value = self.value(shape) if shape else {}
        for name, item in value.items():
            traits = shape.members[name].serialization
            if traits.get("location") == "header":
                headers[traits["name"].lower()] = self.scalar_text(shape.members[name], item)
        if protocol in ("json", "rest-json"):
            headers["content-type"] = "application/json"
            body = json.dumps(self.json(shape, value)) if shape else ""
        else:
            headers["content-type"] = "text/xml"
            body = self.xml_answer(operation, protocol, shape, value)
        return headers, body.encode()

    def xml_answer(self, operation, protocol, shape, value):
        namespace = f' xmlns="{operation.metadata.get("xmlNamespace", "http://example.com/doc/")}"'
        start = '<?xml version="1.0" encoding="UTF-8"?>\n'
        if protocol == "rest-xml":
            payload = shape.serialization.get("payload") if shape else None
            if payload:
                inner = shape.members[payload]
                root = inner.serialization.get("name", payload)
                members = self.xml_members(inner, value.get(payload, {}))
                return f"{start}<{root}{namespace}>{members}</{root}>"
            has_body = shape and any("location" not in m.serialization
                                     for m in shape.members.values())
            if not has_body:
                return ""
            root = S3_ROOTS[operation.name]
            return f"{start}<{root}{namespace}>{self.xml_members(shape, value)}</{root}>"
        members = self.xml_members(shape, value) if shape else ""
        root = f"{operation.name}Response"
        if protocol == "ec2":
            return f"{start}<{root}{namespace}><requestId>req-2</requestId>{members}</{root}>"
        wrapper = shape.serialization.get("resultWrapper") if shape else None
        inside = f"<{wrapper}>{self.noise()}{members}</{wrapper}>" if wrapper else ""
        return (f"{start}<{root}{namespace}>{inside}<ResponseMetadata><RequestId>req-2</RequestId>"
                f"</ResponseMetadata></{root}>")

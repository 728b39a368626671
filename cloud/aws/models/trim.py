#!/usr/bin/env python3
"""Trims botocore's service models to what byoc calls.

Reads operations.txt, takes the newest API version of each service from the installed botocore and
writes one SERVICE.json with the listed operations, the shapes they reach and how they page.
Prose, patterns and enumerations are left out. One operation or shape stands on one line.

    trim.py          writes the files next to this script
    trim.py --check  exits with 1 and names the files that differ
"""

import gzip
import json
import pathlib
import sys

import botocore

HERE = pathlib.Path(__file__).resolve().parent
DATA = pathlib.Path(botocore.__file__).resolve().parent / "data"

METADATA = ("apiVersion", "endpointPrefix", "globalEndpoint", "jsonVersion", "serviceId",
            "signingName", "targetPrefix", "xmlNamespace")
PROTOCOLS = ("ec2", "query", "json", "rest-json", "rest-xml")
REF = ("location", "locationName", "queryName", "flattened", "xmlAttribute", "streaming",
       "idempotencyToken", "timestampFormat")
SHAPE = ("type", "required", "flattened", "payload", "timestampFormat", "locationName")

# Scalar shapes without traits are written as their type: {"type": "string"} is "string".
SCALARS = ("string", "integer", "long", "float", "double", "boolean", "timestamp", "blob")

# Page sizes that the models do not tell; from the API references. Other operations take the
# maximum of the limit's shape, and at most PAGE_MAX.
PAGE_MAX = 1000
PAGE_SIZES = {
    "ec2 DescribeLaunchTemplateVersions": 200,
    "resourcegroupstaggingapi GetResources": 100,
}


def newest(service):
    folder = max(p for p in (DATA / service).iterdir() if p.is_dir())
    model = json.loads(gzip.decompress((folder / "service-2.json.gz").read_bytes()))
    pages = folder / "paginators-1.json"
    pages = json.loads(pages.read_text())["pagination"] if pages.exists() else {}
    extras = folder / "paginators-1.sdk-extras.json"
    for name, extra in (json.loads(extras.read_text())["merge"]["pagination"].items()
                        if extras.exists() else ()):
        pages.setdefault(name, {}).update(extra)
    return model, pages


class Trimmer:
    def __init__(self, service):
        self.service = service
        self.model, self.pages = newest(service)
        self.shapes = {}

    def ref(self, ref):
        """A reference to a shape, with the traits that stand on the reference."""
        kept = {"shape": self.shape(ref["shape"])}
        kept |= {key: ref[key] for key in REF if key in ref}
        if "xmlNamespace" in ref:
            namespace = ref["xmlNamespace"]
            kept["xmlNamespace"] = namespace if isinstance(namespace, dict) else {"uri": namespace}
        return kept

    def shape(self, name):
        whole = self.model["shapes"][name]
        if whole["type"] in SCALARS and not any(k in whole for k in SHAPE[1:] + ("sensitive",)):
            return whole["type"]
        if name in SCALARS:
            raise SystemExit(f"{self.service}: the shape {name} hides a scalar")
        if name in self.shapes:
            return name
        kept = self.shapes[name] = {key: whole[key] for key in SHAPE if key in whole}
        if whole.get("sensitive"):
            kept["sensitive"] = True
        if "xmlNamespace" in whole:
            kept["xmlNamespace"] = whole["xmlNamespace"]
        if "members" in whole:
            kept["members"] = {key: self.ref(ref) for key, ref in whole["members"].items()}
        for part in ("member", "key", "value"):
            if part in whole:
                kept[part] = self.ref(whole[part])
        return name

    def page(self, name, operation):
        """How an operation pages, or None."""
        page = self.pages.get(name)
        if page is None:
            return None
        as_list = lambda value: value if isinstance(value, list) else [value]
        kept = {"input": as_list(page["input_token"]), "output": as_list(page["output_token"]),
                "result": as_list(page["result_key"])}
        if "more_results" in page:
            kept["more"] = page["more_results"]
        if "limit_key" in page:
            members = self.model["shapes"][operation["input"]["shape"]]["members"]
            limit = self.model["shapes"][members[page["limit_key"]]["shape"]]
            size = PAGE_SIZES.get(f"{self.service} {name}", limit.get("max", PAGE_MAX))
            kept |= {"limit": page["limit_key"], "size": min(size, PAGE_MAX)}
        return kept

    def operation(self, name):
        if name not in self.model["operations"]:
            raise SystemExit(f"{self.service} has no operation {name}")
        whole = self.model["operations"][name]
        kept = {"method": whole["http"]["method"], "uri": whole["http"]["requestUri"]}
        if "input" in whole:
            kept["input"] = self.ref(whole["input"])
        if "output" in whole:
            kept["output"] = self.ref(whole["output"])
            if "resultWrapper" in whole["output"]:
                kept["resultWrapper"] = whole["output"]["resultWrapper"]
        if whole.get("httpChecksumRequired") or whole.get("httpChecksum", {}).get(
                "requestChecksumRequired"):
            kept["checksumRequired"] = True
        if whole.get("authtype") == "none":
            kept["unsigned"] = True
        page = self.page(name, whole)
        if page:
            kept["page"] = page
        return kept

    def trim(self, names):
        metadata = self.model["metadata"]
        kept = {key: metadata[key] for key in METADATA if key in metadata}
        offered = metadata.get("protocols", [metadata["protocol"]])
        kept["protocol"] = next(p for p in PROTOCOLS if p in offered)
        operations = {name: self.operation(name) for name in sorted(names)}
        return {"metadata": kept, "operations": operations, "shapes": self.shapes}


def lines(model):
    """Stable text: one operation or shape a line."""
    compact = lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    table = lambda rows: ",\n".join(f"{compact(k)}:{compact(v)}" for k, v in sorted(rows.items()))
    return (f'{{"metadata":{compact(model["metadata"])},\n'
            f'"operations":{{\n{table(model["operations"])}\n}},\n'
            f'"shapes":{{\n{table(model["shapes"])}\n}}}}\n')


def wanted():
    services = {}
    for line in (HERE / "operations.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            service, operation = line.split()
            services.setdefault(service, []).append(operation)
    return services


def main():
    check = sys.argv[1:] == ["--check"]
    differ = []
    services = wanted()
    for service, names in services.items():
        path = HERE / f"{service}.json"
        text = lines(Trimmer(service).trim(names))
        if check and not (path.exists() and path.read_text() == text):
            differ.append(path.name)
        elif not check:
            path.write_text(text)
    stray = [p.name for p in HERE.glob("*.json") if p.stem not in services]
    if differ or stray:
        print("differ from the installed botocore:", *differ, *stray, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

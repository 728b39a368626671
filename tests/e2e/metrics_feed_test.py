"""F50: what the dashboard and the alerts ask for is there after a real run."""

import json
import re
import urllib.request
from pathlib import Path

import yaml
from byocd import Byocd, wait_for
from inventory import client_of
from proxy import Fault

ROOT = Path(__file__).resolve().parents[2]
ROLE = """\
apiVersion: byoc.dev/v1alpha1
kind: Role
metadata: {{name: {name}}}
spec: {{trust: {{services: [ec2.amazonaws.com]}}}}
"""
_SERIES = re.compile(r"\b((?:byoc|process)_[a-z_]+)\b(?:\{([^}]*)\})?")
_LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
OF_THE_SCRAPE = {"job", "instance"}


def expressions():
    """Every PromQL expression of the dashboard's panels and of the alerts."""
    board = json.loads((ROOT / "share/grafana/byoc.json").read_text())
    rules = yaml.safe_load((ROOT / "share/prometheus/byoc.rules.yml").read_text())
    for panel in board["panels"]:
        yield from (target["expr"] for target in panel.get("targets", []))
    for group in rules["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def asked():
    """{metric: labels} of what they ask for."""
    wanted = {}
    for expression in expressions():
        for name, selector in _SERIES.findall(expression):
            labels = set(_LABEL.findall(selector)) - OF_THE_SCRAPE
            wanted.setdefault(name, set()).update(labels)
    return wanted


def scrape(port):
    """{metric: [labels of each series]}"""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        text = answer.read().decode()
    series = {}
    for name, labels in re.findall(r"^(\w+)(?:\{(.*)\})? \S+$", text, re.M):
        series.setdefault(name, []).append(dict(re.findall(r'(\w+)="([^"]*)"', labels)))
    return series


# A64, X9
def test_every_panel_and_alert_is_fed(byocctl, proxy, moto, tmp_path):
    directory = tmp_path / "manifests"
    directory.mkdir()
    for name in "abcdef":
        (directory / f"{name}.yaml").write_text(ROLE.format(name=name))
    (directory / "wrong.yaml").write_text("apiVersion: byoc.dev/v1alpha1\nkind: Rloe\n")
    # A thing of another store dangles; and AWS asks to go slower now and then.
    client_of(moto.endpoint, "ec2").create_vpc(
        CidrBlock="10.9.0.0/16",
        TagSpecifications=[
            {
                "ResourceType": "vpc",
                "Tags": [
                    {"Key": "byoc.dev/owner-uid", "Value": "00000000-0000-4000-8000-000000000000"},
                    {"Key": "byoc.dev/owner", "Value": "Cluster/other"},
                    {"Key": "byoc.dev/key", "Value": "vpc"},
                ],
            }
        ],
    )
    proxy.fault = lambda call, number: Fault.throttled if number % 5 == 1 else None
    flags = ("--settle=200ms", "--metrics=127.0.0.1:0", "--sweep_every=1s", "--sweep_age=1s")
    with Byocd(byocctl, directory, *flags) as daemon:
        daemon.wait_said("started")
        port = re.search(r"metrics_port=(\d+)", daemon.said()).group(1)

        def missing():
            series = scrape(port)
            return [
                (name, labels)
                for name, labels in asked().items()
                if not any(labels <= set(one) for one in series.get(name, []))
            ]

        wait_for(lambda: not missing(), missing)
        (directory / "wrong.yaml").unlink()
        (directory / "a.yaml").unlink()

        def last_success():
            return {one["name"] for one in scrape(port)["byoc_last_success_timestamp_seconds"]}

        wait_for(lambda: last_success() == set("bcdef"), last_success)
        byocctl.ok("delete", "role/b", "--force", "--yes")
        wait_for(lambda: last_success() == set("cdef"), last_success)
        assert "byoc_manifest_errors" not in scrape(port)

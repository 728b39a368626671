"""docs/metrics.md is the contract: the program, the dashboard and the alerts keep to it."""

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
DASHBOARD = json.loads((ROOT / "share/grafana/byoc.json").read_text(encoding="utf-8"))
RULES = yaml.safe_load((ROOT / "share/prometheus/byoc.rules.yml").read_text(encoding="utf-8"))
OF_THE_SCRAPE = {"job", "instance"}

# A metric's name in an expression, and its selector if it has one.
_USE = re.compile(r"\b((?:byoc|process)_[a-z_]+)\b(?:\{([^}]*)\})?")


def documented():
    """{name: (type, {labels})} of the page's table."""
    rows = re.findall(r"^\| `(\w+)` \| (gauge|counter|histogram) \| (.*?) \|", PAGE, re.M)
    return {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}


def expressions(node):
    """Every PromQL expression below a node of the dashboard: panels' and variables'."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in ("expr", "query", "definition") and isinstance(value, str):
                yield value
            else:
                yield from expressions(value)
    elif isinstance(node, list):
        for value in node:
            yield from expressions(value)


def alerts():
    return [rule for group in RULES["groups"] for rule in group["rules"]]


def base(name, known):
    """The metric that a series belongs to: a histogram has three."""
    stem = re.sub(r"_(bucket|sum|count)$", "", name)
    return stem if stem in known and known[stem][0] == "histogram" else name


def faults(expression, known):
    """What an expression asks for that the page does not promise."""
    for name, selector in _USE.findall(expression):
        metric = base(name, known)
        if metric not in known:
            yield f"{name} is not in docs/metrics.md"
            continue
        labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector))
        for label in labels - known[metric][1] - OF_THE_SCRAPE:
            yield f"{name} has no label {label}"
        if known[metric][0] == "counter" and "rate(" not in expression:
            yield f"{name} is a counter: its rate says something, its value does not"


def test_the_page_has_them_all():
    assert {"byoc_build_info", "byoc_objects", "process_open_fds"} <= set(documented())


def test_the_dashboard_keeps_to_the_page():
    found = list(expressions(DASHBOARD))
    assert len(found) > 15
    assert [fault for one in found for fault in faults(one, documented())] == []


def test_every_metric_of_ours_is_on_the_dashboard():
    known = documented()
    uses = [use for one in expressions(DASHBOARD) for use in _USE.findall(one)]
    used = {base(name, known) for name, _ in uses}
    assert {name for name in known if name.startswith("byoc_")} - used == set()


def test_panels_have_ids_and_places_of_their_own():
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [panel["gridPos"] for panel in panels]
    for i, one in enumerate(places):
        assert one["x"] + one["w"] <= 24
        for other in places[:i]:
            aside = one["x"] >= other["x"] + other["w"] or other["x"] >= one["x"] + one["w"]
            apart = one["y"] >= other["y"] + other["h"] or other["y"] >= one["y"] + one["h"]
            assert aside or apart, (one, other)


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_keeps_to_the_page(rule):
    assert list(faults(rule["expr"], documented())) == []
    assert f"| `{rule['alert']}` |" in PAGE, "what it means, and what to do then"


def test_the_page_explains_no_other_alerts():
    assert set(re.findall(r"^\| `(Byoc\w+)`", PAGE, re.M)) == {rule["alert"] for rule in alerts()}


def test_the_program_keeps_to_the_page():
    source = (ROOT / "controller/metrics.cc").read_text(encoding="utf-8")
    program = dict(re.findall(r'\{"((?:byoc|process)_\w+)", "(\w+)",', source))
    assert program
    page = {name: kind for name, (kind, _) in documented().items()}
    assert {name: page.get(name) for name in program} == program
    assert {name for name in page if name.startswith("byoc_")} - set(program) == set()


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("sum(byoc_objcts)", "byoc_objcts is not in docs/metrics.md"),
        ('byoc_objects{fase="Error"}', "byoc_objects has no label fase"),
        ("byoc_reconciles_total", "its value does not"),
        ("byoc_queue_depth_bucket", "byoc_queue_depth_bucket is not in docs/metrics.md"),
    ],
)
def test_a_wrong_expression_would_be_seen(wrong, fault):
    assert any(fault in said for said in faults(wrong, documented()))

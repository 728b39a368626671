"""The recipes of examples/gitops do with byocctl's exit codes what docs/gitops.md says."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gitops"


def read(name):
    return yaml.safe_load((EXAMPLE / name).read_text(encoding="utf-8"))


def github(job):
    """The commands of a job's steps, as the runner's shell gets them."""
    steps = read(".github/workflows/byoc.yml")["jobs"][job]["steps"]
    return "\n".join(step["run"] for step in steps if "run" in step)


def gitlab(job):
    return "\n".join(read(".gitlab-ci.yml")[job]["script"])


def run(script, code, place):
    """The script with a byocctl that ends with `code`, and what the summary holds then."""
    program = place / "byocctl"
    program.write_text(f"#!/bin/sh\necho said: byocctl \"$@\"\nexit {code}\n", encoding="utf-8")
    program.chmod(0o755)
    env = {
        "PATH": f"{place}:{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": str(place / "summary"),
    }
    command = ["bash", "-e", "-o", "pipefail", "-c", script]
    return subprocess.run(command, env=env, cwd=place, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("recipe", [github, gitlab])
@pytest.mark.parametrize("code", [0, 1])
def test_validate(recipe, code, tmp_path):
    done = run(recipe("validate"), code, tmp_path)
    assert done.returncode == code
    assert "said: byocctl validate -f ." in done.stdout


@pytest.mark.parametrize(("code", "job"), [(0, 0), (1, 1), (2, 0), (130, 130)])
def test_plan_on_github(code, job, tmp_path):
    done = run(github("plan"), code, tmp_path)
    assert done.returncode == job
    said = "said: byocctl plan -f . --detailed-exitcode"
    assert said in done.stdout and said in (tmp_path / "summary").read_text(encoding="utf-8")
    assert ("::warning::" in done.stdout) == (code == 2)


@pytest.mark.parametrize("code", [0, 1, 2])
def test_plan_on_gitlab(code, tmp_path):
    """GitLab looks at the exit code itself: 2 is allowed, and shown."""
    assert run(gitlab("plan"), code, tmp_path).returncode == code
    assert read(".gitlab-ci.yml")["plan"]["allow_failure"] == {"exit_codes": 2}


def test_environments_are_apart():
    """An environment is a namespace and an account of its own."""
    seen = {}
    for folder in sorted((EXAMPLE / "environments").iterdir()):
        texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))]
        objects = [one for text in texts for one in yaml.safe_load_all(text)]
        assert {one["metadata"]["namespace"] for one in objects} == {folder.name}
        clusters = [one for one in objects if one["kind"] == "Cluster"]
        for account in {one["spec"]["roleArn"].split(":")[4] for one in clusters}:
            assert seen.setdefault(account, folder.name) == folder.name
    assert len(seen) == 2

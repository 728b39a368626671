"""byoc-pull: a commit is current whole or not at all, and a failure changes nothing."""

import os
import subprocess
from pathlib import Path

import pytest

PULL = Path(__file__).resolve().parents[2] / "packaging" / "byoc-pull"
IDENTITY = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
}


class Repository:
    """A repository of manifests, and the state directory that it is pulled to."""

    def __init__(self, place):
        self.place = place / "origin"
        self.state = place / "state"
        self.state.mkdir()
        self.env = {"PATH": os.environ["PATH"], "HOME": str(place), **IDENTITY}
        self.git("init", "--quiet", "--initial-branch=main", self.place, cwd=place)

    def git(self, *words, cwd=None):
        command = ["git", *map(str, words)]
        cwd = cwd or self.place
        return subprocess.check_output(command, cwd=cwd, env=self.env, text=True).strip()

    def commit(self, **files):
        for name, text in files.items():
            (self.place / f"{name}.yaml").write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=change", "--allow-empty")
        return self.git("rev-parse", "HEAD")

    def pull(self, **env):
        env = {
            **self.env,
            "STATE_DIRECTORY": str(self.state),
            "BYOC_REPOSITORY": self.place.as_uri(),
            **env,
        }
        return subprocess.run([PULL], env=env, capture_output=True, text=True, check=False)

    def current(self):
        place = self.state / "current"
        return {path.stem: path.read_text(encoding="utf-8") for path in place.glob("*.yaml")}


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


def test_the_first_pull_and_the_next(repository):
    first = repository.commit(one="1")
    assert first in repository.pull().stdout
    assert repository.current() == {"one": "1"}
    second = repository.commit(one="2", two="2")
    assert second in repository.pull().stdout
    assert repository.current() == {"one": "2", "two": "2"}
    assert os.readlink(repository.state / "current") == f"commits/{second}"


def test_the_checkout_knows_its_commit(repository):
    commit = repository.commit(one="1")
    repository.pull()
    assert repository.git("rev-parse", "HEAD", cwd=repository.state / "current") == commit


def test_nothing_new_touches_nothing(repository):
    repository.commit(one="1")
    repository.pull()
    before = os.lstat(repository.state / "current")
    done = repository.pull()
    after = os.lstat(repository.state / "current")
    assert (done.returncode, done.stdout) == (0, "")
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_commit_before_stays_for_its_readers(repository):
    commits = []
    for text in "123":
        commits.append(repository.commit(one=text))
        assert repository.pull().returncode == 0
    assert sorted(os.listdir(repository.state / "commits")) == sorted(commits[1:])


def test_a_rewritten_branch_is_followed(repository):
    first = repository.commit(one="1")
    repository.commit(one="2")
    repository.pull()
    repository.git("reset", "--quiet", "--hard", first)
    repository.commit(one="3")
    repository.pull()
    assert repository.current() == {"one": "3"}
    repository.git("reset", "--quiet", "--hard", first)
    repository.pull()
    assert repository.current() == {"one": "1"}


def test_another_branch(repository):
    repository.commit(one="1")
    repository.git("checkout", "--quiet", "-b", "prod")
    repository.commit(one="prod")
    repository.git("checkout", "--quiet", "main")
    repository.pull(BYOC_BRANCH="prod")
    assert repository.current() == {"one": "prod"}


@pytest.mark.parametrize(
    "wrong", [{"BYOC_REPOSITORY": "file:///nowhere"}, {"BYOC_BRANCH": "nothing"}], ids=str
)
def test_a_failure_changes_nothing(repository, wrong):
    repository.commit(one="1")
    repository.pull()
    repository.commit(one="2")
    assert repository.pull(**wrong).returncode != 0
    assert repository.current() == {"one": "1"}


def test_what_an_interrupted_pull_left_is_made_anew(repository):
    repository.commit(one="1")
    repository.pull()
    half = repository.state / "commits" / repository.commit(one="2", two="2")
    half.mkdir()
    (half / "one.yaml").write_text("hal", encoding="utf-8")
    (repository.state / "next").symlink_to("commits/nothing")
    assert repository.pull().returncode == 0
    assert repository.current() == {"one": "2", "two": "2"}


def test_without_a_repository_it_says_what_is_missing(repository):
    done = repository.pull(BYOC_REPOSITORY="")
    assert done.returncode != 0 and "BYOC_REPOSITORY" in done.stderr

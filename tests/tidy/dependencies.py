"""Third-party code: every include and import is in a list that `make deps` installs, and every
entry of the lists has its line of reason in docs/dependencies.md."""

import ast
import re
import sys

from includes import includes
from tree import Finding

APT_LIST = "scripts/apt-packages.txt"
PIP_LIST = "scripts/requirements.txt"
REASONS = "docs/dependencies.md"

# What an include begins with -> the Debian package that brings it.
PACKAGES = {
    "nlohmann/": "nlohmann-json3-dev",
    "openssl/": "libssl-dev",
    "curl/": "libcurl4-openssl-dev",
    "yaml-cpp/": "libyaml-cpp-dev",
    "pugixml.hpp": "libpugixml-dev",
    "sqlite3.h": "libsqlite3-dev",
    "spdlog/": "libspdlog-dev",
    "gflags/": "libgflags-dev",
    "microhttpd.h": "libmicrohttpd-dev",
    "gtest/": "libgtest-dev",
    "gmock/": "libgmock-dev",
}
_SYSTEM = re.compile(
    r"(sys|netinet|arpa|linux|net)/\w+\.h|(assert|dirent|dlfcn|errno|fcntl|fnmatch|glob|limits"
    r"|malloc|netdb|grp|poll|pthread|pwd|sched|signal|spawn|std\w+|string|strings|termios|time"
    r"|unistd|wchar|locale|langinfo)\.h"
)
# The import's name where it is not the distribution's.
DISTRIBUTIONS = {"yaml": "pyyaml"}


def _listed(tree, path):
    """Names of a list file, in lower case, without versions and comments."""
    if path not in tree.paths:
        return []
    lines = [line.split("#")[0].strip() for line in tree.text(path).splitlines()]
    return [re.split(r"[=\[<>]", line)[0].lower() for line in lines if line]


def _package_of(name):
    for prefix, package in PACKAGES.items():
        if name.startswith(prefix):
            return package
    return None


def cpp(tree):
    listed = _listed(tree, APT_LIST)
    for path in tree.cpp():
        for number, quote, name in includes(tree, path):
            if quote == '"' or re.fullmatch(r"\w+", name) or _SYSTEM.fullmatch(name):
                continue
            package = _package_of(name)
            if package is None:
                yield Finding(path, number, f"<{name}>: no known package brings it")
            elif package not in listed:
                yield Finding(path, number, f"<{name}>: {package} is not in {APT_LIST}")


def unused(tree):
    """A listed library that we know and that neither a source includes nor the build finds."""
    used = {_package_of(name) for path in tree.cpp() for _, _, name in includes(tree, path)}
    built = tree.text("CMakeLists.txt") if "CMakeLists.txt" in tree.paths else ""
    used |= {PACKAGES[key] for key in PACKAGES if f"find_package({key.rstrip('/')} " in built}
    for package in set(PACKAGES.values()) & set(_listed(tree, APT_LIST)) - used:
        yield Finding(APT_LIST, 1, f"{package} is installed and never included")


def python(tree):
    listed = _listed(tree, PIP_LIST)
    modules = {path.rsplit("/", 1)[-1][:-3] for path in tree.ending(".py")}
    folders = {part for path in tree.ending(".py") for part in path.split("/")[:-1]}
    for path in tree.ending(".py"):
        for node in ast.walk(ast.parse(tree.text(path))):
            for name in _imported(node):
                top = name.split(".")[0]
                known = top in sys.stdlib_module_names or top in modules or top in folders
                if not known and DISTRIBUTIONS.get(top, top).lower() not in listed:
                    yield Finding(path, node.lineno, f"import {top}: not in {PIP_LIST}")


def _imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [node.module or ""]
    return []


def pinned(tree):
    if PIP_LIST not in tree.paths:
        return
    for number, line in tree.lines(PIP_LIST):
        entry = line.split("#")[0].strip()
        if entry and not re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", entry):
            yield Finding(PIP_LIST, number, "an exact version: NAME==VERSION")


def reasons(tree):
    """What we ask for needs a reason; below the first empty line stands what that needs itself."""
    text = tree.text(REASONS) if REASONS in tree.paths else ""
    explained = {name.lower() for name in re.findall(r"`([\w.+-]+)`", text)}
    for name in _listed(tree, APT_LIST):
        if name not in explained:
            yield Finding(REASONS, 1, f"no line of reason for the package `{name}`")
    if PIP_LIST in tree.paths:
        direct = tree.text(PIP_LIST).split("\n\n", 1)[0]
        for name in re.findall(r"^([\w.-]+)", direct, re.MULTILINE):
            if name.lower() not in explained:
                yield Finding(REASONS, 1, f"no line of reason for the package `{name}`")


CHECKS = [cpp, unused, python, pinned, reasons]

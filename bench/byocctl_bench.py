#!/usr/bin/env python3
"""The real program on a local moto: start-up, calls of a no-op run, CPU per call, peak memory.

Prints one line per number with its goal; exit 1 when a goal is missed. BYOCCTL names the program.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/e2e"))

from byocctl import Byocctl  # noqa: E402
from moto_server import MotoServer  # noqa: E402
from proxy import Proxy  # noqa: E402
from stack import ENVIRONMENT, write_stack  # noqa: E402

STARTS = 50


def measured(byocctl, *args):
    """(seconds of CPU, peak MiB) of one successful run."""
    process = subprocess.Popen(
        [str(byocctl.binary), *map(str, args)],
        env=byocctl.env,
        cwd=byocctl.home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"byocctl {args} failed:\n{said}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def start_up_ms(byocctl):
    took = []
    for _ in range(STARTS):
        begin = time.perf_counter()
        subprocess.run([str(byocctl.binary), "version"], env=byocctl.env, stdout=subprocess.DEVNULL)
        took.append((time.perf_counter() - begin) * 1000)
    return statistics.median(took)


def run(proxy, home):
    byocctl = Byocctl(proxy.endpoint, home, ENVIRONMENT)
    manifests = write_stack(Path(home), "bench")
    yield "start-up of `byocctl version`", start_up_ms(byocctl), "ms", 5

    cpu, memory = measured(byocctl, "apply", "-f", manifests, "--yes")
    calls = len(proxy.calls)
    yield "calls of a first apply", calls, "", None
    yield "client CPU per call of a first apply", cpu * 1000 / calls, "ms", None
    yield "peak memory of a first apply", memory, "MiB", None

    proxy.forget()
    cpu, memory = measured(byocctl, "apply", "-f", manifests, "--yes")
    # A run of its own remembers nothing: every detail is read again, so that drift is seen.
    yield "calls of a no-op apply, one stack", len(proxy.calls), "", None
    yield "calls that write among them", len(proxy.mutating()), "", 0
    yield "peak memory of a no-op apply", memory, "MiB", None


def main():
    moto = MotoServer()
    proxy = Proxy(moto.endpoint)
    missed = False
    try:
        with tempfile.TemporaryDirectory() as home:
            for name, value, unit, goal in run(proxy, home):
                bad = goal is not None and value > goal
                missed = missed or bad
                said = f"goal at most {goal:g} {unit}".rstrip() if goal is not None else ""
                print(f"{name:44} {value:10.2f} {unit:4} {said}{'  MISSED' if bad else ''}")
    finally:
        proxy.stop()
        moto.stop()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

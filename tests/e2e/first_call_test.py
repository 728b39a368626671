"""From the saving of a file to the first AWS call: figures, printed (pytest -s)."""

import threading
import time

from byocd import Byocd, wait_for

DEBOUNCE_MS = 100
SAVES = 9
REST_S = 35  # byocd closes connections and gives memory back 30 s after the last call
ROLE = """\
apiVersion: byoc.dev/v1alpha1
kind: Role
metadata: {{name: {name}}}
spec:
  trust: {{services: [ec2.amazonaws.com]}}
"""


def test_from_save_to_first_call(byocctl, proxy, tmp_path):
    directory = tmp_path / "manifests"
    directory.mkdir()
    (directory / "warm.yaml").write_text(ROLE.format(name="warm"))
    with Byocd(byocctl, directory, "--full_scan=1h"):
        made = lambda: any(call.operation == "CreateRole" for call in proxy.calls)
        wait_for(made, lambda: "a role")
        took = sorted(save(directory, proxy, f"f{number}") for number in range(SAVES))
        threading.Event().wait(REST_S)
        rested = save(directory, proxy, "rested")
    median = took[len(took) // 2]
    print(
        f"figure: from save to first call {median:.1f} ms (median of {SAVES}), from rest "
        f"{rested:.1f} ms, {DEBOUNCE_MS} of them debounce"
    )
    assert min(median, rested) > DEBOUNCE_MS  # less would be another object's call


def save(directory, proxy, name):
    """Milliseconds from here until a call has come."""
    wait_for(lambda: silent(proxy), lambda: "calls for what was saved before")
    arrived = []
    proxy.fault = lambda call, _: arrived.append(time.monotonic()) and None
    saved = time.monotonic()
    (directory / f"{name}.yaml").write_text(ROLE.format(name=name))
    wait_for(lambda: arrived, lambda: "a call")
    return (arrived[0] - saved) * 1000


def silent(proxy):
    before = len(proxy.calls)
    threading.Event().wait(0.5)
    return len(proxy.calls) == before

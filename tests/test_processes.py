"""No server outlives who has started it for a test or a measurement."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

_PROGRAM = """
import sys, time
from tests.processes import leave_nothing, serving
leave_nothing()
# A server that has started another one, as npm's programs do.
server = [sys.executable, "-c", "import subprocess, sys; subprocess.run([sys.executable, '-c', "
          "'import time; time.sleep(600)'])"]
with serving(server, 1) as running:
    while len(running.processes()) < 2:
        time.sleep(0.01)
    print([one.pid for one in running.processes()], flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left(number: signal.Signals) -> None:
    """However a measurement ends, its servers end, and what they have started."""
    command = [sys.executable, "-c", _PROGRAM]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        cwd=Path(__file__).parents[1], start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        numbers = re.findall(r"\d+", process.stdout.readline())
        started = [psutil.Process(int(one)) for one in numbers]
        assert len(started) == 2
        os.kill(process.pid, number)
    assert psutil.wait_procs(started, timeout=30)[1] == []

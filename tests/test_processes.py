"""No server outlives who has started it for a test or a measurement."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.processes import started

_SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
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
    with started(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[1], start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        numbers = re.findall(r"\d+", process.stdout.readline())
        servers = [psutil.Process(int(one)) for one in numbers]
        assert len(servers) == 2
        os.kill(process.pid, number)
        process.wait(30)
    assert psutil.wait_procs(servers, timeout=30)[1] == []


def test_no_program_outlives_what_is_tested_of_it() -> None:
    """Neither where that fails, nor where it waits for a line that never comes."""
    with pytest.raises(LookupError), started(_SLEEP) as process:
        raise LookupError
    assert process.returncode == -signal.SIGKILL
    with started(_SLEEP, patience=0, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read() == ""

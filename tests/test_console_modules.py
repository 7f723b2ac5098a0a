"""The console's modules that need no page, in Node: no browser, no server."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = sorted(Path(__file__).parent.joinpath("console", "unit").glob("*.test.js"))


def _node_version() -> int:
    """Return Node's major version, 0 where it is not there."""
    if shutil.which("node") is None:
        return 0
    told = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    return int(told.removeprefix("v").partition(".")[0])


@pytest.mark.skipif(_node_version() < 20, reason="Node 20 or later is not there")
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_module(path: Path) -> None:
    """The tests beside it pass."""
    command = ["node", "--test", "--test-reporter=tap", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.M), done.stdout

"""The console's modules that need no page, in Node: no browser, no server."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.node import needs_node

TESTS = sorted(Path(__file__).parent.joinpath("console", "unit").glob("*.test.js"))


@needs_node
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_module(path: Path) -> None:
    """The tests beside it pass."""
    command = ["node", "--test", "--test-reporter=tap", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.M), done.stdout

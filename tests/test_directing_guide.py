"""The commands of the guide to directing can be pasted, one after the other."""

import re
import subprocess
from pathlib import Path

from tests.mockserver.serving import serve

GUIDE = Path(__file__).parents[1].joinpath("docs", "directing.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)


def test_every_command_is_heard() -> None:
    """Each is answered with a 2xx, in the order of the guide."""
    (variable, *commands) = [line for block in BLOCKS for line in block.splitlines()]
    assert len(commands) > 15
    with serve() as mock:
        named = variable.replace("http://127.0.0.1:4010", mock.url)
        for command in commands:
            line = f"{named}; {command.replace('curl ', 'curl -sS --fail-with-body ', 1)}"
            done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=30)
            assert done.returncode == 0, (command, done.stdout, done.stderr)

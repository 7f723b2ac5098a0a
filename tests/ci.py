"""What the tests of continuous integration share: the action, the guide, and an installation."""

import os
import re
import sys
from pathlib import Path

__all__ = ["ACTION", "EXAMPLES", "GUIDE", "ROOT", "installed"]

ROOT = Path(__file__).parents[1]
ACTION = ROOT / "action.yml"
_BLOCK = re.compile(r"^```(?:yaml|python|toml)\n# (?P<name>\S+)\n(?P<text>.*?)^```", re.M | re.S)
GUIDE = (ROOT / "docs" / "ci.md").read_text("utf-8")
EXAMPLES = {found["name"]: found["text"] for found in _BLOCK.finditer(GUIDE)}


def installed(folder: Path) -> dict[str, str]:
    """Return an environment in which the command is found as the action installs it."""
    bin_ = folder / "active-calls-verify" / "bin"
    bin_.mkdir(parents=True)
    command = bin_ / "active-calls-verify"
    command.write_text(f"#!{sys.executable}\nfrom contracts.cli import main\nmain()\n")
    command.chmod(0o755)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ACTIVE_CALLS_", "GITHUB_", "PYTEST_"))
    }
    paths = {"PATH": f"{bin_}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return kept | paths | {"RUNNER_TEMP": str(folder)}

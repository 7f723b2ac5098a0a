"""The Node of this machine."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.commands import CommandError, run

__all__ = ["NoRegistryError", "demand_registry", "needs_node", "node_version", "run_tests"]


class NoRegistryError(Exception):
    """npm cannot install anything here; the message has its output."""


def demand_registry(folder: Path) -> None:
    """Find out at once, and not after minutes, that nothing can be installed.

    What fails to be installed afterwards is wrong.

    Raises:
        NoRegistryError: npm is missing, or its registry does not answer.
    """
    if shutil.which("npm") is None:
        raise NoRegistryError("npm is not installed.")
    try:
        run("npm", "ping", "--fetch-retries=0", "--loglevel=error", at=folder)
    except CommandError as failed:
        raise NoRegistryError(f"npm could not reach its registry.\n{failed}") from None


def node_version() -> int:
    """Return Node's major version, 0 where it is not there."""
    if shutil.which("node") is None:
        return 0
    told = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    return int(told.removeprefix("v").partition(".")[0])


needs_node = pytest.mark.skipif(node_version() < 20, reason="Node 20 or later is not there")
"""Marks a test that runs JavaScript."""


def run_tests(path: Path) -> None:
    """Run a file of tests in Node: there are some, and all pass."""
    command = ["node", "--test", "--test-reporter=tap", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.M), done.stdout

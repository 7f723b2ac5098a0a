"""The Node of this machine."""

import shutil
import subprocess

import pytest

__all__ = ["needs_node", "node_version"]


def node_version() -> int:
    """Return Node's major version, 0 where it is not there."""
    if shutil.which("node") is None:
        return 0
    told = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    return int(told.removeprefix("v").partition(".")[0])


needs_node = pytest.mark.skipif(node_version() < 20, reason="Node 20 or later is not there")
"""Marks a test that runs JavaScript."""

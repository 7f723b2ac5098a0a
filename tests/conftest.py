"""What all tests share."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from tests.processes import leave_nothing
from tests.progress import PARTS, Progress, part

_HERE = Path(__file__).parent

# The same examples on every run, and no time limit: a slow machine breaks nothing.
settings.register_profile("deterministic", deadline=None, derandomize=True, database=None)
settings.load_profile("deterministic")


def pytest_configure(config: pytest.Config) -> None:
    """Show progress, in the one process that writes to the terminal."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Begun in the background: what tests start would inherit it, and be deaf to Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Progress(config))
        leave_nothing()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes ``-n auto`` means: many tests wait more than they compute."""
    return 2 * (os.cpu_count() or 1)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the long parts."""
    if name := part(item.nodeid):
        item.add_marker(name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest part begin first; of the rest, the files that start the most processes."""
    items.sort(key=lambda item: (PARTS.index(part(item.nodeid)), item.path.parent != _HERE))

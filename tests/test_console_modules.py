"""The console's modules that need no page, in Node: no browser, no server."""

from pathlib import Path

import pytest

from tests.node import needs_node, run_tests

TESTS = sorted(Path(__file__).parent.joinpath("console", "unit").glob("*.test.js"))


@needs_node
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_module(path: Path) -> None:
    """The tests beside it pass."""
    run_tests(path)

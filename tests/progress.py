"""The parts of the tests: which there are, and how far each has come."""

import time
from collections import Counter
from typing import Any

import pytest

__all__ = ["PARTS", "Progress", "part"]

_PARTS = {
    "tests/test_proof.py": "proof",
    "tests/test_only.py::test_a_clause_alone": "proof",
    "tests/traffic/test_offline_proof.py": "proof",
    "tests/test_known.py": "proof",
    "tests/console/": "browser",
    "tests/playwright/": "browser",
    "tests/proxy/test_browser.py": "browser",
    "tests/traffic/test_browser.py": "browser",
    "tests/endurance/": "endurance",
    "tests/store/": "store",
    # Each of these starts servers, or test runners, one after the other.
    "tests/mockserver/player/test_equality.py": "processes",
    "tests/mockserver/recordings/test_command_line.py": "processes",
    "tests/mockserver/test_command.py": "processes",
    "tests/mockserver/test_log.py": "processes",
    "tests/mockserver/test_process.py": "processes",
    "tests/mockserver/test_pytest_plugin.py": "processes",
    "tests/mockserver/test_served.py": "processes",
    "tests/proxy/test_command.py": "processes",
    "tests/recording/test_command.py": "processes",
    "tests/recording/test_judged.py": "processes",
    "tests/recording/test_processes.py": "processes",
    "tests/test_benchmarks.py": "processes",
    "tests/test_ci.py": "processes",
    "tests/test_ci_guide.py": "processes",
    "tests/test_directing_guide.py": "processes",
    "tests/test_distribution.py": "processes",
    "tests/test_frontend_guide.py": "processes",
    "tests/test_pages.py": "processes",
    "tests/test_processes.py": "processes",
    "tests/test_traffic_guide.py": "processes",
    "tests/test_unwritable.py": "processes",
    "tests/traffic/test_mitmproxy.py": "processes",
}
PARTS = (*dict.fromkeys(_PARTS.values()), "")
"""Their names, the longest first; the rest has none."""
_EVERY_SECONDS = 10


def part(test: str) -> str:
    """Return the long part that a test belongs to by its node id, or an empty text."""
    return next((name for place, name in _PARTS.items() if test.startswith(place)), "")


class Progress:
    """A plugin that says every few seconds how much of each part is done."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._all: Counter[str] = Counter()
        self._done: Counter[str] = Counter()
        self._said = time.monotonic()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the tests, where they run in this process."""
        self._count([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Count the tests, where they run in several; each has collected the same."""
        self._count(ids)

    def _count(self, tests: list[str]) -> None:
        self._all = Counter(map(part, tests))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of a test that is over."""
        if report.when != "teardown":
            return
        self._done[part(report.nodeid)] += 1
        if self._all.keys() - {""} and time.monotonic() - self._said >= _EVERY_SECONDS:
            self._said = time.monotonic()
            self._say()

    def _say(self) -> None:
        words = [
            f"{self._done[one]} of {self._all[one]} {one or 'others'}"
            for one in PARTS
            if one in self._all
        ]
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            reporter.ensure_newline()
            reporter.write_line(f"done: {', '.join(words)}")

"""A verification within somebody's own test: the fixture, its result and its mistakes."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.options import OPTIONS
from contracts.outcome import Outcome, verify
from contracts.settings import Settings
from tests.implementations.base import altered, base, changing
from tests.implementations.call import ROOMS, WORKSPACE
from tests.implementations.faults_http import post_is_get
from tests.implementations.faults_time import frozen
from tests.implementations.server import serve
from tests.report import samples

URL = "http://127.0.0.1:9"
RIGHT: dict[str, Any] = {"workspace_id": WORKSPACE, "rooms": ROOMS[0]}


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for option in OPTIONS:
        monkeypatch.delenv(option.variable, raising=False)


@pytest.fixture(scope="module")
def failed() -> Iterator[Outcome]:
    """Yield what a verification of a call whose duration stands still came to."""
    with serve(altered(base(), changing(frozen))) as url:
        only = ["time.duration-rate", "identity.echo"]
        yield verify({}, url, **RIGHT, profile="quick", watch=4.5, only=only)


def test_a_test_can_assert_on_what_failed(failed: Outcome) -> None:
    """Verdict, failing clauses, and each clause by its id."""
    assert (failed.verdict, failed.exit_status, failed.failed) == (
        "violates",
        1,
        ["time.duration-rate"],
    )
    assert failed["time.duration-rate"].status == "failed"
    assert failed["identity.echo"].status == "passed"
    assert failed["tenancy.isolated"].reason == "left out by --only or --skip"
    with pytest.raises(KeyError, match=r"time.durationrate.*did you mean 'time.duration-rate'"):
        _ = failed["time.durationrate"]


def test_what_a_test_prints_has_the_evidence(failed: Outcome) -> None:
    """A failing assertion shows what was found, and how to see it again."""
    assert re.search(r"time.duration-rate: it rose by 0 in .*; expected one second", repr(failed))
    text = str(failed)
    assert "received  it rose by 0 in" in text
    assert re.search(r"curl -sS .*\n +sleep \d.*\n +curl -sS ", text)
    assert text.rstrip().splitlines()[-1].startswith("violates: ")


def test_each_clause_says_how_long_its_test_took(failed: Outcome) -> None:
    """One of them waited for the watch to end; what was left out took no time."""
    seconds = [one.seconds for one in failed.result.results]
    assert 0 < sum(seconds) <= failed.result.seconds
    assert failed["tenancy.isolated"].seconds == 0


def test_a_warning_is_told_from_a_failure() -> None:
    """What failed below the level that decides is no failure."""
    outcome = Outcome(samples.failing(), 1)
    assert outcome.failed == ["shape.schema", "time.duration-rate"]
    assert outcome.warnings == ["participants.unique"]


def test_reports_are_written_where_asked(tmp_path: Path) -> None:
    """JUnit is red for what violates, and only for that; nothing else is written."""
    with serve(altered(base(), post_is_get)) as url:
        only = ["methods", "shape.json"]
        options = {"profile": "quick", "watch": 0, "only": only, "report_dir": tmp_path / "r"}
        lenient = verify({}, url, **RIGHT, **options)
        first = (tmp_path / "r" / "report.xml").read_text("utf-8")
        strict = verify({}, url, **RIGHT, **options, fail_on="should")
        second = (tmp_path / "r" / "report.xml").read_text("utf-8")
    assert (lenient.verdict, lenient.failed, lenient.warnings) == (
        "conforms",
        [],
        ["methods.unsupported"],
    )
    assert (strict.verdict, strict.failed, strict.warnings) == (
        "violates",
        ["methods.unsupported"],
        [],
    )
    assert ("<failure" in first, "<failure" in second) == (False, True)
    assert 'message="200 with call data; expected 405 with Allow, or 404, to POST"' in second
    names = {path.name for path in tmp_path.rglob("*.*")}
    assert names == {"report.json", "report.xml", "report.html", "report.md"}


def test_nobody_there_is_no_exception() -> None:
    """Nothing could be said, and the reason says why."""
    outcome = verify({}, URL, **RIGHT)
    assert (outcome.verdict, outcome.exit_status, outcome.failed) == ("inconclusive", 2, [])
    assert outcome.reason.startswith(f"nobody answers at {URL}: ")


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"room": "r"}, "no option is called 'room'; did you mean 'rooms'?"),
        (
            {"allow_ending": True},
            "allow_ending: name the room whose call may end with expendable_rooms",
        ),
        ({"profile": "fast"}, "profile: expected quick or full, got 'fast'"),
        ({"watch": -1}, "watch: expected 0 to 3600 seconds, got -1"),
        ({"only": ["x"]}, "only: no clause is called 'x'"),
        ({"headers": {"Host": "h"}}, "headers: Host is part of the connection"),
        ({"report_har": Path(os.devnull) / "run.har"}, "report_har: "),
    ],
)
def test_a_mistake_is_one_line_that_names_the_keyword(options: dict[str, Any], line: str) -> None:
    """In words of the call, not of the command."""
    with pytest.raises(pytest.UsageError) as raised:
        verify({}, URL, **(RIGHT | options))
    assert str(raised.value).startswith(f"active_calls_verify: {line}")


def test_every_setting_is_a_keyword(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by the name of its field; what is not given comes from the defaults."""
    made: list[Settings] = []

    def run(given: Settings) -> Any:
        made.append(given)
        return samples.passing(), 0

    monkeypatch.setattr("contracts.run.verify", run)
    values = {
        "workspace_id": "w",
        "rooms": ("a", "b c"),
        "other_workspace_id": "o",
        "headers": {"X-One": "two words"},
        "api_key": "k",
        "profile": "quick",
        "watch": 2,
        "fail_on": "should",
        "skip": "time",
        "seed": 7,
        "timeout": 1.5,
        "insecure": True,
    }
    verify({"workspace-id": "other", "rate-limit": "none"}, URL, **values)
    [given] = made
    expected = values | {"headers": (("X-One", "two words"),), "skip": ("time",)}
    assert {name: getattr(given, name) for name in values} == expected
    assert given.rate_limit == "none"


def test_the_fixture_is_there(active_calls_verify: Any) -> None:
    """Every session has it, and it takes defaults from the session."""
    with pytest.raises(pytest.UsageError, match="active_calls_verify: workspace_id: missing"):
        active_calls_verify(URL)

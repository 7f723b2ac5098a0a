"""What the proof's servers do wrong shows in a recording of a page that polled them.

``python -m tests.traffic`` does it with all of them, and counts.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from contracts.judging.conclusion import violates
from contracts.judging.results import Result
from tests.implementations.correct import correct
from tests.implementations.faulty import faulty
from tests.traffic.offline import AT_ONCE, recorded

FAULTS = {
    *("no-phone", "lower-case-room", "new-id-each-time", "phone-of-a-third", "counting-down"),
    *("frozen", "reworded-later", "joined-at-computed", "any-workspace", "other-workspace"),
    *("count-of-all", "python-trace", "public-for-a-minute", "trailing-comma", "two-clocks"),
}
CORRECT = {
    *("the-base", "unknown-caller", "just-begun", "joins-midway", "revised-last-line"),
    *("next-call", "becomes-known", "whole-family", "compressed", "clock-half-an-hour-ahead"),
    *("cached-two-seconds", "one-call-ends", "rate-limited", "validators"),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Future[Result]]]:
    """What becomes of each, several at a time: they wait most of it."""
    chosen = [one for one in faulty() if one.name in FAULTS]
    chosen_too = [one for one in correct() if one.name in CORRECT]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield recorded(tmp_path_factory.mktemp("recorded"), [*chosen, *chosen_too], pool)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_shows_in_what_was_recorded(name: str, found: Mapping[str, Future[Result]]) -> None:
    """By the clause that finds it when the verifier asks, and with the entry that shows it."""
    [fault] = [one for one in faulty() if one.name == name]
    failed = [one for one in found[name].result().results if one.status == "failed"]
    assert [one.clause.id for one in failed] == [fault.clause]
    assert all(one.seen.startswith("entry ") for one in failed[0].evidence)


@pytest.mark.parametrize("name", sorted(CORRECT))
def test_a_correct_server_fails_nothing(name: str, found: Mapping[str, Future[Result]]) -> None:
    """Whatever it does differently, and although it is judged over time and across workspaces."""
    result = found[name].result()
    failed = [one for one in result.results if violates(one, "must")]
    assert not failed, [(one.clause.id, one.evidence) for one in failed]
    assert result.verdict == "conforms"
    passed = {one.clause.id for one in result.results if one.status == "passed"}
    assert passed >= {"time.duration-agrees", "time.transcript-appends", "tenancy.isolated"}

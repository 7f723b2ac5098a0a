"""What is left out by --only and --skip is judging: what is judged is judged as in a full run."""

import re
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

import contracts.suite
from contracts.judging.clauses import catalogue
from contracts.suite.feeds import FEEDS, fed
from tests.implementations.faulty import faulty
from tests.implementations.proof import Outcome, outcomes

# One or two of each way in which a fault comes to light: by the requests of its own test, by those
# of another test, by many requests, by all of them.
FAULTS = (
    *("query_injected", "room_by_prefix", "star_is_everyone", "workspace_by_extension"),
    *("one_in_nine_absent", "one_at_a_time", "limit_without_wait", "shared_state"),
    *("apostrophe", "python_trace", "case_ignored", "key_by_extension", "frozen", "mislabelled"),
)
FAULTY = {one.name: one for one in faulty() if one.name.replace("-", "_") in FAULTS}


@pytest.fixture(scope="module")
def found() -> Iterator[dict[str, Future[Outcome]]]:
    """Yield what the verifier says of each where it judges the broken clause alone."""
    further = {name: (f"--only={one.clause}",) for name, one in FAULTY.items()}
    with outcomes(list(FAULTY), further) as futures:
        yield futures


@pytest.mark.parametrize("name", FAULTY)
def test_a_clause_alone_fails_as_in_a_full_run(
    name: str, found: dict[str, Future[Outcome]]
) -> None:
    """The verdict does not depend on what else is judged."""
    outcome, one = found[name].result(), FAULTY[name]
    assert outcome.failed == {one.clause: one.level}, outcome.printed
    assert outcome.status == (1 if one.level == "must" else 0)
    others = {each["reason"] for each in outcome.report["clauses"] if each["id"] != one.clause}
    assert others == {"left out by --only or --skip"}


def test_the_chosen_faults_are_there() -> None:
    """None of them was renamed."""
    assert len(FAULTY) == len(FAULTS)


def test_every_clause_says_what_feeds_it() -> None:
    """A new clause must say what it is judged by, and may name only clauses that there are."""
    assert FEEDS.keys() == catalogue().keys()
    assert fed(FEEDS) == FEEDS.keys()


def test_what_sees_every_answer_is_fed_by_every_test_that_asks() -> None:
    """A new test that asks for something must be entered where all answers are judged."""
    folder = Path(contracts.suite.__file__ or "").parent
    source = "".join(path.read_text("utf-8") for path in folder.glob("test_*.py"))
    marks = re.findall(r'mark\.clause\("([^"]+)"(?:, stage="(\w+)")?\)', source)
    # What ends calls is asked for its own clauses alone.
    asking = {clause for clause, stage in marks if stage not in ("review", "end")}
    assert asking
    for clause in ("errors.no-leak", "limit.retry-after"):
        assert set(FEEDS[clause]) == asking
    assert set(FEEDS["robust.no-5xx"]) == asking - {"robust.no-5xx", "robust.repeat"}

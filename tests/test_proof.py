"""Proof that the verifier bites where it should, and nowhere else."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from operator import attrgetter
from pathlib import Path

import pytest

from contracts.judging.clauses import catalogue
from tests.implementations.__main__ import table
from tests.implementations.correct import Correct, correct
from tests.implementations.faulty import Faulty, faulty
from tests.implementations.proof import Outcome, outcomes
from tests.implementations.troubled import TROUBLED, Troubled

FAULTY = {one.name: one for one in faulty()}
TROUBLES = {one.name: one for one in TROUBLED}
CORRECT = {one.name: one for one in correct()}
# First those with a patience of their own, for they take the longest.
FAULTY_IN_TURN = sorted(FAULTY.values(), key=lambda one: not one.options)


@pytest.fixture(scope="module")
def found(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Outcome]]]:
    """Yield the outcomes of all implementations that this run asks for, verified side by side.

    They begin in the order of the tests, so that the tests end one by one as they do.
    """
    wanted = dict.fromkeys(
        item.callspec.params["one"].name
        for item in request.session.items
        if item.path == request.path and hasattr(item, "callspec")
    )
    missing = {name for name, one in CORRECT.items() if one.missing()}
    with outcomes([name for name in wanted if name not in missing]) as futures:
        yield futures


@pytest.mark.parametrize("one", CORRECT.values(), ids=CORRECT)
def test_a_correct_implementation_fails_no_must(
    one: Correct, found: dict[str, Future[Outcome]]
) -> None:
    """Whatever the documentation leaves open, no must fails and the verdict is conforms."""
    if reason := one.missing():
        pytest.skip(reason)
    outcome = found[one.name].result()
    assert "must" not in outcome.failed.values(), outcome.printed
    verdicts = {"conforms": 0, "inconclusive": 3} if one.ends else {"conforms": 0}
    assert outcome.report["verdict"] in verdicts, outcome.printed
    assert outcome.status == verdicts[outcome.report["verdict"]]


@pytest.mark.parametrize("one", TROUBLED, ids=TROUBLES)
def test_what_happens_to_a_server_is_told_from_what_it_does(
    one: Troubled, found: dict[str, Future[Outcome]]
) -> None:
    """One that dies, restarts or locks us out is blamed for that alone, or for nothing."""
    outcome = found[one.name].result()
    musts = {clause for clause, level in outcome.failed.items() if level == "must"}
    assert musts == {*one.failed}, outcome.printed
    assert outcome.status == one.status, outcome.printed
    assert re.search(one.says, " ".join(outcome.printed.split())), outcome.printed


@pytest.mark.parametrize("one", [CORRECT["the-mock"]], ids=["the-mock"])
def test_the_mock_exercises_every_clause(one: Correct, found: dict[str, Future[Outcome]]) -> None:
    """The project's own mock holds every must and should, and leaves none untried."""
    outcome = found[one.name].result()
    left = {each["id"]: each for each in outcome.report["clauses"] if each["status"] != "passed"}
    assert not left, outcome.printed


@pytest.mark.parametrize("one", FAULTY_IN_TURN, ids=attrgetter("name"))
def test_a_faulty_implementation_fails_its_clause_alone(
    one: Faulty, found: dict[str, Future[Outcome]]
) -> None:
    """Each fault is caught by the clause that it breaks, at its level, and by no other."""
    outcome = found[one.name].result()
    assert outcome.failed == {one.clause: one.level}, outcome.printed
    assert outcome.report["verdict"] == ("violates" if one.level == "must" else "conforms")
    assert outcome.status == (1 if one.level == "must" else 0)


def test_every_clause_has_a_faulty_implementation() -> None:
    """No must or should stands unproven, and there are plenty of both kinds of server."""
    can_fail = {id_ for id_, clause in catalogue().items() if clause.level != "information"}
    assert {one.clause for one in FAULTY.values()} == can_fail
    assert len(FAULTY) >= 40
    assert len(CORRECT) >= 12
    assert Counter(one.level for one in FAULTY.values()).keys() == {"must", "should"}


def test_the_printed_table_is_that_of_the_proof() -> None:
    """The documentation shows what the command prints where all is caught, as it is here."""
    shown = Path(__file__).parents[1].joinpath("docs", "proof.md").read_text("utf-8")
    assert table(dict.fromkeys(FAULTY, True), list(FAULTY.values())) in shown

"""What becomes of a clause: like breaches are one, and nothing passes that was cut short."""

from contracts.judging.findings import (
    Breach,
    Finding,
    failed,
    merged,
)
from contracts.suite.asking import unless_stopped
from contracts.traffic.exchange import Request


def test_a_clause_that_was_not_asked_for_in_full_has_not_passed() -> None:
    """It has failed all the same where there is a breach."""
    fine, broken = Finding("passed"), failed(Breach("a", "b"))
    assert unless_stopped(fine, "spent") == Finding("not reached", reason="spent")
    assert unless_stopped(broken, "spent") == broken
    assert unless_stopped(fine, "") == fine


def test_like_breaches_are_one() -> None:
    """What was received first stands for all of them; the others are listed."""
    given = [Breach("a", "1", "r"), Breach("a", "2", "r"), Breach("a", "3", "s")]
    given += [Breach("b", "1", "r"), Breach("b", "1", "r")]
    first, second = merged(given)
    assert (first.received, first.count) == ("1", 3)
    assert first.variants == ("room 'r': 1", "room 'r': 2", "room 's': 3")
    assert (second.count, second.variants) == (2, ())


def test_one_cause_is_told_once_with_its_variants() -> None:
    """Requests that differ in a method, a path or a header are listed by what differs."""
    requests = [
        Request(method, f"/a/{room}", (("x-workspace-id", ""),) if empty else ())
        for method, room, empty in (("GET", "r", True), ("GET", "r", False), ("POST", "s", False))
    ]
    given = [Breach("404", "200", request=one) for one in requests]
    [found] = merged([*given, given[0]])
    assert (found.request, found.count) == (requests[0], 4)
    assert found.variants == (
        "GET, /a/r, an empty x-workspace-id",
        "GET, /a/r, no x-workspace-id",
        "POST, /a/s, no x-workspace-id",
    )
    assert len(merged([*given, Breach("404", "500", request=requests[0])])) == 2


def test_variants_are_listed_up_to_a_limit() -> None:
    """A body that differs on each poll does not fill a report."""
    [found] = merged([Breach("a", str(n), "r") for n in range(1000)])
    assert len(found.variants) == 201
    assert found.variants[-1] == "and 800 more"

"""Judging plain exchanges: no server, no pytest plugin, nobody who asks."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import pytest

from contracts.contract import siblings
from contracts.judging.bodies import Parsed, parse
from contracts.judging.clauses import catalogue
from contracts.judging.history import History
from contracts.judging.judge import JUDGES, judge
from contracts.judging.question import question
from contracts.traffic.exchange import Exchange
from tests.contracts.exchanges import OTHER, PATH, ROOMS, call, exchange, good, missing, poll, since
from tests.contracts.family import ENDED, FAMILY_FAULTS, family, spoilt_family, still_on
from tests.contracts.faults import FAULTS, Fault, asked, spoilt

SEARCHES = ("robust.no-5xx", "sequence.any")


def test_a_good_session_passes_every_clause() -> None:
    """Nothing is left unjudged, and the clauses come in the order of the report."""
    found = judge([*good(), *family()])
    assert {clause: one for clause, one in found.items() if one.status != "passed"} == {}
    assert list(found) == [clause for clause in catalogue() if clause not in SEARCHES]


@pytest.mark.parametrize(
    ("clause", "fault"), [(clause, fault) for clause, faults in FAULTS.items() for fault in faults]
)
def test_one_fault_fails_its_clause_alone(clause: str, fault: Fault) -> None:
    """And there is something to show for it."""
    found = judge(spoilt(fault))
    failed = {one for one, finding in found.items() if finding.status == "failed"}
    assert failed == {clause}
    shown = found[clause].breaches[0]
    assert shown.expected
    assert shown.received
    assert shown.room or shown.request


@pytest.mark.parametrize(
    ("clause", "fault"),
    [(clause, fault) for clause, faults in FAMILY_FAULTS.items() for fault in faults],
)
def test_one_fault_of_the_siblings_fails_its_clause_alone(clause: str, fault: Fault) -> None:
    """And there is something to show for it."""
    found = judge(spoilt_family(fault))
    failed = {one for one, finding in found.items() if finding.status == "failed"}
    assert failed == {clause}
    shown = found[clause].breaches[0]
    assert shown.expected
    assert shown.received
    assert shown.request


@pytest.mark.parametrize("name", siblings())
@pytest.mark.parametrize("status", [404, 405, 501])
def test_what_is_not_offered_fails_nothing(name: str, status: int) -> None:
    """A path that nobody knows, while the calls go on, is told from one that is broken."""
    before = [one for one in family() if one.sent < ENDED or _is_for("end-call", one)]
    if name != "end-call":
        before = [one for one in before if not _is_for("end-call", one)]
    lacking = [
        replace(one, status=status, content=b"{}") if _is_for(name, one) else one for one in before
    ]
    found = judge([*lacking, still_on(24)])
    about = {clause: one for clause, one in found.items() if clause.startswith(f"{name}.")}
    assert {one.status for one in about.values()} == {"not offered"}
    assert {one.reason for one in about.values()} == {f"{name} is not offered ({status})"}
    assert not [clause for clause, one in found.items() if one.status == "failed"]


def _is_for(name: str, one: Exchange) -> bool:
    asked = question(one.request)
    return asked is not None and asked.of == name


def test_every_clause_that_can_fail_has_a_fault() -> None:
    """What the contract does not know is never a failure."""
    assert {*FAULTS, *FAMILY_FAULTS} == JUDGES.keys() - {"shape.undeclared"}


def test_what_was_not_seen_is_not_reached() -> None:
    """Each clause says what it lacks."""
    for clause, finding in judge([]).items():
        assert (finding.status, bool(finding.reason)) == ("not reached", True), clause


@pytest.mark.parametrize(
    ("left_out", "clauses"),
    [
        (asked("bare"), {"tenancy.required"}),
        (asked("elsewhere"), {"tenancy.isolated"}),
        (asked("POST"), {"methods.unsupported"}),
        (asked("limited"), {"limit.retry-after"}),
        (asked("encoded"), {"identity.spelling"}),
        (asked("conditional"), {"cache.conditional"}),
        (asked("broken line"), {"robust.header-injection"}),
        (lambda one: one.mark == "together", {"identity.concurrent"}),
        (lambda one: one.mark == "unauthorised", {"auth.required"}),
        (lambda one: one.mark == "absent", {"absence.unknown-room", "absence.error-body"}),
    ],
)
def test_what_nobody_asked_for_is_not_reached(
    left_out: Callable[[Exchange], bool], clauses: set[str]
) -> None:
    """The other clauses are judged all the same."""
    found = judge(one for one in good() if not left_out(one))
    assert {clause for clause in FAULTS if found[clause].status != "passed"} == clauses


def test_a_call_that_ends_or_begins_is_no_failure() -> None:
    """404 after a call, and before one whose duration starts anew."""
    begun = [poll(12 + n, "line 3", duration=n, participants=[]) for n in range(2)]
    found = judge([*good(), missing(10.5), missing(11), missing(10, "line 3"), *begun])
    assert found["robust.repeat"].status == "passed"
    assert found["shape.status"].status == "passed"


def test_a_room_that_is_not_live_is_named() -> None:
    """It is no failure: nobody knows whether there ought to be a call."""
    found = judge([*good(), missing(1, "line 3")])
    assert found["shape.status"].status == "passed"
    assert found["shape.status"].reason == f"line 3 was not live (404 at {PATH}line%203)"


def test_a_name_that_only_looks_right_shows_its_code_points() -> None:
    """The requested name in another normal form is another name, and looks the same."""
    name = "Zo\u00eb"
    wrong = [poll(at, name, roomName="Zoe\u0308") for at in range(3)]
    [breach] = judge(wrong)["identity.echo"].breaches
    assert breach.expected == "roomName 'Zo\u00eb' (U+00EB)"
    assert breach.received == "'Zoe\u0308' (U+0065 U+0308)"


def test_an_encoding_that_was_not_undone_is_named() -> None:
    """A body in a coding that nobody asked for is no JSON, and the coding says why."""
    [one] = [replace(poll(0), content=b"\x8b\x00")]
    one = replace(one, headers={**one.headers, "content-encoding": "br"})
    [breach] = judge([one])["shape.json"].breaches
    assert breach.received == "byte 0 is not UTF-8; its Content-Encoding is 'br'"


def test_methods_that_are_answered_alike_are_one_cause() -> None:
    """Four methods with one answer are told once, another answer by itself."""
    alike = [
        exchange(10, PATH + ROOMS[0], call(ROOMS[0], 10), method=method, mark="probe")
        for method in ("POST", "PUT", "PATCH")
    ]
    other = exchange(10, PATH + ROOMS[0], {}, status=405, method="DELETE", mark="probe")
    first, second = judge([*good(), *alike, other])["methods.unsupported"].breaches
    assert (first.received, first.variants) == ("200 with call data", ("POST", "PUT", "PATCH"))
    assert second.received == "405 without Allow"


def test_spellings_of_a_missing_workspace_are_one_cause() -> None:
    """Two rooms, each without the header and with an empty one: one cause, four ways."""
    shown = [
        exchange(10, PATH + quote(room), call(room, 10), workspace=workspace, mark="probe")
        for room in ROOMS
        for workspace in (None, "")
    ]
    [breach] = judge([*(poll(0, room) for room in ROOMS), *shown])["tenancy.required"].breaches
    assert breach.count == 4
    assert breach.variants == tuple(
        f"{PATH}{quote(room)}, {words} x-workspace-id"
        for room in ROOMS
        for words in ("no", "an empty")
    )


def test_two_workspaces_have_rooms_of_one_name() -> None:
    """Their calls are different ones; a call that both are shown belongs to the first."""
    theirs = [
        exchange(at, PATH + ROOMS[0], call("theirs", at, roomName=ROOMS[0]), workspace=OTHER)
        for at in range(10)
    ]
    both = sorted([*good(), *theirs], key=lambda one: one.sent)
    assert {judge(both)[clause].status for clause in FAULTS} == {"passed"}
    same = [poll(at) for at in range(10)]
    shared = [replace(one, request=theirs[0].request) for one in same]
    found = judge(sorted([*good(), *shared], key=lambda one: one.sent))
    failed = {clause for clause, one in found.items() if one.status == "failed"}
    assert failed == {"tenancy.isolated"}
    assert found["tenancy.isolated"].breaches[0].received == f"the call of {ROOMS[0]!r}"


def test_requests_are_known_by_the_contract() -> None:
    """Any prefix, a query and names of headers in capitals are the client's affair."""
    recorded = [
        replace(one, request=replace(
            one.request,
            target=one.request.target.replace("/base/", "/") + "?_=1",
            headers=(("X-Workspace-ID", "ws-acme"), ("Cookie", "a=b")),
        ))
        for one in good() if not one.mark
    ]  # fmt: skip
    elsewhere = exchange(3, "/v2/api/other", {"id": 7})
    found = judge([elsewhere, *recorded])
    assert found["shape.schema"].status == found["time.duration-rate"].status == "passed"
    assert "failed" not in {one.status for one in found.values()}


def test_a_body_that_is_too_long_to_be_read_is_no_fault() -> None:
    """Nothing can be said of it, and the reason says why."""
    found = judge(
        replace(poll(at), fault="oversized", content=b"{", detail="32 MB") for at in (1, 2)
    )
    assert "failed" not in {one.status for one in found.values()}
    assert found["shape.json"].reason == "no body could be read to its end: 32 MB"


def test_a_recorded_304_is_an_answer_like_any_other() -> None:
    """A browser that asks for changes only may be told that there are none."""
    asks = since(9, poll(9.5))
    browser = replace(asks, mark="", status=304, content=b"")
    found = judge([*good(), browser])
    assert "failed" not in {one.status for one in found.values()}


def test_the_last_answer_to_a_probe_counts() -> None:
    """A server that recovered when it was asked again has not refused wrongly."""
    lapse = missing(9.9, ROOMS[0], workspace=None, status=503, mark="probe")
    assert judge([lapse, *good()])["tenancy.required"].status == "passed"
    assert judge([*good(), lapse])["tenancy.required"].status == "failed"


def test_each_body_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rooms and polls there are."""
    read: list[bytes] = []

    def counted(content: bytes) -> Parsed:
        read.append(content)
        return parse(content)

    monkeypatch.setattr("contracts.judging.shape.parse", counted)
    monkeypatch.setattr("contracts.judging.history.parse", counted)
    polls = [poll(at, f"room {n}") for at in range(3) for n in range(100)]
    assert judge(polls)["shape.schema"].status == "passed"
    assert len(read) == len(polls)


def test_what_large_bodies_repeat_is_kept_once() -> None:
    """A hundred polls of a call of ten megabytes take little more than one."""
    history = History()
    long = [{"role": "agent", "content": f"{n} {'x' * 999}", "n": [n]} for n in range(1001)]
    for at, sure in ((0, True), (1, True), (2, 1)):
        line = {"role": "agent", "content": "Well.", "sure": sure}
        history.add(poll(at, transcript=[line, *long[: 1000 + (at > 0)]]))
    first, second, third = (one.body["transcript"] for one in history.observations)
    assert [len(first), len(second)] == [1001, 1002]
    assert all(old is new for old, new in zip(first[:1001], second, strict=False))
    assert (third[0], third[0]["sure"] is True) == (first[0], False)


def test_judging_needs_nobody_who_asks() -> None:
    """No test runner, no HTTP client, no command line."""
    code = "import sys, contracts.judging.judge as _; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = ran.stdout.split()
    unwanted = {"pytest", "httpx2", "hypothesis", "click", "contracts.asking", "contracts.settings"}
    assert not unwanted.intersection(loaded)


def test_a_call_that_tells_nothing_is_found_nowhere() -> None:
    """Where neither id nor phone says anything, nobody knows whose call another workspace got."""
    blank = call(ROOMS[0], 0, id="", customerPhone="", customerName=None)
    polls = [exchange(at, PATH + ROOMS[0], blank) for at in (0.0, 1.0)]
    foreign = exchange(2.0, PATH + ROOMS[0], blank, workspace=OTHER, mark="probe")
    finding = judge([*polls, foreign])["tenancy.isolated"]
    assert finding.status == "not reached"
    assert "can be told from others" in finding.reason

"""What is said of a call that is ended, where other calls begin or end at the same time."""

from collections.abc import Callable
from dataclasses import replace

import httpx2
import pytest

from contracts.asking.ending import Ending
from contracts.asking.pace import Budget
from contracts.asking.plan import plan
from contracts.asking.session import Session
from contracts.asking.target import Target
from contracts.contract import CALL, END_CALL, REMOVE_AGENT
from contracts.judging.history import History
from contracts.judging.judge import JUDGES, judge
from contracts.probing.scenes import ENDED, scenes
from contracts.probing.walking import Walk
from contracts.traffic.exchange import Exchange
from tests.contracts.exchanges import ROOMS, missing, poll
from tests.contracts.family import ENDED as AT
from tests.contracts.family import EXPENDABLE, family, still_on
from tests.contracts.samples import Hand, body, settings

ERROR = {"error": {"code": "not_found", "message": "none"}}
END_TIME = "2026-11-22T09:00:00.000Z"
Wanted = Callable[[Exchange], bool]


class Calls:
    """A server: the ids of the calls in rooms, and those that come ``then``, once one ends."""

    def __init__(self, **then: str) -> None:
        self.on = {f"call-{n}": str(n) * 24 for n in (1, 2, 8, 9)}
        self.then: dict[str, str] = then
        self.asked: list[str] = []
        # What is refused once, as a request for this; and whether the call ends at that instant.
        self.refused: dict[str, bool] = {}
        self.hand = Hand()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer, after some milliseconds."""
        self.hand.seconds += 0.01
        room, _, of = request.url.path.split("/active-calls/")[1].partition("/")
        self.asked.append(f"{of or 'call'} {room}")
        ends = self.refused.pop(f"{of} {room}".strip(), None)
        if ends:
            del self.on[room]
        stranger = request.headers.get("x-workspace-id") != "ws-acme"
        wrong = of == REMOVE_AGENT and b"agent-001" not in request.content
        if room not in self.on or ends is not None or stranger or wrong:
            return httpx2.Response(404, json=ERROR)
        if of == "end-call":
            del self.on[room]
            self.on |= self.then
            done = {"success": True, "message": "-", "roomName": room, "endTime": END_TIME}
            return httpx2.Response(200, json=done)
        if of == "remove-agent":
            muted = {"success": True, "message": "-", "roomName": room, "mutedTracks": ["TR_1"]}
            return httpx2.Response(200, json=muted)
        if of == "insights":
            return httpx2.Response(200, json={})
        return httpx2.Response(200, json=body(0, roomName=room, id=self.on[room]))


def _session(calls: Calls, *expendable: str) -> Session:
    rooms = expendable or ("call-9",)
    given = settings(
        rooms=("call-1", "call-2"), allow_ending=True, expendable_rooms=rooms, profile="quick"
    )
    transport = httpx2.MockTransport(calls)
    target = Target(given, Budget(200), clock=calls.hand.clock, transport=transport)
    made = Session(given, target, plan("quick"), History())
    made.open()
    return made


@pytest.mark.parametrize("refilled", [False, True])
def test_a_call_is_ended_again_only_where_no_other_one_has_begun(refilled: bool) -> None:
    """Nobody asked for the other one to be ended."""
    calls = Calls(**({"call-9": "a" * 24} if refilled else {}))
    Ending(_session(calls)).end()
    assert calls.asked.count("end-call call-9") == (1 if refilled else 2)


def test_other_calls_are_looked_at_just_before_and_just_after() -> None:
    """With nothing in between but the command, and all that the profile watches."""
    calls = Calls()
    ending = Ending(_session(calls))
    calls.asked.clear()
    ending.end()
    one, two, command = "call call-1", "call call-2", "end-call call-9"
    assert calls.asked[:5] == [two, one, command, one, two]


@pytest.mark.parametrize("of", [REMOVE_AGENT, END_CALL])
@pytest.mark.parametrize("again", [False, True])
def test_a_call_that_ends_while_a_stranger_is_turned_down_is_tried_once_more(
    of: str, again: bool
) -> None:
    """In another expendable room: the same twice is no accident."""
    calls = Calls()
    session = _session(calls, "call-9", "call-8")
    calls.refused = {f"{of} call-9": True} | ({f"{of} call-8": True} if again else {})
    Ending(session).try_as_others()
    assert [one for one in calls.asked if one == f"{of} call-8"]
    found = JUDGES[f"{of}.guarded"](session.history)
    assert found.status == ("failed" if again else "passed")


def test_a_call_that_ends_while_nobody_is_named_is_tried_once_more() -> None:
    """The agent is muted in the other room, then."""
    calls = Calls()
    session = _session(calls, "call-9", "call-8")
    calls.refused = {f"{REMOVE_AGENT} call-9": True}
    Ending(session).mute()
    assert JUDGES["remove-agent.refused"](session.history).status == "passed"
    assert calls.asked.count(f"{REMOVE_AGENT} call-8") > 2


@pytest.mark.parametrize("other", [False, True])
@pytest.mark.parametrize("action", ["insights", "mute"])
def test_a_room_that_hosts_another_call_is_walked_through_without_a_breach(
    action: str, other: bool
) -> None:
    """Unlike one in which the call that was ended goes on."""
    calls = Calls(**{"call-9": ("a" if other else "9") * 24})
    session = _session(calls)
    Ending(session).end()
    found = scenes(session)
    walk = Walk(session, found, 40)
    walk.settle()
    assert (found[-1].state, found[-1].id) == (ENDED, "9" * 24)
    wrong = {"insights": walk.insights, "mute": walk.mute}[action](found[-1])
    assert bool(wrong) != other


def test_walks_are_over_when_each_step_was_taken() -> None:
    """What is drawn afterwards asks for nothing."""
    session = _session(Calls())
    Ending(session).mute()
    walk = Walk(session, scenes(session), 150)
    assert not walk.over
    taken = -1
    while taken < walk.steps:
        taken = walk.steps
        for scene in walk.scenes:
            for action in walk.actions:
                walk.take(action, scene)
    assert walk.over
    assert 3 < taken < 100


@pytest.mark.parametrize("refilled", [False, True])
@pytest.mark.parametrize("action", [REMOVE_AGENT, END_CALL, CALL])
def test_a_walk_expects_nothing_of_a_call_that_another_one_has_followed(
    action: str, refilled: bool
) -> None:
    """It ended by itself; what is refused then is right, unlike in a call that goes on."""
    calls = Calls()
    session = _session(calls)
    scene = next(one for one in scenes(session) if one.expendable)
    walk = Walk(session, [scene], 0)
    calls.on["call-9"] = ("a" if refilled else "9") * 24
    calls.refused = {f"{'' if action == CALL else action} call-9".strip(): False}
    wrong = {CALL: walk.look, END_CALL: walk.end, REMOVE_AGENT: walk.mute}[action](scene)
    assert bool(wrong) != refilled


def _without(unwanted: Wanted, *more: Exchange) -> list[Exchange]:
    kept = [one for one in family() if not unwanted(one)]
    return sorted([*kept, *more], key=lambda one: one.sent)


@pytest.mark.parametrize(
    "more", [(), (poll(22.7, EXPENDABLE),)], ids=["nobody looked", "looked long before"]
)
def test_a_second_end_is_not_judged_where_another_call_may_have_begun(
    more: tuple[Exchange, ...],
) -> None:
    """Nobody looked at the room just before."""
    again = next(one for one in family() if one.sent == 23.4)
    late = replace(again, status=500, sent=27.0, received=27.01)
    found = judge(_without(lambda one: one.sent in (23.2, 23.4), *more, late))
    assert found["end-call.repeated"].status == "not reached"


def _over(*moments: float, room: str = ROOMS[0]) -> list[Exchange]:
    return [missing(at, room) for at in moments]


@pytest.mark.parametrize(
    ("since", "more", "status"),
    [
        (23.5, _over(23.6, 23.7), "failed"),
        (23.5, _over(23.6), "not reached"),  # it was not confirmed
        (23.5, [*_over(23.6), poll(23.7)], "passed"),  # a lapse
        (23.5, _over(27, 27.1), "not reached"),  # it may have ended by itself
        (23.5, [poll(23.6), *_over(27, 27.1)], "passed"),
        (22.55, _over(23.6, 23.7), "not reached"),  # seen last some time before
        (23.5, [poll(at, id="a" * 24, duration=0) for at in (23.6, 23.7)], "failed"),  # refilled
        (23.5, [poll(at, id="a" * 24) for at in (23.6, 23.7)], "not reached"),  # ids that change
    ],
)
def test_another_call_is_lost_only_where_it_was_over_at_once(
    since: float, more: list[Exchange], status: str
) -> None:
    """Calls end by themselves, too."""
    first = ROOMS[0]
    about = f"/{first}"
    unwanted = _without(lambda one: one.sent > since and one.request.target.endswith(about), *more)
    assert judge(unwanted)["end-call.others"].status == status


@pytest.mark.parametrize("lasts", [0.2, 3.0])
def test_a_duration_may_stand_still_while_a_call_is_ended(lasts: float) -> None:
    """However long the command takes, and as long as it may be shown afterwards."""
    stood = [still_on(at, duration=168) for at in (AT + lasts, AT + lasts + 4.8)]
    ended = [replace(one, received=AT + lasts) for one in family() if one.sent == AT]
    found = judge(_without(lambda one: one.sent >= AT, *ended, *stood))
    assert found["time.duration-rate"].status == "passed"
    assert found["time.duration-agrees"].status == "passed"
    later = judge(_without(lambda one: one.sent >= AT, *stood))
    assert later["time.duration-rate"].status == "failed"


def test_one_lost_call_of_several_is_enough() -> None:
    """Another one goes on."""
    beside = [poll(22.65, ROOMS[1]), poll(23.65, ROOMS[1])]
    found = judge(_without(lambda one: one.sent > 23.5, *_over(23.6, 23.7), *beside))
    [breach] = found["end-call.others"].breaches
    assert breach.received == f"no call in {ROOMS[0]!r} either"

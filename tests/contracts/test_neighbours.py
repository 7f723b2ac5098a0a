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
from contracts.judging.history import History
from contracts.judging.judge import judge
from contracts.probing.scenes import ENDED, scenes
from contracts.probing.walking import Walk
from contracts.traffic.exchange import Exchange
from tests.contracts.exchanges import ROOMS, missing, poll
from tests.contracts.family import EXPENDABLE, family
from tests.contracts.samples import Hand, body, settings

ERROR = {"error": {"code": "not_found", "message": "none"}}
END_TIME = "2026-11-22T09:00:00.000Z"
Wanted = Callable[[Exchange], bool]


class Calls:
    """A server: the ids of the calls in rooms, and those that come ``then``, once one ends."""

    def __init__(self, **then: str) -> None:
        self.on = {"call-1": "1" * 24, "call-2": "2" * 24, "call-9": "9" * 24}
        self.then: dict[str, str] = then
        self.asked: list[str] = []
        self.hand = Hand()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer, after some milliseconds."""
        self.hand.seconds += 0.01
        room, _, of = request.url.path.split("/active-calls/")[1].partition("/")
        self.asked.append(f"{of or 'call'} {room}")
        if room not in self.on:
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


def _session(calls: Calls) -> Session:
    given = settings(
        rooms=("call-1", "call-2"), allow_ending=True, expendable_rooms=("call-9",), profile="quick"
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


def test_one_lost_call_of_several_is_enough() -> None:
    """Another one goes on."""
    beside = [poll(22.65, ROOMS[1]), poll(23.65, ROOMS[1])]
    found = judge(_without(lambda one: one.sent > 23.5, *_over(23.6, 23.7), *beside))
    [breach] = found["end-call.others"].breaches
    assert breach.received == f"no call in {ROOMS[0]!r} either"

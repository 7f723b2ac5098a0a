"""A target that dies, restarts or refuses: what is blamed, by requests without a network."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from contracts.asking.asker import Asker
from contracts.judging.findings import StoppedError
from contracts.judging.history import History
from contracts.run import verify
from contracts.traffic.exchange import Mark
from tests.contracts.samples import Hand, body, settings, target

ROOM = "call-1"
GOOD, REFUSED = 200, httpx2.ConnectError("refused")
DROPPED, LATE = httpx2.RemoteProtocolError("closed"), httpx2.ReadTimeout("late")
PAGE = httpx2.Response(502, content="<h1>Bad Gateway</h1>", headers={"content-type": "text/html"})


@dataclass
class Network:
    """Gives each of ``outcomes`` in turn, the last for ever; ``asked`` are the rooms."""

    outcomes: list[Any]
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request."""
        self.asked.append(request.url.path.rpartition("/")[2])
        one = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(one, Exception):
            raise one
        if isinstance(one, httpx2.Response):
            return one
        content = json.dumps(body(0)) if one == GOOD else '{"message": "no"}'
        return httpx2.Response(one, content=content, headers={"content-type": "application/json"})


def asked(marks: list[Mark], *outcomes: Any) -> tuple[str, Asker, Network, Hand, History]:
    """Send a request of each kind; return why asking stopped, and who took part."""
    network, hand, history = Network([*outcomes]), Hand(), History()
    with target(network, hand, budget=60) as one:
        asker = Asker(one, history, lambda: one.request(ROOM))
        try:
            for number, mark in enumerate(marks):
                asker.send(one.request(f"{mark}{number or ''}" if mark else ROOM), mark, fresh=True)
            asker.settle()
        except StoppedError as stopped:
            return str(stopped), asker, network, hand, history
    return "", asker, network, hand, history


@pytest.mark.parametrize("failure", [DROPPED, LATE, PAGE, REFUSED])
def test_a_request_that_fails_alone_is_its_own_fault(failure: Any) -> None:
    """A good request follows, and nothing else is held back."""
    reason, asker, network, *_ = asked(["hostile", "absent"], failure, GOOD, 404)
    assert (reason, asker.killer) == ("", None)
    assert network.asked == ["hostile", ROOM, "absent1"]


@pytest.mark.parametrize("failure", [DROPPED, LATE, PAGE])
def test_a_target_that_never_comes_back_was_killed_by_the_hostile_request(failure: Any) -> None:
    """It is that request, and not one that a dead server refused."""
    reason, asker, network, hand, _ = asked(["hostile"], failure, REFUSED)
    assert asker.killer and asker.killer.request.target.endswith("/hostile")
    assert reason.startswith("the target stopped answering after this request (")
    assert "/hostile)" in reason
    assert set(network.asked[1:]) == {ROOM}
    assert 5 < hand.seconds - 100 < 15


@pytest.mark.parametrize("mark", ["", "absent", "probe", "unauthorised"])
def test_a_target_that_dies_with_nothing_hostile_near_was_killed_by_nobody(mark: Mark) -> None:
    """What came is named, and is no breach."""
    reason, asker, *_, history = asked([mark], DROPPED, DROPPED, REFUSED)
    assert reason.startswith("the target stopped answering after this request (")
    assert asker.killer is None
    assert (history.failures, history.probes) == ([], {})


def test_a_target_that_was_gone_before_is_nobodys_fault() -> None:
    """The hostile request never reached it, and the one before was answered."""
    reason, asker, *_ = asked(["hostile", "hostile"], 404, REFUSED)
    assert asker.killer is None
    assert "/hostile)" in reason


def test_a_restart_is_no_breach() -> None:
    """The same request again does no harm, so it was chance."""
    outcomes = [DROPPED, REFUSED, REFUSED, REFUSED, REFUSED, GOOD, 404, GOOD]
    reason, asker, network, _, history = asked(["hostile"], *outcomes)
    assert asker.killer is None
    assert "did not answer for 2.2 s, from request 1 on" in reason
    assert network.asked[-3:] == ["hostile", ROOM, ROOM]
    assert history.failures == []


@pytest.mark.parametrize("mark", ["hostile", "probe"])
def test_a_request_that_takes_the_target_down_twice_is_to_blame(mark: Mark) -> None:
    """Whatever its kind is: it is known by experiment."""
    outcomes = [DROPPED, REFUSED, REFUSED, REFUSED, GOOD, DROPPED, REFUSED]
    reason, asker, *_ = asked([mark], *outcomes)
    assert asker.killer and asker.killer.mark == mark
    assert "stopped answering after this request" in reason


def test_a_target_that_dies_after_its_answer_is_asked_the_same_again() -> None:
    """The request before the one that was refused is the suspect."""
    outcomes = [404, REFUSED, REFUSED, GOOD, 404, REFUSED]
    _, asker, *_ = asked(["hostile", ""], *outcomes)
    assert asker.killer and asker.killer.request.target.endswith("/hostile")


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_that_stays_is_told_since_when(status: int) -> None:
    """It is no failure of the valid requests that came then."""
    reason, *_, hand, history = asked(["", "", ""], GOOD, GOOD, status)
    assert reason.startswith("refused since request 3, after 6 valid in 1 s")
    assert f'{status}: {{"message": "no"}}' in reason
    assert history.failures == []
    assert hand.slept == [0.25, 0.5]


def test_a_refusal_that_does_not_stay_is_a_failure() -> None:
    """The next valid request is let in again."""
    reason, *_, history = asked(["", ""], GOOD, 401, GOOD)
    assert reason == ""
    assert [one.outcome for one in history.failures] == ["401"]


@pytest.mark.parametrize(("last", "kept"), [(GOOD, 2), (403, 0)])
def test_a_refusal_that_may_be_right_counts_once_we_are_let_in(last: int, kept: int) -> None:
    """Made-up rooms may answer 403; so does a target that has shut us out."""
    reason, *_, history = asked(["absent", "absent"], 403, 403, last)
    assert bool(reason) == (last == 403)
    assert len(history.probes) == kept


def test_wrong_keys_are_followed_by_the_right_one() -> None:
    """A lock-out is found before anything else is asked."""
    reason, *_ = asked(["", "unauthorised"], GOOD, 401, 401)
    assert "refused since request 3, after 4 valid, 1 with a wrong key" in reason


def test_a_challenge_is_a_refusal() -> None:
    """A 503 for browsers only says nothing of the implementation."""
    headers = {"content-type": "text/html", "cf-mitigated": "challenge"}
    page = httpx2.Response(503, content="<title>Just a moment</title>", headers=headers)
    reason, *_ = asked(["", ""], GOOD, page)
    assert "(503: <title>Just a moment</title>)" in reason


def test_a_target_that_hangs_for_good_is_not_waited_for_long() -> None:
    """Each answer takes all its time: two of them tell enough."""
    hand = Hand()

    def hangs(request: httpx2.Request) -> httpx2.Response:
        if "hostile" not in request.url.path and hand.seconds == 100:
            return httpx2.Response(200, json=body(0))
        hand.seconds += 10
        raise LATE

    history = History()
    with target(hangs, hand, budget=60) as one:
        asker = Asker(one, history, lambda: one.request(ROOM))
        with pytest.raises(StoppedError):
            asker.send(one.request("hostile"), "hostile")
    assert asker.killer
    assert hand.seconds - 100 < 60


def test_a_target_that_goes_away_at_once_is_inconclusive() -> None:
    """One room was seen; the next one nobody answered for."""
    network = httpx2.MockTransport(Network([GOOD, REFUSED]))
    given = settings(watch=0.0, only=("shape.status", "robust", "tenancy"))
    result, status = verify(given, clock=Hand().clock, transport=network)
    assert status == 3
    assert "the target stopped answering after this request" in result.reason
    assert not [one for one in result.results if one.status == "failed"]


def _proxied(kills: Callable[[httpx2.Request], bool]) -> httpx2.MockTransport:
    """Return a network in which a gateway stands before a target that dies of some requests."""
    dead: list[bool] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        if dead or kills(request):
            dead.append(True)
            return PAGE
        if request.headers.get("x-workspace-id") != "ws-acme":
            return httpx2.Response(404, json={"message": "none"})
        if not request.url.path.endswith(f"/{ROOM}") or request.method != "GET":
            return httpx2.Response(404, json={"message": "none"})
        return httpx2.Response(200, json=body(0, roomName=ROOM))

    return httpx2.MockTransport(handler)


def test_a_target_that_dies_behind_a_gateway_fails_one_clause() -> None:
    """The gateway's 502 for all that follows is no breach of any other."""
    kills = _proxied(lambda request: ";;;" in request.headers.get("accept", ""))
    groups = ("robust", "tenancy", "absence", "methods", "identity")
    given = settings(rooms=(ROOM,), watch=0.0, only=groups)
    result, status = verify(given, clock=Hand().clock, transport=kills)
    [failed] = [one for one in result.results if one.status == "failed"]
    assert (failed.clause.id, status) == ("robust.no-5xx", 1)
    [evidence] = failed.evidence
    expected = "the target stopped answering after this request: 502: <h1>Bad Gateway</h1>"
    assert evidence.received == expected
    assert "-H 'accept: ;;;q=x'" in evidence.curl

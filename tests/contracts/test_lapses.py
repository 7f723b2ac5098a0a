"""A server that fails now and then, and not again at once: which clause says so."""

from collections.abc import Callable

import httpx2
import pytest

from contracts.run import verify
from tests.contracts.samples import Hand, body, settings

ROOM = "call-1"


def _implementation(hand: Hand, *, usual_too: bool) -> Callable[[httpx2.Request], httpx2.Response]:
    """Return one that fails at the first request with a query, and at a plain one much later.

    The second only if ``usual_too``.
    """
    began, lapsed = hand.seconds, set[str]()

    def handler(request: httpx2.Request) -> httpx2.Response:
        at = hand.seconds - began
        kind = "unusual" if request.url.query else "usual"
        due = kind == "unusual" or (usual_too and at > 4)
        if not request.url.path.endswith(f"/{ROOM}"):
            return httpx2.Response(404, json={"error": {"code": "not_found", "message": "none"}})
        if due and kind not in lapsed:
            lapsed.add(kind)
            return httpx2.Response(503)
        return httpx2.Response(200, json=body(at, roomName=ROOM))

    return handler


@pytest.mark.parametrize(("usual_too", "clause"), [(False, "no-5xx"), (True, "repeat")])
def test_a_lapse_is_blamed_on_the_unusual_only_if_the_usual_never_lapses(
    usual_too: bool, clause: str
) -> None:
    """Also where the usual lapses late, in the last seconds of the watch."""
    hand = Hand()
    network = httpx2.MockTransport(_implementation(hand, usual_too=usual_too))
    given = settings(rooms=(ROOM,), profile="quick", only=("robust",), watch=8.0)
    result, status = verify(given, clock=hand.clock, transport=network)
    failed = [one.clause.id for one in result.results if one.status == "failed"]
    assert (failed, status) == ([f"robust.{clause}"], 1)

"""What follows an answer on its connection."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from contracts.asking.pace import Budget
from contracts.asking.surplus import Surplus
from contracts.asking.target import Target
from contracts.traffic.exchange import Exchange
from tests.contracts.exchanges import missing, poll
from tests.contracts.samples import settings
from tests.implementations.server import Request, Response, serve

GOOD, AGAIN = missing(0), poll(1)


class Line:
    """A connection on which bytes wait, or on which reading fails."""

    def __init__(self, waiting: bytes | None) -> None:
        self._waiting = waiting

    def get_extra_info(self, info: str) -> object:
        """Return whether something can be read."""
        return info == "is_readable" and self._waiting != b"none"

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what waits."""
        if self._waiting is None:
            raise OSError("closed")
        return self._waiting[:max_bytes]


def after(waiting: bytes | None, asks: Callable[[Surplus], object] | None = None) -> list[Exchange]:
    """Return what is found when a request follows one after whose answer bytes wait."""
    found: list[Exchange] = []
    surplus = Surplus(found.append)

    def asked() -> Exchange:
        if asks:
            asks(surplus)
        return AGAIN

    surplus.around(lambda: GOOD, lambda: Line(waiting), ["opened"])
    surplus.around(asked, lambda: None, [])
    return found


def test_bytes_that_came_later_are_found() -> None:
    """Those that left them behind are named, with their beginning."""
    [one] = after(b"<p>more</p>")
    assert (one.request, one.fault) == (GOOD.request, "surplus")
    assert one.detail == "after the answer came b'<p>more</p>'"


@pytest.mark.parametrize("waiting", [b"none", b"", None, b"HTTP/1.1 408 Request Timeout\r\n\r\n"])
def test_an_idle_connection_may_end(waiting: bytes | None) -> None:
    """Silently, or with the word that it was idle for too long."""
    assert after(waiting) == []


def test_nothing_is_looked_at_while_requests_are_on_their_way() -> None:
    """What can be read then may be an answer."""
    answer = b"whatever"

    def at_once(surplus: Surplus) -> None:
        surplus.around(lambda: GOOD, lambda: Line(answer), [])
        surplus.around(lambda: GOOD, lambda: Line(answer), [])

    assert after(b"none", at_once) == []


def test_bytes_that_came_with_the_answer_are_found_and_the_request_is_sent_again() -> None:
    """The client takes them for the beginning of the next answer."""
    found: list[Exchange] = []

    def app(request: Request) -> Response:
        more = b"more" if request.room == "absent" else b""
        return Response(200, {}, surplus=more)

    with serve(app) as url:
        one = Target(settings(base_url=url), Budget(9), surplus=found.append)
        answers = [one.send(one.request(room)) for room in ("absent", "call-1", "call-1")]
        one.close()
    assert [(each.status, each.fault) for each in answers] == [(200, "")] * 3
    [left] = found
    assert left.request == replace(answers[0].request)
    assert "b'moreHTTP/1.1" in left.detail
    assert one.budget.spent == 4

"""Waits before a verification until the target answers and a room is live."""

from collections.abc import Callable, Sequence

from contracts.asking.target import Target
from contracts.judging.findings import LimitedError
from contracts.traffic.exchange import Exchange, Request

__all__ = ["wait_for_a_call"]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0  # seconds; a long wait is no load on the target


def wait_for_a_call(
    target: Target,
    requests: Sequence[Request],
    seconds: float,
    doing: Callable[[str], None],
    is_on: Callable[[Exchange], bool] = lambda one: one.status == 200,
) -> None:
    """Send valid requests in rounds until one is answered with a call, or the time is over.

    What is answered is not judged: a server that starts owes nothing yet. The requests keep to the
    target's pace and are not taken from the profile's, for their number depends on the target.
    """
    started, pause = target.clock.monotonic(), _FIRST_PAUSE
    doing("waiting until a room is live")
    with target.budget.unspent():
        while outcome := _round(target, requests, is_on):
            left = seconds - (target.clock.monotonic() - started)
            if left <= 0:
                return
            doing(f"waiting until a room is live: {outcome}")
            target.clock.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE)


def _round(target: Target, requests: Sequence[Request], is_on: Callable[[Exchange], bool]) -> str:
    """Ask for each room; return what the last of them answered, empty where one is live."""
    outcome = "nobody was asked"
    for request in requests:
        try:
            exchange = target.send(request, fresh=True)
        except LimitedError as limited:
            return str(limited)
        if is_on(exchange):
            return ""
        outcome = exchange.outcome
        if exchange.fault == "unreachable":
            break
    return outcome

"""Rooms with a call in them, found by the list of calls."""

from collections.abc import Container, Sequence
from random import Random

from contracts.asking.opening import InconclusiveError, UnreachableError
from contracts.asking.standing import is_gone, is_refused
from contracts.asking.target import Target
from contracts.judging.bodies import parse
from contracts.traffic.exchange import Exchange

__all__ = ["chosen", "listed", "without_a_list"]


def listed(exchange: Exchange) -> list[str] | None:
    """Return the names of the rooms that a list shows, None where it cannot be read."""
    body = parse(exchange.content).body if exchange.status == 200 else None
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, list):
        return None
    names = (one.get("roomName") for one in data if isinstance(one, dict))
    return list(dict.fromkeys(name for name in names if name and isinstance(name, str)))


def chosen(names: Sequence[str], most: int, besides: Container[str], random: Random) -> list[str]:
    """Return some of the names that are not among those ``besides``."""
    others = [one for one in names if one not in besides]
    return random.sample(others, min(most, len(others)))


def without_a_list(target: Target, exchange: Exchange, *, keyed: bool) -> Exception:
    """Return why no room can be found, where none was given and the list cannot be read."""
    url, told = target.asked(exchange), exchange.told
    if is_gone(exchange):
        return UnreachableError(f"nobody answers at {target.url}: {told}")
    if is_refused(exchange):
        key = "the key was refused" if keyed else "a key is wanted (--api-key, --auth-header)"
        return InconclusiveError(f"{key}: the target answers {told} for the list")
    what = "no --room was given, and the target has no list of calls to find one in"
    if exchange.status == 200:
        what, told = "no --room was given, and the list of calls cannot be read", "200"
    elif exchange.status not in (404, 405, 410, 501):
        what = "no --room was given, and the list of calls is broken"
    return InconclusiveError(f"{what}: {told} at {url}")

"""The rooms that a list of calls shows."""

from collections.abc import Container, Sequence
from random import Random

from contracts.judging.bodies import parse
from contracts.traffic.exchange import Exchange

__all__ = ["chosen", "listed"]


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

"""How fresh a copy of a shared log has to be for one request."""

from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["Freshness", "begin_request", "freshness"]


@dataclass
class Freshness:
    """Whether the copy was brought up to date since a request came."""

    caught_up: bool = False


_request: ContextVar[Freshness | None] = ContextVar("request", default=None)


def begin_request() -> None:
    """Say that a request begins in this task: one trip to the store is enough for all its reads."""
    _request.set(Freshness())


def freshness() -> Freshness | None:
    """Return that of the request that this task answers; None where it answers none."""
    return _request.get()

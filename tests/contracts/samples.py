"""Observations to judge, a clock to turn by hand, a target without a network."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx2

from contracts.asking.pace import Budget, Clock
from contracts.asking.target import Target
from contracts.judging.results import Observation
from contracts.settings import Settings
from contracts.traffic.exchange import Exchange

Handler = Callable[[httpx2.Request], httpx2.Response]

STARTED = datetime(2026, 11, 22, 9, 30, 0, tzinfo=UTC)


def body(at: float, **changes: Any) -> dict[str, Any]:
    """Return a faithful call that has gone on for 145 seconds when the watch begins."""
    joined = (STARTED - timedelta(seconds=145)).isoformat().replace("+00:00", "Z")
    people = [person("agent-001", True, joined), person("customer-001", False, joined)]
    lines = [{"role": "agent", "content": f"line {n}"} for n in range(3 + int(at / 2))]
    made = {"id": "a" * 24, "duration": 145 + int(at), "transcript": lines, "participants": people}
    made |= {"customerPhone": "+14155550123", "customerName": "Ada", "aiAgentName": "Desk"}
    return made | changes


def person(identity: str, agent: object = False, joined: object = "") -> dict[str, Any]:
    """Return one participant."""
    return {"identity": identity, "isAgent": agent, "metadata": {}, "joinedAt": joined}


def seen(at: float, *, room: str = "a", status: int = 200, **changes: Any) -> Observation:
    """Return what a poll ``at`` seconds into the watch showed, 10 ms after it was sent."""
    when = STARTED + timedelta(seconds=at)
    headers = {"date": format_datetime(when.replace(microsecond=0), usegmt=True)}
    made = body(at, **changes) if status == 200 else None
    return Observation(room, at, at + 0.01, when, status, headers, made)


@dataclass
class Hand:
    """A clock that moves only when somebody sleeps; ``slept`` says for how long, each time."""

    seconds: float = 100.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.slept.append(seconds)
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        """The clock as the verifier takes it."""
        return Clock(
            lambda: self.seconds, self.sleep, lambda: STARTED + timedelta(seconds=self.seconds)
        )


def settings(**changes: Any) -> Settings:
    """Return settings for a target that nobody connects to."""
    made: dict[str, Any] = {
        "base_url": "http://user:pass-word@target.example/base",
        "workspace_id": "ws-acme",
        "rooms": ("call-1", "call-2"),
        "seed": 1,
    }
    return Settings(**(made | changes))


@contextmanager
def target(
    handler: Handler,
    hand: Hand | None = None,
    budget: int = 20,
    refused: Callable[[Exchange], None] = lambda _: None,
    **changes: Any,
) -> Iterator[Target]:
    """Yield a target whose network is a function."""
    clock = hand.clock if hand else Clock()
    transport = httpx2.MockTransport(handler)
    given = settings(**changes)
    made = Target(given, Budget(budget), clock=clock, transport=transport, refused=refused)
    yield made
    made.close()


def answers(*given: httpx2.Response | Exception) -> Handler:
    """Return a handler that gives each in turn, the last for ever."""
    left = list(given)

    def handler(request: httpx2.Request) -> httpx2.Response:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handler

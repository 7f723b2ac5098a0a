"""A made-up target that is polled, a clock of its own, and what came of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from contracts.asking.pace import Clock
from contracts.recording.recorder import Recorder
from tests.recording.planting import CALL

__all__ = ["Answer", "Recorded", "Target", "Time", "call", "gone"]

Answer = httpx2.Response | Exception
START = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


@dataclass
class Time:
    """A clock that only goes on while somebody sleeps, or an answer takes its time."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Sleep."""
        self.slept.append(round(seconds, 3))
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        """The clock."""
        return Clock(lambda: self.seconds, self.sleep, lambda: START + timedelta(0, self.seconds))


def call(**changes: Any) -> httpx2.Response:
    """Return an answer that shows a call."""
    return httpx2.Response(200, json=CALL | changes)


def gone(status: int = 404) -> httpx2.Response:
    """Return an answer that shows none."""
    return httpx2.Response(status, json={"error": {"code": "not_found", "message": "gone"}})


@dataclass
class Recorded:
    """What came of a recording."""

    recorder: Recorder
    output: Path
    time: Time
    requests: list[httpx2.Request]

    @property
    def entries(self) -> list[Any]:
        """The entries of the file."""
        found: list[Any] = json.loads(self.output.read_bytes())["log"]["entries"]
        return found


class Target:
    """Answers from a list; checks before each answer that the file is whole."""

    def __init__(self, answers: Iterator[Answer], output: Path) -> None:
        self.answers, self.output = answers, output
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer."""
        if self.output.exists():
            json.loads(self.output.read_bytes())
        self.requests.append(request)
        made = next(self.answers)
        if isinstance(made, Exception):
            raise made
        return made

"""What the polls of a room have shown so far, and when they are over."""

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from contracts.judging.coherence.calls import call_id
from contracts.judging.results import ABSENT
from contracts.traffic.exchange import Exchange

__all__ = ["Room"]

_LAPSES = 2  # answers in a row that a call is over with: one may be a lapse
_PATIENCE = 120.0  # seconds of trouble after which a room is given up

State = Literal["waited for", "live", "ended", "without a call", "lost"]


@dataclass
class Room:
    """A room that is polled. Until ``patient`` (monotonic seconds), its call may yet begin."""

    name: str
    patient: float
    state: State = "waited for"
    why: str = ""
    duration: object = None
    lines: int = 0
    sentiment: object = None
    _call: object = None
    _gone: int = 0
    _failures: int = 0
    _troubled: float | None = field(default=None)

    @property
    def over(self) -> bool:
        """Whether it need not be polled any more."""
        return self.state not in ("waited for", "live")

    @property
    def shown(self) -> bool:
        """Whether it has shown a call."""
        return self._call is not None

    def see(self, exchange: Exchange, now: float) -> None:
        """Take an answer. ``now`` is monotonic seconds."""
        call = _call(exchange)
        if call is not None:
            self._see_call(call)
        elif exchange.status in ABSENT:
            self._troubled, self._failures = None, 0
            self._gone += 1
            self.why = f"the target answered {exchange.status}"
            if self._gone >= _LAPSES:
                self._end("ended", now)
        else:
            self.fail(_said(exchange), now)

    def fail(self, why: str, now: float) -> None:
        """Take note of an answer that tells nothing of the call, or of none."""
        self._gone = 0
        self.why = why
        self._failures += 1
        self._troubled = now if self._troubled is None else self._troubled
        patience = _PATIENCE if self.shown else 0.0
        if self._failures >= _LAPSES and now - self._troubled >= patience:
            self._end("lost", now)

    def _end(self, state: State, now: float) -> None:
        if self.shown:
            self.state = state
        elif now >= self.patient:
            self.state = "without a call"

    def _see_call(self, call: dict[str, Any]) -> None:
        self._gone = self._failures = 0
        self._troubled, self.why = None, ""
        id_ = call_id(call) or ""
        if self.shown and id_ != self._call:
            self.state, self.why = "ended", "another call has begun there"
            return
        self._call, self.state = id_, "live"
        said = call.get("transcript")
        self.duration, self.sentiment = call.get("duration"), call.get("sentiment")
        self.lines = len(said) if isinstance(said, list) else 0

    @property
    def told(self) -> str:
        """What its call has come to, in a few words."""
        if self.shown:
            said = f"{self.duration} s, {self.lines} lines, {self.sentiment}"
            return f"{said} ({self.why})" if self.why else said
        return f"{self.state}: {self.why}" if self.why else self.state


def _call(exchange: Exchange) -> dict[str, Any] | None:
    """Return the call that an answer shows, None where it shows none."""
    if exchange.status != 200 or exchange.fault:
        return None
    try:
        call = json.loads(exchange.content)
    except (ValueError, RecursionError):
        return None
    return call if isinstance(call, dict) else None


def _said(exchange: Exchange) -> str:
    if exchange.status == 200 and not exchange.fault:
        return "the target answered 200 without a call"
    if exchange.status in (401, 403):
        return f"the target answered {exchange.status}; see --api-key and --auth-header"
    return f"the target answered {exchange.status}" if exchange.status else exchange.outcome

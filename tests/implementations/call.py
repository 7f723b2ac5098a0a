"""The call that every implementation here serves: a pure function of room and time."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = [
    "EXPENDABLE",
    "KEY",
    "OTHER_WORKSPACE",
    "ROOMS",
    "SEED",
    "WORKSPACE",
    "Call",
    "instant",
]

WORKSPACE = "ws-acme"
OTHER_WORKSPACE = "ws-globex"
KEY = "key-4f1d"
# The second name has what is easily mangled on its way through a URL.
ROOMS = ("call-abc123", "Zoë Call+1")
# A room whose call the verifier may end.
EXPENDABLE = "call-to-end"
SEED = 1  # of what the verifier makes up
SECONDS_A_LINE = 1.2

_SAID = (
    ("agent", "Thank you for calling. How can I help you?"),
    ("customer", "It is about the {n}th item of my order."),
    ("agent", "Let me look at item {n}."),
    ("customer", "Take your time, please."),
)


@dataclass(frozen=True)
class Call:
    """A call in ``room`` that began at ``started`` (aware UTC)."""

    room: str
    started: datetime

    def at(self, now: datetime) -> dict[str, Any]:
        """Return the call as it stands at ``now``: an object of its own on every call."""
        elapsed = (now - self.started).total_seconds()
        return {
            "id": hashlib.sha256(self.room.encode()).hexdigest()[:24],
            "roomName": self.room,
            "customerPhone": "+14155550123",
            "customerName": "Ada Example",
            "aiAgentName": "Order Desk",
            "duration": int(elapsed),
            "sentiment": "positive",
            "transcript": [_line(n) for n in range(int(elapsed / SECONDS_A_LINE))],
            "participants": [
                {
                    "identity": identity,
                    "isAgent": agent,
                    "metadata": {},
                    "joinedAt": instant(joined),
                }
                for identity, agent, joined in (
                    ("agent-001", True, self.started),
                    ("customer-001", False, self.started + timedelta(seconds=1)),
                )
                if joined <= now
            ],
        }


def _line(n: int) -> dict[str, str]:
    role, content = _SAID[n % len(_SAID)]
    return {"role": role, "content": content.format(n=n)}


def instant(when: datetime) -> str:
    """Return ``when`` in UTC with milliseconds and ``Z``."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

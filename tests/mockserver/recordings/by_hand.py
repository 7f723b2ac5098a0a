"""A recording made by hand: what other servers do that this mock never does by itself."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mockserver.simulation.clock import iso_milliseconds
from tests.mockserver.conftest import EPOCH, Client
from tests.mockserver.recordings.polling import Answer, entry

__all__ = [
    "AGENT", "BEGAN", "CALLER", "POLLS", "answer", "body", "comparable", "recording", "replay",
    "seconds",
]  # fmt: skip

BEGAN = EPOCH - 500.75
AGENT = {"identity": "agent-AJ_1", "isAgent": True, "metadata": {}}
CALLER = {"identity": "sip_+1", "isAgent": False, "metadata": {"n": [1]}}
SAID = [("agent", "Hello."), ("customer", "My ket"), ("customer", "My kettle leaks.")]
POLLS = [42.125 + n / 2 for n in range(50)]


def line(number: int) -> dict[str, Any]:
    """Return a line of the transcript."""
    role, content = SAID[number]
    return {"role": role, "content": content, "final": number != 1}


def body(elapsed: float, **other: Any) -> dict[str, Any]:
    """Return the body of a call that has been going on for so many seconds."""
    caller = [] if elapsed < 44 else [{**CALLER, "joinedAt": iso_milliseconds(BEGAN + 43.5)}]
    muted = {"muted": True} if elapsed >= 50 else {}
    agent = {**AGENT, "metadata": muted, "joinedAt": iso_milliseconds(BEGAN + 0.25)}
    said = [line(0)] if elapsed < 45 else [line(0), line(1 if elapsed < 47 else 2)]
    return {
        "id": "call-one",
        "roomName": "call/1",
        "customerPhone": "+14155550123",
        "aiAgentName": "Before" if elapsed < 48 else "After",
        "duration": round(elapsed, 3),
        "sentiment": "neutral" if elapsed < 49 else "Unknown",
        "transcript": said,
        "participants": [agent, *caller],
        **({"customerName": None} if elapsed < 46 else {"customerName": "Zoë"}),
        **({"queue": {"waited": 1}} if elapsed < 51 else {}),
        **other,
    }


def answer(elapsed: float) -> Answer:
    """Return what the server says at a moment: errors in the middle, and the end."""
    if 52 <= elapsed < 54:
        return 503, {"error": {"code": "x", "message": "Back soon."}}
    if 54 <= elapsed < 55:
        return 404, {"message": "Not yet."}
    return (200, body(elapsed)) if elapsed < 60 else (404, {"error": {"message": "Gone."}})


def recording() -> list[dict[str, Any]]:
    """A recording of one call."""
    made = []
    for elapsed in POLLS:
        status, said = answer(elapsed)
        made.append(entry(BEGAN + elapsed, "call/1", status, said, **{"Retry-After": "7"}))
    return made


def replay(mock: Client, room: str, prefer: str = "") -> Iterator[Answer]:
    """Yield what a mock answers at the offsets of the polls."""
    for elapsed in POLLS:
        mock.now = EPOCH + elapsed - 42
        told = mock.get(room, prefer=prefer.format(elapsed))
        yield told.status_code, told.json()


def comparable(answers: list[Answer], room: str) -> list[Answer]:
    """Return answers without the words of the gap; ``joinedAt`` in seconds since the agent's."""
    made: list[Answer] = []
    for status, said in answers:
        if status != 200:
            made.append((status, None))
            continue
        since = min(one["joinedAt"] for one in said["participants"])
        people = [
            {**one, "joinedAt": seconds(one["joinedAt"], since)} for one in said["participants"]
        ]
        made.append((status, {**said, "roomName": room, "participants": people}))
    return made


def seconds(text: str, since: str) -> float:
    """Return how many seconds an instant comes after another."""
    gone = datetime.fromisoformat(text) - datetime.fromisoformat(since)
    return gone.total_seconds()

"""The player in Node: what it makes of timelines, beside what the mock answers."""

import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

__all__ = ["Question", "comparable", "differences"]

_ASKED = Path(__file__).with_name("asked.js")


def comparable(body: bytes) -> bytes:
    """Return JSON in one form: fields stay in their order, and no whole number has a point.

    JavaScript writes none. To Python's ``==`` true would be 1, and the order would be nothing.
    """
    return orjson.dumps(_whole(orjson.loads(body)))


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@dataclass(frozen=True)
class Question:
    """A timeline, and what the mock answers at some moments of its call, None where it does not.

    ``name`` says whose it is. ``removed`` is the identity of an agent, and when it was removed.
    ``lists`` are the calls that a list shows.
    """

    name: str
    timeline: Any
    bodies: Sequence[tuple[float, bytes | None]]
    insights: Sequence[tuple[float, bytes | None]] = ()
    removed: tuple[str, float] | None = None
    lists: Sequence[tuple[float, bytes | None]] = ()


def differences(questions: Iterable[Question]) -> tuple[int, list[str]]:
    """Return how many answers there were, and where the player's is not that of the mock."""
    questions = list(questions)
    sent = (
        orjson.dumps(
            {
                "timeline": one.timeline,
                "removed": one.removed and dict(zip(("identity", "at"), one.removed, strict=True)),
                "bodies": [at for at, _ in one.bodies],
                "insights": [at for at, _ in one.insights],
                "lists": [at for at, _ in one.lists],
            }
        )
        for one in questions
    )
    done = subprocess.run(["node", str(_ASKED)], input=b"\n".join(sent), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    played = done.stdout.splitlines()
    wanted = [
        (one.name, what, at, body or b"null")
        for one in questions
        for what, answers in (
            ("call", one.bodies),
            ("insights", one.insights),
            ("list", one.lists),
        )
        for at, body in answers
    ]
    assert len(played) == len(wanted)
    wrong = [
        f"{name}, {what} at {at}: {body!r} became {mine!r}"
        for (name, what, at, body), mine in zip(wanted, played, strict=True)
        if mine != body and comparable(mine) != comparable(body)
    ]
    return len(wanted), wrong

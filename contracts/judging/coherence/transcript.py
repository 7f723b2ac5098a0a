"""Whether a transcript grows at its end and nowhere else."""

from collections.abc import Iterator, Sequence
from typing import Any

from contracts.judging.coherence.calls import Call, calls, pause
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.results import Level, Observation
from contracts.judging.texts import told_apart

__all__ = ["appends", "last_line"]

Line = Any

_UNFINISHED = 5.0  # seconds for which a line may be revised after it was last, or last revised
_OPEN = 2  # lines of a speaker that may be unfinished at once
_END = 6  # lines at the end of a transcript; what stands before them was not said just now


def _lines(observation: Observation) -> list[Line] | None:
    """Return who said what, line by line; further fields may change as they like."""
    lines = observation.body.get("transcript")
    if not isinstance(lines, list):
        return None
    return [
        (line.get("role"), line.get("content")) if isinstance(line, dict) else line
        for line in lines
    ]


def _polls(call: Call) -> Iterator[tuple[Observation, Observation, list[Line], list[Line]]]:
    """Yield each two successive polls that have lines, and the lines of both."""
    last: tuple[Observation, list[Line] | None] | None = None
    for before, after in call.pairs:
        old = last[1] if last and last[0] is before else _lines(before)
        new = _lines(after)
        last = after, new
        if old is not None and new is not None:
            yield before, after, old, new


def appends(observations: Sequence[Observation]) -> Finding:
    """Every earlier line but the last is unchanged and in place in every later poll.

    The words of a line that its speaker has just said may be revised: that is only a should.
    """
    breaches = []
    exercised = False
    for call in calls(observations):
        settled: list[float] = []  # since when each line has stayed as it is, in seconds
        for before, after, old, new in _polls(call):
            exercised = exercised or len(old) > 1
            settled = settled[: len(old)]
            settled += [before.received] * (len(old) - len(settled))
            changed = [n for n in range(len(old) - 1) if new[n : n + 1] != [old[n]]]
            young = [n for n in changed if before.sent - settled[n] <= _UNFINISHED]
            hard = [n for n in changed if n not in young or not _is_revised(n, old, new)]
            breaches += [
                _change(call.room, n, old, new, hard, pause(before, after))
                for n in (hard or changed)[:1]
            ]
            for n in (*changed, len(old) - 1) if old else ():
                settled[n] = after.received
    return judged(breaches, exercised, "no call had two lines and a later poll")


def _change(
    room: str, n: int, old: list[Line], new: list[Line], hard: list[int], seconds: float
) -> Breach:
    """Return the breach of a line that changed; it is ``hard`` or just a little late."""
    words = "lines that are finished once another has begun"
    level: Level | None = "should"
    if hard:
        words, level = "earlier lines that stay as they are", None
    was, now = _said(old[n]), "gone"
    if n < len(new):
        was, now = told_apart(was, _said(new[n]), str)
    received = f"line {n} was {was}, then {now}"
    return Breach(words, received, room, level=level, pauses=(seconds,))


def _is_revised(n: int, old: list[Line], new: list[Line]) -> bool:
    """Return whether a line has other words alone, and is among the last of its speaker."""
    was, is_ = old[n], new[n] if n < len(new) else None
    if not (isinstance(was, tuple) and isinstance(is_, tuple) and was[0] == is_[0]):
        return False
    moved = was in new[n + 1 : n + 2] or is_ in old[n + 1 : n + 2]
    later = [line for line in old[n + 1 :] if isinstance(line, tuple) and line[0] == was[0]]
    recent = len(later) < _OPEN and n >= len(old) - _END
    return recent and not moved and len(new) >= len(old)


def last_line(observations: Sequence[Observation]) -> Finding:
    """No last line is removed; it may be extended or replaced while it is last."""
    breaches = []
    exercised = False
    for call in calls(observations):
        for before, after, old, new in _polls(call):
            exercised = exercised or bool(old)
            # If more lines are gone, ``appends`` says so.
            if old and len(new) == len(old) - 1:
                received = f"{_said(old[-1])} was the last of {len(old)}, then gone"
                words = "a last line that stays"
                breaches.append(Breach(words, received, call.room, pauses=(pause(before, after),)))
    return judged(breaches, exercised, "no call had a line and a later poll")


def _said(line: Line) -> str:
    text = f"{line[0]}: {line[1]}" if isinstance(line, tuple) else str(line)
    return repr(text if len(text) <= 60 else f"{text[:57]}...")

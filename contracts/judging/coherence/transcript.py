"""Whether a transcript grows at its end and nowhere else."""

from collections.abc import Iterator, Sequence
from typing import Any

from contracts.judging.coherence.calls import Call, calls, pause
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.results import Observation
from contracts.judging.texts import told_apart

__all__ = ["appends", "last_line"]

Line = Any


def _lines(observation: Observation) -> list[Line] | None:
    """Return who said what, line by line; further fields may change as they like."""
    lines = observation.body.get("transcript")
    if not isinstance(lines, list):
        return None
    return [
        (line.get("role"), line.get("content")) if isinstance(line, dict) else line
        for line in lines
    ]


def _polls(call: Call) -> Iterator[tuple[list[Line], list[Line], float]]:
    for before, after in call.pairs:
        old, new = _lines(before), _lines(after)
        if old is not None and new is not None:
            yield old, new, pause(before, after)


def appends(observations: Sequence[Observation]) -> Finding:
    """Every earlier line but the last is unchanged and in place in every later poll."""
    breaches = []
    exercised = False
    for call in calls(observations):
        for old, new, between in _polls(call):
            exercised = exercised or len(old) > 1
            changed = next((n for n in range(len(old) - 1) if new[n : n + 1] != [old[n]]), None)
            if changed is not None:
                was, now = _said(old[changed]), "gone"
                if changed < len(new):
                    was, now = told_apart(was, _said(new[changed]), str)
                received = f"line {changed} was {was}, then {now}"
                words = "earlier lines that stay as they are"
                breaches.append(Breach(words, received, call.room, pauses=(between,)))
    return judged(breaches, exercised, "no call had two lines and a later poll")


def last_line(observations: Sequence[Observation]) -> Finding:
    """No last line is removed; it may be extended or replaced while it is last."""
    breaches = []
    exercised = False
    for call in calls(observations):
        for old, new, between in _polls(call):
            exercised = exercised or bool(old)
            # If more lines are gone, ``appends`` says so.
            if old and len(new) == len(old) - 1:
                received = f"{_said(old[-1])} was the last of {len(old)}, then gone"
                words = "a last line that stays"
                breaches.append(Breach(words, received, call.room, pauses=(between,)))
    return judged(breaches, exercised, "no call had a line and a later poll")


def _said(line: Line) -> str:
    text = f"{line[0]}: {line[1]}" if isinstance(line, tuple) else str(line)
    return repr(text if len(text) <= 60 else f"{text[:57]}...")

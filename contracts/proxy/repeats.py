"""Answers that are those of a moment ago: under load most are, and need no judge again."""

from collections import OrderedDict
from dataclasses import dataclass, field

from contracts.proxy.messages import Pairs
from contracts.proxy.passed import Passed

__all__ = ["Repeats"]

_KEPT = 2000  # requests whose last answer is remembered
_SECONDS = 1.0
_CHANGING = (b"date", b"age", b"x-request-id")  # headers


@dataclass
class _Last:
    answer: tuple[int, bytes, Pairs]
    since: float
    broken: list[str] = field(default_factory=list)


class Repeats:
    """Remembers the last answer to each request; ``number`` counts those that came again."""

    def __init__(self) -> None:
        self._last: OrderedDict[tuple[bytes, tuple[tuple[bytes, bytes], ...]], _Last] = (
            OrderedDict()
        )
        self.number = 0

    def of(self, passed: Passed) -> list[str] | None:
        """Return what the same answer broke a moment ago, None where this is another one."""
        last = self._last.get(_key(passed)) if passed.method == "GET" else None
        if last is None or passed.sent - last.since >= _SECONDS or last.answer != _answer(passed):
            return None
        self.number += 1
        return last.broken

    def keep(self, passed: Passed, broken: list[str]) -> None:
        """Remember an answer that was judged."""
        if passed.method == "GET":
            self._last[_key(passed)] = _Last(_answer(passed), passed.sent, broken)
            self._last.move_to_end(_key(passed))
            if len(self._last) > _KEPT:
                self._last.popitem(last=False)


def _key(passed: Passed) -> tuple[bytes, tuple[tuple[bytes, bytes], ...]]:
    return passed.raw, tuple(passed.headers)


def _answer(passed: Passed) -> tuple[int, bytes, Pairs]:
    headers = [one for one in passed.answer_headers if one[0].lower() not in _CHANGING]
    return passed.status, bytes(passed.body), headers

"""What was noted of a request that passed, and of its answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from contracts.judging.question import Question, question
from contracts.proxy.messages import Pairs
from contracts.traffic.exchange import Fault, Request

__all__ = ["Passed", "text"]

_KEPT = 8 * 1024 * 1024  # bytes of a body that are judged
_FOR_US = (b"host", b"connection", b"keep-alive", b"proxy-authorization")


@dataclass
class Passed:
    """What was noted of an exchange: times in UTC Unix seconds, bodies as they were sent.

    ``raw`` is the target as it was asked for.

    ``kept`` says whether all of the bodies is there. ``status`` is 0 until an answer has begun,
    ``fault`` what was wrong with how it came, and ``whole`` whether it came to its end.
    ``stood_in`` says that the fallback answered. ``number`` is its place among all that passed.
    """

    method: str
    raw: bytes
    headers: Pairs
    sent: float
    received: float = 0.0
    content: bytearray = field(default_factory=bytearray)
    status: int = 0
    answer_headers: Pairs = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    kept: bool = True
    broken: list[str] = field(default_factory=list)
    detail: str = ""
    fault: Fault = ""
    whole: bool = False
    stood_in: bool = False
    number: int = 0

    @property
    def target(self) -> str:
        """The path and query."""
        return text(self.raw)

    @cached_property
    def asked(self) -> Question | None:
        """What of the contract is asked for; None where it is something else."""
        return question(self.request)

    @property
    def request(self) -> Request:
        """The request as the judge takes it: without what is said to the proxy alone."""
        own = (one for one in self.headers if one[0].lower() not in _FOR_US)
        return Request(self.method, self.target, _texts(own), text(bytes(self.content)))

    @property
    def came(self) -> tuple[tuple[str, str], ...]:
        """The headers of the answer."""
        return _texts(self.answer_headers)

    def keep(self, body: bytearray, data: bytes) -> None:
        """Keep a part of a body, unless it becomes too long."""
        if len(body) + len(data) > _KEPT:
            self.kept = False
        else:
            body += data


def text(data: bytes) -> str:
    """Return bytes of a message as text, whatever they are."""
    return data.decode("utf-8", "replace")


def _texts(pairs: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), text(value)) for name, value in pairs)

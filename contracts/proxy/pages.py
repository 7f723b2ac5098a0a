"""The proxy's own pages: the clauses as they stand, with their evidence, and what has passed."""

import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import h11

from contracts.judging.results import Result
from contracts.proxy.judge_process import JudgeError
from contracts.proxy.passed import Passed
from contracts.report.document import document
from contracts.report.html import render as html
from contracts.report.html import templates
from contracts.report.wording import failures, outcome, seen, shown, verdict_line, visible
from contracts.traffic.exchange import rfc3339
from contracts.traffic.secrets import Secrets

__all__ = ["Journal", "Pages"]

_PATH = "/_proxy/"
_KEPT = 300  # exchanges that are shown
_LONGEST = 300  # characters of a target
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

_TEMPLATES = templates("proxy")


@dataclass(frozen=True)
class _Line:
    number: int
    moment: str
    method: str
    target: str
    status: int
    milliseconds: float
    broken: tuple[str, ...]
    detail: str


class Journal:
    """The latest exchanges, whatever they were for."""

    def __init__(self) -> None:
        self._lines: deque[_Line] = deque(maxlen=_KEPT)

    def add(self, passed: Passed) -> None:
        """Note an exchange."""
        self._lines.append(
            _Line(
                passed.number,
                rfc3339(datetime.fromtimestamp(passed.sent, UTC)),
                passed.method[:20],
                passed.target[:_LONGEST],
                passed.status,
                round(max(0.0, passed.received - passed.sent) * 1000, 1),
                tuple(passed.broken),
                passed.detail,
            )
        )

    def shown(self, secrets: Secrets) -> list[dict[str, Any]]:
        """Return them as plain data, without secrets, the latest first."""
        return [
            {
                "number": one.number,
                "time": one.moment,
                "method": visible(one.method),
                "target": visible(secrets.redacted(one.target)),
                "status": one.status,
                "milliseconds": one.milliseconds,
                "breaches": list(one.broken),
                "detail": secrets.redacted(one.detail),
            }
            for one in reversed(self._lines)
        ]


class Pages:
    """Answers requests for ``/_proxy/``.

    ``verdict`` returns what is known so far, and what may not be shown. ``hosts`` are the names
    under which the pages may be asked for, so that no other site can read them.
    """

    def __init__(
        self,
        journal: Journal,
        verdict: Callable[[], Awaitable[tuple[Result, Secrets]]],
        hosts: Sequence[str],
    ) -> None:
        self._journal, self._verdict = journal, verdict
        self._hosts = {*_LOOPBACK, *hosts}
        self._pages: Mapping[str, tuple[str, Callable[[Result, Secrets], str]]] = {
            "": ("text/html; charset=utf-8", self._page),
            "report.html": ("text/html; charset=utf-8", lambda result, _: html(result)),
            "state.json": ("application/json", self._state),
        }

    def __call__(self, request: h11.Request) -> Awaitable[tuple[int, str, bytes]] | None:
        """Return the answer to a request, None where it is not for these pages."""
        path = request.target.decode("latin-1").partition("?")[0]
        if path != _PATH.rstrip("/") and not path.startswith(_PATH):
            return None
        return self._answer(request, path[len(_PATH) :])

    async def _answer(self, request: h11.Request, name: str) -> tuple[int, str, bytes]:
        if not self._is_own(request):
            return _plain(403, "These pages are for this machine: address it as localhost.")
        if request.method not in (b"GET", b"HEAD"):
            return _plain(405, "These pages are only for reading.")
        if name not in self._pages:
            return _plain(404, f"There are {_PATH}, {_PATH}state.json and {_PATH}report.html.")
        media_type, make = self._pages[name]
        try:
            return 200, media_type, make(*await self._verdict()).encode()
        except JudgeError as error:
            return _plain(503, f"Nothing can be said: {error}.")

    def _is_own(self, request: h11.Request) -> bool:
        host = next((value for name, value in request.headers if name == b"host"), b"")
        try:
            return urlsplit(f"//{host.decode('latin-1')}").hostname in self._hosts
        except ValueError:
            return False

    def _state(self, result: Result, secrets: Secrets) -> str:
        state = {"report": document(result), "exchanges": self._journal.shown(secrets)}
        return json.dumps(state, ensure_ascii=False)

    def _page(self, result: Result, secrets: Secrets) -> str:
        return _TEMPLATES.get_template("page.html.j2").render(
            result=result,
            line=verdict_line(result),
            failures=failures(result),
            exchanges=self._journal.shown(secrets),
            outcome=outcome,
            shown=shown,
            seen=seen,
        )


def _plain(status: int, text: str) -> tuple[int, str, bytes]:
    return status, "text/plain; charset=utf-8", f"{text}\n".encode()

"""What HTTP itself asks of an answer: methods, caching, rate limits."""

import re
from collections.abc import Callable, Iterator, Mapping

import pytest

from contracts.asking.session import Session
from contracts.contract import segment
from contracts.judging.calldata import shows_call
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.results import Level
from contracts.traffic.exchange import Answer, http_date

Judge = Callable[[Finding], None]

_METHODS = ("POST", "PUT", "PATCH", "DELETE")
_ANSWERABLE = ("HEAD", "OPTIONS")  # may be answered like GET, and must not break
_FRESH = 5.0  # seconds


@pytest.mark.clause("methods.unsupported")
def test_unsupported(verification: Session, verdict: Judge) -> None:
    """Other methods answer 405 with Allow, or 404, and never break the server."""
    verdict(judged(_answered(verification), True, ""))


def _answered(session: Session) -> Iterator[Breach]:
    full = session.settings.profile == "full"
    for method in (*(_ANSWERABLE if full else ()), *_METHODS):
        path = segment(session.live[0].name)
        answer = session.ask(session.target.request(path, method=method))
        yield from _unsupported(session, answer)


def _unsupported(session: Session, answer: Answer) -> Iterator[Breach]:
    method, curl = answer.request.method, session.target.curl(answer.request)
    words = f"405 with Allow, or 404, to {method}"
    if answer.broken:
        # 501 says in so many words that the method is not implemented (RFC 9110, 15.6.2).
        level: Level | None = None if answer.status == 501 else "must"
        if answer.status != 501 or method not in _ANSWERABLE:
            yield Breach(words, f"{answer.outcome} to {method}", curl=curl, level=level)
    elif method in _ANSWERABLE:
        return
    elif 200 <= answer.status < 300 and shows_call(
        answer.content, session.rooms, session.journal.schemas
    ):
        yield Breach(words, f"{answer.status} with call data", curl=curl)
    elif answer.status == 405 and "allow" not in answer.headers:
        yield Breach(words, "405 without Allow", curl=curl)
    elif answer.status not in (404, 405):
        yield Breach(words, answer.outcome, curl=curl)


@pytest.mark.clause("cache.live", stage="review")
def test_cache(watched: Session, verdict: Judge) -> None:
    """A live call is not cacheable by everybody, nor for long."""
    breaches = []
    seen = [one for one in watched.journal.observations if one.status == 200]
    for one in seen:
        received = _cacheable(one.headers)
        if received:
            breaches.append(Breach("not public, nor fresh for more than 5 s", received, one.room))
    verdict(judged(breaches, bool(seen), "no room answered 200"))


def _cacheable(headers: Mapping[str, str]) -> str:
    """Return the header that makes an answer cacheable by others or for long. RFC 9111, 4.2.1."""
    text = headers.get("cache-control", "")
    directives = {part.strip().lower() for part in text.split(",")}
    if directives & {"no-store", "no-cache"}:
        return ""
    ages = [
        float(found[1])
        for one in directives
        if (found := re.fullmatch(r'(?:s-maxage|max-age)="?(\d{1,9})"?', one))
    ]
    if "public" in directives or any(age > _FRESH for age in ages):
        return f"Cache-Control: {text}"
    if not ages and "expires" in headers and _lifetime(headers) > _FRESH:
        return f"Expires: {headers['expires']}"
    return ""


def _lifetime(headers: Mapping[str, str]) -> float:
    expires, date = (http_date(headers, name) for name in ("expires", "date"))
    # "Expires: 0" and its like: already stale.
    return (expires - date).total_seconds() if expires and date else 0.0


@pytest.mark.clause("limit.retry-after", stage="review")
def test_retry_after(watched: Session, verdict: Judge) -> None:
    """A 429 says how long to wait."""
    breaches = []
    for answer in watched.target.refusals:
        if "retry-after" not in answer.headers:
            curl = watched.target.curl(answer.request)
            breaches.append(Breach("Retry-After with the 429", "no Retry-After", curl=curl))
    verdict(judged(breaches, bool(watched.target.refusals), "no 429 was seen"))

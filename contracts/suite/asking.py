"""What the tests of the suite share in asking."""

from collections.abc import Iterable

from contracts.asking.session import Session
from contracts.judging.findings import NotReachedError
from contracts.traffic.exchange import Mark, Request

__all__ = ["ask_all"]


def ask_all(session: Session, requests: Iterable[Request], mark: Mark = "probe") -> str:
    """Send each request; return why the asking stopped before its end, empty if it did not."""
    try:
        for request in requests:
            session.ask(request, mark)
    except NotReachedError as error:
        return str(error)
    return ""

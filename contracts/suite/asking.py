"""What the tests of the suite share in asking."""

from collections.abc import Iterable

from contracts.asking.session import Session
from contracts.judging.findings import Finding, NotReachedError
from contracts.traffic.exchange import Mark, Request

__all__ = ["ask_all", "unless_stopped"]


def ask_all(session: Session, requests: Iterable[Request], mark: Mark = "probe") -> str:
    """Send each request; return why the asking stopped before its end, empty if it did not."""
    try:
        for request in requests:
            session.ask(request, mark)
        session.settle()
    except NotReachedError as error:
        return str(error)
    return ""


def unless_stopped(finding: Finding, stopped: str) -> Finding:
    """Return the finding of a clause; one that did not fail has not passed if asking stopped."""
    if stopped and finding.status != "failed":
        return Finding("not reached", reason=stopped)
    return finding

"""Who gets a call, and who does not."""

from collections.abc import Container, Iterable, Iterator

from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.history import History, Probe

__all__ = ["authorised", "isolated", "required"]

_CLIENT_ERRORS = range(400, 500)


def required(history: History) -> Finding:
    """Without a workspace, or with an empty one, there is a 4xx and no call."""
    bare = [
        one
        for one in history.probes.values()
        if one.question.method == "GET" and not one.question.workspace
    ]
    breaches = _let_in(bare, _CLIENT_ERRORS, "a 4xx without call data")
    return judged(breaches, bool(bare), "no request without a workspace was seen")


def isolated(history: History) -> Finding:
    """Another workspace does not get a room's call, whatever it is called."""
    breaches = history.strays.breaches.get("tenancy.isolated", [])
    why_not = "no other workspace asked for a room whose call can be told from others"
    if not history.calls:
        why_not = "no call is known to compare with"
    return judged(breaches, history.strays.compared, why_not)


def authorised(history: History) -> Finding:
    """Without the key, or with a wrong one, there is a 401 or 403 and no call."""
    asked = [one for one in history.probes.values() if one.exchange.mark == "unauthorised"]
    breaches = _let_in(asked, (401, 403), "401 or 403 without call data")
    return judged(breaches, bool(asked), "no request with a wrong key was seen")


def _let_in(probes: Iterable[Probe], allowed: Container[int], words: str) -> Iterator[Breach]:
    for one in probes:
        outcome = one.exchange.outcome
        if one.call:
            yield Breach(words, f"{outcome} with call data", request=one.exchange.request)
        elif one.exchange.status not in allowed:
            yield Breach(words, one.exchange.told, request=one.exchange.request)

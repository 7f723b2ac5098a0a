"""What can be said of a target none of whose rooms answered 200.

Errors:
    CannotSayError          the verification ends before it began
    ├── UnreachableError    no server of the API is there
    └── InconclusiveError   there is one, and it shows no live room
"""

from collections.abc import Mapping

from contracts.asking.standing import is_gone
from contracts.asking.target import Target
from contracts.judging.results import ABSENT
from contracts.traffic.exchange import Exchange

__all__ = ["CannotSayError", "InconclusiveError", "UnreachableError", "give_up"]

_NAMED = 5  # rooms that are named in one line


class CannotSayError(Exception):
    """The verification ends before it began; the text is one line that says why."""


class UnreachableError(CannotSayError):
    """No connection to the target, or to something else."""


class InconclusiveError(CannotSayError):
    """The target shows no live room, so nothing can be said."""


def give_up(target: Target, refused: Mapping[str, Exchange], *, keyed: bool) -> None:
    """Raise the reason where the answers of the rooms leave nothing to judge.

    ``keyed`` says whether a key was sent.

    Raises:
        UnreachableError: where nobody is there.
        InconclusiveError: where no room is live, or the key was refused.

    """
    exchanges = list(refused.values())
    statuses = {one.status for one in exchanges}
    if target.proxy and all(map(_is_page, exchanges)):
        raise UnreachableError(
            f"the proxy {target.proxy.shown} does not lead to {target.url}: {exchanges[0].told}"
        )
    if all(map(is_gone, exchanges)):
        raise UnreachableError(f"nobody answers at {target.url}: {exchanges[0].told}")
    if all(one.status == 400 and b"HTTPS" in one.content for one in exchanges):
        raise UnreachableError(f"{target.url} expects https")
    elsewhere = {target.elsewhere(one) for one in exchanges}
    if "" not in elsewhere:
        raise UnreachableError(f"{target.url} redirects every request to {min(elsewhere)}")
    if statuses <= {*ABSENT}:
        raise InconclusiveError(f"no room was found live: {_absent(target, refused)}")
    if any(one.is_challenge for one in exchanges):
        told = next(one.told for one in exchanges if one.is_challenge)
        raise InconclusiveError(f"a challenge page stands before {target.url}: {told}")
    if statuses <= {401, 403, *ABSENT}:
        answer = next(one for one in exchanges if one.status in (401, 403))
        raise InconclusiveError(_refused(answer, keyed=keyed))


def _is_page(exchange: Exchange) -> bool:
    """Return whether an error came that is not the API's: of a proxy, a gateway."""
    page = "html" in exchange.headers.get("content-type", "")
    return exchange.status == 407 or (exchange.status >= 400 and page)


def _refused(answer: Exchange, *, keyed: bool) -> str:
    """Return why we are not let in. A page says that something else answers than the API."""
    if "html" in answer.headers.get("content-type", ""):
        return f"a page came where JSON was due, as from a gateway in between: {answer.told}"
    key = "the key was refused" if keyed else "a key is wanted (--api-key, --auth-header)"
    return f"{key}: the target answers {answer.told} for the rooms"


def _absent(target: Target, refused: Mapping[str, Exchange]) -> str:
    """Name each room with its status, and the URL that was asked: it may be what is wrong."""
    told = [f"{one.status} for {room} at {target.asked(one)}" for room, one in refused.items()]
    rest = [f"{len(told) - _NAMED} more"] if len(told) > _NAMED else []
    return ", ".join([*told[:_NAMED], *rest])

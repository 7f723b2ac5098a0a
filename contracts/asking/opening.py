"""What can be said of a target none of whose rooms answered 200.

Errors:
    CannotSayError          the verification ends before it began
    ├── UnreachableError    no server of the API is there
    └── InconclusiveError   there is one, and it shows no live room
"""

from collections.abc import Mapping

from contracts.asking.target import Target
from contracts.judging.results import ABSENT
from contracts.traffic.exchange import Exchange

__all__ = ["CannotSayError", "InconclusiveError", "UnreachableError", "give_up"]


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
    if all(one.fault in ("unreachable", "timeout", "dropped", "garbled") for one in exchanges):
        raise UnreachableError(f"nobody answers at {target.url}: {exchanges[0].detail}")
    if all(one.status == 400 and b"HTTPS" in one.content for one in exchanges):
        raise UnreachableError(f"{target.url} expects https")
    elsewhere = {target.elsewhere(one) for one in exchanges}
    if "" not in elsewhere:
        raise UnreachableError(f"{target.url} redirects every request to {min(elsewhere)}")
    if statuses <= {*ABSENT}:
        raise InconclusiveError(f"no room was found live: {max(statuses)} for {', '.join(refused)}")
    if statuses <= {401, 403, *ABSENT}:
        status = max(statuses - {*ABSENT})
        key = "the key was refused" if keyed else "a key is wanted (--api-key)"
        raise InconclusiveError(f"{key}: the target answers {status} for the rooms")

"""What tells one request from others like it."""

from collections.abc import Sequence

from contracts.traffic.exchange import Request

__all__ = ["differences"]

_LONGEST = 80  # characters of a target or of a header's value


def differences(requests: Sequence[Request]) -> list[str]:
    """Return for each request what not all of them have in common, in words.

    Such as ``POST``, ``/v2/api/active-calls/a``, ``no x-workspace-id``; empty where they are equal.
    """
    names = sorted({name.lower() for one in requests for name, _ in one.headers})
    telling = [name for name in names if len({one.header(name) for one in requests}) > 1]
    methods = len({one.method for one in requests}) > 1
    targets = len({one.target for one in requests}) > 1
    return [
        ", ".join(
            [
                *([one.method] if methods else []),
                *([_short(one.target)] if targets else []),
                *(_header(name, one.header(name)) for name in telling),
            ]
        )
        for one in requests
    ]


def _header(name: str, value: str | None) -> str:
    if not value:
        return f"no {name}" if value is None else f"an empty {name}"
    return f"{name}: {_short(value)}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

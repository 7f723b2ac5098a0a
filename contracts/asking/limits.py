"""What an answer says of the target's rate limit."""

import re

from contracts.traffic.exchange import Exchange, http_date
from openapi import Rate

__all__ = ["shown_rate", "wait_after"]

_LONGEST_WINDOW = 300  # seconds; a longer one is not worth being waited for
_EPOCH = 1_000_000_000  # from here on a reset is a moment, not a number of seconds


def shown_rate(exchange: Exchange) -> Rate | None:
    """Return the rate that the RateLimit headers show, with or without ``X-``, or None.

    A window that is not stated is taken to end at the reset.
    Source: draft-ietf-httpapi-ratelimit-headers, its versions 3 to 10.
    """
    headers = exchange.headers
    policy = headers.get("ratelimit-policy", "")
    limit = headers.get("ratelimit-limit") or headers.get("x-ratelimit-limit") or ""
    found = re.search(r"\bq=(\d{1,9})|\blimit=(\d{1,9})|^\s*(\d{1,9})", policy or limit)
    window = re.search(r"\bw=(\d{1,9})", f"{policy};{limit}")
    if not found:
        return None
    requests = int(next(one for one in found.groups() if one))
    seconds = float(window[1]) if window else _reset(exchange)
    if requests < 1 or not 0 < seconds <= _LONGEST_WINDOW:
        return None
    return Rate(requests, max(1, round(seconds)))


def _reset(exchange: Exchange) -> float:
    """Return the seconds until the window ends; 0 where that is not said."""
    headers = exchange.headers
    text = headers.get("ratelimit-reset") or headers.get("x-ratelimit-reset") or ""
    if not re.fullmatch(r"\d{1,10}(\.\d+)?", text):
        return 0.0
    seconds = float(text)
    return seconds - exchange.at.timestamp() if seconds > _EPOCH else seconds


def wait_after(exchange: Exchange, attempt: int) -> float:
    """Return the seconds to wait after a 429: what it asks for, and more after the first.

    A Retry-After of whole seconds may end a moment too early; a date is by the server's clock.
    Source: RFC 9110, 10.2.3.
    """
    text = exchange.headers.get("retry-after", "").strip()
    growing = 2.0**attempt
    least = growing if attempt else 0.0
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return max(float(text), least)
    until, now = (http_date(exchange.headers, name) for name in ("retry-after", "date"))
    return max((until - (now or exchange.at)).total_seconds(), least) if until else growing

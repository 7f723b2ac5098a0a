"""Finds what an error body gives away of the server that made it."""

import html
import json
import re
from urllib.parse import unquote

from contracts.traffic.exchange import Exchange

__all__ = ["leak"]

_PLACES = "home|usr|var|opt|srv|app|root|Users|private|mnt"
_FILES = "json|py|[cm]?[jt]s|rb|php|java|go|rs|cs|ya?ml|toml|ini|conf|env|db|sqlite3?|log|sql|pem"
_LEAKS = tuple(
    re.compile(pattern)
    for pattern in (
        r"Traceback \(most recent call last\)",
        r'File "[^"\n]+", line \d+',
        r"\bat [^\n()]{1,200}\([^\n()]+:\d+(:\d+)?\)",  # JavaScript, Java, .NET
        r"\bat (file://|node:|/|[A-Za-z]:\\)[^\s]+:\d+:\d+",
        r"\b[\w$]+\.(java|kt|scala|cs|go|rb|php|py|rs|ts|js):\d+\b",
        r"goroutine \d+ \[",
        r"panicked at ",
        r"in /[\w./-]+\.php on line \d+",
        rf"(?<![\w.])/(?:{_PLACES})/[\w.-]+/[\w./-]+",
        rf"(?<![\w.])/(?:{_PLACES})/[\w-]+\.(?:{_FILES})\b",
        r"\b[A-Za-z]:\\(?:[\w .-]+\\)+[\w .-]+",
        r"(site-packages|node_modules|vendor/bundle|dist-packages)[/\\]",
        r"Werkzeug Debugger|You're seeing this error because you have <code>DEBUG = True",
        r"Whoops, looks like something went wrong|Whoops\\Handler|Symfony\\Component",
        r"org\.springframework\.|java\.lang\.[A-Z]\w+(Exception|Error)|Whitelabel Error Page",
        r"Microsoft\.AspNetCore\.|System\.[A-Z]\w+Exception",
        r"SQLSTATE\[|sqlalchemy\.exc\.|psycopg2?\.errors\.|ORA-\d{5}|You have an error in your SQL",
    )
)


def leak(exchange: Exchange) -> str:
    """Return the part of the body that shows the server's inside, else an empty text.

    What only repeats the request is no leak, in whichever escaping it comes back.
    """
    text = exchange.content.decode("utf-8", "replace")
    found = _first(text) and _first(_without_echo(text, exchange))
    if not found:
        return ""
    start = max(0, text.find(found))  # as it came, not as it is without the echo
    return f"…{text[max(0, start - 20) : start + len(found) + 60].strip()}…"


def _first(text: str) -> str:
    return next((hit[0] for pattern in _LEAKS if (hit := pattern.search(text))), "")


def _without_echo(text: str, exchange: Exchange) -> str:
    target = exchange.request.target
    parts = {target, target.split("?")[0], target.split("?")[0].rsplit("/", 1)[-1]}
    parts |= {value for _, value in exchange.request.headers}
    parts |= {unquote(part) for part in parts}
    parts |= {json.dumps(part)[1:-1] for part in parts}
    parts |= {html.escape(part) for part in parts} | {repr(part)[1:-1] for part in parts}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) > 1:
            text = text.replace(part, "…")
    return text

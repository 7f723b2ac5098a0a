from typing import Any

import pytest

from contracts.judging.calldata import Calls
from contracts.judging.leaks import leak
from contracts.judging.question import Place
from contracts.traffic.exchange import Exchange, Request
from tests.contracts.samples import STARTED, body

LEAKS = [
    'Traceback (most recent call last):\n  File "/srv/app/main.py", line 3, in x',
    "Error: no\n    at Layer.handle (/app/node_modules/express/lib/router/layer.js:95:5)",
    "java.lang.NullPointerException\n\tat com.example.Calls.get(Calls.java:42)",
    "SQLSTATE[42000]: Syntax error",
    "open C:\\inetpub\\calls\\web.config",
    "goroutine 1 [running]:",
    '{"file": "/home/deploy/calls/handler.rb"}',
    "no such file: /app/rooms.json",
]
HARMLESS = [
    '{"error": {"code": "not_found", "message": "No active call in this room."}}',
    "<html><title>404 Not Found</title><center>nginx/1.25</center></html>",
    "Cannot GET /base/v2/api/active-calls/..%2F..%2Fhome%2Fx%2Fy.py",
    "no room called ../../home/x/y.py",
    "see https://status.example/app/help.html or /app/help",
    "no room called &#x27;../../home/x/y.py&#x27;",
]


@pytest.mark.parametrize("text", [*LEAKS, *HARMLESS])
def test_a_leak_is_told_from_an_echo(text: str) -> None:
    """The server's inside is found; what the client sent is not the server's."""
    request = Request("GET", "/base/v2/api/active-calls/..%2F..%2Fhome%2Fx%2Fy.py", ())
    exchange = Exchange(request, 0.0, 0.0, STARTED, 404, {}, text.encode())
    assert bool(leak(exchange)) == (text in LEAKS)


def test_a_leak_is_shown_as_it_came() -> None:
    """What it has in common with the request is not cut out of it."""
    request = Request("GET", "/Cal", (("accept", "s"), ("x", "lib")))
    text = "in /var/lib/CalC/x.py:3: lib error"
    exchange = Exchange(request, 0.0, 0.0, STARTED, 404, {}, text.encode())
    assert leak(exchange) == f"…{text}…"


def is_same_call(shown: Any, known: Any, *others: Any) -> bool:
    """Return whether a body shows a known call, where the calls of other rooms are known too."""
    calls = Calls()
    for number, one in enumerate((known, *others)):
        calls.learn(Place("ws", str(number)), one)
    return Place("ws", "0") in calls.shown_in(shown)


def test_a_call_is_known_by_its_id_or_its_people() -> None:
    """Two calls may say the same; they are not the same."""
    known = body(0, customerPhone="+14155550123")
    assert is_same_call(body(5), known)
    assert is_same_call(known | {"id": "other"}, known)
    assert not is_same_call(known | {"id": "other", "customerPhone": "+1"}, known)
    assert not is_same_call({"id": "other"}, known)
    assert not is_same_call(None, known)
    assert not is_same_call({}, {})
    assert is_same_call({"error": {"code": "forbidden"}, "call": [known]}, {"data": known})
    assert is_same_call({"call": {"id": known["id"]}}, known)
    assert not is_same_call({"id": "7", "by": {"id": "1"}}, known | {"id": "1"})


def test_a_call_without_its_id_and_phone_is_known_by_three_marks() -> None:
    """One of them has to be its own; otherwise all calls may have it."""
    known = body(9, customerPhone="+14155550123", customerName="Ada")
    hidden = known | {"id": "0", "customerPhone": "***"}
    other = known | {"id": "b", "transcript": [{"role": "agent", "content": "x"}] * 4}
    assert is_same_call(hidden, known, other)
    assert not is_same_call(hidden, known, known | {"id": "b"})
    assert not is_same_call(hidden | {"customerName": "Bob"}, known, other)


def test_a_call_is_known_by_what_it_shows_now() -> None:
    """The next call of a room takes the place of the one before."""
    calls, place = Calls(), Place("ws", "r")
    calls.learn(place, body(0))
    calls.learn(place, body(0, id="b" * 24))
    assert calls.shown_in({"calls": [{"id": "b" * 24}]}) == [place]
    assert calls.shown_in({"id": "a" * 24}) == []

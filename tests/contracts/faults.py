"""One fault per clause, as alterations of a good session."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.traffic.exchange import Exchange
from tests.contracts.exchanges import (
    OTHER,
    ROOMS,
    Change,
    call,
    changed,
    good,
    marked,
    missing,
    poll,
    shows,
    where,
)

Fault = Change | list[Exchange]


def _headers(**headers: str) -> Change:
    came = {name.replace("_", "-"): value for name, value in headers.items()}
    return where(
        lambda one: one.status == 200, lambda one: replace(one, headers={**one.headers, **came})
    )


def _people(change: Callable[[dict[str, Any], float], dict[str, Any]]) -> Change:
    """Return what alters each participant, given the participant and the time of the poll."""
    return changed(
        lambda body, at: {"participants": [one | change(one, at) for one in body["participants"]]}
    )


def _lines(change: Callable[[list[Any], float], list[Any]]) -> Change:
    return changed(lambda body, at: {"transcript": change(body["transcript"], at)})


def _coded(accepted: str, coding: str) -> Change:
    """Return what codes every answer to requests that accept some codings."""

    def altered(one: Exchange) -> Exchange:
        headers = (*one.request.headers, ("Accept-Encoding", accepted))
        request = replace(one.request, headers=headers)
        return replace(one, request=request, headers={**one.headers, "content-encoding": coding})

    return altered


def _tagged(tag: str) -> list[Exchange]:
    """Return a client that goes on, asks with an ETag, and is told twice that nothing changed."""
    old = replace(poll(12), headers={"etag": tag, "content-type": "application/json"})
    headers = (*old.request.headers, ("if-none-match", tag), ("if-modified-since", "ignored"))
    asks = replace(old, status=304, request=replace(old.request, headers=headers), content=b"")
    return [old, poll(13), *(replace(asks, sent=at, received=at + 0.01) for at in (16, 17))]


def asked(what: str) -> Callable[[Exchange], bool]:
    """Return whether a request is of a kind that its method, path or headers tell."""
    kinds: dict[str, Callable[[Exchange], bool]] = {
        "bare": lambda one: not (one.request.header("x-workspace-id") or "").strip(),
        "elsewhere": lambda one: one.request.header("x-workspace-id") == OTHER,
        "misspelt": lambda one: one.request.target.endswith("LINE-1"),
        "shorter": lambda one: one.request.target.endswith("line-"),
        "POST": lambda one: one.request.method == "POST",
        "limited": lambda one: one.status == 429,
        "encoded": lambda one: one.request.target.endswith("%2D%31"),
        "conditional": lambda one: one.request.header("if-modified-since") is not None,
        "broken line": lambda one: "%0D%0A" in one.request.target,
    }
    return kinds[what]


FAULTS: dict[str, list[Fault]] = {
    "shape.status": [[missing(at, "line 3", status=500) for at in (0, 1)]],
    "shape.media-type": [
        _headers(content_type="text/html"),
        _headers(content_type='application/json; charset="iso-8859-1"'),
    ],
    "shape.json": [
        where(lambda one: one.sent == 4, lambda one: replace(one, content=b'{"id": NaN}')),
        where(lambda one: one.sent == 4, lambda one: replace(one, fault="incomplete", detail="-")),
    ],
    "shape.schema": [changed(lambda body, at: {"aiAgentName": 7})],
    "shape.advisory": [changed(lambda body, at: {"sentiment": "POSITIVE"})],
    "shape.text": [
        changed(lambda body, at: {"customerName": "Jos\xc3\xa9"}),
        changed(lambda body, at: {"aiAgentName": "O&#39;Brien"}),
    ],
    "identity.echo": [
        changed(lambda body, at: {"roomName": body["roomName"].lower()}),
        where(asked("misspelt"), lambda one: shows(one, call(ROOMS[0], 10))),
    ],
    "identity.stable": [changed(lambda body, at: {"id": f"{int(at):024x}"})],
    "identity.spelling": [
        where(asked("encoded"), lambda one: replace(one, status=400)),
        where(asked("encoded"), lambda one: replace(one, status=404)),
    ],
    "identity.facts-stable": [
        changed(lambda body, at: {"customerPhone": "+14155550000"} if at == 5 else {}),
        changed(lambda body, at: {"customerName": "Bob Example"} if at == 5 else {}),
        changed(lambda body, at: {"aiAgentName": f"Agent {int(at / 3)}"}),
        changed(lambda body, at: {"customerName": None} if at == 5 else {}),
    ],
    "identity.concurrent": [
        marked("together", lambda one: shows(one, call(ROOMS["Line" in one.request.target], 9.5)))
    ],
    "time.duration-monotonic": [
        changed(lambda body, at: {"duration": body["duration"] - 1.5 * (at == 5)})
    ],
    "time.duration-rate": [changed(lambda body, at: {"duration": 145})],
    "time.duration-agrees": [_people(lambda one, at: {"joinedAt": "2026-11-22T08:00:00.000Z"})],
    "time.transcript-appends": [_lines(lambda lines, at: lines[2:] if at > 6 else lines)],
    "time.transcript-last-line": [_lines(lambda lines, at: lines[: 4 - (at == 5)])],
    "time.joined-at-stable": [
        _people(lambda one, at: {"joinedAt": f"2026-11-22T09:27:3{int(at) // 5}.000Z"})
    ],
    "time.joined-at-past": [
        _people(lambda one, at: {} if one["isAgent"] else {"joinedAt": "2027-01-01T00:00:00.000Z"})
    ],
    "participants.unique": [
        changed(lambda body, at: {"participants": [*body["participants"], body["participants"][1]]})
    ],
    "participants.persist": [
        changed(lambda body, at: {"participants": body["participants"][: 1 if at == 5 else 2]})
    ],
    "participants.role-stable": [_people(lambda one, at: {"isAgent": one["isAgent"] and at != 5})],
    "participants.agent": [_people(lambda one, at: {"isAgent": False})],
    "tenancy.required": [
        where(asked("bare"), lambda one: shows(one, {})),
        where(asked("bare"), lambda one: replace(shows(one, call(ROOMS[0], 10)), status=400)),
    ],
    "tenancy.isolated": [
        where(asked("elsewhere"), lambda one: shows(one, call(ROOMS[0], 10))),
        where(
            asked("elsewhere"),
            lambda one: replace(shows(one, [call(ROOMS[1], 10)]), status=403),
        ),
        [replace(poll(11), request=missing(11, ROOMS[0], workspace="*").request, mark="hostile")],
    ],
    "auth.required": [marked("unauthorised", lambda one: replace(one, status=400))],
    "absence.unknown-room": [
        marked("absent", lambda one: shows(one, None)),
        marked("absent", lambda one: replace(one, status=400)),
        where(asked("shorter"), lambda one: shows(one, call(ROOMS[0], 10))),
        [replace(poll(11), request=missing(11, "' OR '1'='1").request, mark="hostile")],
    ],
    "absence.error-body": [marked("absent", lambda one: replace(one, content=b"<h1>No</h1>"))],
    "errors.no-leak": [
        [missing(11, status=502, mark="hostile"), replace(
            missing(11, "x", status=400, mark="hostile"), content=b"SQLSTATE[42000]"
        )]
    ],
    "robust.header-injection": [
        where(asked("broken line"), lambda one: replace(one, headers={"x-injected": "yes"})),
        where(
            asked("broken line"), lambda one: replace(one, redirects=({"x-injected": "yes, no"},))
        ),
    ],
    "robust.repeat": [
        [missing(9.1, status=503)],
        [missing(9.1), poll(9.2)],
        [missing(9.1), missing(9.2), poll(9.3)],
        [missing(0, "line 3"), poll(1, "line 3")],
    ],
    "methods.unsupported": [
        where(asked("POST"), lambda one: shows(one, {})),
        where(asked("POST"), lambda one: replace(one, headers={})),
    ],
    "http.surplus-bytes": [
        [replace(missing(11), fault="surplus", detail="after the answer came b'!'")],
    ],
    "http.content-coding": [_coded("gzip, deflate", "br"), _coded("identity", "x-gzip")],
    "cache.conditional": [
        where(asked("conditional"), lambda one: replace(one, status=304)),
        _tagged("with its ETag"),
    ],
    "cache.live": [_headers(cache_control="public, max-age=300")],
    "limit.retry-after": [where(asked("limited"), lambda one: replace(one, headers={}))],
}  # fmt: skip


def spoilt(fault: Fault) -> list[Exchange]:
    """Return the good session with a fault: altered, or gone on with further exchanges."""
    return [*good(), *fault] if isinstance(fault, list) else [fault(one) for one in good()]

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


def asked(what: str) -> Callable[[Exchange], bool]:
    """Return whether a request is of a kind that its method, path or headers tell."""
    kinds: dict[str, Callable[[Exchange], bool]] = {
        "bare": lambda one: not (one.request.header("x-workspace-id") or "").strip(),
        "elsewhere": lambda one: one.request.header("x-workspace-id") == OTHER,
        "misspelt": lambda one: one.request.target.endswith("LINE-1"),
        "shorter": lambda one: one.request.target.endswith("line-"),
        "POST": lambda one: one.request.method == "POST",
        "limited": lambda one: one.status == 429,
    }
    return kinds[what]


FAULTS: dict[str, list[Fault]] = {
    "shape.status": [[missing(at, "line 3", status=500) for at in (0, 1)]],
    "shape.media-type": [_headers(content_type="text/html")],
    "shape.json": [
        where(lambda one: one.sent == 4, lambda one: replace(one, content=b'{"id": NaN}')),
        where(lambda one: one.sent == 4, lambda one: replace(one, fault="incomplete", detail="-")),
    ],
    "shape.schema": [changed(lambda body, at: {"aiAgentName": 7})],
    "shape.advisory": [changed(lambda body, at: {"sentiment": "POSITIVE"})],
    "identity.echo": [
        changed(lambda body, at: {"roomName": body["roomName"].lower()}),
        where(asked("misspelt"), lambda one: shows(one, call(ROOMS[0], 10))),
    ],
    "identity.stable": [changed(lambda body, at: {"id": f"{int(at):024x}"})],
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
    "cache.live": [_headers(cache_control="public, max-age=300")],
    "limit.retry-after": [where(asked("limited"), lambda one: replace(one, headers={}))],
}  # fmt: skip


def spoilt(fault: Fault) -> list[Exchange]:
    """Return the good session with a fault: altered, or gone on with further exchanges."""
    return [*good(), *fault] if isinstance(fault, list) else [fault(one) for one in good()]

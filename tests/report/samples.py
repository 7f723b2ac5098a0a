"""Results to render: one of a pass, one of a breach, and one whose every text is hostile."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.judging.results import (
    Clause,
    ClauseResult,
    Evidence,
    Level,
    Observation,
    Result,
    RoomShown,
    Spot,
    Status,
)

STARTED = datetime(2026, 11, 22, 9, 30, 12, 345000, tzinfo=UTC)

HOSTILE = (
    "</pre></script><script>alert(1)</script><img src=x onerror=alert(1)> {{7*7}} ]]> \x00"
    "\x1b[2J\x07\x9b31m \u202egnp.exe\u2066 \ufffe \ud800 | a | `b` ```\n"
    "::error::owned\n##[error]owned\n"
    "[red]rich[/red] [link=http://x.example]x[/link] :bomb: %0A::warning::x\r\n"
    "<!-- @everyone #1 http://evil.example $x$ **bold** é 日本語 & 'quote' \"double\""
)

_CLAUSES: tuple[tuple[str, Level, str], ...] = (
    ("shape.status", "must", "A live room answers 200"),
    ("shape.schema", "must", "The body satisfies the contract"),
    ("shape.undeclared", "information", "Fields that the contract does not know"),
    ("identity.echo", "must", "roomName is the requested name exactly"),
    ("time.duration-rate", "must", "duration advances as the clock does, in seconds"),
    ("time.duration-agrees", "should", "duration agrees with the earliest joinedAt"),
    ("participants.unique", "should", "Identities are unique within a response"),
    ("auth.required", "must", "Without the key, or with a wrong one: 401 or 403"),
    ("limit.retry-after", "should", "A 429, if seen, carries Retry-After"),
)


def clause(id_: str, level: Level, title: str) -> Clause:
    """Return a clause with plausible words in every field."""
    return Clause(
        id_, level, "documented", title, f"Clients rely on it: {title}.", "-", "breach", "fine"
    )


def outcomes(special: dict[str, ClauseResult]) -> tuple[ClauseResult, ...]:
    """Return one outcome per sample clause: a pass where ``special`` says nothing."""
    return tuple(
        special.get(id_, ClauseResult(clause(id_, level, title), "passed", level))
        for id_, level, title in _CLAUSES
    )


def outcome(
    id_: str, status: Status, reason: str = "", evidence: Iterable[Evidence] = ()
) -> dict[str, ClauseResult]:
    """Return the outcome of one sample clause, under its id."""
    level, title = next((level, title) for one, level, title in _CLAUSES if one == id_)
    made = ClauseResult(clause(id_, level, title), status, level, reason, tuple(evidence))
    return {id_: made}


def observation(room: str, at: float, taken: float, **changes: Any) -> Observation:
    """Return one answer ``at`` seconds into a watch, which took ``taken`` seconds."""
    sentiment = "neutral" if at < 3 else "positive"
    people = [("agent-001", True, 0.0), ("customer-001", False, 0.0), ("supervisor-1", False, 4.0)]
    body = {
        "duration": 145 + int(at),
        "sentiment": sentiment,
        "transcript": [{"role": "agent", "content": "Hello"}] * (4 + int(at / 2)),
        "participants": [
            {"identity": identity, "isAgent": agent}
            for identity, agent, joined in people
            if at >= joined
        ],
        **changes,
    }
    when = STARTED + timedelta(seconds=at)
    return Observation(room, 50 + at - taken, 50 + at, when, 200, {}, body)


def watch() -> tuple[Observation, ...]:
    """Return the answers of two rooms over eight seconds."""
    return tuple(
        observation(room, n * 0.5 + offset, 0.012 + (n * 7 % 11) / 1000, **changes)
        for n in range(17)
        for room, offset, changes in (
            ("call-abc123", 0.0, {}),
            ("call-def456", 0.1, {"duration": 61.5 + n * 0.5, "sentiment": "negative"}),
        )
    )


_SKIPPED = outcome("auth.required", "skipped", "no --api-key was given") | outcome(
    "limit.retry-after", "not reached", "no 429 was seen"
)


def passing() -> Result:
    """Return a run in which nothing failed, with information and clauses not exercised."""
    noted = outcome("shape.undeclared", "passed", "2 fields: region, recordingId")
    return Result(
        target="http://127.0.0.1:4010",
        contract="Active calls 1.0.0",
        started=STARTED,
        seconds=19.437,
        requests=412,
        budget=600,
        profile="full",
        seed=42,
        verdict="conforms",
        reason="",
        results=outcomes(_SKIPPED | noted),
        observations=watch(),
    )


def failing() -> Result:
    """Return a run in which two musts and a should failed."""
    curl = "curl -sS -H 'x-workspace-id: ws-acme' -H \"x-api-key: $API_KEY\" {}/call-abc123"
    curl = curl.format("https://api.example.com/v2/api/active-calls")
    rate = Evidence(
        "duration rises by about 8.0 over 8.0 s", "it rose by 8000: 145000 to 153000", curl, 2
    )
    paths = Evidence(
        "customerPhone: a string\nparticipants[0].metadata: an object",
        'customerPhone: missing\nparticipants[0].metadata: "{}" (a string)',
        curl,
        34,
    )
    unique = Evidence("each identity once", "agent-001 twice", curl)
    failed = (
        outcome("time.duration-rate", "failed", "in call-abc123 and call-def456", [rate])
        | outcome("shape.schema", "failed", "2 paths break the contract", [paths])
        | outcome("participants.unique", "failed", "", [unique])
    )
    return replace(
        passing(),
        target="https://api.example.com",
        verdict="violates",
        rooms=(RoomShown("call-abc123", True), RoomShown("call-def456", False, "404")),
        results=outcomes(_SKIPPED | failed),
        observations=tuple(
            observation(one.room, one.received - 50, 0.2, duration=one.body["duration"] * 1000)
            for one in watch()
        ),
    )


def hostile() -> Result:
    """Return a run whose target put mark-up, control characters and commands everywhere."""
    evidence = [Evidence(HOSTILE, HOSTILE, f"curl -sS {HOSTILE}", 3)]
    failed = outcome("identity.echo", "failed", HOSTILE, evidence)
    people = [{"identity": HOSTILE, "isAgent": True}, {"identity": 5}, "nobody"]
    return replace(
        passing(),
        target=f"http://127.0.0.1/{HOSTILE}",
        verdict="violates",
        reason=HOSTILE,
        rooms=(RoomShown(HOSTILE, False, HOSTILE),),
        mended=(Spot("shape.schema", "must", HOSTILE, HOSTILE),),
        results=outcomes(failed | outcome("shape.undeclared", "failed", HOSTILE, evidence)),
        observations=(
            observation(HOSTILE, 0, 0.1, sentiment=HOSTILE, participants=people),
            observation(HOSTILE, 1, 0.1, duration=float("nan"), transcript={"a": HOSTILE}),
            observation(HOSTILE, 2, 0.1, duration=10**400, participants=HOSTILE),
            observation(HOSTILE, 3, 0.1, duration=-1e11, sentiment=None),
            replace(observation(HOSTILE, 4, 0.1), status=500, body=HOSTILE),
            replace(observation(HOSTILE, 5, 0.1), body=[HOSTILE]),
        ),
    )


def adopting() -> Result:
    """Return a run whose only failures are in its baseline, of which another was mended."""
    rate = Evidence("one second per second", "it stood still", "curl -sS http://h", 2)
    known = outcome("time.duration-rate", "known", "known to fail (baseline)", [rate])
    return replace(
        passing(),
        results=outcomes(_SKIPPED | known),
        failing=(Spot("time.duration-rate", "must"),),
        mended=(Spot("shape.schema", "must", "", "participants[].metadata"),),
    )


def inconclusive() -> Result:
    """Return a run that found no room live and watched nothing."""
    return replace(
        passing(),
        verdict="inconclusive",
        reason="no room was found live",
        results=tuple(
            replace(one, status="not reached", reason="no live room") for one in outcomes({})
        ),
        observations=(),
    )

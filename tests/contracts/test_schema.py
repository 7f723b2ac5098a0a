import json
from typing import Any

import pytest

from contracts.judging.bodies import Schemas, parse
from openapi import contract_operations

SCHEMAS = Schemas()


def call(**changes: Any) -> dict[str, Any]:
    """Return the documented example, changed; a value of ``...`` takes the field out."""
    made = contract_operations()["getActiveCall"].examples()["documented"] | changes
    return {name: value for name, value in made.items() if value is not ...}


def person(**changes: Any) -> dict[str, Any]:
    """Return a call whose only participant is changed."""
    return call(participants=[call()["participants"][0] | changes])


def line(**changes: Any) -> dict[str, Any]:
    """Return a call whose second line is changed."""
    lines = call()["transcript"]
    return call(transcript=[lines[0], lines[1] | changes])


def test_the_documented_example_is_perfect() -> None:
    """Nothing binds it, is unusual in it, or is unknown."""
    assert SCHEMAS.breaches(call()) == []
    assert SCHEMAS.unusual(call()) == []
    assert list(SCHEMAS.undeclared(call())) == []


@pytest.mark.parametrize(
    "body",
    [
        call(customerName=None),
        call(customerName=...),
        call(duration=0.5),
        call(transcript=[], participants=[]),
        call(extra={"deep": [1]}),
        person(joinedAt="2024-06-01T12:00:00.123456+02:00"),
        person(metadata={"any": ["thing"]}),
        call(duration=float("inf")),
        call(customerName="\ud800"),
    ],
)
def test_what_the_documentation_leaves_open_breaks_nothing(body: Any) -> None:
    """Absent and null names, fractions, offsets and further fields are fine."""
    assert SCHEMAS.breaches(body) == []


BROKEN: list[tuple[Any, str, str]] = [
    ([], "the body: an object", "the body: [] (an array)"),
    (call(sentiment=...), "sentiment: present", "sentiment: missing"),
    (call(duration="145"), "duration: a number", 'duration: "145" (a string)'),
    (call(duration=True), "duration: a number", "duration: true (a boolean)"),
    (call(id=None), "id: a string", "id: null"),
    (call(customerName=7), "customerName: a string or null", "customerName: 7 (a number)"),
    (line(role=...), "", ""),
    (line(content=None), "transcript[].content: a string", "transcript[1].content: null"),
    (
        person(metadata="{}"),
        "participants[].metadata: an object",
        'participants[0].metadata: "{}" (a string)',
    ),
    (
        person(joinedAt="2024-06-01 10:00"),
        "participants[].joinedAt: a date-time (RFC 3339)",
        'participants[0].joinedAt: "2024-06-01 10:00" (a string)',
    ),
]


@pytest.mark.parametrize(("body", "expected", "received"), [one for one in BROKEN if one[1]])
def test_a_breach_names_its_path(body: Any, expected: str, received: str) -> None:
    """What was expected is the same for each item of a list; what came says which."""
    [breach] = SCHEMAS.breaches(body)
    assert (breach.expected, breach.received) == (expected, received)
    assert SCHEMAS.unusual(body) == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (call(id="665A1B2C3D4E5F6A7B8C9D0E"), "id"),
        (call(customerPhone="(415) 555-1234"), "customerPhone"),
        (call(sentiment="POSITIVE"), "sentiment"),
        (line(role="user"), "transcript[1].role"),
        (person(joinedAt="2024-06-01T10:00:00Z"), "participants[0].joinedAt"),
        (person(identity="bot"), "participants[0]"),
    ],
)
def test_what_is_unlike_the_example_binds_nobody(body: Any, path: str) -> None:
    """It is unusual, and breaks nothing."""
    assert SCHEMAS.breaches(body) == []
    [breach] = SCHEMAS.unusual(body)
    assert breach.received.startswith(f"{path}: ")


def test_undeclared_fields_are_found_at_every_level() -> None:
    """Metadata may hold anything, so that nothing in it is undeclared."""
    body = person(metadata={"a": 1}, volume=3) | {"region": {"b": 1}}
    assert sorted(SCHEMAS.undeclared(body)) == ["participants[].volume", "region"]


def test_the_documented_envelope_is_known() -> None:
    """Code and message, and nothing less."""
    error = {"code": "not_found", "message": "No."}
    assert SCHEMAS.is_error_envelope({"error": error})
    assert not SCHEMAS.is_error_envelope({"error": "No."})
    assert not SCHEMAS.is_error_envelope(None)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the body is empty"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": -Infinity}', "-Infinity is not JSON"),
        (b'{"a": 1,}', "line 1 column "),
        (b"<!doctype html><p>Hello</p>", "there it says '<!doctype html>"),
        (b"{'a': 1}", "double quotes"),
        (b'{"a": "\xff"}', "byte 7 is not UTF-8"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b'{"a": [1', "it ends in"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{} {"a": 1}', "Extra data"),
        ('{"a": 1}'.encode("utf-16"), "is not UTF-8"),
    ],
)
def test_what_is_no_json_says_why(content: bytes, why: str) -> None:
    """Each mistake is named, with the end of what came."""
    assert why in parse(content).error


def test_strict_json_is_parsed_whatever_its_layout() -> None:
    """White space, escapes and large numbers are fine."""
    assert parse(b' \n{"a":\t[1e3, "\\u00e9\\ud83d\\ude00"]} ').body == {"a": [1000, "é😀"]}
    assert parse(json.dumps({"a": 10**50}).encode()).body == {"a": 10**50}


def test_a_repeated_name_is_told() -> None:
    """It is legal, and parsers differ in what they make of it."""
    parsed = parse(b'{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}')
    assert (parsed.error, parsed.repeated) == ("", ("c", "a"))

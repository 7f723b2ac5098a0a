"""The format of scenarios: the built-in ones in ``scenarios.yaml``, and a team's own files.

``scenarios.schema.json`` describes it.
"""

from array import array
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from operator import itemgetter
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import yaml

from mockserver.simulation.attendance import Attendance, attendance
from mockserver.simulation.conversation import Segment
from mockserver.simulation.documents import read_document
from mockserver.simulation.failures import Failure
from mockserver.simulation.performance import fixed, spoken_seconds
from mockserver.simulation.scenarios import (
    INSIGHTS_OPERATION,
    OUTSIDE_CALL,
    Catalogue,
    Change,
    Scenario,
    ScenarioFileError,
    example_body,
)
from mockserver.simulation.schedule import Cycle, Ordinary
from openapi import contract_operations

__all__ = ["builtin_scenarios", "parse_scenarios", "read_scenarios"]

_PAUSE_SECONDS = 0.8


def _conversation(entries: list[dict[str, Any]]) -> tuple[Segment, ...]:
    lines, offset = [], 0.0
    for entry in entries:
        fields = _without(entry, "at", "revised")
        offset = entry.get("at", offset + _PAUSE_SECONDS + spoken_seconds(entry["content"]))
        lines.append((offset, fields, entry.get("revised", ())))
    lines.sort(key=itemgetter(0))
    if not lines:
        return ()
    revised = (
        (revision["at"], index, _without(revision, "at"))
        for index, (_, _, revisions) in enumerate(lines)
        for revision in revisions
    )
    performance = fixed((fields for _, fields, _ in lines), revised)
    return (Segment(performance, array("d", map(itemgetter(0), lines))),)


def _without(entry: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in names}


def _attendances(entries: list[dict[str, Any]]) -> tuple[Attendance, ...]:
    return tuple(
        attendance(
            _without(entry, "joins", "leaves", "since"),
            entry.get("joins", 0.0),
            entry.get("leaves", float("inf")),
            entry.get("since", 0.0),
        )
        for entry in entries
    )


def _moods(entries: Iterable[Mapping[str, Any]]) -> tuple[tuple[float, str], ...]:
    # Of several at one moment, the latter is the later one.
    return tuple(sorted(((one["at"], one["value"]) for one in entries), key=itemgetter(0)))


def _insights(
    entries: Iterable[Mapping[str, Any]],
) -> tuple[tuple[float, Mapping[str, Any]], ...]:
    dated = ((one.get("at", 0.0), _without(one, "at")) for one in entries)
    return tuple(sorted(dated, key=itemgetter(0)))


def _cycle(entry: Mapping[str, float]) -> Cycle:
    # A whole number may be written 10.0.
    return Cycle(**{name: int(seconds) for name, seconds in entry.items()})


def _like_example(name: str) -> dict[str, Any]:
    """Return the entry of a scenario whose call is the contract's example ``name``."""
    body = example_body(name)
    insights = dict(contract_operations()[INSIGHTS_OPERATION].examples().get(name, {}))
    insights.pop("sentiment", None)
    return {
        "call": {key: value for key, value in body.items() if key not in OUTSIDE_CALL},
        "sentiment": [{"at": 0, "value": body["sentiment"]}],
        "lines": body["transcript"],
        **({"insights": [insights]} if insights else {}),
        "participants": [
            {key: value for key, value in participant.items() if key != "joinedAt"}
            for participant in body["participants"]
        ],
    }


def _demand_in_time(name: str, entry: Mapping[str, Any]) -> None:
    """Refuse what happens only when the call is over.

    Raises:
        ValueError: something does.
    """
    if "schedule" not in entry:
        return
    seconds = entry["schedule"]["live"] + entry["schedule"].get("lead", 0)
    parts = (
        ("lines", "at"), ("participants", "joins"), ("sentiment", "at"), ("insights", "at"),
        ("changes", "at"), ("errors", "at"),
    )  # fmt: skip
    for part, when in parts:
        for number, item in enumerate(entry.get(part, ())):
            if item.get(when, 0) > seconds:
                raise ValueError(
                    f"scenarios.{name}.{part}.{number}.{when}: {item[when]} is after the end: "
                    f"the call is over after {seconds} seconds"
                )


def _scenario(name: str, entry: Mapping[str, Any]) -> Scenario:
    """Return the scenario of an entry that satisfies the format's schema.

    Raises:
        ValueError: an example does not exist, or somebody leaves before joining.
    """
    entry = _with_example(name, entry)
    _demand_stays(name, entry)
    _demand_in_time(name, entry)
    return Scenario(
        name=name,
        description=entry["description"],
        schedule=_cycle(entry["schedule"]) if "schedule" in entry else Ordinary(),
        call=entry.get("call", {}),
        omit=tuple(entry.get("omit", ())),
        conversation=_conversation(entry["lines"]) if "lines" in entry else None,
        scene=entry.get("scene"),
        attendances=_attendances(entry["participants"]) if "participants" in entry else None,
        moods=_moods(entry.get("sentiment", ())),
        decimals=int(entry.get("decimals", 0)),
        status=int(entry["status"]) if "status" in entry else None,
        fault=entry.get("fault"),
        delay=int(entry["delay"]) if "delay" in entry else None,
        message=entry.get("message"),
        headers=_headers(entry),
        steps=tuple(entry.get("steps", ())),
        insights=_insights(entry.get("insights", ())),
        muted=entry.get("muted"),
        fleet=int(entry["fleet"]) if "fleet" in entry else None,
        operations={name: _answer(one) for name, one in entry.get("operations", {}).items()},
        transfer=entry.get("transfer"),
        changes=_changes(entry.get("changes", ())),
        failures=tuple(map(_failure, entry.get("errors", ()))),
        ids=tuple(entry.get("ids", ())),
        rooms=tuple((one.get("workspace"), one["name"]) for one in entry.get("rooms", ())),
    )


def _with_example(name: str, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    if "example" in entry:
        try:
            return {**_like_example(entry["example"]), **entry}
        except KeyError:
            raise ValueError(f"scenarios.{name}.example: {entry['example']!r} is none") from None
    return entry


def _demand_stays(name: str, entry: Mapping[str, Any]) -> None:
    if any(
        p.get("leaves", float("inf")) <= max(p.get("joins", 0), p.get("since", 0))
        for p in entry.get("participants", [])
    ):
        raise ValueError(f"scenarios.{name}.participants: somebody leaves before joining")


def _changes(entries: Iterable[Mapping[str, Any]]) -> tuple[tuple[float, Change], ...]:
    dated = (
        (one["at"], Change(one.get("call", {}), tuple(one.get("omit", ())))) for one in entries
    )
    return tuple(sorted(dated, key=itemgetter(0)))


def _failure(entry: Mapping[str, Any]) -> Failure:
    return Failure(
        entry["at"],
        entry.get("until", float("inf")),
        int(entry["status"]),
        entry.get("message"),
        int(entry["retryAfter"]) if "retryAfter" in entry else None,
        entry.get("operation"),
    )


def _answer(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is different about the answers to one operation, as fields of a scenario."""
    whole = {name: int(entry[name]) for name in ("status", "delay") if name in entry}
    headers = {"headers": _headers(entry)} if "headers" in entry else {}
    return {**entry, **whole, **headers}


def _headers(entry: Mapping[str, Any]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple(
        (name.lower().encode(), value.encode()) for name, value in entry.get("headers", {}).items()
    )


@cache
def _schema() -> jsonschema_rs.Validator:
    schema = files(__package__).joinpath("scenarios.schema.json").read_bytes()
    return jsonschema_rs.validator_for(orjson.loads(schema))


def _parse(text: str, source: str) -> tuple[Scenario, ...]:
    try:
        return parse_scenarios(read_document(text), source)
    except yaml.YAMLError as error:
        reason = str(error).replace('in "<unicode string>", ', "")
        raise ScenarioFileError(f"{source}: not valid YAML: {reason}") from None
    except ScenarioFileError:
        raise
    except ValueError as error:
        raise ScenarioFileError(f"{source}: {error}") from None


def parse_scenarios(document: Any, source: str) -> tuple[Scenario, ...]:
    """Return the scenarios of what a file says, which is named by ``source``.

    Raises:
        ScenarioFileError: it breaks the format's schema.
    """
    breach = next(_schema().iter_errors(document), None)
    if breach is not None:
        path = ".".join(str(step) for step in breach.instance_path) or "(the file itself)"
        raise ScenarioFileError(f"{source}: {path}: {breach.message}")
    try:
        return tuple(_scenario(name, entry) for name, entry in document["scenarios"].items())
    except ValueError as error:
        raise ScenarioFileError(f"{source}: {error}") from None


@cache
def builtin_scenarios() -> Catalogue:
    """Return the catalogue that comes with the mock."""
    path = files(__package__).joinpath("scenarios.yaml")
    return Catalogue({s.name: s for s in _parse(path.read_text("utf-8"), "scenarios.yaml")})


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """Return the scenarios of a team's own file.

    Raises:
        ScenarioFileError: the file cannot be read, is not YAML, or breaks the format's schema.
    """
    try:
        text = path.read_text("utf-8")
    except IsADirectoryError:
        raise ScenarioFileError(f"{path}: this is a folder; name a file in it") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ScenarioFileError(f"{path}: {reason}") from None
    return _parse(text, str(path))

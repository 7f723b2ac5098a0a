"""Calls as files, for those who have no mock: timelines, bodies, and handlers of requests."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from mockserver.operations.differing import differing
from mockserver.outputs import write_file
from mockserver.simulation import Question, Scenario, World
from mockserver.simulation.listing import CALL_OPERATION
from mockserver.simulation.scenarios import PREFIX
from mockserver.simulation.timeline import VERSION

__all__ = ["Export", "bodies", "exported", "handlers", "json_text", "write_files"]

_MODULES = "active-calls"
_HANDLERS = """\
// Made by `active-calls-mock export --format msw`; do not edit.
import { handlers as handlersOf } from "./active-calls/msw.js";
import { timelines } from "./timelines.js";

/** For setupWorker(...handlers()) or setupServer(...handlers()); options are baseUrl, clock, at. */
export const handlers = (options) => handlersOf(Object.values(timelines), options);
"""
_TYPES = """\
import type { HttpHandler } from "msw";
import type { HandlersOptions } from "./active-calls/msw.js";

export function handlers(options?: HandlersOptions): HttpHandler[];
"""
_TIMELINES = (
    "// Made by `active-calls-mock export --format msw`; do not edit.\nexport const timelines = "
)
_TIMELINES_TYPES = """\
import type { Playable, Trouble } from "./active-calls/index.js";

export const timelines: Record<string, Playable | Trouble>;
"""


@dataclass(frozen=True)
class Export:
    """What is exported of each scenario: the call that its ``room`` shows when the mock starts.

    Without one, it is the scenario's own room. ``epoch`` is when that is, in UTC Unix seconds.
    """

    world: World
    workspace: str
    room: str | None = None

    def question(self, scenario: Scenario) -> Question:
        """Return what asks for a scenario's call."""
        own = next((name for _, name in scenario.rooms), PREFIX + scenario.name)
        return Question(self.workspace, self.room or own, scenario.name)


def exported(export: Export, scenario: Scenario) -> dict[str, Any]:
    """Return a scenario's timeline, with its room; where it has no call, what it answers."""
    question, now = export.question(scenario), export.world.epoch
    head = {"version": VERSION, "room": question.room, **differing(scenario)}
    if scenario.for_operation(CALL_OPERATION).status is not None:
        return head
    timeline, _ = export.world.timeline(question, scenario, now)
    return {**head, **timeline}


def bodies(
    export: Export, scenario: Scenario, moments: Sequence[float]
) -> Iterator[tuple[float, Any]]:
    """Yield the bodies that show a scenario's call at moments of it, None where there is none."""
    question, now = export.question(scenario), export.world.epoch
    for at in moments:
        shown = None
        if scenario.for_operation(CALL_OPERATION).status is None:
            shown = export.world.show(question._replace(at=at), scenario, now)
        yield at, None if shown is None else orjson.loads(shown.body)


def json_text(value: Mapping[str, Any]) -> bytes:
    """Return an object as JSON, small and yet with a line for each item of its lists."""
    lines = []
    for name, one in value.items():
        text = orjson.dumps(one)
        if isinstance(one, list) and one:
            text = b"[\n%b\n]" % b",\n".join(map(orjson.dumps, one))
        lines.append(b"%b:%b" % (orjson.dumps(name), text))
    return b"{\n%b\n}\n" % b",\n".join(lines)


def handlers(timelines: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, bytes]]:
    """Yield files, by name, that answer requests in a page which has Mock Service Worker."""
    texts = (
        b"%b: %b" % (orjson.dumps(name), json_text(one).rstrip()) for name, one in timelines.items()
    )
    yield "timelines.js", b"%b{\n%b,\n};\n" % (_TIMELINES.encode(), b",\n".join(texts))
    yield "timelines.d.ts", _TIMELINES_TYPES.encode()
    yield "handlers.js", _HANDLERS.encode()
    yield "handlers.d.ts", _TYPES.encode()
    for file in sorted(
        files("mockserver").joinpath("player").iterdir(), key=lambda file: file.name
    ):
        if file.name.endswith((".js", ".d.ts")):
            yield f"{_MODULES}/{file.name}", file.read_bytes()


def write_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder, which is made where it is not there; return their paths.

    Raises:
        OSError: it is not possible; the error names the file.
    """
    return [write_file(folder / name, content) for name, content in contents.items()]

"""Calls as files: ``active-calls-mock export``."""

import json
import os
import re
import shlex
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest

from mockserver.cli import main
from mockserver.export_command import export_command
from mockserver.simulation import builtin_scenarios
from openapi import CONTROL, load_contract
from openapi.schemas import compiled, first_breach
from tests.generators.player import ROOT
from tests.mockserver.conftest import MakeClient
from tests.mockserver.player.playing import comparable
from tests.mockserver.recordings.by_hand import recording
from tests.mockserver.recordings.polling import write
from tests.mockserver.serving import COMMAND
from tests.node import needs_node

EPOCH = 1_717_236_000  # 2024-06-01T10:00:00Z


class Done(NamedTuple):
    """What a command has come to."""

    status: int
    stdout: str
    stderr: str


def run(*arguments: str) -> Done:
    """Run the mock's command in this process, which takes a tenth of the time."""
    out, err, status = StringIO(), StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr("sys.argv", ["active-calls-mock", *arguments])
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
    return Done(status, out.getvalue(), err.getvalue())


def export(folder: Path, *options: str) -> list[str]:
    """Export into a folder, and return the names of the files that are said to be written."""
    done = run("export", "--output", str(folder), *options)
    assert (done.status, done.stderr) == (0, ""), done.stderr
    return [Path(line.removeprefix("Wrote ")).name for line in done.stdout.splitlines()]


def read(path: Path) -> Any:
    """Return what a file says."""
    return json.loads(path.read_text("utf-8"))


def parts(timeline: bytes) -> dict[str, bytes]:
    """Return what a timeline says, by its names, whose order is the reader's comfort alone."""
    return {name: comparable(orjson.dumps(one)) for name, one in orjson.loads(timeline).items()}


def test_every_scenario_is_written_as_its_timeline(tmp_path: Path) -> None:
    """They keep the control API's schema, and have the same content each time."""
    names = export(tmp_path / "one", "--all")
    assert names == [f"{name}.json" for name in builtin_scenarios().scenarios]
    schema = compiled({"$ref": "#/components/schemas/Timeline"}, load_contract(CONTROL))
    for name, scenario in builtin_scenarios().scenarios.items():
        timeline = read(tmp_path / "one" / f"{name}.json")
        assert (timeline["version"], timeline["scenario"]) == (1, name)
        if "fields" in timeline:
            assert first_breach(schema, timeline) is None
        else:
            assert scenario.for_operation("getActiveCall").status is not None
            assert timeline["answers"]["getActiveCall"]["status"] in (404, scenario.status)
    export(tmp_path / "two", "--all")
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_it_is_the_call_of_the_mock(tmp_path: Path, make_client: MakeClient) -> None:
    """A mock that begins at the same instant answers with that timeline, and those bodies."""
    options = ("--scenario", "escalation", "--scenario", "slow-end", "--room", "r")
    assert export(tmp_path, *options) == ["escalation.json", "slow-end.json"]
    assert export(tmp_path, *options, "--at", "0,12.5") == [
        "escalation.at-0.json", "escalation.at-12.5.json",
        "slow-end.at-0.json", "slow-end.at-12.5.json",
    ]  # fmt: skip
    client = make_client(epoch=EPOCH)
    for name in ("escalation", "slow-end"):
        headers = {"x-workspace-id": "ws-acme", "prefer": f"scenario={name}"}
        timeline = client.request("GET", "/_mock/timelines/r", headers).content
        assert parts((tmp_path / f"{name}.json").read_bytes()) == parts(timeline)
        body = client.get("r", prefer=f"scenario={name}, at=12.5").content
        assert comparable((tmp_path / f"{name}.at-12.5.json").read_bytes()) == comparable(body)


def test_recordings_are_written_in_their_own_rooms(tmp_path: Path) -> None:
    """Unless scenarios are named, each of a recording's calls is one file."""
    har = write(tmp_path, recording())
    names = export(tmp_path / "out", "--recording", str(har))
    assert names == ["recorded-1.json"]
    assert read(tmp_path / "out" / "recorded-1.json")["room"] == "call/1"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], ["--scenario escalation", "--all"]),
        (["--scenario", "x"], ["--scenario", "'x'", "escalation"]),
        (["--all", "--at", "1,later"], ["--at", "'later'", "12.5"]),
        (["--all", "--at", "1", "--format", "msw"], ["--at", "--format"]),
        (["--all", "--room", "r", "--format", "msw"], ["--room", "one"]),
        (["--all", "--room", ""], ["--room", "empty"]),
        (["--all", "--room", "\udcff"], ["--room", "'\\udcff'", "UTF-8"]),
        (["--all", "--workspace", ""], ["--workspace", "empty"]),
        (["--all", "--workspace", "\udcff"], ["--workspace", "UTF-8"]),
        (["--all", "--format", "yaml"], ["--format", "msw"]),
        (["--all", "--recording", "nowhere.har"], ["--recording", "nowhere.har"]),
        (["--all", "--output", "/proc/nowhere"], ["--output", "/proc/nowhere"]),
        (["--all", "--output", ""], ["--output", "empty"]),
        (["--all", "--recording", ""], ["--recording", "empty"]),
        (["--all", "--scenarios", "."], [".: this is a folder"]),
    ],
)
def test_mistake_is_one_line_and_status_2(
    options: list[str], words: list[str], tmp_path: Path
) -> None:
    """A mistake names the option and what would be right."""
    done = run("export", "--output", str(tmp_path), *options)
    assert (done.status, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert all(word in done.stderr for word in words), done.stderr


def test_nobody_has_to_read_what_was_written(tmp_path: Path) -> None:
    """Where the output is cut off, as by head, all files are there."""
    end, pipe = os.pipe()
    os.close(end)
    command = [*COMMAND, "export", "--all", "--output", str(tmp_path)]
    done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(pipe)
    assert (done.stderr, len(list(tmp_path.iterdir()))) == ("", len(builtin_scenarios().scenarios))


def test_handlers_have_one_call_a_room(tmp_path: Path) -> None:
    """Two scenarios of one room are refused, by their names."""
    file = tmp_path / "own.yaml"
    rooms = "schedule: {live: 60, gap: 10}, rooms: [{name: r1"
    file.write_text(
        f"scenarios: {{one: {{description: x, {rooms}}}]}},"
        f" two: {{description: y, {rooms}, workspace: w2}}]}}}}"
    )
    both = ("--scenarios", str(file), "--scenario", "one", "--scenario", "two")
    done = run("export", *both, "--format", "msw", "--output", str(tmp_path / "out"))
    assert (done.status, done.stderr.count("\n")) == (2, 1), done.stderr
    assert all(word in done.stderr for word in ("one", "two", "'r1'", "--scenario"))
    assert not (tmp_path / "out").exists()


def test_options_of_the_mock_are_not_taken_for_those_of_the_command(tmp_path: Path) -> None:
    """What stands before the command is no option of it: that is said, and nothing is written."""
    done = run("--seed", "3", "export", "--all", "--output", str(tmp_path))
    assert (done.status, done.stderr.count("\n")) == (2, 1)
    assert "--seed stands before export: name it after that." in done.stderr
    done = run("--port", "3", "export", "--all", "--output", str(tmp_path))
    assert "--port stands before export: export has no such option." in done.stderr
    assert not [*tmp_path.iterdir()]


def test_moments_without_any_call_are_a_mistake(tmp_path: Path) -> None:
    """Who gets no file at all has asked for something else."""
    done = run("export", "--scenario", "503", "--at", "0,5", "--output", str(tmp_path / "out"))
    assert (done.status, done.stdout) == (2, "")
    assert done.stderr.endswith("--at: no call is going on at any of these moments.\n")


def test_a_moment_without_a_call_is_told(tmp_path: Path) -> None:
    """No body is written for it, and the others are."""
    scenarios = ("--scenario", "greeting", "--scenario", "503")
    done = run("export", *scenarios, "--at", "0,99", "--output", str(tmp_path))
    assert done.status == 0
    assert [path.name for path in tmp_path.iterdir()] == ["greeting.at-0.json"]
    assert done.stderr.count("warning: ") == 3
    assert "greeting: no call is going on at 99 s" in done.stderr


def test_the_guide_tells_the_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its command can be pasted, and its table has every option."""
    guide = (ROOT / "docs" / "player.md").read_text("utf-8")
    ((line),) = re.findall(r"```sh\nactive-calls-mock (export .*)\n```", guide)
    monkeypatch.chdir(tmp_path)
    assert run(*shlex.split(line)).stdout.split() == [
        "Wrote", "fixtures/escalation.json", "Wrote", "fixtures/503.json",
    ]  # fmt: skip
    table = guide.partition("| option |")[2].partition("\n\n")[0]
    options = {option for one in export_command.params for option in one.opts}
    assert {*re.findall(r"--[a-z]+", table)} == options - {"--output"}


@needs_node
def test_handlers_come_with_all_that_they_need(tmp_path: Path) -> None:
    """But for Mock Service Worker: its place is taken by one that shows what it is given."""
    names = export(tmp_path, "--scenario", "escalation", "--scenario", "503", "--format", "msw")
    assert {"handlers.js", "timelines.js", "msw.js", "index.js", "index.d.ts"} <= {*names}
    package = tmp_path / "node_modules" / "msw"
    package.mkdir(parents=True)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (package / "package.json").write_text('{"type": "module", "main": "index.js"}')
    (package / "index.js").write_text(
        "const made = (method) => (path, answer) => ({ method, path, answer });\n"
        "export const http = { get: made('get'), post: made('post') };\n"
    )
    (tmp_path / "try.js").write_text(
        'import { handlers } from "./handlers.js";\n'
        'const [, call] = handlers({ baseUrl: "http://api/", at: 60 });\n'
        'const request = new Request("http://api/v2/api/active-calls/mock-escalation",\n'
        '  { headers: { "x-workspace-id": "w" } });\n'
        "const answer = await call.answer({ request });\n"
        "console.log(JSON.stringify([call.path, answer.status, (await answer.json()).duration]));\n"
    )
    done = subprocess.run(["node", "try.js"], cwd=tmp_path, capture_output=True, text=True)
    assert json.loads(done.stdout or "null") == [
        "http://api/v2/api/active-calls/:roomName", 200, 60,
    ], done.stderr  # fmt: skip

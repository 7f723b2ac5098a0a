"""The commands of docs/replay.md: a recording, served, printed and served again."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from mockserver.recordings import read_recordings
from mockserver.scenario_files import load_scenarios
from tests.mockserver.conftest import EPOCH, Client, MakeClient
from tests.mockserver.recordings.by_hand import body
from tests.mockserver.recordings.polling import entry, poll, replaying, write
from tests.mockserver.serving import COMMAND, get, serve

GUIDE = Path(__file__).parents[3].joinpath("docs", "replay.md").read_text("utf-8")


@pytest.fixture
def har(tmp_path: Path, client: Client) -> Path:
    """A recording of a minute of a call."""
    return write(tmp_path, poll(client, "mock-recovery", range(0, 60, 2), "call-abc123"))


def run(*options: object) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, options)], capture_output=True, text=True, timeout=60
    )


def test_the_guide_works(har: Path, tmp_path: Path) -> None:
    """Each command of the guide does what it says, with several workers too."""
    commands = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.S)
                for line in block.splitlines()]  # fmt: skip
    assert commands[0] == "active-calls-mock --recording call.har"
    at = "2026-01-01T00:00:00Z"
    with serve("--recording", str(har), "--workers", "2", "--freeze-at", at) as served:
        for command in commands[1:4]:
            line = command.replace("http://127.0.0.1:4010", served.url)
            line = line.replace("curl ", "curl -sS --fail-with-body ", 1)
            done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=30)
            assert done.returncode == 0, (command, done.stdout, done.stderr)
        shown = {room: get(served, room).json() for room in ("call-abc123", "mock-recorded-1")}
    assert shown["call-abc123"]["id"] == shown["mock-recorded-1"]["id"]
    assert commands[4] == "active-calls-mock --recording call.har --print-scenarios > call.yaml"
    path = tmp_path / "call.yaml"
    path.write_text(run("--recording", har, "--print-scenarios").stdout, "utf-8")
    assert commands[5] == "active-calls-mock --scenarios call.yaml"
    with serve("--scenarios", str(path), "--freeze-at", at) as served:
        assert {room: get(served, room).json() for room in shown} == shown


def test_the_example_of_the_guide(tmp_path: Path, make_client: MakeClient) -> None:
    """What the guide's scenario file says happens when it says so."""
    (text,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    path = tmp_path / "own.yaml"
    path.write_text(text)
    client = make_client(scenarios=load_scenarios([path], "en_US"))
    first, later = (client.call("call-7", prefer=f"at={at}") for at in (16, 31))
    assert (first["customerName"], later["customerName"]) == (None, "Ada Byron")
    said = [one["transcript"][0]["content"] for one in (first, later)]
    assert said == ["My ket", "My kettle leaks."]
    assert [len(one["participants"]) for one in (first, later)] == [1, 1]
    assert later["participants"][0]["metadata"] == {"muted": True}
    assert first["participants"][0]["joinedAt"] == later["participants"][0]["joinedAt"]
    assert client.get("call-8", prefer="at=41").status_code == 503
    assert client.get("call-8", "ws-other", prefer="at=41").json()["id"] != first["id"]
    assert first["id"] == yaml.safe_load(text)["scenarios"]["late-name"]["ids"][0]


def test_own_scenarios_come_before_recorded_ones(
    har: Path, tmp_path: Path, make_client: MakeClient
) -> None:
    """A file that was printed and edited takes the place of the recording."""
    recorded = read_recordings([har], "en_US")
    path = tmp_path / "call.yaml"
    document = yaml.safe_load(recorded.yaml())
    document["scenarios"]["recorded-1"]["call"]["customerName"] = "Edited"
    path.write_text(yaml.safe_dump(document), "utf-8")
    own = load_scenarios([path], "en_US", [one.name for one in recorded.scenarios])
    client = make_client(**replaying(recorded, scenarios=own))
    assert client.call("call-abc123")["customerName"] == "Edited"


def test_a_store_says_that_another_recording_is_replayed(har: Path, tmp_path: Path) -> None:
    """Machines that share a store are told when they do not replay the same."""
    store = str(tmp_path / "store")
    with serve("--store", store, "--recording", str(har)):
        pass
    with serve("--store", store) as served:
        assert served.url
    assert any("--recording" in line for line in served.log)


def test_a_store_knows_the_same_scenarios_again(tmp_path: Path) -> None:
    """Whatever order a process has for what is in none: fields that are left out, say."""
    path, store = tmp_path / "own.yaml", str(tmp_path / "store")
    path.write_text(
        "scenarios: {mine: {description: x, call: {a: 1, b: 2, c: 3, d: 4},"
        " changes: [{at: 5, omit: [a, b, c, d]}]}}"
    )
    for seed in ("1", "2"):
        options = ("--store", store, "--scenarios", str(path))
        with serve(*options, PYTHONHASHSEED=seed) as served:
            assert served.url
        assert not any("warning" in line for line in served.log), served.log


def test_a_recording_gives_a_terminal_no_orders(tmp_path: Path) -> None:
    """What stands in somebody else's file is spelled out where a terminal would obey it."""
    room = "\x9b31mred\x1b[0m"
    for count, status in ((1, 2), (2, 0)):
        long = entry(EPOCH, room, 200, body(90_000))
        har = write(tmp_path, [long, entry(EPOCH, "r", 200, body(1))][:count])
        done = run("--recording", har, "--print-scenarios")
        assert (done.returncode, done.stderr.count("\n")) == (status, 1)
        assert "in the room \\x9b31mred\\x1b[0m is left out" in done.stderr


def test_mistakes(tmp_path: Path) -> None:
    """Each is one line on standard error, and exit status 2."""
    broken, empty = tmp_path / "broken.har", write(tmp_path, [], "empty.har")
    broken.write_text("{")
    other = write(tmp_path, [entry(EPOCH, "r", 404, {})], "other.har")
    for options, words in (
        (["--recording", broken], f"--recording: {broken}: is no HAR file"),
        (["--recording", empty], f"--recording: {empty}: expected a HAR file"),
        (["--recording", other], f"--recording: {other}: expected answers of GET"),
        (["--recording", tmp_path / "no.har"], "no.har: cannot be read: No such file"),
        (["--recording", tmp_path], "Is a directory"),
        (["--recording", ""], "--recording"),
        (["--print-scenarios"], "--print-scenarios takes --recording"),
    ):
        done = run(*options)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert done.stderr.startswith("active-calls-mock: ") and done.stderr.count("\n") == 1
        assert words in done.stderr

"""What the recorder has kept is judged as what the server is, and the mock plays it again."""

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from openapi.har import entries
from tests.implementations.call import ROOMS, WORKSPACE
from tests.implementations.faulty import faulty
from tests.implementations.server import serve
from tests.mockserver.serving import HEADERS, PATH
from tests.mockserver.serving import serve as serve_mock
from tests.traffic.verdicts import OVER_TIME, verdict

SECONDS = "6.5s"  # enough for every clause over time
PATIENCE = 60.0


def record(url: str, output: Path) -> Path:
    """Record a room, scrubbed, from end to end."""
    command = [sys.executable, "-m", "contracts.recording", url, f"--workspace-id={WORKSPACE}"]
    command += [f"--room={ROOMS[0]}", f"--output={output}", "--every=0.5", f"--for={SECONDS}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return output


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Files of the mock and of a faulty server, recorded at once."""
    folder = tmp_path_factory.mktemp("recorded")
    [fault] = [one for one in faulty() if one.name == "reworded-later"]
    with serve(fault.make()) as wrong, serve_mock() as mock, ThreadPoolExecutor() as pool:
        urls = {"mock": mock.url, "faulty": wrong}
        files = [pool.submit(record, url, folder / f"{name}.har") for name, url in urls.items()]
        return dict(zip(urls, [one.result() for one in files], strict=True))


def test_the_mock_conforms(recorded: Mapping[str, Path]) -> None:
    """Also scrubbed, and with all that shows over time."""
    found = verdict(recorded["mock"])
    assert (found.status, found.failed, found.left_out) == (0, [], {})
    assert {*found.passed} >= OVER_TIME


def test_a_faulty_server_fails_its_clause_alone(recorded: Mapping[str, Path]) -> None:
    """The one that finds it when the verifier asks by itself."""
    found = verdict(recorded["faulty"])
    assert (found.status, found.failed) == (1, ["time.transcript-appends"])


def test_the_mock_plays_it_again(recorded: Mapping[str, Path]) -> None:
    """What was shown at a second lies between what is played then and a second later."""
    found = calls(recorded["mock"])
    end = found[-1]["duration"]
    with serve_mock("--recording", str(recorded["mock"])) as mock:
        for call in (one for one in found if one["duration"] < end):
            now, then = (played(mock.url, call["duration"] + more) for more in (0, 1))
            shown = [each["transcript"] for each in (now, call, then)]
            assert shown[0] == shown[1][: len(shown[0])] and shown[1] == shown[2][: len(shown[1])]
            assert others(now) == others(call)


def calls(path: Path) -> list[dict[str, Any]]:
    """Return what the answers of a recording show."""
    return [json.loads(one.body or b"") for one in entries(path) if one.status == 200]


def played(url: str, at: float) -> dict[str, Any]:
    """Return the call that is played, so many seconds after its beginning."""
    headers = {**HEADERS, "prefer": f"scenario=recorded-1, at={at}"}
    found: dict[str, Any] = httpx2.get(f"{url}{PATH}{ROOMS[0]}", headers=headers).json()
    return found


def others(call: dict[str, Any]) -> dict[str, Any]:
    """Return a call but for what is said in it, and when people joined, which is another day."""
    people = [{**one, "joinedAt": ""} for one in call["participants"]]
    return {**call, "transcript": [], "participants": people}

"""The command as a process beside a mock: killed, ended, and left to itself."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contracts.judging.judge import judge
from contracts.traffic.recorded import Recorded
from tests.mockserver.serving import Served, serve
from tests.processes import started

PATIENCE = 60.0


@pytest.fixture(scope="module")
def mock() -> Iterator[Served]:
    """Return a mock."""
    with serve() as served:
        yield served


@contextmanager
def recording(mock: Served, output: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Record a room, as a process that is ended at the end."""
    command = [sys.executable, "-m", "contracts.recording", mock.url, "--workspace-id=ws-acme"]
    command += ["--room=call-1", f"--output={output}", "--every=0.05", *options]
    with started(command, stderr=subprocess.PIPE) as process:
        yield process


def read(output: Path) -> list[Any]:
    """Return the entries of a file, which is valid."""
    log = json.loads(output.read_bytes())["log"]
    assert log["version"] == "1.2" and log["creator"]["name"] == "active-calls-record"
    made: list[Any] = log["entries"]
    return made


def until(output: Path, count: int) -> None:
    """Wait until a file has so many entries."""
    end = time.monotonic() + PATIENCE
    while _seen(output) < count:
        assert time.monotonic() < end
        time.sleep(0.02)


def _seen(output: Path) -> int:
    """Return how many entries a file has; who looks while it is written may see half of that."""
    try:
        return len(read(output)) if output.exists() else 0
    except json.JSONDecodeError:
        return 0


def test_a_killed_recorder_leaves_a_valid_file(mock: Served, tmp_path: Path) -> None:
    """Whenever that happens, with everything up to the last poll or two."""
    for count in (1, 4, 9):
        output = tmp_path / f"{count}.har"
        with recording(mock, output) as process:
            until(output, count)
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE)
        assert len(read(output)) >= count
    assert sorted(one.suffix for one in tmp_path.iterdir()) == [".har"] * 3


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_with_the_summary(
    mock: Served, tmp_path: Path, number: signal.Signals, status: int
) -> None:
    """What was recorded by then is there."""
    output = tmp_path / "call.har"
    with recording(mock, output) as process:
        until(output, 2)
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == status
    assert "recorded 1 call in" in said and "replaced:" in said and "Traceback" not in said
    assert "call-1: live; " in said
    assert len(read(output)) >= 2


def test_it_records_for_a_while_and_says_how_the_call_goes(mock: Served, tmp_path: Path) -> None:
    """Without a terminal, a line for what is new."""
    output = tmp_path / "call.har"
    with recording(mock, output, "--for=0.3s") as process:
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert " requests  call-1: " in said and " lines, " in said
    assert mock.url in read(output)[0]["request"]["url"]


def test_a_room_without_a_call_is_one_line(mock: Served, tmp_path: Path) -> None:
    """And no file."""
    output = tmp_path / "call.har"
    with recording(mock, output, "--header=Prefer: scenario=404") as process:
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2 and not output.exists()
    assert f"error: --room: 'call-1' showed no call at {mock.url}: the target answered 404" in said


def test_what_is_scrubbed_keeps_and_breaks_the_same_clauses(mock: Served, tmp_path: Path) -> None:
    """Each clause that can be judged by what was seen comes to the same, as often."""
    kept, spoilt = tmp_path / "kept.har", tmp_path / "spoilt.har"
    rooms = ("--room=call-_+14155550123_AbCdEfGhJkMn", "--room=Ingrid Solveig")
    with recording(mock, kept, *rooms, "--for=1s", "--keep-personal-data") as process:
        process.communicate(timeout=PATIENCE)
    spoil(kept, spoilt)
    for path in (kept, spoilt):
        scrubbed = tmp_path / f"scrubbed-{path.name}"
        command = [sys.executable, "-m", "contracts.recording", f"--scrub={path}"]
        subprocess.run([*command, f"--output={scrubbed}"], check=True, capture_output=True)
        assert path.read_bytes() != scrubbed.read_bytes()
        assert verdicts(path) == verdicts(scrubbed)
    assert {status for status, _ in verdicts(kept).values()} == {"passed", "not reached"}
    assert sum(status == "failed" for status, _ in verdicts(spoilt).values()) > 3


def spoil(source: Path, output: Path) -> None:
    """Write a recording in which calls do what none should."""
    har = json.loads(source.read_bytes())
    for number, one in enumerate(har["log"]["entries"]):
        content = one["response"]["content"]
        call = json.loads(content["text"])
        call["duration"] = 1000 - number
        call["transcript"] = call["transcript"][number % 3 :]
        call["sentiment"] = number
        call["customerName"] = f"Ingrid {number}"
        for person in call["participants"]:
            person["joinedAt"] = "yesterday"
            person["metadata"] = json.dumps({"displayName": "Ingrid Solveig"})
        content["text"] = json.dumps(call)
    output.write_text(json.dumps(har))


def verdicts(path: Path) -> dict[str, tuple[str, int]]:
    """Return of each clause what became of it, and how many breaches there were."""
    found = judge(seen.exchange for seen in Recorded([path]))
    return {clause: (one.status, len(one.breaches)) for clause, one in found.items()}

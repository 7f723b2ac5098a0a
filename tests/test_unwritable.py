"""What a full disk, or a reader that has gone away, makes of each command: one line, no verdict."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.processes import started
from tests.recording.planting import entry, har

ROOT = Path(__file__).parents[1]
FULL = Path("/dev/full")
WHY = "standard output could not be written: No space left on device"
PAGES = sorted(map(str, (ROOT / "tests" / "fixtures" / "pages").glob("*.mdx")))
MODULES = {
    "active-calls-mock": "mockserver.cli",
    "active-calls-verify": "contracts.cli",
    "active-calls-drift": "contracts.drift.cli",
    "active-calls-proxy": "contracts.proxy.cli",
    "active-calls-record": "contracts.recording.cli",
}
PRINTED = [
    *((name, option) for name in MODULES for option in ("--help", "--version")),
    ("active-calls-mock", "export", "--help"),
    ("active-calls-mock", "--recording", "call.har", "--print-scenarios"),
    ("active-calls-verify", "--list-clauses"),
    ("active-calls-verify", "--explain", "robust"),
    ("active-calls-verify", "--traffic", "call.har", "--quiet"),
    ("active-calls-verify", "--traffic", "wrong.har", "--quiet"),
    ("active-calls-drift", *PAGES),
    ("active-calls-drift", PAGES[0], "--all"),
    *((name, "completion") for name in MODULES),
]
needs_full = pytest.mark.skipif(not FULL.exists(), reason="a device of Linux")


@pytest.fixture(autouse=True)
def _recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("call.har").write_text(har(entry()))
    Path("wrong.har").write_text(har(entry("[]")))


def run(stdout: int, name: str, *words: str, stderr: int = subprocess.PIPE) -> tuple[int, str]:
    """Run a command, its streams buffered; return its status, and what it says of errors."""
    kept = {n: v for n, v in os.environ.items() if n != "PYTHONUNBUFFERED"}
    kept["PYTHONPATH"] = str(ROOT)
    if words == ("completion",):
        kept[f"_{name.upper().replace('-', '_')}_COMPLETE"], words = "bash_source", ()
    command = [sys.executable, "-c", f"from {MODULES[name]} import main; main()", *words]
    done = subprocess.run(command, stdout=stdout, stderr=stderr, env=kept, text=True)
    return done.returncode, done.stderr


@contextmanager
def full() -> Iterator[int]:
    """Yield a descriptor that has no space."""
    descriptor = os.open(FULL, os.O_WRONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@needs_full
@pytest.mark.parametrize("words", PRINTED, ids=lambda words: " ".join(words)[:60])
def test_a_full_disk_is_one_line_and_status_2(words: tuple[str, ...]) -> None:
    """Whatever the verdict was: nobody has got it."""
    with full() as descriptor:
        status, said = run(descriptor, *words)
    name, _, line = said.partition(": ")
    assert (status, name, line.removeprefix("error: ")) == (2, words[0], f"{WHY}\n")


@needs_full
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("active-calls-mock", "--nope"), 2),
        (("active-calls-verify", "--traffic", "wrong.har"), 1),
        (("active-calls-drift", *PAGES), 0),
        (("active-calls-record", "--nope"), 2),
    ],
    ids=str,
)
def test_standard_error_may_be_full_too(words: tuple[str, ...], status: int) -> None:
    """A log often has both; alone, it takes nothing of the verdict away."""
    with full() as descriptor:
        assert run(subprocess.DEVNULL, *words, stderr=descriptor)[0] == status
        assert run(descriptor, *words, stderr=descriptor)[0] == 2


@pytest.mark.parametrize("words", PRINTED, ids=lambda words: " ".join(words)[:60])
def test_a_reader_that_has_gone_away_makes_no_difference(words: tuple[str, ...]) -> None:
    """It has what it wanted."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        gone = run(writing, *words)
    finally:
        os.close(writing)
    assert gone == run(subprocess.DEVNULL, *words)
    assert gone[0] != 2 and gone[1] == ""


@needs_full
def test_a_mock_serves_though_nobody_can_be_told_where() -> None:
    """It says so, and where, on standard error."""
    command = [sys.executable, "-m", "mockserver", "--port", "0"]
    kept = os.environ | {"PYTHONPATH": str(ROOT)}
    with (
        full() as descriptor,
        started(command, stdout=descriptor, stderr=subprocess.PIPE, env=kept) as mock,
    ):
        assert mock.stderr
        line = mock.stderr.readline()
        assert line.startswith(f"active-calls-mock: warning: {WHY}; the mock listens at http://")
        assert httpx2.get(f"{line.split()[-1]}/healthz", trust_env=False).status_code == 200


@needs_full
@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("export", "--scenario", "silent", "--output", "."), "silent.json"),
        (("--playwright-fixture", "."), "active-calls-mock.js"),
    ],
)
def test_a_file_that_finds_no_space_is_named(words: tuple[str, ...], name: str) -> None:
    """Python's own error names none where only the space is lacking."""
    Path(name).symlink_to(FULL)
    status, said = run(subprocess.DEVNULL, "active-calls-mock", *words)
    assert (status, said.count("\n")) == (2, 1)
    assert f"{words[-2]}: {name}: No space left" in said.replace("'", "").replace("./", "")

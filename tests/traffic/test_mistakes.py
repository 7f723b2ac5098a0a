"""What is wrong with the command itself, or with its file, is one line."""

from pathlib import Path

import pytest

from tests.contracts.exchanges import good
from tests.har import write
from tests.traffic.reviewing import entries, run


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["http://127.0.0.1:1"], "BASE_URL: with --traffic nothing is asked"),
        (["--room", "a"], "--room: with --traffic nothing is asked"),
        (["--workspace-id", "a"], "--workspace-id: with --traffic nothing is asked"),
        (["--allow-ending"], "--allow-ending: with --traffic nothing is asked"),
        (["--traffic", ""], "--traffic: expected the name of a HAR file"),
        (["--only", "nonsense"], "--only: no clause is called 'nonsense'"),
        (["--baseline", "lost.json"], "--baseline: "),
    ],
)
def test_what_is_for_asking_is_a_mistake(tmp_path: Path, options: list[str], words: str) -> None:
    """One line, and status 2."""
    done = run("--traffic", write(tmp_path / "a.har", entries(good())), *options)
    assert (done.status, words in done.stderr, done.stderr.count("\n")) == (2, True, 1)


def test_the_environment_may_have_what_is_for_asking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In CI it is set for all steps."""
    path = write(tmp_path / "a.har", entries(good()))
    variables = ("BASE_URL", "WORKSPACE_ID", "ROOM", "API_KEY")
    for name in variables:
        monkeypatch.setenv(f"ACTIVE_CALLS_VERIFY_{name}", "http://127.0.0.1:1")
    assert run("--traffic", path).status == 0


def test_a_broken_file_is_one_line(tmp_path: Path) -> None:
    """With status 2, like a host without a file."""
    path = tmp_path / "a.har"
    path.write_text("nothing")
    done = run("--traffic", path)
    assert (done.status, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"active-calls-verify: error: --traffic: {path}: is no HAR file")
    assert "--host: is for --traffic" in run("--host", "a", "http://a").stderr

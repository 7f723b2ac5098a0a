import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from contracts import report
from contracts.judging.results import Result
from tests.report import samples


@pytest.fixture(autouse=True)
def _no_github(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


def printed(result: Result, *, quiet: bool = False, width: int = 100, tty: bool = False) -> str:
    """Return what the terminal report prints."""
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=tty, color_system="standard" if tty else None
    )
    report.terminal(result, console, quiet)
    return out.getvalue()


def test_the_verdict_comes_last() -> None:
    """The last line says what held, what failed, what was not exercised and why, by level."""
    last = printed(samples.failing()).splitlines()[-1]
    assert last == (
        "violates: 2 of 4 musts held, 2 failed, "
        "1 not exercised (auth.required: no --api-key was given); "
        "1 of 2 shoulds held, 1 failed, 1 not exercised; not live: 'call-def456' (404)"
    )


def test_quiet_leaves_the_verdict() -> None:
    """With quiet, one line remains."""
    [line] = printed(samples.passing(), quiet=True).splitlines()
    assert line.startswith("conforms: 4 of 4 musts held, 1 not exercised (auth.required: no --api")


def test_every_clause_and_each_failure_is_shown() -> None:
    """The table names every clause; a failure shows both sides and how often."""
    result = samples.failing()
    out = printed(result)
    assert all(one.clause.id in out for one in result.results)
    assert "it rose by 8000: 145000 to 153000" in out
    assert "34 times" in out


def test_many_clauses_left_out_for_one_reason_are_one_line() -> None:
    """Where next to nothing was verified, the table is not full of what was not."""
    out = printed(samples.inconclusive())
    assert "shape.status" not in out
    assert "9 clauses not reached: no live room" in out
    assert out.splitlines()[-1] == "inconclusive: no room was found live"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_any_encoding_will_do(encoding: str) -> None:
    """A character that the terminal's encoding lacks is spelt out."""
    written = io.BytesIO()
    out = io.TextIOWrapper(written, encoding=encoding)
    with report.Progress(Console(file=out, width=80)) as progress:
        progress.update("日本語", 1)
    report.terminal(samples.hostile(), Console(file=out, width=80))
    out.flush()
    assert rb"\u65e5\u672c\u8a9e" in written.getvalue()


def test_a_curl_line_is_never_broken() -> None:
    """It can be pasted from a narrow terminal too."""
    curl = next(one for one in samples.failing().results if one.evidence).evidence[0].curl
    assert f"    {curl}\n" in printed(samples.failing(), width=50)


def test_a_log_has_no_width_and_no_blanks_at_the_end() -> None:
    """Outside a terminal each thing that is said is one line."""
    out = printed(samples.failing(), width=30)
    said = next(one for one in samples.failing().results if one.evidence).evidence[0]
    assert f"    expected  {said.expected}\n    received  {said.received}\n" in out
    assert not re.search(r" $", out, re.MULTILINE)


@pytest.mark.parametrize("tty", [True, False])
def test_nothing_foreign_reaches_the_terminal_as_a_sequence(tty: bool) -> None:
    """Control characters are spelt out and rich's mark-up is plain text."""
    out = re.sub(r"\x1b\[[\d;]*m", "", printed(samples.hostile(), tty=tty))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2066]", out)
    assert "[red]rich[/red]" in out
    assert ":bomb:" in out


def test_no_colour_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR takes the colours away."""
    assert "\x1b[1;31m" in printed(samples.failing(), tty=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[\d;]*3\d", printed(samples.failing(), tty=True))


def test_github_gets_an_annotation_per_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Musts are errors, shoulds are warnings, and each is one line."""
    assert "::error" not in printed(samples.failing())
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    out = printed(samples.failing(), quiet=True)
    kinds = re.findall(r"^::(error|warning) title=([^:]*?)%3A", out, re.MULTILINE)
    assert kinds == [
        ("error", "shape.schema"),
        ("error", "time.duration-rate"),
        ("warning", "participants.unique"),
    ]


def test_github_obeys_nothing_foreign(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a stretch in which commands are off, only our own annotations are commands."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    obeyed = list(_obeyed(printed(samples.hostile())))
    assert len(obeyed) == 1
    _, title, message = obeyed[0].split("::", 2)
    assert title == "error title=identity.echo%3A roomName is the requested name exactly"
    assert "\\x1b" in message
    assert "%250A" in message


def _obeyed(log: str) -> Iterator[str]:
    """Yield the lines of a log that GitHub Actions takes for commands."""
    token = ""
    for line in log.split("\n"):
        if token:
            token = "" if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token = line.removeprefix("::stop-commands::")
        elif line.lstrip().startswith("::") or "##[" in line.split("::", 1)[0]:
            yield line


def test_the_summary_is_appended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job's summary keeps what other steps wrote and gains the Markdown report."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    report.write(samples.failing())
    text = summary.read_text("utf-8")
    assert text.startswith("before\n")
    assert "shape.schema (must, documented)" in text


def test_progress_is_plain_lines_without_a_terminal() -> None:
    """Each new thing to do is said once, with requests and seconds."""
    out, now = io.StringIO(), iter(range(10, 100))
    console = Console(file=out, width=80, force_terminal=False)
    with report.Progress(console, clock=lambda: next(now)) as progress:
        progress.update("watching 2 rooms", 4)
        progress.update("watching 2 rooms", 9)
        progress.update("trying\x1b[2J names", 40)
    lines = out.getvalue().splitlines()
    assert [line.split(" s ")[1] for line in lines] == [
        "    4 requests  watching 2 rooms",
        "   40 requests  trying\\x1b[2J names",
    ]


def test_progress_says_nothing_when_quiet() -> None:
    """Quiet means quiet, in a terminal and elsewhere."""
    for tty in (True, False):
        out = io.StringIO()
        with report.Progress(Console(file=out, force_terminal=tty), quiet=True) as progress:
            progress.update("watching", 1)
        assert out.getvalue() == ""


def test_progress_shows_one_line_in_a_terminal() -> None:
    """What is being done and the requests spent stand in the line."""
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True, color_system=None)
    with report.Progress(console) as progress:
        progress.update("watching [2] rooms", 17)
    assert "watching [2] rooms 17 requests" in out.getvalue()

"""Ctrl-C and SIGTERM: what was found by then is reported, marked as cut short."""

import json
import os
import signal
from pathlib import Path

import pytest

from contracts.cli import main
from contracts.options import OPTIONS
from tests.implementations.base import altered, base, changing
from tests.implementations.call import ROOMS, WORKSPACE
from tests.implementations.server import App, Request, Response, serve

QUICK = ("--profile=quick", "--watch=1", f"--workspace-id={WORKSPACE}", f"--room={ROOMS[0]}")

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (*(option.variable for option in OPTIONS), "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    """Run the command; return its exit status and output."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code, capsys.readouterr().out


def ending(app: App, number: int, after: int = 20) -> App:
    """Return the app; with the request that follows ``after``, this process gets a signal."""
    seen = []

    def answer(request: Request) -> Response:
        seen.append(request)
        if len(seen) == after + 1:
            os.kill(os.getpid(), number)
        return app(request)

    return answer


SIGNALS = [(signal.SIGINT, "Ctrl-C", 130), (signal.SIGTERM, "SIGTERM", 143)]


@pytest.mark.parametrize(("number", "name", "status"), SIGNALS)
def test_an_interrupted_run_reports_what_there_is(
    number: int, name: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every report says by what it was cut short; what held until then, holds."""
    words = f"the run was cut short by {name}"
    with serve(ending(base(), number)) as url:
        got, out = run(capsys, url, *QUICK, "--report-dir=reports")
    assert got == status, out
    assert out.splitlines()[-1].startswith(f"inconclusive: {words}; ")
    report = json.loads(Path("reports/report.json").read_text("utf-8"))
    assert (report["cut_short"], report["verdict"], report["reason"]) == (
        True,
        "inconclusive",
        words,
    )
    clauses = {one["id"]: one for one in report["clauses"]}
    assert clauses["tenancy.required"]["status"] == "passed"
    for id_, why in (
        ("robust.no-5xx", words),
        ("shape.schema", f"{words}; it held in what was seen"),
    ):
        assert (clauses[id_]["status"], clauses[id_]["reason"]) == ("not reached", why)
    for ending_ in ("html", "md", "xml"):
        assert words in Path(f"reports/report.{ending_}").read_text("utf-8")
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_breach_found_before_the_interruption_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also of a clause that is judged last. The status says that the run did not end."""
    app = altered(base(), changing(lambda call, _: call.pop("duration")))
    with serve(ending(app, signal.SIGTERM)) as url:
        status, out = run(capsys, url, *QUICK)
    assert status == 143
    assert out.splitlines()[-1].startswith("violates: the run was cut short by SIGTERM; ")


def test_a_room_that_was_asked_for_once_is_not_judged(capsys: pytest.CaptureFixture[str]) -> None:
    """Its first answer may have been a lapse: it would have been asked for again."""
    with serve(ending(lambda _: Response(503), signal.SIGINT, after=1)) as url:
        status, out = run(capsys, url, *QUICK)
    assert (status, out) == (130, "inconclusive: the run was cut short by Ctrl-C\n")


def test_a_whole_run_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """The field is there in every report."""
    with serve(base()) as url:
        assert run(capsys, url, *QUICK, "--report-json=out.json")[0] == 0
    assert json.loads(Path("out.json").read_text("utf-8"))["cut_short"] is False


@pytest.mark.parametrize(("number", "name", "status"), SIGNALS)
def test_an_interrupted_session_of_pytest_reports_too(
    number: int, name: str, status: int, pytester: pytest.Pytester
) -> None:
    """It ends with the same status as the command."""
    with serve(ending(base(), number)) as url:
        flags = [f"--active-calls-{one.removeprefix('--')}" for one in (*QUICK, "--report-dir=out")]
        done = pytester.runpytest_inprocess(
            "--pyargs", "contracts.suite", f"--active-calls-base-url={url}", *flags
        )
    assert int(done.ret) == status
    report = json.loads((pytester.path / "out" / "report.json").read_text("utf-8"))
    assert (report["cut_short"], report["reason"]) == (True, f"the run was cut short by {name}")
    done.stdout.fnmatch_lines([f"inconclusive: the run was cut short by {name}; *"])

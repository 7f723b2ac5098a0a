"""How a run of the command can end before its verdict, or around it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.cli import main
from contracts.judging.judge import JUDGES
from contracts.options import OPTIONS, PREFIX
from tests.implementations.base import altered, base, changing
from tests.implementations.call import ROOMS, WORKSPACE
from tests.implementations.server import serve

ROOT = Path(__file__).parents[2]
QUICK = ("--profile=quick", "--watch=1", f"--workspace-id={WORKSPACE}", f"--room={ROOMS[0]}")

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    proxies = ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "http_proxy", "https_proxy")
    for name in (*proxies, *(option.variable for option in OPTIONS), "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def url() -> Iterator[str]:
    """Yield the URL of a correct implementation."""
    with serve(base()) as one:
        yield one


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    """Run the command; return its exit status, output and errors."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    return ended.value.code, printed.out, printed.err


PROXIES = [("ALL_PROXY", "socks5://user:pass-word@127.0.0.1:9"), ("HTTP_PROXY", "ftp://127.0.0.1")]


@pytest.mark.parametrize(("variable", "value"), PROXIES)
def test_a_proxy_that_cannot_be_used_is_one_line_and_status_2(
    variable: str,
    value: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A broken set-up is no breach."""
    monkeypatch.setenv(variable, value)
    status, out, err = run(capsys, "http://target.example", *QUICK, "-q")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "Traceback" not in err
    assert "pass-word" not in err


def test_a_proxy_that_cannot_be_used_ends_a_session_of_pytest_with_2(
    monkeypatch: pytest.MonkeyPatch, pytester: pytest.Pytester
) -> None:
    """One line there, too, and not the status of a failed test."""
    monkeypatch.setenv(*PROXIES[0])
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    flags = [f"--active-calls-{one.removeprefix('--')}" for one in QUICK]
    done = pytester.runpytest_subprocess(
        *("--pyargs", "contracts.suite", "--active-calls-base-url=http://target.example"), *flags
    )
    assert done.ret in (2, pytest.ExitCode.USAGE_ERROR)
    assert "Traceback" not in done.stdout.str() + done.stderr.str()


def _defective(*_: object, **__: object) -> None:
    raise LookupError("never\nforeseen")


@pytest.mark.parametrize("debug", [False, True])
def test_a_defect_of_the_verifier_is_one_line_and_status_2(
    debug: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the exception and how to get the traceback."""
    monkeypatch.setattr("contracts.run.verify", _defective)
    if debug:
        monkeypatch.setenv(f"{PREFIX}_DEBUG", "1")
    status, out, err = run(capsys, "http://127.0.0.1:9", *QUICK)
    assert (status, out) == (2, "")
    assert err.splitlines()[-1] == (
        "active-calls-verify: error: unexpected LookupError: never foreseen "
        f"({PREFIX}_DEBUG=1 shows the traceback)"
    )
    assert ("Traceback" in err) == debug
    assert debug or err.count("\n") == 1


@pytest.mark.parametrize(("broken", "status"), [(False, 2), (True, 1)])
def test_a_defect_in_one_clause_hides_no_breach_of_another(
    broken: bool, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing conforms by it, and the rest is reported."""
    monkeypatch.setitem(JUDGES, "shape.media-type", _defective)
    app = altered(base(), changing(lambda call, _: call.pop("duration"))) if broken else base()
    with serve(app) as url:
        got, out, err = run(capsys, url, *QUICK, "--only=shape", "--report-json=out.json")
    report = json.loads(Path("out.json").read_text("utf-8"))
    [clause] = [one for one in report["clauses"] if one["id"] == "shape.media-type"]
    words = "the verifier failed at shape.media-type: unexpected LookupError: never foreseen"
    assert (got, clause["status"]) == (status, "not reached")
    assert clause["reason"].startswith(words)
    assert f"{report['verdict']}: {words}" in out.splitlines()[-1]
    assert (f"error: {words}" in err) == (not broken)


def test_a_suite_that_cannot_be_imported_is_a_defect(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Such as after half of an installation."""
    Path("test_broken.py").write_text("import no_such_module\n")
    monkeypatch.setattr("contracts.run._SUITE", Path.cwd())
    status, _, err = run(capsys, url, *QUICK, "-q")
    assert status == 2
    assert "unexpected ModuleNotFoundError: No module named 'no_such_module'" in err
    Path("test_broken.py").unlink()
    assert run(capsys, url, *QUICK, "-q")[0] == 2  # no test at all


def test_an_incomplete_installation_is_one_line_and_status_2() -> None:
    """Python itself would end with 1."""
    code = "import sys; sys.modules['yaml'] = None; from contracts.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "error: the installation is incomplete: import of yaml halted" in done.stderr


def test_what_the_user_sets_for_pytest_takes_no_part(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither options nor plugins; both are there again afterwards."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    assert run(capsys, url, *QUICK)[0] == 0
    assert os.environ["PYTEST_PLUGINS"] == "no_such_plugin"


class _Fragile:
    def __del__(self) -> None:
        raise LookupError("while it is cleared away")


def test_what_goes_wrong_as_an_object_is_cleared_away_takes_no_part(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python would write it between the lines of progress."""
    said: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", said.append)
    with serve(altered(base(), lambda _, response: (_Fragile(), response)[1])) as url:
        assert run(capsys, url, *QUICK, "-q")[0] == 0
    assert not said


def test_a_conftest_around_the_installation_takes_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as that of the project in which the environment lies."""
    for package in ("contracts", "openapi"):
        (tmp_path / package).symlink_to(ROOT / package, target_is_directory=True)
    (tmp_path / "conftest.py").write_text("raise LookupError('it is imported')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    command = [sys.executable, "-m", "contracts", "http://127.0.0.1:9", *QUICK, "-q"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: nobody answers at http://127.0.0.1:9" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_report_that_fails_at_last_costs_neither_verdict_nor_the_others(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk may become full during the run."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "/no/such/folder")
    for name in ("full.har", "full.json"):
        Path(name).symlink_to("/dev/full")
    arguments = ("--report-json=full.json", "--report-html=out.html", "--report-har=full.har")
    status, out, err = run(capsys, url, *QUICK, *arguments)
    assert status == 0
    assert out.splitlines()[-1].startswith("conforms: ")
    for name in ("full.har", "full.json"):
        assert f"error: {name} could not be written: No space left on device\n" in err
    assert "error: the job's summary could not be written: No such file or directory\n" in err
    assert "Conforms" in Path("out.html").read_text("utf-8")


def test_a_reader_that_goes_away_does_not_change_the_status(url: str) -> None:
    """Such as ``head``, for what is printed while the run goes on and at its end."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        command = [sys.executable, "-m", "contracts", url, *QUICK]
        kept = os.environ | {"PYTHONPATH": str(ROOT), "GITHUB_ACTIONS": "true"}
        done = subprocess.run(command, stdout=writing, stderr=writing, env=kept, cwd=ROOT)
        listed = subprocess.run([*command[:3], "--list-clauses"], stdout=writing, cwd=ROOT)
    finally:
        os.close(writing)
    assert done.returncode == 0
    assert listed.returncode != 1


@pytest.mark.parametrize("by_variable", [True, False])
def test_an_empty_key_is_said_in_the_verdict_line(
    by_variable: bool,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A pull request from a fork gets no secrets: green must not mean that they were tried."""
    words = "auth.required: --api-key is empty: no key was sent"
    if by_variable:
        monkeypatch.setenv(f"{PREFIX}_API_KEY", "")
    given = () if by_variable else ("--api-key", "")
    status, out, _ = run(capsys, url, *QUICK, *given)
    assert status == 0
    assert words in out.splitlines()[-1]


def test_a_name_that_ends_in_a_blank_is_quoted(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Otherwise nobody sees why it was not found."""
    status, out, _ = run(capsys, url, *QUICK[:3], "--room=call-abc123 ", "--room=other")
    assert status == 3
    assert "404 for 'call-abc123 ' at " in out.splitlines()[-1]

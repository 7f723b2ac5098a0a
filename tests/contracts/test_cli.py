import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from contracts.cli import main
from contracts.given import read
from contracts.judging.clauses import UnknownClauseError, catalogue, select
from contracts.judging.results import Clause, Level, Provenance
from contracts.options import OPTIONS
from contracts.settings import Settings, UsageError
from openapi import Rate
from tests.contracts.samples import settings

RIGHT = ["http://127.0.0.1:9", "--workspace-id=w", "--room=r"]


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for option in OPTIONS:
        monkeypatch.delenv(option.variable, raising=False)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    """Run the command; return its exit status, output and errors."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    return ended.value.code, printed.out, printed.err


WRONG: list[tuple[list[str], str]] = [
    ([], "BASE_URL: missing"),
    (["ftp://h"], "--workspace-id: missing"),
    (["http://h", "--room=r"], "--workspace-id: missing"),
    ([*RIGHT, "--allow-ending"], "--allow-ending: name the room whose call may end with"),
    ([*RIGHT, "--expendable-room=x"], "--expendable-room: nothing is ended without --allow-ending"),
    (
        [*RIGHT, "--allow-ending", "--expendable-room=r"],
        "--expendable-room: 'r' is given as --room too, whose call is to go on",
    ),
    ([*RIGHT, "--require=end-call"], "--require: end-call is only asked for with --allow-ending"),
    (["ftp://h", *RIGHT[1:]], "BASE_URL: expected http://HOST or https://HOST, got 'ftp://h'"),
    (["http://h:x", *RIGHT[1:]], "BASE_URL: 'http://h:x' is not a URL"),
    (["http://h?a=1", *RIGHT[1:]], "BASE_URL: expected no query, fragment or blank"),
    (
        ["http://u:secret@h/v2/api/active-calls/r", *RIGHT[1:]],
        "BASE_URL: expected the part before /v2/api/active-calls, got 'http://h/v2",
    ),
    ([*RIGHT, "--workspace-id= w"], "--workspace-id: ' w' cannot be sent"),
    ([*RIGHT, "--room=r"], "--room: the same room is given twice"),
    (
        ["http://h", "--workspace-id=w", "--profile=quick", *(f"--room={n}" for n in range(9))],
        "--room: at most 8 rooms with --profile quick, got 9",
    ),
    ([*RIGHT, "--profile=fast"], "--profile: expected quick or full, got 'fast'"),
    ([*RIGHT, "--fail-on=may"], "--fail-on: expected must or should, got 'may'"),
    ([*RIGHT, "--rate-limit=6/d"], "--rate-limit: expected auto, none or a rate such as 60/m"),
    ([*RIGHT, "--rate-limit=0/m"], "--rate-limit: expected auto, none or a rate such as 60/m"),
    ([*RIGHT, "--watch=long"], "--watch: expected a number of seconds, got 'long'"),
    ([*RIGHT, "--watch=nan"], "--watch: expected 0 to 3600 seconds, got nan"),
    ([*RIGHT, "--timeout=0"], "--timeout: expected more than 0 to 600 seconds, got 0"),
    ([*RIGHT, "--seed=x"], "--seed: expected a whole number, got 'x'"),
    ([*RIGHT, "--header=secret"], "--header: expected 'Name: value'"),
    ([*RIGHT, "--header=a b: secret"], "--header: expected 'Name: value'"),
    ([*RIGHT, "--header=a: se\ncret"], "--header a: this value cannot be sent"),
    ([*RIGHT, "--header=X-Workspace-Id: x"], "is set by --workspace-id"),
    ([*RIGHT, "--api-key=secret", "--header=X-Api-Key: y"], "is set by --api-key"),
    ([*RIGHT, "--header=X-A: secret", "--header=x-a: se"], "--header: X-A is given twice"),
    ([*RIGHT, "--header=Content-Length: 5"], "is part of the connection"),
    ([*RIGHT, "--api-key=sec\nret"], "--api-key: this value cannot be sent"),
    ([*RIGHT, "--other-workspace-id=w"], "--other-workspace-id: must differ from --workspace-id"),
    ([*RIGHT, "--only=shape.jsn"], "no clause is called 'shape.jsn'; did you mean shape.json"),
    ([*RIGHT, "--skip=5xx"], "--skip: no clause is called '5xx'; did you mean robust.no-5xx?"),
    ([*RIGHT, "--only=time", "--skip=time"], "--only, --skip: together they leave no clause"),
    ([*RIGHT, "--explain=tim"], "--explain: no clause is called 'tim'"),
    ([*RIGHT, "--auth-header=secret"], "--auth-header: expected 'Name: value'"),
    ([*RIGHT, "--auth-header=A:"], "--auth-header: expected a value, got an empty one"),
    ([*RIGHT, "--auth-header=A: se\ncret"], "--auth-header A: this value cannot be sent"),
    ([*RIGHT, "--auth-header=A: secret", "--api-key=secret"], "--auth-header, --api-key: expected"),
    ([*RIGHT, "--auth-header=A: secret", "-H", "a: secret"], "--auth-header: a is given twice"),
    (
        ["http://u:secret@h", *RIGHT[1:], "--auth-header=Authorization: secret"],
        "--auth-header: Authorization is set by the user in BASE_URL",
    ),
    ([*RIGHT, "--within=0"], "--within: expected more than 0 to 86400 seconds, got 0"),
    ([*RIGHT, "-k", "--ca=x.pem"], "--ca, --insecure: expected one of them, got both"),
    ([*RIGHT, "--proxy=http://h"], "--proxy: 127.0.0.1 is this machine"),
    ([*RIGHT, "--nope"], "No such option '--nope'"),
]


@pytest.mark.parametrize(("arguments", "line"), WRONG, ids=[one[1] for one in WRONG])
def test_a_mistake_is_one_line_and_status_2(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names the option and what would be right, and shows no secret."""
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("active-calls-verify: error: ")
    assert line in err
    assert err.count("\n") == 1
    assert "secret" not in err
    err = err.replace("--insecure", "")
    assert "sec" not in err or "--sec" in err or "seconds" in err


def test_a_target_that_is_not_there_is_one_line_and_status_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where nothing listens, nothing is said of the implementation."""
    status, out, err = run(capsys, *RIGHT, "-q")
    assert (status, out) == (2, "")
    assert "error: nobody answers at http://127.0.0.1:9" in err


def test_the_catalogue_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """One line per clause, with its level."""
    status, out, _ = run(capsys, "--list-clauses")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(catalogue())


@pytest.mark.parametrize("id_", catalogue())
def test_a_clause_is_explained(id_: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Why it exists, what breaks it and what is fine."""
    status, out, _ = run(capsys, "--explain", id_)
    clause = catalogue()[id_]
    assert status == 0
    for words in (clause.title, clause.reason, clause.breach, clause.fine, clause.level):
        assert words in out


def test_a_group_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Each of its clauses is."""
    _, out, _ = run(capsys, "--explain", "tenancy")
    assert out.count("  Why ") == len(select("tenancy"))


@pytest.mark.parametrize("arguments", [["--help"], ["--list-clauses"], RIGHT[:1]])
def test_nothing_heavy_is_imported_for_a_short_answer(arguments: list[str]) -> None:
    """Help and mistakes do without Schemathesis, Hypothesis, pytest and the HTTP client."""
    code = (
        "import sys\nfrom contracts.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('schemathesis', 'hypothesis', 'pytest', 'httpx2') if m in sys.modules])"
    )
    root = str(Path(__file__).parents[2])
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": root, "PATH": ""},
    )
    assert ran.stdout.splitlines()[-1] == "[]"


def test_every_clause_has_its_words() -> None:
    """Level and provenance are known ones; no text is missing."""
    for clause in catalogue().values():
        assert clause.level in get_args(Level)
        assert clause.provenance in get_args(Provenance)
        assert all(getattr(clause, name).strip() for name in Clause.__dataclass_fields__)


def test_a_group_selects_its_clauses() -> None:
    """A clause's own name selects it alone."""
    assert select("tenancy") == {"tenancy.required", "tenancy.isolated"}
    assert select("shape.json") == {"shape.json"}
    with pytest.raises(UnknownClauseError, match="--list-clauses"):
        select("zzzz")


def test_each_option_can_be_given_by_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rooms and headers stand on lines, clauses apart by blanks; the command line wins."""
    seen: list[Settings] = []

    def keep(settings: Settings, quiet: bool) -> int:
        seen.append(settings)
        return 0

    monkeypatch.setattr("contracts.cli._verify", keep)
    for name, value in {
        "BASE_URL": "http://h",
        "WORKSPACE_ID": "w",
        "ROOM": "Zoë Call\nb",
        "SKIP": "shape.json time",
        "HEADER": "A: 1 2\nB: 3",
        "WATCH": "3",
        "INSECURE": "1",
        "REPORT_DIR": "out",
    }.items():
        monkeypatch.setenv(f"ACTIVE_CALLS_VERIFY_{name}", value)
    assert run(capsys, "--watch=4")[0] == 0
    [got] = seen
    assert (got.base_url, got.rooms, got.watch, got.insecure) == (
        "http://h",
        ("Zoë Call", "b"),
        4.0,
        True,
    )
    assert got.skip == ("shape.json", "time")
    assert got.headers == (("A", "1 2"), ("B", "3"))
    assert (got.report_json, got.report_junit) == (Path("out/report.json"), Path("out/report.xml"))


def test_defaults_are_those_of_the_help() -> None:
    """What is not given takes the default that the table of options names."""
    got = read("http://h", {"workspace-id": "w", "room": ["r"]})
    defaults = {option.name: option.default for option in OPTIONS if option.default}
    assert defaults["profile"] == got.profile
    assert defaults["rate-limit"] == got.rate_limit
    assert float(defaults["watch"]) == got.watch
    assert float(defaults["timeout"]) == got.timeout
    assert float(defaults["within"]) == got.within
    assert defaults["fail-on"] == got.fail_on
    assert got.selected == catalogue().keys()


def test_a_rate_is_read() -> None:
    """Number and period."""
    values = {"workspace-id": "w", "room": ["r"], "rate-limit": "90/h"}
    assert read("http://h", values).rate_limit == Rate(90, 3600)


def test_secrets_are_not_in_the_representation() -> None:
    """Settings can be logged."""
    shown = repr(settings(api_key="k-secret", headers=(("A", "h-secret"),)))
    assert not any(word in shown for word in ("k-secret", "h-secret", "pass-word"))


def test_a_usage_error_is_a_value_error() -> None:
    """Whoever makes settings by hand gets the same checks."""
    with pytest.raises(UsageError, match="--room"):
        settings(rooms=("",))

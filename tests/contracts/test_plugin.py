"""The verifier under pytest: its flags, and what is said of a mistake."""

import pytest

from contracts.judging.judge import JUDGES
from contracts.options import OPTIONS
from tests.implementations.base import base
from tests.implementations.call import ROOMS, WORKSPACE
from tests.implementations.server import serve

pytest_plugins = ["pytester"]

SUITE = ("--pyargs", "contracts.suite")
URL = "--active-calls-base-url=http://127.0.0.1:9"
RIGHT = (URL, "--active-calls-workspace-id=w", "--active-calls-room=r")


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("base-url", *(option.name for option in OPTIONS)):
        monkeypatch.delenv(f"ACTIVE_CALLS_VERIFY_{name.replace('-', '_').upper()}", raising=False)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "--active-calls-base-url: missing; the suite needs the URL of an implementation *"),
        ([URL], "--active-calls-workspace-id: missing; *"),
        (
            [*RIGHT, "--active-calls-allow-ending"],
            "--active-calls-allow-ending: name the room * with --active-calls-expendable-room",
        ),
        (
            ["--active-calls-base-url=ftp://h", *RIGHT[1:]],
            "--active-calls-base-url: expected http://HOST or https://HOST, got 'ftp://h'",
        ),
        (
            [*RIGHT, "--active-calls-profile=--room"],
            "--active-calls-profile: expected quick or full, got '--room'",
        ),
        (
            [*RIGHT, "--active-calls-header=X-Workspace-Id: x"],
            "--active-calls-header: * is set by --active-calls-workspace-id",
        ),
        (
            [*RIGHT, "--active-calls-only=time", "--active-calls-skip=time"],
            "--active-calls-only, --active-calls-skip: together they leave no clause to verify",
        ),
        ([*RIGHT, "--active-calls-report-har=/dev/null/run.har"], "--active-calls-report-har: *"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_flag(
    arguments: list[str], line: str, pytester: pytest.Pytester
) -> None:
    """The command's own words name the flag as pytest has it; the status is pytest's for usage."""
    result = pytester.runpytest_inprocess(*SUITE, *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {line}"])
    assert "Traceback" not in result.stderr.str()


def test_an_option_without_its_value_is_a_mistake(pytester: pytest.Pytester) -> None:
    """No option is taken for the value of another; an empty value is none."""
    swallowed = pytester.runpytest_inprocess(*SUITE, URL, "--active-calls-room", RIGHT[1])
    assert swallowed.ret == pytest.ExitCode.USAGE_ERROR
    swallowed.stderr.fnmatch_lines(["*argument --active-calls-room: expected one argument*"])
    empty = pytester.runpytest_inprocess(*SUITE, *RIGHT, "--active-calls-profile=")
    assert empty.ret == pytest.ExitCode.USAGE_ERROR
    empty.stderr.fnmatch_lines(["ERROR: --active-calls-profile: expected a value, got an empty*"])


def test_a_defect_of_the_verifier_is_status_2(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed test would be 1: that the implementation violates the contract."""

    def defective(_: object) -> None:
        raise LookupError("never foreseen")

    monkeypatch.setitem(JUDGES, "shape.json", defective)
    with serve(base()) as url:
        rooms = f"--active-calls-workspace-id={WORKSPACE}", f"--active-calls-room={ROOMS[0]}"
        given = ("--active-calls-only=shape", "--active-calls-watch=0", *rooms)
        done = pytester.runpytest_inprocess(*SUITE, f"--active-calls-base-url={url}", *given)
    assert done.ret == 2
    done.stdout.fnmatch_lines(
        ["inconclusive: the verifier failed at shape.json: *LookupError: never foreseen*"]
    )


def test_every_flag_has_the_prefix(pytestconfig: pytest.Config) -> None:
    """No flag of ours can be one of another plugin's."""
    for name in ("base-url", *(option.name for option in OPTIONS)):
        assert pytestconfig.getoption(f"--active-calls-{name}") is None
        with pytest.raises(ValueError, match="no option named"):
            pytestconfig.getoption(f"--{name}")


def test_a_url_in_the_configuration_says_nothing_about_other_tests(
    pytester: pytest.Pytester,
) -> None:
    """A folder that is called like the suite is not the suite."""
    pytester.makeini("[pytest]\nactive_calls_base_url = ftp://wrong\n")
    folder = pytester.mkdir("contracts") / "suite"
    folder.mkdir()
    folder.joinpath("test_own.py").write_text("def test_own():\n    assert True\n")
    pytester.runpytest_inprocess("contracts/suite").assert_outcomes(passed=1)

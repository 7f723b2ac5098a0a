"""The verifier under pytest: its flags, and what is said of a mistake."""

import pytest

from contracts.options import OPTIONS

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
        ([URL, "--active-calls-workspace-id=w"], "--active-calls-room: missing; *"),
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
        ([*RIGHT, "--active-calls-report-har=/dev/null/run.har"], "/dev/null: *"),
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

"""Teams that test a client in Python get a mock as a fixture."""

import pytest

pytest_plugins = ["pytester"]

TEST = """
import httpx2

def test_client(active_calls_mock):
    url = f"{active_calls_mock}/v2/api/active-calls/call-abc123"
    call = httpx2.get(url, headers={"x-workspace-id": "ws-test"}).json()
    assert call["roomName"] == "call-abc123"
    assert call["participants"][0]["joinedAt"].startswith("2024-06-01")
"""


def test_fixture_serves_a_mock(pytester: pytest.Pytester) -> None:
    """The fixture yields the URL of a mock that takes the options of the configuration."""
    pytester.makeini(
        "[pytest]\nactive_calls_mock_options = --freeze-at 2024-06-01T10:02:25Z --seed 5\n"
    )
    pytester.makepyfile(TEST)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_mistake_in_the_options_is_an_error(pytester: pytest.Pytester) -> None:
    """Options that the mock refuses stop the tests that need it, with the mock's own words."""
    pytester.makeini("[pytest]\nactive_calls_mock_options = --locale xx\n")
    pytester.makepyfile(TEST)
    result = pytester.runpytest_subprocess("-s")
    result.assert_outcomes(errors=1)
    result.stderr.fnmatch_lines(["*--locale*'xx'*"])

"""The examples of docs/frontend.md work as they stand."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.guide import GUIDE, example
from tests.mockserver.serving import serve

pytest_plugins = ["pytester"]


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not there")
def test_node(tmp_path: Path) -> None:
    """The Node example starts the mock, and its test passes."""
    path = tmp_path / "mock.test.mjs"
    path.write_text(example("mock.test.mjs"))
    starter = tmp_path / "active-calls-mock"
    starter.write_text(f'#!/bin/sh\nexec {sys.executable} -m mockserver "$@"\n')
    starter.chmod(0o755)
    subprocess.run(
        ["node", "--test", str(path)],
        env={**os.environ, "ACTIVE_CALLS_MOCK": str(starter)},
        check=True,
        capture_output=True,
        timeout=60,
    )


def test_pytest(pytester: pytest.Pytester) -> None:
    """The pytest examples pass with the options of the guide."""
    pytester.makepyprojecttoml(example("pyproject.toml"))
    pytester.makepyfile(example("test_client.py"))
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_pytest_in_short(pytester: pytest.Pytester) -> None:
    """The example of README.md passes."""
    text = Path(__file__).parents[1].joinpath("README.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(# test_.*?)```", text, re.DOTALL)
    pytester.makepyfile(code)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_workspace_for_other_test_runners() -> None:
    """The example without the fixture works, against a mock that somebody has started."""
    (code,) = re.findall(r"```python\n(import httpx2\n\nfrom mockserver.*?)```", GUIDE, re.DOTALL)
    assert "http://127.0.0.1:4010" in code
    with serve() as mock:
        program = code.replace("http://127.0.0.1:4010", mock.url)
        subprocess.run([sys.executable, "-c", program], check=True)


def test_playwright_sees_what_it_expects() -> None:
    """With the options of the guide, the rooms that its tests open show what they expect.

    The mock has a port of its own, and writes nothing into the output of the tests.
    """
    config = example("playwright.config.ts")
    (options,) = re.findall(r'command: ".mock/bin/active-calls-mock --port 4711 ([^"]*)"', config)
    assert 'mock = "http://127.0.0.1:4711"' in config and "reuseExistingServer" not in config
    with serve(*options.split()) as mock:
        headers = {"x-workspace-id": "ws-test"}
        url = f"{mock.url}/v2/api/active-calls/"
        escalation = httpx2.get(f"{url}mock-escalation", headers=headers).json()
        assert escalation["sentiment"] == "negative"
        assert httpx2.get(f"{url}mock-503", headers=headers).status_code == 503
        mock.stop()
        assert mock.log == []


def test_what_pages_can_read() -> None:
    """The headers that the guide names are those that CORS lets a script read."""
    with serve() as mock:
        answer = httpx2.get(f"{mock.url}/healthz", headers={"origin": "http://127.0.0.1:5173"})
    names = answer.headers["access-control-expose-headers"].split(", ")
    assert ", ".join(f"`{name}`" for name in names) in GUIDE


def test_vite_proxy() -> None:
    """The prefix of the guide's proxy leaves the mock's own path."""
    config = example("vite.config.js")
    assert '"/v2": "http://127.0.0.1:4010"' in config
    (pattern,) = re.findall(r"path\.replace\(/(.*?)/, \"\"\)", config)
    assert re.sub(pattern.replace("\\/", "/"), "", "/mock/_mock/about") == "/_mock/about"

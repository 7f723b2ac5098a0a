"""The examples of docs/ci.md do what it says."""

import re
import shlex
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml

from contracts.judging.clauses import catalogue
from tests.ci import EXAMPLES, GUIDE, installed
from tests.implementations.base import altered, base, changing
from tests.implementations.call import WORKSPACE
from tests.implementations.faults_time import frozen
from tests.implementations.server import serve


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which the command is found as the action installs it."""
    return installed(tmp_path)


def guided(option: str) -> str:
    """Return the first command of the guide that has an option."""
    lines = (one for one in GUIDE.splitlines() if one.startswith("active-calls-verify "))
    return next(one for one in lines if option in one)


@pytest.mark.parametrize(
    ("options", "faulty", "statuses"),
    [
        (["--require time --require tenancy", "--require must"], False, [0, 3]),
        (["--wait 60"], False, [0]),
        (["--write-baseline", "--baseline"], True, [1, 0]),
    ],
)
def test_the_commands_of_the_guide_end_as_it_says(
    options: list[str],
    faulty: bool,
    statuses: list[int],
    tmp_path: Path,
    environment: dict[str, str],
) -> None:
    """What is shown of requiring, waiting and a baseline can be pasted."""
    environment |= {"ACTIVE_CALLS_VERIFY_PROFILE": "quick", "ACTIVE_CALLS_VERIFY_WATCH": "5"}
    right = base()
    with serve(altered(right, changing(frozen)) if faulty else right) as url:
        for option, status in zip(options, statuses, strict=True):
            line = guided(option).replace("http://127.0.0.1:8080", url)
            done = subprocess.run(
                shlex.split(line.replace("ws-test", WORKSPACE)),
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
            )
            assert done.returncode == status, done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert "auth.required" in last
    assert ("1 known to fail (baseline)" in last) == faulty


def test_the_guide_defines_what_its_examples_use() -> None:
    """Each variable of the GitLab example is set there, each other name explained in the text."""
    pipeline = EXAMPLES[".gitlab-ci.yml"]
    variables = yaml.safe_load(pipeline)["contract"]["variables"]
    assert set(re.findall(r"\$(\w+)", pipeline)) <= set(variables)
    prose = re.sub(r"^```.*?^```", "", GUIDE, flags=re.M | re.S)
    names = {"OWNER", "COMMIT", "ACTIVE_CALLS_VERIFY_API_KEY"}
    names |= set(re.findall(r"secrets\.(\w+)", GUIDE))
    assert all(f"`{name}`" in prose for name in names)


@pytest.mark.parametrize("configured", [True, False])
def test_the_suite_runs_under_pytest(
    configured: bool, tmp_path: Path, environment: dict[str, str]
) -> None:
    """The command of the guide passes, with its options on the line or in the configuration."""
    [line] = [one for one in GUIDE.splitlines() if one.startswith("pytest --pyargs")]
    file = EXAMPLES["pyproject.toml"] if configured else "[tool.pytest.ini_options]\n"
    if configured:
        line = " ".join(line.split()[:3])
    environment |= {"ACTIVE_CALLS_VERIFY_PROFILE": "quick", "ACTIVE_CALLS_VERIFY_WATCH": "2"}
    if "contracts.plugin" not in {one.value for one in entry_points(group="pytest11")}:
        environment["PYTEST_PLUGINS"] = "contracts.plugin"  # what its installation does otherwise
    with serve(base()) as url:
        line, file = (
            text.replace("http://127.0.0.1:8080", url).replace("ws-test", WORKSPACE)
            for text in (line, file)
        )
        (tmp_path / "pyproject.toml").write_text(file)
        done = subprocess.run(
            [sys.executable, "-m", *shlex.split(line)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    passed, skipped = (int(n) for n in re.findall(r"(\d+) (?:passed|skipped)", done.stdout)[-2:])
    assert passed + skipped == len(catalogue()), done.stdout
    assert passed > skipped


def test_the_pytest_example_runs(tmp_path: Path, environment: dict[str, str]) -> None:
    """The example test passes against a server that keeps the contract."""
    with serve(base()) as url:
        text = EXAMPLES["test_contract.py"].replace("http://127.0.0.1:8080", url)
        (tmp_path / "test_contract.py").write_text(text.replace("ws-test", WORKSPACE))
        command = [sys.executable, "-m", "pytest", "-q", "test_contract.py"]
        environment |= {"ACTIVE_CALLS_VERIFY_WATCH": "5"}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "reports" / "report.html").exists()

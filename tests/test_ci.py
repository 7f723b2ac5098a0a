"""What other people's CI gets: the action, and the examples in docs/ci.md."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.implementations.base import altered, base, changing
from tests.implementations.call import KEY, ROOMS, WORKSPACE
from tests.implementations.faults_time import frozen
from tests.implementations.server import App, serve

ROOT = Path(__file__).parents[1]
ACTION = ROOT / "action.yml"
BLOCK = re.compile(r"^```(?:yaml|python|toml)\n# (?P<name>\S+)\n(?P<text>.*?)^```", re.M | re.S)
GUIDE = (ROOT / "docs" / "ci.md").read_text("utf-8")
EXAMPLES = {found["name"]: found["text"] for found in BLOCK.finditer(GUIDE)}


def satisfies(schema: str, file: Path) -> subprocess.CompletedProcess[str]:
    """Check a file against one of the published schemas that check-jsonschema carries."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    return subprocess.run([*command, str(file)], capture_output=True, text=True)


def test_the_action_satisfies_the_published_schema(tmp_path: Path) -> None:
    """The action is one, and the check would notice if it were not."""
    checked = satisfies("github-actions", ACTION)
    assert checked.returncode == 0, checked.stdout
    broken = tmp_path / "action.yml"
    broken.write_text(ACTION.read_text("utf-8").replace("using: composite", "using: compost"))
    assert satisfies("github-actions", broken).returncode == 1


@pytest.mark.parametrize(
    ("name", "schema"),
    [(".github/workflows/contract.yml", "github-workflows"), (".gitlab-ci.yml", "gitlab-ci")],
)
def test_the_examples_satisfy_the_published_schemas(name: str, schema: str, tmp_path: Path) -> None:
    """What people paste is accepted by the service that they paste it for."""
    file = tmp_path / Path(name).name
    file.write_text(EXAMPLES[name])
    checked = satisfies(schema, file)
    assert checked.returncode == 0, checked.stdout


def test_the_example_workflow_uses_inputs_that_exist() -> None:
    """Every input of the example is one of the action's, and none that is required is missing."""
    inputs = yaml.safe_load(ACTION.read_text("utf-8"))["inputs"]
    workflow = yaml.safe_load(EXAMPLES[".github/workflows/contract.yml"])
    [step] = [
        one
        for one in workflow["jobs"]["contract"]["steps"]
        if one.get("uses", "").startswith("OWNER/")
    ]
    assert set(step["with"]) <= set(inputs)
    assert {name for name, one in inputs.items() if one["required"]} <= set(step["with"])


def test_no_input_is_part_of_a_script() -> None:
    """An input can only ever be a value: pasted into a script it could be a command."""
    steps = yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]
    assert not any("${{" in one.get("run", "") for one in steps)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which the command is found as the action installs it."""
    folder = tmp_path / "active-calls-verify" / "bin"
    folder.mkdir(parents=True)
    command = folder / "active-calls-verify"
    command.write_text(f"#!{sys.executable}\nfrom contracts.cli import main\nmain()\n")
    command.chmod(0o755)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ACTIVE_CALLS_", "GITHUB_", "PYTEST_"))
    }
    paths = {"PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return kept | paths | {"RUNNER_TEMP": str(tmp_path)}


def verify_step(inputs: dict[str, str], folder: Path, environment: dict[str, str]) -> Any:
    """Run the action's last step as GitHub would, with these inputs beside the defaults."""
    action = yaml.safe_load(ACTION.read_text("utf-8"))
    given = {name: one.get("default", "") for name, one in action["inputs"].items()} | inputs
    step = action["runs"]["steps"][-1]
    values = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
        for name, value in step["env"].items()
    }
    github = {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(folder / "output")}
    github["GITHUB_STEP_SUMMARY"] = str(folder / "summary.md")
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(
        shell, env=environment | values | github, cwd=folder, capture_output=True, text=True
    )


@pytest.fixture(params=["right", "frozen"])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """Yield the URL of a server and the exit status that it should get."""
    right: App = base(keyed=True)
    app, status = (right, 0) if request.param == "right" else (altered(right, changing(frozen)), 1)
    with serve(app) as url:
        yield url, status


def test_the_action_verifies(
    server: tuple[str, int], tmp_path: Path, environment: dict[str, str]
) -> None:
    """Its script passes the inputs on, exits as the verdict says, and leaves its reports."""
    url, status = server
    inputs = {
        "base-url": url,
        "workspace-id": WORKSPACE,
        "rooms": "\n".join(ROOMS) + "\n",
        "api-key": KEY,
        "headers": "x-one: 1\nx-two: two words\n",
        "profile": "quick",
        "watch": "5",
    }
    done = verify_step(inputs, tmp_path, environment)
    assert done.returncode == status, done.stdout + done.stderr
    assert (tmp_path / "output").read_text() == f"status={status}\n"
    assert ("::error title=time.duration-rate" in done.stdout) == bool(status)
    assert "| time.duration-rate |" in (tmp_path / "summary.md").read_text("utf-8")
    reports = tmp_path / "reports" / "active-calls"
    assert {path.name for path in reports.iterdir()} >= {"report.html", "report.json"}
    assert not any(KEY in path.read_text("utf-8") for path in reports.iterdir())
    assert KEY not in done.stdout + done.stderr


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
    assert re.search(r"\b2\d passed", done.stdout), done.stdout


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

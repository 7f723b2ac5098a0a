"""What other people's CI gets: the action, and the examples in docs/ci.md."""

import hashlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml

from contracts.judging.clauses import catalogue
from contracts.options import OPTIONS
from tests.implementations.base import altered, base, changing
from tests.implementations.call import KEY, ROOMS, WORKSPACE
from tests.implementations.faults_time import frozen
from tests.implementations.server import App, serve

ROOT = Path(__file__).parents[1]
ACTION = ROOT / "action.yml"
_PYTHON = ("path", "version")  # outputs of setup-python
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
    [
        (".github/workflows/contract.yml", "github-workflows"),
        (".github/workflows/drift.yml", "github-workflows"),
        (".gitlab-ci.yml", "gitlab-ci"),
    ],
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


def run_step(
    name: str, inputs: dict[str, str], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as GitHub would, with these inputs beside the defaults."""
    action = yaml.safe_load(ACTION.read_text("utf-8"))
    defaults = {name: one.get("default", "") for name, one in action["inputs"].items()}
    given = {f"inputs.{name}": value for name, value in (defaults | inputs).items()}
    given |= {"runner.temp": environment["RUNNER_TEMP"]}
    given |= {f"steps.python.outputs.python-{one}": environment.get(one, "") for one in _PYTHON}
    [step] = [one for one in action["runs"]["steps"] if one["name"] == name]
    values = {
        name: re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: given[found[1]], value)
        for name, value in step["env"].items()
    }
    github = {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(folder / "output")}
    github["GITHUB_STEP_SUMMARY"] = str(folder / "summary.md")
    github |= {"GITHUB_ACTION_PATH": str(ROOT), "RUNNER_OS": "Linux", "RUNNER_ARCH": "X64"}
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
        "rooms": "\r\n  ".join(["", *ROOMS, ""]),
        "api-key": KEY,
        "headers": "x-one: 1\r\n  x-two: two words\n",
        "profile": "quick",
        "watch": "5",
    }
    done = run_step("Verify", inputs, tmp_path, environment)
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


@pytest.mark.parametrize(("room", "status"), [("--help", 3), ("$(touch x)", 3), ("", 3)])
def test_a_room_of_the_action_is_a_name_whatever_it_is_called(
    room: str, status: int, tmp_path: Path, environment: dict[str, str]
) -> None:
    """It is no option and no command; where there is none, the line says so."""
    with serve(base()) as url:
        inputs = {"base-url": url, "workspace-id": WORKSPACE, "rooms": room}
        done = run_step("Verify", inputs, tmp_path, environment)
    assert done.returncode == status, done.stdout + done.stderr
    assert "Usage" not in done.stdout
    without = "no --room was given, and the target has no list of calls"
    assert (f"404 for {room}" if room else without) in done.stdout
    assert not (tmp_path / "x").exists()


def test_every_variable_of_the_action_is_an_options() -> None:
    """One that is not would be read by nobody, and every input gets somewhere."""
    action = yaml.safe_load(ACTION.read_text("utf-8"))
    environment = action["runs"]["steps"][-1]["env"]
    named = {name for name in environment if name.startswith("ACTIVE_CALLS_VERIFY_")}
    assert named <= {option.variable for option in OPTIONS}
    used = re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", ACTION.read_text("utf-8"))
    assert set(used) == set(action["inputs"])


@pytest.mark.parametrize("folder", ["bin", "Scripts"])
def test_the_action_installs_what_constraints_pin(
    folder: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    """Into an environment of its own, laid out as on Linux or as on Windows."""
    python = tmp_path / "python"
    name = "python" if folder == "bin" else "python.exe"
    python.write_text(
        "#!/bin/sh\n"
        f'echo "$PIP_CACHE_DIR $@" >> "{tmp_path}/asked"\n'
        f'if [ "$2" = venv ]; then mkdir -p "$3/{folder}"; cp "$0" "$3/{folder}/{name}"; fi\n'
    )
    python.chmod(0o755)
    temp = tmp_path / "temp"
    done = run_step(
        "Install the verifier",
        {},
        tmp_path,
        environment | {"path": str(python), "RUNNER_TEMP": str(temp)},
    )
    assert done.returncode == 0, done.stderr
    cache = temp / "active-calls-pip"
    assert (tmp_path / "asked").read_text().splitlines() == [
        f"{cache} -m venv {temp}/active-calls-verify",
        f"{cache} -m pip install --quiet --constraint {ROOT}/constraints.txt {ROOT}[verify]",
    ]


def test_the_key_of_the_cache_changes_with_the_pins(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    """And with the Python and the machine that they are installed for."""
    environment |= {"path": sys.executable, "version": "3.12.1"}
    assert run_step("Find the key of pip's cache", {}, tmp_path, environment).returncode == 0
    pins = hashlib.sha256((ROOT / "constraints.txt").read_bytes()).hexdigest()
    said = (tmp_path / "output").read_text()
    assert said == f"key=active-calls-verify-Linux-X64-3.12.1-{pins}\n"


def test_actions_of_others_are_pinned_by_commit() -> None:
    """A tag can be moved. Of one action, there is one commit everywhere, with its version."""
    texts = [ACTION.read_text("utf-8"), *EXAMPLES.values()]
    texts += [one.read_text("utf-8") for one in (ROOT / ".github" / "workflows").glob("*.yml")]
    used = re.findall(r"uses: (?!OWNER/)(\S+?)@(.*)$", "\n".join(texts), re.M)
    assert {name for name, _ in used} >= {"actions/setup-python", "actions/cache"}
    assert all(re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", pin) for _, pin in used), used
    assert len(dict(used)) == len(set(used)), used


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

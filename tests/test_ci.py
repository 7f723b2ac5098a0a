"""What other people's CI gets: the action, and the examples in docs/ci.md."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from contracts.options import OPTIONS
from tests.ci import ACTION, EXAMPLES, ROOT, installed
from tests.implementations.base import altered, base, changing
from tests.implementations.call import KEY, ROOMS, WORKSPACE
from tests.implementations.faults_time import frozen
from tests.implementations.server import App, serve

_PYTHON = ("path", "version")  # outputs of setup-python


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
    return installed(tmp_path)


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

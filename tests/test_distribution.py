"""What is built can be used without the checkout."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import import_module
from pathlib import Path

import pytest

from contracts.extra import DRIFT, MODULES, PROXY, RECORD
from tests.commands import in_ci
from tests.processes import started

ROOT = Path(__file__).parents[1]


# Of the plain package what the commands import, and pytest.
_PLAIN = (
    "click",
    "yaml",
    "pytest",
    "_pytest",
    "py",
    "pluggy",
    "iniconfig",
    "packaging",
    "pygments",
)
PLUGINS = ROOT / "tests" / "fixtures" / "other-plugins.txt"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--disable-pip-version-check", "--wheel-dir", str(folder), str(ROOT)],
        check=True,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


def install(folder: Path, *what: str) -> subprocess.CompletedProcess[str]:
    """Install into a folder that stands before the development environment on the path."""
    return subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder),
         "--disable-pip-version-check", *what],
        capture_output=True,
        text=True,
    )  # fmt: skip


def test_installed_elsewhere_it_finds_the_contract(wheel: Path, tmp_path: Path) -> None:
    """Installed from the wheel, code and data come from there, and a call can be drawn."""
    installed = tmp_path / "site"
    install(installed, str(wheel)).check_returncode()
    program = (
        "import json, mockserver, openapi\n"
        "from mockserver.simulation import *\n"
        "from mockserver.app import create_app\n"
        "from mockserver.settings import Settings\n"
        "create_app(Settings(epoch=0))\n"
        "worlds = [World(0, 0, l, builtin_scenarios()) for l in ('en_US', 'es_ES', 'ja_JP')]\n"
        "q = Question('w', 'x')\n"
        "rooms = [json.loads(w.show(q, w.scenario(q, 9), 9).body)['roomName'] for w in worlds]\n"
        "print(json.dumps([mockserver.__file__, str(openapi.CONTRACT), rooms]))"
    )
    # -P keeps the current folder, and PYTHONPATH puts the wheel's contents before the checkout.
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    package, contract, rooms = json.loads(done.stdout)
    assert Path(package).is_relative_to(installed)
    assert Path(contract).is_relative_to(installed)
    assert rooms == ["x", "x", "x"]
    scripts = {path.name for path in (installed / "bin").iterdir()}
    commands = ("mock", "verify", "drift", "proxy", "record")
    assert scripts >= {"active-calls", *(f"active-calls-{name}" for name in commands)}


def test_the_name_of_the_distribution_starts_the_mock(wheel: Path, tmp_path: Path) -> None:
    """`uvx active-calls` and `pipx run active-calls` look for a command of that name."""
    installed = tmp_path / "site"
    install(installed, str(wheel)).check_returncode()
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [str(installed / "bin" / "active-calls"), "--port", "0", "--log-level", "warning"]
    with started(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("API")
        process.terminate()
        assert process.wait(30) == 0


def test_every_data_file_is_shipped(wheel: Path) -> None:
    """No file beside the code is left out of the wheel, and no test is in it."""
    shipped = set(zipfile.ZipFile(wheel).namelist())
    for package in ("openapi", "mockserver", "contracts"):
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert str(path.relative_to(ROOT)) in shipped
    assert not [name for name in shipped if name.startswith("tests")]


@pytest.fixture(scope="module")
def beside_others(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment with the wheel and the plugins that many suites have."""
    installed = tmp_path_factory.mktemp("beside")
    done = install(installed, str(wheel), "--requirement", str(PLUGINS))
    if done.returncode and not in_ci():
        pytest.skip(f"the package index cannot be reached: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stderr
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return kept | {"PYTHONPATH": str(installed)}


@pytest.mark.parametrize(
    "options", [[], ["--timeout=60", "--base-url=http://127.0.0.1:9", "--numprocesses=1"]]
)
def test_other_peoples_sessions_go_on_as_before(
    options: list[str], beside_others: dict[str, str], tmp_path: Path
) -> None:
    """Installed beside other plugins, ours leave an unrelated test and their options alone."""
    (tmp_path / "test_unrelated.py").write_text("def test_unrelated():\n    assert True\n")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-Werror", *options],
        cwd=tmp_path,
        env=beside_others,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("plugins: "))
    for name in ("active-calls", "base-url", "playwright", "randomly", "timeout", "xdist"):
        assert f" {name}-" in line


def test_the_plugins_load_little_and_change_no_filter_of_warnings() -> None:
    """A session that uses neither plugin has the filters that it chose, and no heavy module."""
    code = (
        "import sys, warnings, pytest\n"
        "before = list(warnings.filters)\n"
        "import contracts.plugin, mockserver.pytest_plugin\n"
        "heavy = {'connexion', 'faker', 'httpx2', 'hypothesis', 'jsonschema_rs', 'schemathesis'}\n"
        "print(warnings.filters == before, sorted(heavy & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True []\n"


def run_plain(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the project, and of all other packages those of the plain one and pytest."""
    packages = folder / "plain"
    packages.mkdir()
    for name in _PLAIN:
        file = Path(str(import_module(name).__file__))
        source = file.parent if file.name == "__init__.py" else file
        (packages / source.name).symlink_to(source)
    return subprocess.run(
        [sys.executable, "-S", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{packages}:{ROOT}"},
        capture_output=True,
        text=True,
    )


def test_the_command_says_which_extra_is_missing(tmp_path: Path) -> None:
    """Without what verifying needs it says so in one line, and how to install that."""
    done = run_plain(tmp_path, "-m", "contracts", "http://127.0.0.1:9")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("active-calls-verify: error: verifying needs harfile, httpx2, ")
    assert done.stderr.endswith("pip install 'active-calls[verify]'\n")
    assert done.stderr.count("\n") == 1


def test_comparing_pages_says_which_extra_is_missing(tmp_path: Path) -> None:
    """In the same words, of what it needs."""
    done = run_plain(tmp_path, "-m", "contracts.drift", "page.mdx")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "active-calls-drift: error: comparing pages needs httpx2, markdown_it, "
        "mdit_py_plugins, rich: install the extra with pip install 'active-calls[verify]'\n"
    )


@pytest.mark.parametrize(
    ("what", "status", "words"),
    [
        (["test_unrelated.py"], 0, "1 passed"),
        (["--pyargs", "contracts.suite"], 4, "pip install 'active-calls[verify]'"),
    ],
)
def test_the_plugins_do_without_the_extra(
    what: list[str], status: int, words: str, tmp_path: Path
) -> None:
    """Other tests run as ever; only the suite is refused, in the words of the command."""
    (tmp_path / "test_unrelated.py").write_text("def test_unrelated():\n    assert True\n")
    plugins = ("--no-header", "-pcontracts.plugin", "-pmockserver.pytest_plugin")
    done = run_plain(tmp_path, "-m", "pytest", *plugins, *what)
    assert done.returncode == status, done.stdout + done.stderr
    assert words in done.stdout + done.stderr


def test_the_lists_of_what_the_extra_adds_are_right() -> None:
    """What the commands look for is what the extra installs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extra = project["optional-dependencies"]["verify"]
    otherwise = {
        "markdown_it": "markdown-it-py",
        "mdit_py_plugins": "mdit-py-plugins",
        "phonenumbers": "phonenumberslite",
    }
    modules = sorted({*MODULES, *DRIFT, *PROXY, *RECORD})
    assert [re.split("[<>=]", one)[0] for one in extra] == [otherwise.get(m, m) for m in modules]


@pytest.mark.parametrize(
    ("modules", "needed"),
    [
        ("contracts.drift.report, contracts.drift.sarif", DRIFT),
        ("contracts.recording.progress, contracts.recording.scrub", RECORD),
        ("contracts.proxy.run, contracts.proxy.judge_worker", PROXY),
    ],
    ids=["comparing pages", "recording", "passing traffic on"],
)
def test_a_command_imports_what_it_looks_for(modules: str, needed: tuple[str, ...]) -> None:
    """No more of the extra, and no less."""
    # httpx2 brings h11 along.
    known = sorted({*MODULES, *DRIFT, *RECORD, *needed})
    code = f"import sys, {modules}\nprint([one for one in {known} if one in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{sorted(needed)}\n"

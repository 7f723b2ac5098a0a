"""Every command and table is right: README.md's, and those of pages without a test of their own."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import yaml

from mockserver.cli import _command
from tests.chromium import skip_without
from tests.mockserver.serving import Served, serve
from tests.node import NoRegistryError, demand_registry
from tests.processes import started
from tests.tables import PAGES as TABLE_PAGES
from tests.tables import with_table

ROOT = Path(__file__).parents[1]
PAGES = [
    "README.md", "CONTRIBUTING.md",
    "docs/mock.md", "docs/scenarios.md", "docs/verifying.md", "docs/contract.md", "docs/console.md",
]  # fmt: skip
# What a program has written, or what has a test of its own: by the page, that test.
OTHERS = {
    "benchmarks": "test_benchmarks.py", "ci": "test_ci_guide.py",
    "completion": "test_command_lines.py",
    "conversations": "mockserver/test_conversations.py", "deploy": "store/test_deployment.py",
    "directing": "test_directing_guide.py", "drift": "drift/test_guide.py",
    "frontend": "test_frontend_guide.py", "player": "mockserver/player/test_export.py",
    "proof": "test_proof.py",
    "replay": "mockserver/recordings/test_command_line.py", "stability": "test_stability.py",
    "traffic": "test_traffic_guide.py",
}  # fmt: skip
TEXT = "\n".join((ROOT / page).read_text("utf-8") for page in PAGES)


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


COMMANDS = list(
    dict.fromkeys(line for block in blocks("sh") for line in block.splitlines() if line.strip())
)
CURLS = [line for line in COMMANDS if line.startswith("curl ")]
MAKES = [line for line in COMMANDS if line.startswith("make ")]
MOCKS = [line for line in COMMANDS if line.startswith(".venv/bin/active-calls-mock")]
VERIFIES = [line for line in COMMANDS if line.startswith(".venv/bin/active-calls-verify")]
DRIFTS = [line for line in COMMANDS if line.startswith(".venv/bin/active-calls-drift")]
LINTS = [line for line in COMMANDS if line.startswith("npx --yes @stoplight/spectral-cli lint ")]


@pytest.fixture(scope="module")
def mock() -> Iterator[Served]:
    """Serve a mock with the default options."""
    with serve() as served:
        yield served


@pytest.fixture(scope="module")
def closed_mock() -> Iterator[Served]:
    """Serve the mock that is verified, with all the rooms that a page names."""
    options = max(re.findall(r'make mock ARGS="--port 4011 ([^"]*)"', TEXT), key=len)
    with serve(*shlex.split(options)) as served:
        yield served


def test_tables_are_up_to_date() -> None:
    """The generated tables are those that `make docs` would write."""
    for name, page in TABLE_PAGES.items():
        text = page.read_text("utf-8")
        assert with_table(name, text) == text


def test_every_page_is_tested() -> None:
    """A page that comes to docs/ is one of those whose commands a test runs."""
    named = {f"docs/{page}.md" for page in OTHERS} | set(PAGES)
    assert {f"docs/{page.name}" for page in ROOT.glob("docs/*.md")} <= named
    assert all((ROOT / "tests" / test).exists() for test in OTHERS.values())


def test_every_kind_of_command_is_tested() -> None:
    """No command stands on these pages that the tests below would not run."""
    kinds = (CURLS, MAKES, MOCKS, VERIFIES, DRIFTS, LINTS)
    assert all(kinds)
    assert {*COMMANDS} == {line for kind in kinds for line in kind}
    languages = {*re.findall(r"^```(\S+)", TEXT, re.M)}
    assert languages == {"sh", "python", "yaml"}


@pytest.mark.parametrize("line", CURLS)
def test_curl(mock: Served, line: str) -> None:
    """Each curl line can be pasted, and gives JSON, or nothing where something is forgotten."""
    words = shlex.split(line.replace("http://127.0.0.1:4010", mock.url))
    done = subprocess.run(words, capture_output=True, check=True, timeout=30)
    body = json.loads(done.stdout or "{}")
    assert ("error" in body) is ("code=503" in line)


@pytest.mark.parametrize("line", DRIFTS)
def test_drift(line: str) -> None:
    """Each line that compares pages finds no difference."""
    line = line.replace(".venv/bin/active-calls-drift", f"{sys.executable} -m contracts.drift")
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "no differences in 5 pages\n")


@pytest.mark.processes
@pytest.mark.parametrize("line", LINTS)
def test_lint(line: str, tmp_path: Path) -> None:
    """Each line that calls a linter of npm finds no error."""
    try:
        demand_registry(tmp_path)
    except NoRegistryError as failed:
        skip_without(None, str(failed))
    done = subprocess.run(shlex.split(line), cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("line", VERIFIES)
def test_verify(closed_mock: Served, line: str, tmp_path: Path) -> None:
    """Each line that verifies the mock finds that it conforms."""
    words = shlex.split(line.replace("http://127.0.0.1:4011", closed_mock.url))
    done = subprocess.run(
        [sys.executable, "-m", "contracts", *words[1:]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "ACTIVE_CALLS_VERIFY_WATCH": "2"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("line", MAKES)
def test_make(line: str) -> None:
    """Each make target exists, and what it hands to the mock is understood."""
    done = subprocess.run(
        shlex.split(line.replace("make ", "make --dry-run ")),
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
    )
    assert done.returncode == 0, done.stderr
    for options in re.findall(r'ARGS="([^"]*)"', line):
        _command.make_context("active-calls-mock", shlex.split(options))


def test_make_mock() -> None:
    """What `make mock` starts is the mock, with the options that it is given."""
    (line,) = (line for line in MAKES if "--port 0" in line)
    with started(
        shlex.split(line),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
    ) as process:
        assert process.stdout is not None
        announced = next(text for text in process.stdout if text.startswith("API"))
        url = announced.split()[1].replace("{roomName}", "x")
        body = httpx2.get(url, headers={"x-workspace-id": "w"}).json()
    assert not body["aiAgentName"].isascii()


@pytest.mark.parametrize("line", MOCKS)
def test_mock(line: str) -> None:
    """Each line that calls the mock's command can be pasted."""
    done = subprocess.run(
        [sys.executable, "-m", "mockserver", *shlex.split(line)[1:]], cwd=ROOT, capture_output=True
    )
    assert done.returncode == 0


def test_options_in_the_text_exist() -> None:
    """Each option that the text about the mock names is one of the command's."""
    section = TEXT.partition("## Options")[2].partition("\n## ")[0]
    assert "--freeze-at" in section
    known = {name for parameter in _command.params for name in parameter.opts}
    assert set(re.findall(r"(?<![\w-])(--[a-z-]+)", section)) <= known | {"--help"}


def test_python() -> None:
    """Each Python example runs, as it stands."""
    for code in blocks("python"):
        if "def test_" not in code:
            subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, cwd=ROOT)


def test_own_scenarios(tmp_path: Path) -> None:
    """The example of a scenario file is accepted and shows what it says."""
    (example,) = (code for code in blocks("yaml") if code.startswith("scenarios:"))
    path = tmp_path / "own.yaml"
    path.write_text(example)
    with serve("--scenarios", str(path)) as served:
        for name in yaml.safe_load(example)["scenarios"]:
            response = httpx2.get(
                f"{served.url}/v2/api/active-calls/mock-{name}", headers={"x-workspace-id": "w"}
            )
            assert response.status_code in (200, 502, 503)


def test_files_that_are_linked_exist() -> None:
    """No link to a file of the project is dead."""
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_help_of_make_lists_every_target() -> None:
    """`make help` lists the targets that are named."""
    output = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    listed = {*re.findall(r"^  make (\S+)", output, re.M)}
    assert {line.split()[1] for line in MAKES} <= listed

"""A Playwright project with the mock's fixture, as docs/frontend.md shows it, in four workers."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.playwright import write_fixture
from tests.chromium import LEAN, chromium, skip_without
from tests.guide import GUIDE, example
from tests.processes import free_port

HERE = Path(__file__).parent
WORKERS = 4
SPECS = re.findall(r"```ts\n// (tests/.*\.spec\.ts)", GUIDE)
_TYPES = ("--strict", "--noEmit", "--skipLibCheck", "--target", "es2022", "--module", "esnext",
          "--moduleResolution", "bundler")  # fmt: skip


def _here(text: str) -> str:
    """Return an example with free ports, and with the programs that are here."""
    for what, instead in (
        (".mock/bin/active-calls-mock", f"{sys.executable} -m mockserver"),
        ("npm run dev -- --port 5174 --strictPort", "node app.js 5174"),
        ("4711", str(free_port())),
        ("5174", str(free_port())),
    ):
        assert what in text
        text = text.replace(what, instead)
    return text


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CHROMIUM": chromium() or "", "LEAN": LEAN, "CI": ""}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the project of the guide in a folder of its own."""
    skip_without(chromium(), "There is no Chromium on the PATH; `make browsers` installs it.")
    skip_without(shutil.which("npm"), "npm is not there.")
    folder = tmp_path_factory.mktemp("frontend")
    for name in ("package.json", "app.html", "app.js", "here.config.ts"):
        shutil.copy(HERE / name, folder)
    installed = _run(folder, "npm", "install", "--no-package-lock", "--no-audit", "--no-fund")
    skip_without(not installed.returncode, f"npm cannot install Playwright: {installed.stderr}")
    tests = folder / "tests"
    tests.mkdir()
    write_fixture(tests)
    shutil.copy(HERE / "isolation.spec.ts", tests)
    config = _here(example("playwright.config.ts"))
    (folder / "playwright.config.ts").write_text(config, "utf-8")
    (mock,) = re.findall(r'mock = "(.*)"', config)
    for name in SPECS:
        text = example(name).replace("http://127.0.0.1:4711", mock)
        (folder / name).write_text(text, "utf-8")
    return folder


def _tests(suite: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the specs of a suite in Playwright's report, and of those within it."""
    yield from suite.get("specs", ())
    for inner in suite.get("suites", ()):
        yield from _tests(inner)


def test_workers_direct_one_room_at_once(project: Path) -> None:
    """Each test passes at its first try, in four workers that all use the same mock and room."""
    program = (str(project / "node_modules" / ".bin" / "playwright"), "test")
    options = (f"--workers={WORKERS}", "--config=here.config.ts", "--reporter=json")
    done = _run(project, *program, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    ran = list(_tests(json.loads(done.stdout)))
    (results,) = zip(*(test["results"] for spec in ran for test in spec["tests"]), strict=True)
    assert len({result["workerIndex"] for result in results}) == WORKERS
    files = {Path(spec["file"]).name for spec in ran}
    assert files == {"isolation.spec.ts", *(Path(name).name for name in SPECS)}
    assert "prefer" not in "".join(map(example, SPECS)).lower()


def test_types_fit(project: Path) -> None:
    """The compiler accepts the guide's tests by the fixture's types, and refuses what is wrong."""
    files = ["playwright.config.ts", *SPECS, "tests/isolation.spec.ts"]
    (project / "wrong.ts").write_text(
        'import { Workspace } from "./tests/active-calls-mock.js";\n'
        "declare const workspace: Workspace;\n"
        "// @ts-expect-error a status is a number\n"
        'await workspace.room("r").play({ code: "503" });\n'
        "// @ts-expect-error a word that the mock does not know\n"
        'await workspace.room("r").play({ retry_after: 2 });\n'
        "export {};\n"
    )
    done = _run(project, "node_modules/.bin/tsc", *_TYPES, *files, "wrong.ts")
    assert done.returncode == 0, done.stdout

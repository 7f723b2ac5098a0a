"""The nightly job of docs/ci.md, run as GitHub would run it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from openapi import CONTRACT
from tests.ci import EXAMPLES
from tests.drift.running import PAGES

SERVED = {
    "list": "list-active-calls",
    "get": "get-active-call",
    "get-insights": "get-call-insights",
    "end-call": "end-call",
    "remove-agent": "remove-agent",
}
JOB = yaml.safe_load(EXAMPLES[".github/workflows/drift.yml"])["jobs"]["drift"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the folder and the URL of a site that serves the pages without front matter."""
    folder = tmp_path / "site"
    folder.mkdir()
    for name, file in SERVED.items():
        text = (PAGES / f"{file}.mdx").read_text("utf-8").split("---\n", 2)[2]
        (folder / f"{name}.md").write_text(f"# {name}\n{text}")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def run_job(folder: Path, url: str) -> tuple[int, list[tuple[str, str]], str]:
    """Run its step; return its status, rule and file of each result, and what was printed."""
    [step] = [one for one in JOB["steps"] if "active-calls-drift" in one.get("run", "")]
    binaries = folder / "bin"
    binaries.mkdir(exist_ok=True)
    command = binaries / "active-calls-drift"
    command.write_text(f"#!{sys.executable}\nfrom contracts.drift.__main__ import main\nmain()\n")
    command.chmod(0o755)
    work = folder / "work"
    (work / "openapi").mkdir(parents=True, exist_ok=True)
    (work / "openapi" / "active-calls.yaml").write_bytes(CONTRACT.read_bytes())
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ACTIVE_")}
    path = {"PATH": f"{binaries}:{os.environ['PATH']}", "PYTHONPATH": str(CONTRACT.parents[1])}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        env=kept | path | {"DOCS": url, "GITHUB_OUTPUT": str(work / "output")},
        cwd=work,
        capture_output=True,
        text=True,
    )
    assert (work / "output").read_text().splitlines()[-1] == f"status={done.returncode}"
    results = json.loads((work / "drift.sarif").read_text("utf-8"))["runs"][0]["results"]
    places = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results]
    rules = [one["ruleId"] for one in results]
    return done.returncode, list(zip(rules, places, strict=True)), done.stdout + done.stderr


def test_the_nightly_job_ends_as_the_guide_says(site: tuple[Path, str], tmp_path: Path) -> None:
    """Nothing, then a difference on a line of the contract, then a page that is gone."""
    folder, url = site
    assert run_job(tmp_path, url) == (0, [], "no differences in 5 pages\n")
    page = folder / "end-call.md"
    page.write_text(page.read_text().replace('"endTime" type="string"', '"endTime" type="number"'))
    status, results, _ = run_job(tmp_path, url)
    assert (status, results) == (1, [("type", "openapi/active-calls.yaml")])
    page.unlink()
    status, results, printed = run_job(tmp_path, url)
    assert (status, results) == (2, [])
    assert f"{url}/end-call.md: answered 404, expected 200" in printed


def test_the_nightly_job_may_do_what_it_does_and_no_more() -> None:
    """It reads the repository and writes alerts, where all pages could be read."""
    workflow = yaml.safe_load(EXAMPLES[".github/workflows/drift.yml"])
    assert workflow["permissions"] == {"contents": "read", "security-events": "write"}
    upload = JOB["steps"][-1]
    assert upload["with"]["sarif_file"] == "drift.sarif"
    assert upload["if"].count("steps.compare.outputs.status == ") == 2

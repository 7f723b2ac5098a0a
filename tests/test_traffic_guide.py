"""The commands of docs/traffic.md do what it says, one after the other."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import httpx2
import pytest

from tests.contracts.exchanges import good
from tests.har import write
from tests.implementations.call import ROOMS, WORKSPACE
from tests.implementations.faulty import faulty
from tests.implementations.server import serve
from tests.mockserver.serving import PATH, Served
from tests.mockserver.serving import serve as serve_mock
from tests.processes import free_port
from tests.traffic.hars import entry
from tests.traffic.verdicts import verdict

GUIDE = Path(__file__).parents[1].joinpath("docs", "traffic.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.S)
            for line in block.splitlines()]  # fmt: skip
MODULES = {
    "active-calls-record": "contracts.recording",
    "active-calls-verify": "contracts",
    "active-calls-proxy": "contracts.proxy",
}
KEY = "key-4f1d-5c8e-secret"
PATIENCE = 60.0


def words(begins: str, url: str = "") -> list[str]:
    """Return the command of the guide that begins so, as it is started here."""
    [line] = [one for one in COMMANDS if one.startswith(begins)]
    name, *options = shlex.split(line.replace("http://127.0.0.1:4010", url))
    return [sys.executable, "-m", MODULES[name], *options]


def environment(**variables: str) -> dict[str, str]:
    """Return an environment that says nothing to the commands but these variables."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("ACTIVE_CALLS_", "GITHUB_"))}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[1]), **variables}


def run(command: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a folder."""
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


@pytest.fixture(scope="module")
def mock() -> Iterator[Served]:
    """A mock with the default options."""
    with serve_mock() as served:
        yield served


@pytest.fixture(scope="module")
def folder(mock: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the first command of the guide has been run, with a key."""
    folder = tmp_path_factory.mktemp("guide")
    command = words("active-calls-record http", mock.url)
    done = run(command, folder, ACTIVE_CALLS_RECORD_API_KEY=KEY)
    assert done.returncode == 0, done.stderr
    assert "recorded 1 call in" in done.stderr and "replaced:" in done.stderr
    return folder


def log(path: Path) -> Any:
    """Return what is in a HAR file."""
    return json.loads(path.read_text("utf-8"))["log"]


def test_every_command_is_tested() -> None:
    """None stands in the guide that the tests below would not run."""
    kinds = ["record http", "record --scrub", "verify --traffic", "proxy --upstream"]
    begins = [f"active-calls-{kind}" for kind in kinds]
    assert all(one.startswith(kind) for one, kind in zip(COMMANDS, begins, strict=True))


def test_recording(mock: Served, folder: Path) -> None:
    """The file has the call once a second, and not what the guide's table says that it has not."""
    made = log(folder / "call.har")
    assert made["version"] == "1.2" and len(made["entries"]) >= 3
    headers = {
        one["name"].lower(): one["value"] for one in made["entries"][0]["request"]["headers"]
    }
    assert headers["x-workspace-id"] == "workspace-1" and headers["x-api-key"] == "(hidden)"
    text = (folder / "call.har").read_text("utf-8")
    there = httpx2.get(f"{mock.url}{PATH}call-1", headers={"x-workspace-id": "ws-acme"}).json()
    hidden = (KEY, "ws-acme", there["customerPhone"], there["customerName"])
    assert not [one for one in hidden if one in text]
    assert there["id"] in text and there["participants"][0]["joinedAt"] in text


def test_scrubbing(folder: Path) -> None:
    """A file of another tool loses the same, and is judged as before."""
    done = run(words("active-calls-record --scrub"), folder)
    assert done.returncode == 0, done.stderr
    assert len(log(folder / "scrubbed.har")["entries"]) == len(log(folder / "call.har")["entries"])
    assert verdict(folder / "scrubbed.har").status == 0


def test_judging(folder: Path) -> None:
    """The recording conforms, and the report says what was not exercised."""
    done = run(words("active-calls-verify"), folder)
    assert done.returncode == 0, done.stdout
    assert "conforms" in done.stdout and "not exercised" in done.stdout


def test_what_a_failure_looks_like(tmp_path: Path) -> None:
    """As the guide shows it, word for word; the command that shows it again gets a whole answer."""
    whole = sorted(good(), key=lambda one: one.sent)
    [shown] = re.findall(r"```\n(failed .*?)```", GUIDE, re.S)
    for number in (14, 19):
        call = {**json.loads(whole[number].content), "id": "f" * 24}
        whole[number] = replace(whole[number], content=json.dumps(call).encode())
    write(tmp_path / "call.har", map(entry, whole))
    done = run(words("active-calls-verify"), tmp_path)
    assert done.returncode == 1
    assert shown in done.stdout and "If-Modified-Since" not in done.stdout


def test_a_recording_can_come_in_parts(folder: Path, tmp_path: Path) -> None:
    """Several files are one; one of them may be standard input."""
    made = json.loads((folder / "call.har").read_text("utf-8"))
    for name, part in (("a", slice(0, 2)), ("b", slice(2, None))):
        entries = made["log"]["entries"][part]
        content = {"log": {**made["log"], "entries": entries}}
        (tmp_path / f"{name}.har").write_text(json.dumps(content))
    assert all(one in GUIDE for one in ("`--traffic a.har --traffic b.har`", "`-` is standard"))
    verify = shlex.join([*words("active-calls-verify")[:3], "--traffic=-", "--traffic=b.har"])
    done = run(["sh", "-c", f"{verify} < a.har"], tmp_path)
    assert done.returncode == 0 and "recorded in standard input, b.har" in done.stdout
    assert f"{len(made['log']['entries'])} exchanges" in done.stdout


@contextmanager
def proxying(upstream: str, folder: Path, *options: str) -> Iterator[tuple[str, Popen[str]]]:
    """Run the proxy of the guide, on another port, and yield its URL."""
    port = str(free_port())
    command = [one.replace("4020", port) for one in words("active-calls-proxy", upstream)]
    with Popen(
        [*command, *options],
        cwd=folder,
        env=environment(),
        stdout=PIPE,
        stderr=PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            assert f"http://127.0.0.1:{port} passes everything on" in process.stderr.readline()
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()


def ask(url: str, path: str) -> httpx2.Response:
    """Ask as an application does."""
    headers = {"x-workspace-id": WORKSPACE, "x-api-key": KEY}
    return httpx2.get(url + path, headers=headers, trust_env=False, timeout=PATIENCE)


def test_standing_in_the_way(mock: Served, tmp_path: Path) -> None:
    """What passes is as it was, and a suite that runs through it ends with 0."""
    with proxying(mock.url, tmp_path, "--record", "call.har") as (url, process):
        through, direct = (ask(one, f"{PATH}call-1") for one in (url, mock.url))
        assert through.json()["id"] == direct.json()["id"]
        assert {*through.headers} == {*direct.headers} - {"keep-alive"}
        assert ask(url, "/_proxy/").headers["content-type"].startswith("text/html")
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and "conforms" in out
    text = (tmp_path / "call.har").read_text("utf-8")
    assert KEY not in text and WORKSPACE not in text
    assert verdict(tmp_path / "call.har").status == 0


def test_a_breach_is_told(tmp_path: Path) -> None:
    """In the log, in a header, on the page, as JSON, in the report, and by the exit status."""
    [fault] = [one for one in faulty() if one.name == "no-phone"]
    with (
        serve(fault.make()) as upstream,
        proxying(upstream, tmp_path, "--report-dir", "reports") as (url, process),
    ):
        answer = ask(url, f"{PATH}{ROOMS[0]}")
        page, state = ask(url, "/_proxy/").text, ask(url, "/_proxy/state.json").json()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    assert answer.headers["active-calls-breach"] == fault.clause
    assert "Active-Calls-Breach: " in GUIDE
    assert fault.clause in page and KEY not in page
    assert state["exchanges"][0]["breaches"] == [fault.clause]
    assert f"breach of {fault.clause}: " in said
    assert process.returncode == 1 and (tmp_path / "reports" / "report.html").exists()


@pytest.mark.parametrize(
    ("options", "status", "name"),
    [([], 502, "bad_gateway"), (["--fallback", "mock"], 200, "fallback")],
)
def test_an_upstream_that_is_down(
    tmp_path: Path, options: list[str], status: int, name: str
) -> None:
    """The proxy says so itself, or the fallback answers; neither is judged."""
    down = f"http://127.0.0.1:{free_port()}"
    with proxying(down, tmp_path, *options) as (url, process):
        answer = ask(url, f"{PATH}call-1")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert (answer.status_code, answer.headers["active-calls-proxy"]) == (status, name)
    assert ("error" in answer.json()) == (status == 502)
    assert process.returncode == 3

"""Who is compared: this mock, its floor, and the peers, each as a command."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx2

from openapi import contract_operations, load_contract
from tests.benchmarks.loads import HEADERS, path
from tests.processes import free_port, serving

__all__ = [
    "FLOOR",
    "FLOOR_TWICE",
    "MOCK",
    "QUIET",
    "STEADY",
    "TWO_WORKERS",
    "Contender",
    "Skipped",
    "contenders",
]

MOCK, QUIET, TWO_WORKERS = "this mock", "this mock, quiet", "this mock, 2 workers"
FLOOR, FLOOR_TWICE, STEADY = "floor", "floor, 2 workers", "Steady"
_PACKAGES = Path(__file__).with_name("peers") / "node_modules"
_START_SECONDS = 60
_SAMPLED_ROOMS = 201


@dataclass(frozen=True)
class Contender:
    """A server: its version, what it does, the command that serves at a port, and its cores."""

    name: str
    version: str
    what: str
    command: Callable[[int], list[str]]
    cores: int = 1


@dataclass(frozen=True)
class Skipped:
    """A server that is not there, and what is missing."""

    name: str
    reason: str


def mock_command(port: int, *options: str) -> list[str]:
    """Return the command that serves the mock as it is by default; its log goes to a file."""
    return [sys.executable, "-m", "mockserver", "--port", str(port), *options]


def _capture(folder: Path) -> tuple[Path, int]:
    """Write a middling answer of the mock to a file in ``folder``, for the floor to repeat.

    Returns the file and the number of the room: what it says at the start is about as long as what
    half of all rooms say.
    """
    port = free_port()
    with serving(mock_command(port), port) as server:
        server.seconds_to_answer(path(0), HEADERS, _START_SECONDS)
        with httpx2.Client(base_url=server.url, headers=dict(HEADERS)) as client:
            answers = [(room, client.get(path(room))) for room in range(_SAMPLED_ROOMS)]
    answers.sort(key=lambda answer: len(answer[1].content))
    room, response = answers[len(answers) // 2]
    headers = [(k, v) for k, v in response.headers.multi_items() if k not in ("date", "server")]
    file = folder / "answer.json"
    file.write_text(json.dumps({"headers": headers, "body": response.text}), "utf-8")
    return file, room


def _without_examples(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            k: _without_examples(v) for k, v in node.items() if k not in ("example", "examples")
        }
    return [_without_examples(item) for item in node] if isinstance(node, list) else node


def _write_contract(folder: Path) -> None:
    """Write the contract without its examples."""
    contract = _without_examples(load_contract())
    (folder / "contract.json").write_text(json.dumps(contract), "utf-8")


def _write_stub(folder: Path) -> None:
    """Write the contract's example as a template, for WireMock, which reads no OpenAPI."""
    body = {
        **contract_operations()["getActiveCall"].examples()["documented"],
        "id": "{{randomValue type='HEXADECIMAL' length=24}}",
        "roomName": "{{request.pathSegments.[3]}}",
    }
    request = {
        "method": "GET",
        "urlPathPattern": "/v2/api/active-calls/[^/]+",
        "headers": {"x-workspace-id": {"matches": ".+"}},
    }
    response = {
        "status": 200,
        "headers": {"content-type": "application/json"},
        "transformers": ["response-template"],
        "body": json.dumps(body),
    }
    mappings = folder / "mappings"
    mappings.mkdir()
    (mappings / "call.json").write_text(json.dumps({"request": request, "response": response}))


@dataclass(frozen=True)
class _Peer:
    """A mock from npm. ``command`` names its program, the port, and files in the folder."""

    name: str
    package: str
    what: str
    command: str


_LOOPBACK = "127.0.0.1"
_PEERS = (
    _Peer(STEADY, "@stdy/cli", "generates from the schema; quiet",
          "{bin}/steady --quiet --host {host} --port {port} contract.json"),
    _Peer("Prism, dynamic", "@stoplight/prism-cli", "logs errors only",
          "{bin}/prism mock --dynamic -v error -h {host} -p {port} contract.json"),
    _Peer("Prism, static", "@stoplight/prism-cli", "logs errors only",
          "{bin}/prism mock -v error -h {host} -p {port} contract.json"),
    _Peer("Mockoon", "@mockoon/cli", "imports the contract",
          "{bin}/mockoon-cli start -X --disable-admin-api -l {host} -p {port} -d contract.json"),
    _Peer("WireMock", "wiremock", "a template of the example; no journal",
          "java -jar {jar} --no-request-journal --disable-banner --bind-address {host}"
          " --port {port} --root-dir ."),
    _Peer("Specmatic", "specmatic", "generates from the schema; no log",
          "java -jar {jar} mock --noConsoleLog --host {host} --port {port} contract.json"),
)  # fmt: skip


def _installed(peer: _Peer) -> Contender | Skipped:
    package = _PACKAGES / peer.package
    if not package.exists():
        return Skipped(peer.name, f"{peer.package} is not installed: make bench-peers")
    runner = "java" if "{jar}" in peer.command else "node"
    if shutil.which(runner) is None:
        return Skipped(peer.name, f"{runner} is not installed")
    release = json.loads((package / "package.json").read_text("utf-8"))["version"]
    jar = next(package.glob("**/*.jar"), None)
    words = [
        word.format(bin=_PACKAGES / ".bin", jar=jar, host=_LOOPBACK, port="{port}")
        for word in peer.command.split()
    ]
    return Contender(
        peer.name, release, peer.what, lambda port: [word.format(port=port) for word in words]
    )


def contenders(folder: Path) -> tuple[list[Contender | Skipped], int]:
    """Return every server to compare, or why it cannot be, and the number of a middling room.

    Their files go to ``folder``.
    """
    _write_contract(folder)
    _write_stub(folder)
    answer, room = _capture(folder)
    own, granian = version("active-calls"), f"Granian {version('granian')}"
    floor = [sys.executable, str(Path(__file__).with_name("floor.py"))]
    found = [
        Contender(MOCK, own, "live calls; validation, journal and access log on", mock_command),
        Contender(QUIET, own, "no access log", lambda p: mock_command(p, "--log-level", "warning")),
        Contender(TWO_WORKERS, own, "as it comes", lambda p: mock_command(p, "--workers", "2"), 2),
        Contender(FLOOR, granian, "a bare application", lambda p: [*floor, str(p), str(answer)]),
        Contender(
            FLOOR_TWICE, granian, "the same", lambda p: [*floor, str(p), str(answer), "2"], 2
        ),
        *map(_installed, _PEERS),
    ]
    return found, room

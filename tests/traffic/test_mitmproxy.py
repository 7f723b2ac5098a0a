"""A file that mitmproxy has made of what passed through it is judged as what the servers are."""

import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from tests.implementations.base import altered
from tests.implementations.call import ROOMS, WORKSPACE
from tests.implementations.differences_wire import compressed
from tests.implementations.family import family
from tests.implementations.faulty import faulty
from tests.implementations.server import Request, Response, serve
from tests.mockserver.serving import serve as serve_mock
from tests.processes import free_port
from tests.traffic.verdicts import OVER_TIME, Verdict, verdict

PROGRAM = Path(__file__).parents[2] / ".venv-mitmproxy" / "bin" / "mitmdump"
POLLS, EVERY_SECONDS = 12, 0.5
PATIENCE = 30.0
TARGETS = ("/v2/api/active-calls", *(f"/v2/api/active-calls/{quote(room)}" for room in ROOMS))


@contextmanager
def mitmdump(file: Path, upstreams: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield whom to ask in place of each; the file is there once it has ended."""
    ports = {name: free_port() for name in upstreams}
    modes = [f"--mode=reverse:{url}@127.0.0.1:{ports[name]}" for name, url in upstreams.items()]
    command = [
        str(PROGRAM),
        "--quiet",
        "--set",
        f"hardump={file}",
        "--set",
        f"confdir={file.parent}",
    ]
    with subprocess.Popen([*command, *modes]) as process:
        try:
            urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
            for url in urls.values():
                _wait_for(url)
            yield urls
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()


def _wait_for(url: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            httpx2.get(f"{url}/healthz", trust_env=False)
        except httpx2.TransportError:
            assert time.monotonic() < end
            time.sleep(0.05)
        else:
            return


def poll(url: str) -> None:
    """Ask for the list and two calls, as a page does."""
    headers = {"x-workspace-id": WORKSPACE, "authorization": "Bearer secret-token-4711"}
    with httpx2.Client(base_url=url, headers=headers, trust_env=False, timeout=PATIENCE) as client:
        for _ in range(POLLS):
            for target in TARGETS:
                client.get(target)
            time.sleep(EVERY_SECONDS)


def hang_up(_: Request) -> Response:
    """Close the connection without an answer."""
    return Response(200, {}, wire=lambda data: b"")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    """Record several servers into one file, at once, and judge each of them."""
    if not PROGRAM.exists():
        pytest.skip("mitmproxy is not there; `make mitmproxy` installs it")
    file = tmp_path_factory.mktemp("mitmproxy") / "call.har"
    [wrong] = [one.make() for one in faulty() if one.name == "reworded-later"]
    apps = {"faulty": wrong, "compressed": altered(family(), compressed), "silent": hang_up}
    with ExitStack() as stack:
        upstreams = {name: stack.enter_context(serve(app)) for name, app in apps.items()}
        upstreams["mock"] = stack.enter_context(serve_mock()).url
        with mitmdump(file, upstreams) as urls, ThreadPoolExecutor() as pool:
            list(pool.map(poll, urls.values()))
    assert "secret-token" in file.read_text("utf-8")
    hosts = {name: url.removeprefix("http://") for name, url in upstreams.items()}
    return {name: verdict(file, "--host", host) for name, host in hosts.items()}


@pytest.mark.parametrize("name", ["mock", "compressed"])
def test_a_correct_server_conforms(found: Mapping[str, Verdict], name: str) -> None:
    """With every exchange, and with all that polling shows over time."""
    assert (found[name].status, found[name].failed, found[name].left_out) == (0, [], {})
    assert {*found[name].passed} >= OVER_TIME | {"list.agrees", "identity.stable"}
    assert found[name].exchanges == POLLS * len(TARGETS)


def test_a_faulty_server_fails_its_clause_alone(found: Mapping[str, Verdict]) -> None:
    """The one that finds it when the verifier asks by itself."""
    assert (found["faulty"].status, found["faulty"].failed) == (1, ["time.transcript-appends"])


def test_a_server_that_hangs_up_has_not_answered(found: Mapping[str, Verdict]) -> None:
    """What mitmproxy says in its place is not the server's."""
    without = {"without an answer": POLLS * len(TARGETS)}
    assert (found["silent"].status, found["silent"].left_out) == (3, without)

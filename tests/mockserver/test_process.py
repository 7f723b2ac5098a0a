"""The mock as a process: what signals do to it, who has its port, and what outlives it."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

import httpx2
import psutil
import pytest

from tests.mockserver.serving import COMMAND, PATH, Served, get, serve
from tests.processes import free_port

_PATIENCE_SECONDS = 20
# An end that waits for nothing comes well before that of a drain, which takes eight seconds.
_AT_ONCE_SECONDS = 5
_ORPHANED_SECONDS = 2


def has_ipv6() -> bool:
    """Return whether this machine can be reached at ::1."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def refused(port: int) -> bool:
    """Return whether nobody listens at a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionError:
        return True
    return False


def still_there(processes: Iterable[psutil.Process], seconds: float) -> list[int]:
    """Return the ids of those that do not end within so many seconds each."""
    found = []
    for process in processes:
        # Ends count, also where nobody asks for the exit status; psutil waits for that too.
        with suppress(ProcessLookupError), os.fdopen(os.pidfd_open(process.pid)) as end:
            if not select.select([end], [], [], seconds)[0]:
                found.append(process.pid)
    return found


@pytest.fixture(scope="module")
def localhost() -> Iterator[Served]:
    """Serve a mock at localhost."""
    with serve("--host", "localhost") as served:
        yield served


@contextmanager
def asked(served: Served, prefer: str) -> Iterator[list[httpx2.Response]]:
    """Have an answer held back; afterwards it is in the list, if it came."""
    answers: list[httpx2.Response] = []

    def ask() -> None:
        with suppress(httpx2.TransportError):
            answers.append(get(served, "x", prefer=prefer))

    thread = threading.Thread(target=ask)
    thread.start()
    while "waiting" not in httpx2.get(served.url + "/_mock/requests").text:
        pass
    yield answers
    thread.join(_PATIENCE_SECONDS)


def test_the_end_of_the_terminal_is_the_end() -> None:
    """SIGHUP ends the mock as SIGTERM does; what has been accepted is answered."""
    with serve() as served, asked(served, "delay=500") as answers:
        workers = psutil.Process(served.process.pid).children()
        served.process.send_signal(signal.SIGHUP)
        assert served.process.wait(_PATIENCE_SECONDS) == 0
        assert refused(served.port)
        assert not still_there(workers, _PATIENCE_SECONDS)
    assert [answer.status_code for answer in answers] == [200]


def test_the_end_of_the_terminal_is_nothing_to_a_worker() -> None:
    """The terminal tells every process; it is the first one that decides."""
    with serve() as served:
        get(served, "x")
        for worker in psutil.Process(served.process.pid).children():
            worker.send_signal(signal.SIGHUP)
        requests = httpx2.get(served.url + "/_mock/requests").json()["requests"]
        assert [one["room"] for one in requests] == ["x"]


def test_nohup() -> None:
    """Where SIGHUP is ignored at the start, it stays so."""
    with serve(before=("nohup",)) as served:
        served.process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            served.process.wait(1)
        assert get(served, "x").status_code == 200


@pytest.mark.parametrize("workers", ["1", "2"])
def test_as_the_first_process(workers: str) -> None:
    """As a container's process 1, which no signal ends by itself, the mock ends at SIGTERM."""
    namespace = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid():
        namespace[1:1] = ["--user", "--map-root-user"]
    if subprocess.run([*namespace, "true"], capture_output=True).returncode:
        pytest.skip("no namespace of processes can be made here")
    with serve("--workers", workers, before=namespace) as served:
        assert get(served, "x").status_code == 200
        (first,) = psutil.Process(served.process.pid).children()
        first.terminate()
        assert served.process.wait(_PATIENCE_SECONDS) == 0
        assert refused(served.port)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_two_starts_on_one_port(workers: str) -> None:
    """Of two mocks that are started at the same time on one port, one serves; the other says so."""
    port = str(free_port())
    both = [
        subprocess.Popen(
            [*COMMAND, "--port", port, "--workers", workers],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        ends = [os.pidfd_open(one.pid) for one in both]
        assert select.select(ends, [], [], _PATIENCE_SECONDS)[0], "both go on"
        loser, winner = sorted(both, key=lambda one: one.poll() is None)
        output, errors = loser.communicate(timeout=_PATIENCE_SECONDS)
        assert loser.returncode == 2 and output == ""
        assert errors.count("\n") == 1 and f"--port {port}: " in errors
        assert winner.stdout is not None and winner.stdout.readline().startswith("API")
        assert httpx2.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    finally:
        for one, end in zip(both, ends, strict=True):
            os.close(end)
            one.terminate()
            one.communicate(timeout=_PATIENCE_SECONDS)


@pytest.mark.parametrize("workers", ["1", "3"])
def test_workers_end_with_their_parent(workers: str) -> None:
    """Where the first process is killed, the workers go too, and leave the port."""
    with serve("--workers", workers) as served:
        children = psutil.Process(served.process.pid).children()
        assert len(children) >= int(workers)
        served.process.kill()
        assert not still_there(children, _ORPHANED_SECONDS)
        assert refused(served.port)


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems do not share them out")
def test_workers_share_the_connections() -> None:
    """Many clients that connect at once do not all come to the same worker."""
    with serve("--workers", "2") as served, ExitStack() as clients:
        connect = partial(socket.create_connection, ("127.0.0.1", served.port))
        connections = [clients.enter_context(connect()) for _ in range(64)]
        for connection in connections:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        assert {connection.recv(1) for connection in connections} == {b"H"}
        serving = [
            child
            for child in psutil.Process(served.process.pid).children()
            if any(one.status == psutil.CONN_ESTABLISHED for one in child.net_connections())
        ]
        assert len(serving) == 2


@pytest.mark.parametrize("prefer", ["delay=60000", "fault=timeout"])
def test_ctrl_c_ends_what_is_held_back(prefer: str) -> None:
    """An answer that the mock only holds back comes at once; after a drain there would be none."""
    with serve() as served, asked(served, prefer) as answers:
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(_PATIENCE_SECONDS) == 0
    assert [answer.status_code for answer in answers] == [200]


def test_ctrl_c_in_a_terminal() -> None:
    """A terminal tells the workers too, which changes nothing."""
    with serve(before=("setsid",)) as served, asked(served, "delay=60000") as answers:
        os.killpg(served.process.pid, signal.SIGINT)
        assert served.process.wait(_PATIENCE_SECONDS) == 0
    assert [answer.status_code for answer in answers] == [200]


def test_second_ctrl_c_ends_everything() -> None:
    """A client that never finishes its request is waited for, but not after a second Ctrl-C."""
    fields = "host: x\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n"
    with serve() as served, socket.create_connection(("127.0.0.1", served.port)) as client:
        client.sendall(f"POST {PATH}x/end-call HTTP/1.1\r\n{fields}".encode())
        assert client.recv(99).startswith(b"HTTP/1.1 100 ")  # it is being waited for
        served.process.send_signal(signal.SIGINT)
        while not refused(served.port):
            pass
        assert served.process.poll() is None
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(_AT_ONCE_SECONDS) == 0


@pytest.mark.skipif(not has_ipv6(), reason="This machine has no IPv6")
@pytest.mark.parametrize("address", ["127.0.0.1", "[::1]"])
def test_localhost_is_both_families(localhost: Served, address: str) -> None:
    """A mock at localhost answers whichever of its addresses a client tries, and nobody outside."""
    assert httpx2.get(f"http://{address}:{localhost.port}/healthz").status_code == 200


@pytest.mark.skipif(not has_ipv6(), reason="This machine has no IPv6")
def test_localhost_keeps_the_whole_port(localhost: Served) -> None:
    """No other mock can have one of the two addresses."""
    for host in ("127.0.0.1", "::1", "localhost"):
        done = subprocess.run(
            [*COMMAND, "--host", host, "--port", str(localhost.port)],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
        )
        assert done.returncode == 2 and f"--port {localhost.port}: " in done.stderr

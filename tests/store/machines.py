"""Two machines in network namespaces, and nginx before them: as close as one computer comes."""

import ctypes
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx2

from tests.mockserver.serving import COMMAND

__all__ = ["Network", "why_not"]

_PREFIX = "acm"
_PORT = 4010
_CLONE_NEWNET = 0x40000000
_PATIENCE_SECONDS = 30.0


def why_not() -> str:
    """Return why there can be no namespaces here; empty where there can."""
    if sys.platform != "linux" or shutil.which("ip") is None:
        return "network namespaces need Linux and the command ip"
    probe = f"{_PREFIX}{os.getpid()}"
    done = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True)
    if done.returncode:
        return f"network namespaces are not permitted here: {done.stderr.strip()}"
    subprocess.run(["ip", "netns", "delete", probe], check=True)
    if shutil.which("nginx") is None:
        return "nginx is not on the PATH: make redis installs it"
    return ""


def _ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


def _clear_away() -> None:
    """Remove the namespaces that runs which were killed have left."""
    found = re.findall(rf"\b({_PREFIX}(\d+)n\d)\b", _ip("netns", "list"))
    for name, process in set(found):
        if not Path(f"/proc/{process}").exists():
            _ip("netns", "delete", name)


@contextmanager
def _own_network() -> Iterator[None]:
    """Within it this thread, and what it starts, has a network of its own.

    Chromium breaks off what it is loading whenever an address comes to the machine or goes, and
    other tests load pages meanwhile.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    if libc.unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    try:
        _ip("link", "set", "lo", "up")
        yield
    finally:
        libc.setns(before, _CLONE_NEWNET)
        os.close(before)


class Network:
    """A bridge, with a namespace for each machine on it.

    ``subnet`` is the first three numbers of its addresses; the host itself, with Redis, has 1.
    Within the block, that is what the test's own thread is on.
    """

    subnet = "10.213.7"

    def __init__(self, folder: Path) -> None:
        self._folder, self._name = folder, f"{_PREFIX}{os.getpid()}"
        self._open = ExitStack()

    def __enter__(self) -> "Network":
        """Make the bridge."""
        _clear_away()
        self._open.enter_context(_own_network())
        _ip("link", "add", self._name, "type", "bridge")
        self._open.callback(_ip, "link", "delete", self._name)
        _ip("address", "add", f"{self.subnet}.1/24", "dev", self._name)
        _ip("link", "set", self._name, "up")
        return self

    def __exit__(self, *_: object) -> None:
        """Remove all of it."""
        self._open.close()

    def machine(self, number: int) -> str:
        """Add a machine, and return the name of its namespace."""
        name, inside, outside = (f"{self._name}{letter}{number}" for letter in "nio")
        _ip("netns", "add", name)
        self._open.callback(_ip, "netns", "delete", name)
        _ip("link", "add", outside, "type", "veth", "peer", "name", inside, "netns", name)
        _ip("link", "set", outside, "master", self._name, "up")
        _ip("-n", name, "address", "add", f"{self.subnet}.{number}/24", "dev", inside)
        _ip("-n", name, "link", "set", inside, "up")
        _ip("-n", name, "link", "set", "lo", "up")
        return name

    @contextmanager
    def mock(self, number: int, store: str, *options: str) -> Iterator[str]:
        """Run a mock on a machine of its own, and yield its base URL."""
        name = self.machine(number)
        command = [
            "ip", "netns", "exec", name, *COMMAND, "--host", f"{self.subnet}.{number}",
            "--port", str(_PORT), "--store", store, *options,
        ]  # fmt: skip
        url = f"http://{self.subnet}.{number}:{_PORT}"
        with _running(command, self._folder / f"machine-{number}.log", f"{url}/readyz"):
            yield url

    @contextmanager
    def nginx(self, machines: list[str]) -> Iterator[str]:
        """Run nginx, which asks the machines in turn, and yield its base URL."""
        servers = "".join(f"server {url.removeprefix('http://')};" for url in machines)
        configuration = self._folder / "nginx.conf"
        configuration.write_text(
            f"""
            daemon off; pid {self._folder}/nginx.pid; error_log stderr; worker_processes 1;
            events {{}}
            http {{
                access_log off;
                upstream mocks {{ {servers} keepalive 8; }}
                server {{
                    listen {self.subnet}.1:8080;
                    location / {{
                        proxy_pass http://mocks;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                    }}
                }}
            }}
            """
        )
        command = ["nginx", "-p", str(self._folder), "-c", str(configuration)]
        url = f"http://{self.subnet}.1:8080"
        with _running(command, self._folder / "nginx.log", f"{url}/healthz"):
            yield url


@contextmanager
def _running(command: list[str], log: Path, ready: str) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ})
    try:
        until = time.monotonic() + _PATIENCE_SECONDS
        while not _answers(ready):
            assert process.poll() is None and time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _answers(url: str) -> bool:
    with suppress(httpx2.TransportError):
        return httpx2.get(url, timeout=2, trust_env=False).status_code == 200
    return False

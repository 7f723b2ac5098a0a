"""Servers as processes: started on loopback, watched while they run, stopped with all theirs."""

import atexit
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import psutil

__all__ = ["Server", "free_port", "leave_nothing", "serving", "started"]

_POLL_SECONDS = 0.005
_MARK = "ACTIVE_CALLS_STARTED_BY"
# Waits until whoever started it is gone, and ends all that carry the same mark.
_WATCH = f"""
import contextlib, os, sys, psutil
sys.stdin.read()
for process in psutil.process_iter():
    with contextlib.suppress(psutil.Error):
        if process.pid != os.getpid() and process.environ().get("{_MARK}") == os.environ["{_MARK}"]:
            process.kill()
"""


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    command: Sequence[str], patience: float = 120, **options: Any
) -> Iterator[subprocess.Popen[str]]:
    """Run a program that prints text, and kill it and its own at the end of the block.

    ``Popen`` alone waits for it where an assertion fails. And who reads what it prints would wait
    for a line that never comes: so it is killed after ``patience`` seconds as well.
    """
    with subprocess.Popen(command, text=True, **options) as process:
        late = threading.Timer(patience, _kill, [process])
        late.start()
        try:
            yield process
        finally:
            late.cancel()
            _kill(process)


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill a process and all that it has started, unless it has ended."""
    if process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            for one in psutil.Process(process.pid).children(recursive=True):
                one.kill()
        process.kill()


def leave_nothing() -> None:
    """Let no process outlive ours that we start from now on, even if ours is killed."""
    os.environ[_MARK] = str(os.getpid())
    watch = subprocess.Popen(
        [sys.executable, "-c", _WATCH], stdin=subprocess.PIPE, start_new_session=True
    )
    atexit.register(watch.communicate)


class Server:
    """A running server and every process that it has started.

    ``log`` is the file that its output goes to.
    """

    def __init__(self, command: Sequence[str], port: int, log: Path, folder: Path | None) -> None:
        self.port, self.log = port, log
        self.url = f"http://127.0.0.1:{port}"
        self.started = time.perf_counter()
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command, stdout=output, stderr=subprocess.STDOUT, cwd=folder, start_new_session=True
            )

    def seconds_to_answer(self, path: str, headers: Mapping[str, str], patience: float) -> float:
        """Return the seconds from the start to the first answer with status 200.

        Raises:
            TimeoutError: there was none within ``patience`` seconds, or the server is gone.
        """
        with httpx2.Client(base_url=self.url, headers=dict(headers), timeout=5) as client:
            while (seconds := time.perf_counter() - self.started) < patience:
                if self.process.poll() is not None:
                    raise TimeoutError(f"it ended with status {self.process.returncode}")
                with suppress(httpx2.TransportError):
                    if client.get(path).status_code == httpx2.codes.OK:
                        return time.perf_counter() - self.started
                time.sleep(_POLL_SECONDS)
        raise TimeoutError(f"no answer with status 200 within {seconds:.0f} s")

    def processes(self) -> list[psutil.Process]:
        """Return the server's process and all those that it has started."""
        try:
            root = psutil.Process(self.process.pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def memory_bytes(self) -> int:
        """Return the resident memory of all processes; what they share counts once."""
        total = 0
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                total += process.memory_full_info().pss
        return total

    def cpu_seconds(self) -> float:
        """Return the processor time that all processes have used."""
        total = 0.0
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
        return total

    def stop(self, patience: float = 20.0) -> int | None:
        """Ask the server to stop, and end what is left of it then; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        with suppress(ProcessLookupError):  # the group is the server's own: nothing else is in it
            os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()


@contextmanager
def serving(command: Sequence[str], port: int, folder: Path | None = None) -> Iterator[Server]:
    """Run a server for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as place:
        server = Server(command, port, Path(place) / "log", folder)
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.stop()
            with suppress(ProcessLookupError):
                os.killpg(server.process.pid, signal.SIGKILL)

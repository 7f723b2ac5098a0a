"""A real Redis on loopback, which tests start, kill and start again."""

import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests.processes import free_port

__all__ = ["MISSING", "RedisServer"]

_PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")
MISSING = "" if _PROGRAM else "redis-server is not on the PATH: make redis installs it"
"""Why there can be none here; empty where there can."""

_PATIENCE_SECONDS = 20.0


class RedisServer:
    """One server on a port of its own; ``options`` are its command's."""

    def __init__(self, folder: Path, *options: str, host: str = "127.0.0.1") -> None:
        self.port, self._folder, self._host = free_port(), folder, host
        self._options: Sequence[str] = options
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """Its address, as ``--store`` takes it."""
        return f"redis://{self._host}:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        assert _PROGRAM
        command = [
            _PROGRAM, "--port", str(self.port), "--bind", self._host, "--dir", str(self._folder),
            "--protected-mode", "no", "--loglevel", "warning", *self._options,
        ]  # fmt: skip
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + _PATIENCE_SECONDS
        while self.command("PING")[:5] not in ("+PONG", "-NOAU"):  # the latter wants a password
            if time.monotonic() > until or self._process.poll() is not None:
                self.kill()
                raise TimeoutError("Redis does not start")
            time.sleep(0.01)

    def command(self, *words: str) -> str:
        """Send one command, and return the first line of the answer; empty where it is down."""
        return self._ask(*words).partition("\r\n")[0]

    def info(self, section: str) -> str:
        """Return a section of what the server tells about itself."""
        return self._ask("INFO", section)

    def calls(self, command: str) -> int:
        """Return how often a command was sent, or called within a script."""
        found = re.search(rf"cmdstat_{command}:calls=(\d+)", self.info("commandstats"))
        return int(found[1]) if found else 0

    def _ask(self, *words: str) -> str:
        text = f"*{len(words)}\r\n" + "".join(f"${len(w.encode())}\r\n{w}\r\n" for w in words)
        with suppress(OSError), self._connected() as connection:
            connection.sendall(text.encode())
            return connection.recv(65536).decode()
        return ""

    def _connected(self) -> socket.socket:
        return socket.create_connection((self._host, self.port), _PATIENCE_SECONDS)

    def hang(self) -> None:
        """Let it take connections in and answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it without any warning."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

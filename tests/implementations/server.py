"""A small threaded HTTP server with control over every byte that leaves it."""

import json
import math
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import unquote

__all__ = ["PREFIX", "App", "Request", "Response", "serve"]

PREFIX = "/v2/api/active-calls/"


@dataclass(frozen=True)
class Request:
    """What came in.

    ``target`` is the path with its query as sent. Header names are in lower case, and in ``names``
    as sent. ``content`` is the body.
    """

    method: str
    target: str
    headers: dict[str, str]
    names: tuple[str, ...] = ()
    content: bytes = b""

    @property
    def path(self) -> tuple[str, str]:
        """The operation's name and the room, percent-decoded; both empty for any other path."""
        path = self.target.split("?", 1)[0]
        room, _, what = path.removeprefix(PREFIX).partition("/")
        if path == PREFIX.rstrip("/"):
            return "list", ""
        if not path.startswith(PREFIX) or what not in ("", "insights", "end-call", "remove-agent"):
            return "", ""
        return what or "call", unquote(room, errors="replace")

    @property
    def room(self) -> str | None:
        """The room asked for, percent-decoded; None where the path is another or no UTF-8."""
        path = self.target.split("?", 1)[0]
        name = path.removeprefix(PREFIX)
        if name == path or not name or "/" in name:
            return None
        try:
            return unquote(name, errors="strict")
        except UnicodeDecodeError:
            return None

    @property
    def query(self) -> str:
        """What follows the question mark."""
        return self.target.partition("?")[2]

    @property
    def workspace(self) -> str:
        """The workspace named by the header, empty where there is none."""
        return self.headers.get("x-workspace-id", "")


@dataclass(frozen=True)
class Response:
    """What goes out.

    ``body`` is bytes as they stand, or a value to send as JSON. ``wire`` changes the finished
    bytes, head included, and closes the connection after them. ``surplus`` follows them, and the
    connection stays. ``wait`` is in seconds. With ``down`` nothing goes out, and the server stops
    for so many seconds. ``drip`` are seconds between two bytes.
    """

    status: int
    body: Any = None
    headers: dict[str, str | None] = field(default_factory=dict)
    wire: Callable[[bytes], bytes] | None = None
    surplus: bytes = b""
    wait: float = 0.0
    down: float = 0.0
    drip: float = 0.0

    def encoded(self, method: str) -> bytes:
        """Return head and body. A header whose value is None is left out."""
        body = self.body
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        headers: dict[str, str | None] = {
            "Date": formatdate(usegmt=True),
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **self.headers,
        }
        lines = [f"HTTP/1.1 {self.status} Status"]
        lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        return head if method == "HEAD" else head + content


App = Callable[[Request], Response]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, app: App) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.app = app
        self.stopping = threading.Event()
        self.is_up = True

    def go_down(self, seconds: float) -> None:
        """Listen no longer; after so many seconds, be back on the same port."""
        self.is_up = False
        self.shutdown()
        self.socket.close()
        if math.isfinite(seconds):
            threading.Thread(target=self._come_back, args=(seconds,), daemon=True).start()

    def _come_back(self, seconds: float) -> None:
        if self.stopping.wait(seconds):
            return
        self.socket = socket.socket(self.address_family, self.socket_type)
        self.server_bind()
        self.server_activate()
        self.is_up = True
        self.serve_forever(0.05)

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: a client that goes away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Answer every method, also those that HTTP does not know."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        length = self.headers.get("content-length") or ""
        content = self.rfile.read(int(length) if length.isdecimal() else 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        server = cast(_Server, self.server)
        if not server.is_up:  # a connection that was kept since before
            self.close_connection = True
            return
        names = tuple(self.headers)
        response = server.app(Request(self.command, self.path, headers, names, content))
        if response.wait:
            server.stopping.wait(response.wait)
        if response.down:
            self.close_connection = True
            server.go_down(response.down)
            return
        data = response.encoded(self.command)
        if response.wire:
            data = response.wire(data)
            self.close_connection = True
        if not response.drip:
            self.wfile.write(data + response.surplus)
        for byte in data if response.drip else b"":
            self.wfile.write(bytes([byte]))
            if server.stopping.wait(response.drip):
                break

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log nothing."""


class _SingleServer(_Server):
    """Serves one connection to its end before the next."""

    process_request = HTTPServer.process_request


@contextmanager
def serve(app: App, *, threads: bool = True) -> Iterator[str]:
    """Serve ``app`` on a free port of this machine; yield its base URL."""
    with (_Server if threads else _SingleServer)(app) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.stopping.set()
            server.shutdown()
            thread.join()

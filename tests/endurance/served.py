"""A mock to put a load on: a process that logs only what goes wrong."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.processes import Server, free_port, serving

__all__ = ["mock"]


@contextmanager
def mock(*options: str, files: int | None = None) -> Iterator[Server]:
    """Serve a mock, which is started by somebody who may open so many ``files``."""
    port = free_port()
    command = [sys.executable, "-m", "mockserver", "--port", str(port), "--log-level", "warning"]
    limited = ["sh", "-c", f'ulimit -Sn {files} && exec "$0" "$@"'] if files else []
    with serving([*limited, *command, *options], port) as server:
        server.seconds_to_answer("/healthz", {}, 60)
        yield server

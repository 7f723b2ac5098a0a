"""The floor: a bare ASGI application that answers the same bytes, served as the mock is.

``python floor.py PORT FILE [WORKERS]``, where FILE holds headers and body.
"""

import sys
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from starlette.types import ASGIApp, Receive, Scope, Send


def load(answer: dict[str, Any]) -> ASGIApp:
    """Return the application."""
    headers = [(name.encode(), value.encode()) for name, value in answer["headers"]]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    body = {"type": "http.response.body", "body": answer["body"].encode(), "more_body": False}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start)
        await send(body)

    return app


def main(port: str, file: str, workers: str = "1") -> None:
    """Serve until SIGTERM."""
    server = Granian(
        "floor", port=int(port), interface=Interfaces.ASGINL, loop=Loops.uvloop, websockets=False,
        log_level=LogLevels.error, workers=int(workers),
    )  # fmt: skip
    answer = orjson.loads(Path(file).read_bytes())
    server.serve(target_loader=partial(load, answer), wrap_loader=False)


if __name__ == "__main__":
    main(*sys.argv[1:])

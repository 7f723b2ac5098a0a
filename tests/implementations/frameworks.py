"""Correct implementations as frameworks make them, with their own errors and habits."""

import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

import fastapi
import flask
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from werkzeug.serving import make_server

from tests.implementations.call import KEY, ROOMS, WORKSPACE, Call
from tests.implementations.correct import Correct, enter
from tests.implementations.family import BOARD, ENDING
from tests.processes import started

_PATH = "/v2/api/active-calls/"
_LONG = 3600.0  # seconds; a server is there for as long as it is verified
_ROOT = Path(__file__).parents[2]
_EXPRESS = Path(__file__).with_name("express")


def _calls() -> dict[str, Call]:
    started = datetime.now(UTC) - timedelta(seconds=60)
    return {room: Call(room, started) for room in ROOMS}


def _fastapi() -> fastapi.FastAPI:
    app, calls = fastapi.FastAPI(), _calls()

    @app.get(_PATH + "{room}")
    def call(room: str, x_workspace_id: Annotated[str, fastapi.Header(min_length=1)]) -> Any:
        if x_workspace_id != WORKSPACE or room not in calls:
            raise fastapi.HTTPException(404)
        return calls[room].at(datetime.now(UTC))

    return app


def _starlette() -> Starlette:
    calls = _calls()

    async def call(request: Request) -> Response:
        workspace, room = request.headers.get("x-workspace-id"), request.path_params["room"]
        if not workspace:
            return JSONResponse({"error": "x-workspace-id is required"}, 401)
        if workspace != WORKSPACE or room not in calls:
            return Response(status_code=404)
        return JSONResponse(calls[room].at(datetime.now(UTC)))

    return Starlette(routes=[Route(_PATH + "{room:path}", call)])


@contextmanager
def _asgi(app: Any) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def _flask() -> flask.Flask:
    app, calls = flask.Flask(__name__), _calls()

    @app.get(_PATH + "<room>")
    def call(room: str) -> Any:
        workspace = flask.request.headers.get("x-workspace-id")
        if not workspace:
            flask.abort(400)
        if workspace != WORKSPACE or room not in calls:
            flask.abort(404)
        return calls[room].at(datetime.now(UTC))

    return app


@contextmanager
def _wsgi(app: flask.Flask) -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@contextmanager
def _http_server() -> Iterator[str]:
    calls = _calls()

    class Handler(BaseHTTPRequestHandler):
        """Knows GET alone; every error is the standard library's HTML page."""

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            room = unquote(path.removeprefix(_PATH))
            if not self.headers.get("x-workspace-id"):
                self.send_error(403)
            elif self.headers["x-workspace-id"] != WORKSPACE or room not in calls:
                self.send_error(404)
            else:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(dumps(calls[room].at(datetime.now(UTC))).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - likewise
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def _express() -> Iterator[str]:
    environment = {**os.environ, "ROOMS": dumps(ROOMS), "WORKSPACE": WORKSPACE}
    environment["NODE_ENV"] = "production"
    command = ["node", "server.js"]
    with started(command, _LONG, cwd=_EXPRESS, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout
        yield process.stdout.readline().strip()


def _missing() -> str:
    if not shutil.which("node"):
        return "node is not installed"
    installed = (_EXPRESS / "node_modules" / "express").is_dir()
    return "" if installed else "Express is not installed: npm ci in tests/implementations/express"


@contextmanager
def _mock() -> Iterator[str]:
    command = [sys.executable, "-m", "mockserver", "--port=0", f"--api-key={KEY}"]
    # Closed to the rooms, and limited so that a burst of requests meets the limit.
    command += [f"--room={WORKSPACE}/{room}" for room in BOARD] + ["--rate-limit=40/s"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with started(command, _LONG, cwd=_ROOT, **streams) as process:
        assert process.stdout
        announced = iter(process.stdout.readline, "")
        yield next(found[0] for line in announced if (found := re.search(r"http://[^/\s]+", line)))


for _one in (
    Correct(
        "the-mock",
        "The project's own mock, closed to a few rooms, one of whose calls may be ended",
        _mock,
        keyed=True,
        options=ENDING,
    ),
    Correct("fastapi", "FastAPI, with its 422 and its detail", lambda: _asgi(_fastapi())),
    Correct("starlette", "Starlette, with errors without a body", lambda: _asgi(_starlette())),
    Correct("flask", "Flask, with HTML errors and sorted names", lambda: _wsgi(_flask())),
    Correct("http-server", "A plain http.server, with HTML errors and HTTP/1.0", _http_server),
    Correct("express", "Express, with its HTML errors and ETags", _express, missing=_missing),
):
    enter(_one)

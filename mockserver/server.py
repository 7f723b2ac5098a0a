"""Serves the application with Granian."""

import shlex
from functools import partial

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from starlette.types import ASGIApp

from .access_log import configure_logging
from .app import create_app
from .settings import Settings

__all__ = ["serve"]


def _worker(settings: Settings) -> ASGIApp:
    configure_logging(settings.log_level)
    return create_app(settings)


def _announce(settings: Settings) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    if settings.host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    base = f"http://{host}:{settings.port}"
    workspace, room = settings.rooms[0] if settings.rooms else (None, "call-abc123")
    key = "" if settings.api_key is None else ' -H "x-api-key: $API_KEY"'
    header = shlex.quote(f"x-workspace-id: {workspace or 'ws-acme'}")
    console = f"See it live  {base}/\n" if settings.console else ""
    print(
        f"API   {base}/v2/api/active-calls/{{roomName}}\n"
        f"Docs  {base}/docs\n"
        f"Spec  {base}/openapi.yaml\n"
        f"{console}\n"
        f"  curl -s -H {header}{key} {base}/v2/api/active-calls/{room}\n",
        flush=True,
    )


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM, then answer what has been accepted and return.

    Raises:
        ScenarioFileError: the file of own scenarios cannot be used.
    """
    create_app(settings)  # what is wrong with the settings shows here, not in a worker
    server = Granian(
        "active-calls-mock",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        workers=settings.workers,
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels.error,
        process_name=None,
    )
    server.on_startup(partial(_announce, settings))
    server.serve(target_loader=partial(_worker, settings), wrap_loader=False)

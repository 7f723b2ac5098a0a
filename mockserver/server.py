"""Serves the application with Granian."""

import asyncio
import errno
import gc
import multiprocessing
import os
import shlex
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from multiprocessing.synchronize import Lock
from urllib.parse import quote

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from starlette.types import ASGIApp

from mockserver.operations import FUNCTIONS, demand_all
from mockserver.settings import Settings
from openapi import CONTRACT, CONTROL, Operations, load_contract

if sys.platform != "win32":
    import resource

__all__ = ["ListenError", "serve"]

# The same on every machine, whatever else is installed; uvloop does not run on Windows.
_LOOP = Loops.asyncio if sys.platform == "win32" else Loops.uvloop
# How long the end waits for answers that are under way: less than the ten seconds after which
# container runtimes kill.
_DRAIN_SECONDS = 8
# Granian closes a connection that falls silent after half a minute, but never one that has sent
# nothing. Such clients must not keep others out: so many may be open, at a few kilobytes each.
_MOST_CONNECTIONS = 16_384
_OTHER_FILES = 128
_TASKS: set[asyncio.Task[None]] = set()  # the loop itself keeps no task alive


class ListenError(OSError):
    """The address cannot be listened at; the message is one line with the option to change."""


def _free_address(host: str, port: int) -> tuple[str, int]:
    """Return the IP address of ``host`` and ``port``, once it is sure that they can be listened at.

    A free port stands in for 0.

    Raises:
        ListenError: it cannot.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        # Granian's sockets set SO_REUSEPORT, so they would share the port with another mock.
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
            bound = probe.getsockname()
            return str(bound[0]), int(bound[1])
    except UnicodeError:
        raise ListenError(f"--host {host!a}: this is not a name of a host.") from None
    except OSError as error:
        elsewhere = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        option = f"--host {host}" if elsewhere else f"--port {port}"
        raise ListenError(f"{option}: cannot listen: {error.strerror}; choose another.") from None


def _worker(settings: Settings, first: Lock) -> ASGIApp:
    # Imported here: the parent process never needs Connexion, and stays small without it.
    from mockserver.app import create_context, wired
    from mockserver.http.access_log import configure_logging

    configure_logging(settings.log_level)
    context = create_context(settings)
    app = wired(context)
    if settings.scenario_files:
        from mockserver.reloading import watch_scenarios

        loop = asyncio.get_event_loop()
        watching = watch_scenarios(settings.scenario_files, context)
        loop.call_soon(lambda: _TASKS.add(loop.create_task(watching)))
    # These objects live as long as the process: the garbage collector need not look at them.
    gc.collect()
    gc.freeze()
    # One worker prints where the mock listens: the first to take the lock, which nobody releases.
    # It prints when its loop runs, so that a request sent then is answered.
    if first.acquire(block=False):
        asyncio.get_event_loop().call_soon(_announce, settings)
    return app


def _announce(settings: Settings) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    if settings.host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    base = f"http://{host}:{settings.port}"
    workspace, room = settings.rooms[0] if settings.rooms else (None, "call-abc123")
    key = "" if settings.api_key is None else ' -H "x-api-key: $API_KEY"'
    header = shlex.quote(f"x-workspace-id: {workspace or 'ws-acme'}")
    console = f"Live  {base}/\n" if settings.console else ""
    with suppress(BrokenPipeError):  # nobody reads it
        print(
            f"API   {base}/v2/api/active-calls/{{roomName}}\n"
            f"Docs  {base}/docs\n"
            f"Spec  {base}/openapi.yaml\n"
            f"{console}\n"
            f"  curl -s -H {header}{key} {base}/v2/api/active-calls/{quote(room, safe='')}\n",
            flush=True,
        )


def _heed_signals() -> None:
    # A worker inherits the parent's handlers, and has none of its own before it serves. With the
    # default ones a signal ends it in that time too.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _most_connections() -> int:
    """Return how many connections a worker can hold; let it open as many files as it may."""
    if sys.platform == "win32":
        return _MOST_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = _MOST_CONNECTIONS + _OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        files = min(files, hard)
    if soft != resource.RLIM_INFINITY and soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return max(1, files - _OTHER_FILES)


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM, then answer what has been accepted and return.

    Raises:
        ListenError: the address cannot be listened at.
        MissingFunctionError: an operation of the contract has no function.
    """
    address, port = _free_address(settings.host, settings.port)
    settings = replace(settings, port=port)
    demand_all(FUNCTIONS, (Operations(load_contract(path)) for path in (CONTRACT, CONTROL)))
    server = Granian(
        "active-calls-mock",
        address=address,
        port=port,
        interface=Interfaces.ASGINL,
        loop=_LOOP,
        workers=settings.workers,
        respawn_failed_workers=True,
        workers_kill_timeout=_DRAIN_SECONDS,
        backpressure=_most_connections(),
        websockets=False,
        log_level=LogLevels.error,
    )
    if settings.workers > 1:
        # Workers share the memory of what is imported before they are forked, and start sooner.
        import_module("mockserver.app")
    os.register_at_fork(after_in_child=_heed_signals)
    loader = partial(_worker, settings, multiprocessing.Lock())
    server.serve(target_loader=loader, wrap_loader=False)

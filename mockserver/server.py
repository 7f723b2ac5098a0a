"""Serves the application with Granian."""

import asyncio
import gc
import multiprocessing
import os
import shlex
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from multiprocessing.synchronize import Lock
from multiprocessing.util import Finalize
from typing import Any
from urllib.parse import quote

from granian._granian import SocketHolder
from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer
from granian.server.mp import WorkerProcess
from starlette.types import ASGIApp

from mockserver.connexion_import import import_connexion
from mockserver.http.holding import HELD
from mockserver.http.responses import KEEP_ALIVE_SECONDS
from mockserver.listening import BACKLOG, listen
from mockserver.operations import FUNCTIONS, demand_all
from mockserver.settings import Settings
from mockserver.terminal import warn
from openapi import CONTRACT, CONTROL, Operations, load_contract
from openapi.streams import unprinted

if sys.platform != "win32":
    import resource

__all__ = ["serve"]

_WINDOWS = sys.platform == "win32"  # which has neither uvloop nor most signals
# How long the end waits for answers that are under way: less than the ten seconds after which
# container runtimes kill.
_DRAIN_SECONDS = 8
# Later than clients are told, or they would send a request when the connection is just closing.
_IDLE_MILLISECONDS = (KEEP_ALIVE_SECONDS + 5) * 1000
# Granian closes a connection that falls silent after that, but never one that has sent nothing.
# Such clients must not keep others out: so many may be open, at a few kilobytes each.
_MOST_CONNECTIONS = 16_384
_OTHER_FILES = 128
_TASKS: set[asyncio.Task[None]] = set()  # the loop itself keeps no task alive


class _Server(MPServer):
    """Granian with sockets of ours, and with our answers to signals.

    On Linux its own are made by each worker, with SO_REUSEPORT. Elsewhere it makes one before, and
    that way is taken here everywhere.
    """

    def __init__(self, listeners: Sequence[socket.socket], **options: Any) -> None:
        super().__init__("active-calls-mock", **options)
        self._listeners = listeners
        self._interrupted = False
        # The command was started by nohup, or by somebody else who wants it to go on.
        self._hangs_on = not _WINDOWS and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN

    def _init_shared_socket(self) -> None:
        self._choose(0)

    def _drop_shared_socket(self) -> None:
        for listener in self._listeners:
            listener.close()

    def _spawn_worker(self, idx: int, *args: Any, **kwargs: Any) -> WorkerProcess:
        self._choose(idx)
        return super()._spawn_worker(idx, *args, **kwargs)

    def _choose(self, idx: int) -> None:
        """Let the next worker have its socket."""
        listener = self._listeners[idx % len(self._listeners)]
        listener.set_inheritable(True)
        descriptor = listener.fileno()
        # Granian's type hints know neither these arguments nor that the fields change.
        holder = SocketHolder(descriptor, False, BACKLOG)  # type: ignore[call-arg]
        vars(self).update(_ssp=None, _shd=holder, _sfd=descriptor, _sso=listener)

    def begin_worker(self) -> None:
        """Make a process that was just forked what a worker is."""
        # It inherits the parent's handlers, and has none of its own before it serves. With the
        # default ones a signal ends it in that time too.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        # The others' sockets would go on to take connections in for as long as this one lives.
        for listener in self._listeners:
            if listener.fileno() != self._sfd:
                listener.close()

    def signal_handler_reload(self, *args: Any, **kwargs: Any) -> None:
        """End as at SIGTERM: who closes the terminal wants no new workers."""
        if not self._hangs_on:
            self.signal_handler_interrupt(*args, **kwargs)

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """End; at Ctrl-C without what is held back, and at the second one without anything."""
        if args[0] == signal.SIGINT and not _WINDOWS:  # there the console tells every process
            self._tell_workers(signal.SIGKILL if self._interrupted else signal.SIGINT)
            self._interrupted = True
        super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call]

    def _tell_workers(self, number: signal.Signals) -> None:
        for worker in self.wrks:
            worker.interrupt_by_parent = True
            with suppress(ProcessLookupError):
                os.kill(worker.inner.pid, number)


def _worker(settings: Settings, first: Lock, log_turn: Lock) -> ASGIApp:
    # Imported here: the parent process never needs Connexion, and stays small without it.
    import_connexion()
    from mockserver.app import close, create_context, start, wired
    from mockserver.http.access_log import open_log

    log = open_log(settings.log_level, log_turn if settings.workers > 1 else None)
    loop = asyncio.get_event_loop()
    if not _WINDOWS:
        _obey_parent(loop)
    context = create_context(settings)
    app = wired(context, log.write if settings.log_level in ("debug", "info") else None)
    loop.call_soon(start, context)
    # A forked process ends without the functions of atexit, but not without these.
    Finalize(None, close, (context,), exitpriority=1)
    Finalize(None, log.close, exitpriority=0)
    if settings.scenario_files:
        from mockserver.reloading import watch_scenarios

        def watch() -> None:
            _TASKS.add(loop.create_task(watch_scenarios(settings.scenario_files, context)))

        loop.call_soon(watch)
    # These objects live as long as the process: the garbage collector need not look at them again.
    gc.callbacks.append(_look_once)
    gc.set_threshold(700, 10, 1)  # often, so that each time there is little
    for _ in range(2):  # how much the last time left counts too: nothing
        gc.collect()
    # One worker prints where the mock listens: the first to take the lock, which nobody releases.
    # It prints when its loop runs, so that a request sent then is answered.
    if first.acquire(block=False):
        loop.call_soon(_announce, settings)
    return app


def _look_once(phase: str, info: Mapping[str, int]) -> None:
    """Leave what has survived a full collection out of the next ones.

    Calls that were drawn stay for long, and are freed by their reference counts. Looking at them
    all took 50 ms when 1,000 rooms had been asked for, in which nobody was answered; this takes 3.
    """
    if phase == "stop" and info["generation"] == 2:
        gc.freeze()


def _obey_parent(loop: asyncio.AbstractEventLoop) -> None:
    """Leave the terminal's signals to the parent, and end with it."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # Granian sets its own handler before the loop runs. The parent sends SIGTERM as well.
    loop.call_soon(loop.add_signal_handler, signal.SIGINT, HELD.let_go)
    parent = multiprocessing.parent_process()
    if parent is not None:
        # Nobody would hear a worker whose parent is gone, nor end it: it would keep the port.
        loop.add_reader(parent.sentinel, os._exit, 1)


def _announce(settings: Settings) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    if settings.host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    base = f"http://{host}:{settings.port}"
    workspace, room = settings.rooms[0] if settings.rooms else (None, "call-abc123")
    key = "" if settings.api_key is None else ' -H "x-api-key: $API_KEY"'
    header = shlex.quote(f"x-workspace-id: {workspace or 'ws-acme'}")
    console = f"Live  {base}/\n" if settings.console else ""
    print(
        f"API   {base}/v2/api/active-calls/{{roomName}}\n"
        f"Docs  {base}/docs\n"
        f"Spec  {base}/openapi.yaml\n"
        f"{console}\n"
        f"  curl -s -H {header}{key} {base}/v2/api/active-calls/{quote(room, safe='')}\n",
        flush=True,
    )
    if lost := unprinted():
        warn(f"{lost}; the mock listens at {base}")


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
    """Serve until SIGINT, SIGTERM or SIGHUP, then answer what has been accepted and return.

    Raises:
        ListenError: the address cannot be listened at.
        MissingFunctionError: an operation of the contract has no function.
    """
    demand_all(FUNCTIONS, (Operations(load_contract(path)) for path in (CONTRACT, CONTROL)))
    listeners = listen(settings.host, settings.port, settings.workers)
    settings = replace(settings, port=listeners[0].getsockname()[1])
    server = _Server(
        listeners,
        interface=Interfaces.ASGINL,
        loop=Loops.asyncio if _WINDOWS else Loops.uvloop,
        workers=settings.workers,
        respawn_failed_workers=True,
        workers_kill_timeout=_DRAIN_SECONDS,
        backpressure=_most_connections(),
        http1_settings=HTTP1Settings(header_read_timeout=_IDLE_MILLISECONDS),
        websockets=False,
        log_level=LogLevels.error,
    )
    if settings.workers > 1:
        # Workers share the memory of what is imported before they are forked, and start sooner.
        import_connexion()
        import_module("mockserver.app")
    os.register_at_fork(after_in_child=server.begin_worker)
    loader = partial(_worker, settings, multiprocessing.Lock(), multiprocessing.Lock())
    server.serve(target_loader=loader, wrap_loader=False)

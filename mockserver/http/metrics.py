"""Metrics for Prometheus: requests, latencies, faults, live calls, failures of the store.

Several workers write theirs into files of one folder, so that any of them can answer with the sum.
"""

import asyncio
import os
from collections.abc import Awaitable
from http import HTTPStatus
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.http.live_calls import LiveCalls
from mockserver.simulation.clock import stopwatch
from mockserver.simulation.listing import CALL_OPERATION

__all__ = ["FOLDER_VARIABLE", "Metered", "Metrics"]

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where the library finds the folder that several workers write to, before it is imported."""

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)
_NO_OPERATION = "none"


class Metrics:
    """What one mock counts. No label has more values than the contract or the mock has names."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        folder = os.environ.get(FOLDER_VARIABLE)
        if folder:
            MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]
            own = None  # the files are read, and nothing else
        else:
            own = self._registry
        self._requests = Counter(
            "active_calls_mock_requests", "Requests that were answered.",
            ["operation", "status"], registry=own,
        )  # fmt: skip
        self._seconds = Histogram(
            "active_calls_mock_request_seconds", "From the request to the end of its answer.",
            ["operation"], registry=own, buckets=_SECONDS,
        )  # fmt: skip
        self._faults = Counter(
            "active_calls_mock_faults", "Answers that were spoilt.", ["fault"], registry=own
        )
        self._store_errors = Counter(
            "active_calls_mock_store_errors", "Failures to reach the store.", registry=own
        )
        self._live = LiveCalls(Path(folder) if folder else None)
        self._registry.register(self._live)
        self._telling: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to tell other workers what they do not count. Needs a running loop."""
        self._telling = asyncio.create_task(self._live.keep_written())

    def answered(self, scope: Scope, status: int, began: float) -> None:
        """Count a request that was answered with ``status``."""
        routed = scope.get("extensions", {}).get("connexion_routing", {})
        operation = routed.get("operation_id") or _NO_OPERATION
        now = stopwatch()
        self._requests.labels(operation, str(status)).inc()
        self._seconds.labels(operation).observe(now - began)
        if operation == CALL_OPERATION:
            workspace = dict(scope["headers"]).get(b"x-workspace-id", b"")
            self._live.note(workspace, scope["raw_path"], status == HTTPStatus.OK)

    def spoilt(self, fault: str) -> None:
        """Count an answer that was spoilt."""
        self._faults.labels(fault).inc()

    def store_failed(self) -> None:
        """Count a failure to reach the store."""
        self._store_errors.inc()

    def text(self) -> tuple[bytes, bytes]:
        """Return all of it as Prometheus reads it, and its media type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST.encode()


class Metered:
    """Counts each request when its response has been sent."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        began, status = stopwatch(), 0

        def noting_send(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            return send(message)

        await self._app(scope, receive, noting_send)
        if status:  # else the client had left
            self._metrics.answered(scope, status, began)

"""Keeps exchanges in a file as they come, in the format HAR 1.2, without a secret in it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import harfile

from contracts.traffic.exchange import DEFAULT_HEADERS, Exchange
from contracts.traffic.har_entry import (
    Masks,
    har_request,
    har_response,
    seconds,
    started,
    timings,
)
from contracts.traffic.secrets import Secrets

__all__ = ["Archive"]

_HIDDEN = "(hidden)"
# Credentials that the target may hand out; those that it is sent are among the secrets.
_COOKIES = ("set-cookie", "set-cookie2")


class Archive:
    """A HAR file that grows by one exchange at a time, from any thread.

    ``origin`` is scheme and host. What was decoded from its Content-Encoding is kept decoded.

    ``problem`` says why not all of them could be written, empty where they were: the disk may
    become full during the run.

    Raises:
        OSError: where the file cannot be opened.

    """

    def __init__(self, path: Path, origin: str, secrets: Secrets) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8")
        creator = harfile.Creator(name="active-calls-verify", version="1")
        self._har = harfile.open(self._file, creator=creator)
        self._origin = origin
        self._secrets = secrets
        self._masks = Masks(secrets.redacted, self._sent, self._came)
        self._lock = threading.Lock()
        self._path, self.problem = path, ""

    def add(self, exchange: Exchange) -> None:
        """Write an exchange; one that comes after the end is left out."""
        request = har_request(exchange.request, self._origin, self._masks)
        response = har_response(exchange, self._masks)
        with self._lock, self._writing():
            if self._har.closed or self.problem:
                return
            self._har.add_entry(
                startedDateTime=started(exchange),
                time=round(seconds(exchange) * 1000, 3),
                timings=timings(exchange),
                request=request,
                response=response,
                comment=self._comment(exchange),
            )

    def close(self) -> None:
        """Write the end of the file."""
        with self._lock:
            with self._writing():
                self._har.close()
            with self._writing():
                self._file.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.problem = f"{self._path} could not be written: {error.strerror}"

    def _comment(self, exchange: Exchange) -> str | None:
        """Return what only the asker knows of an exchange, and what was wrong with its answer."""
        mark = f"[{exchange.mark}]" if exchange.mark else ""
        return " ".join(filter(None, (mark, self._secrets.redacted(exchange.detail)))) or None

    def _sent(self, name: str, value: str) -> str:
        """Return the value of a header as it may be shown. A short secret is one here, too."""
        found = None if DEFAULT_HEADERS.get(name) == value else self._secrets.within(value)
        return self._secrets.redacted(value.replace(*found) if found else value)

    def _came(self, name: str, value: str) -> str:
        if name in _COOKIES:
            return f"{value.partition('=')[0]}={_HIDDEN}"
        return self._secrets.redacted(value)

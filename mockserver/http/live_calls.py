"""Which calls a mock has shown lately, over all of its workers."""

import asyncio
import os
from collections import OrderedDict
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from mockserver.simulation.clock import stopwatch
from mockserver.state.processes import is_alive

__all__ = ["LiveCalls"]

_SECONDS = 60.0
_MOST = 10_000
_WRITE_SECONDS = 5.0
_DIGEST_BYTES = 8
_PREFIX = "live_calls-"


class LiveCalls(Collector):
    """Counts the calls shown within a minute that are not known to be over.

    Each worker writes its own into the ``folder`` that all of them read, every few seconds; without
    one, this process is the only one.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._shown: OrderedDict[bytes, float] = OrderedDict()
        self._written = b""

    def note(self, workspace: bytes, path: bytes, live: bool) -> None:
        """Note that a call was shown, or that there is none."""
        key = blake2b(path, key=workspace[:64], digest_size=_DIGEST_BYTES).digest()
        self._shown.pop(key, None)
        if live:
            self._shown[key] = stopwatch()
            if len(self._shown) > _MOST:
                self._shown.popitem(last=False)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield what Prometheus reads."""
        yield GaugeMetricFamily(
            "active_calls_mock_live_calls", "Calls shown within the last minute.", len(self._all())
        )

    def _own(self) -> set[bytes]:
        old = stopwatch() - _SECONDS
        while self._shown and next(iter(self._shown.values())) < old:
            self._shown.popitem(last=False)
        return set(self._shown)

    def _all(self) -> set[bytes]:
        found = self._own()
        for path in self._folder.glob(f"{_PREFIX}*") if self._folder else ():
            process = int(path.name.removeprefix(_PREFIX))
            if process == os.getpid():
                continue
            if is_alive(process):
                digests = path.read_bytes()
                starts = range(0, len(digests), _DIGEST_BYTES)
                found |= {digests[start : start + _DIGEST_BYTES] for start in starts}
            else:
                path.unlink(missing_ok=True)
        return found

    async def keep_written(self) -> None:
        """Tell the other workers, for ever."""
        while self._folder is not None:
            digests = b"".join(sorted(self._own()))
            if digests != self._written:
                (self._folder / f"{_PREFIX}{os.getpid()}").write_bytes(digests)
                self._written = digests
            await asyncio.sleep(_WRITE_SECONDS)

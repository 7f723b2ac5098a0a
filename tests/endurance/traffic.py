"""The clients of a soak: each kind is a coroutine that goes on until it is cancelled."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, cycle
from urllib.parse import quote_from_bytes

from contracts.judging.results import Observation
from tests.endurance.wire import PATH, Answer, Connection, get

__all__ = ["HOSTILE", "WATCHED", "Tally", "clients"]

WATCHED = ("watched-1", "watched-2", "watched-3", "mock-long-call-w", "mock-ending-w")
_NAMES = (
    b"..", b"null", b"\x00", b"\r\nx-injected: 1", b"%", b"\xff\xfe", "\u202e\u0645".encode(),
    "\U0001f600".encode(), b"' OR 1=1 --", b"{{7*7}}", b"${jndi:ldap://x}", b"<script>",
    b"a" * 4000, b"mock-nothing",
)  # fmt: skip
HOSTILE = tuple(quote_from_bytes(name).encode() for name in _NAMES)
_CONTROL = (b"/healthz", b"/openapi.json", b"/openapi.yaml", b"/docs/", b"/", b"/nowhere", b"//")
_ROOMS = 20_000  # more than the mock keeps, so that what it keeps is soon all that it ever will
_IDLE_A_SECOND = 100  # opened all at once, they would wait for their turn, as nobody's fault
_METHODS = (b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"HEAD", b"TRACE", b"BREW")


@dataclass
class Tally:
    """What the clients have seen.

    ``wrong`` are answers that nobody asked for, in words; ``latencies`` those of ordinary
    requests, in seconds; ``observations`` those of the watched rooms.
    """

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)

    def note(self, kind: str, answer: Answer, expected: int | None = None) -> None:
        """Count an answer; a 5xx is wrong unless it is the ``expected`` status."""
        self.statuses[kind, answer.status] += 1
        right = answer.status < 500 if expected is None else answer.status == expected
        if not right:
            self.wrong[f"{kind}: status {answer.status}"] += 1
        if answer.header(b"x-injected") is not None:
            self.wrong[f"{kind}: an injected header"] += 1


_Kind = Callable[[int, Tally], Awaitable[None]]


@asynccontextmanager
async def _answered(kind: str, tally: Tally) -> AsyncIterator[None]:
    """Count it as wrong if a connection breaks or an answer does not come."""
    try:
        yield
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        tally.wrong[f"{kind}: {type(error).__name__}"] += 1


async def _repeat(
    kind: str, port: int, tally: Tally, requests: Iterator[tuple[bytes, int | None]], pause: float
) -> None:
    """Send ``requests`` with the status that is expected of each, on one connection if possible."""
    while True:
        async with _answered(kind, tally), Connection(port) as connection:
            for request, expected in requests:
                answer = await connection.ask(request)
                tally.note(kind, answer, expected)
                await asyncio.sleep(pause)
                if answer.header(b"connection") == b"close":
                    break


async def _ordinary(port: int, tally: Tally) -> None:
    names = ((get(PATH + b"call-%d" % (n % _ROOMS)), 200) for n in count())
    await _repeat("ordinary", port, tally, names, 0)


async def _new_rooms(port: int, tally: Tally) -> None:
    names = ((get(PATH + b"new-%d" % n), 200) for n in count())
    await _repeat("new room", port, tally, names, 0)


async def _hostile(port: int, tally: Tally) -> None:
    requests = [get(PATH + name) for name in HOSTILE]
    requests += [get(PATH + b"x", method=method) for method in _METHODS]
    requests += [get(PATH + b"x", b"prefer: " + prefer) for prefer in (b"at=-1", b"code=999", b'"')]
    await _repeat("hostile", port, tally, ((r, None) for r in cycle(requests)), 0.001)


async def _control(port: int, tally: Tally) -> None:
    await _repeat("control", port, tally, ((get(path), None) for path in cycle(_CONTROL)), 0.01)


async def _errors(port: int, tally: Tally) -> None:
    statuses = (400, 401, 403, 404, 429, 500, 502, 503, 504)
    asked = [(get(PATH + b"mock-%d" % status), status) for status in statuses]
    asked += [(get(PATH + b"x", b"prefer: code=%d" % status), status) for status in statuses]
    await _repeat("asked for", port, tally, cycle(asked), 0.005)


async def _scenarios(port: int, tally: Tally) -> None:
    names = (b"documented", b"greeting", b"silent", b"escalation", b"long-call", b"unicode",
             b"markup", b"many-participants", b"minimal", b"fractional-duration")  # fmt: skip
    asked = cycle([get(PATH + b"mock-%s-%d" % (name, n)) for name in names for n in range(9)])
    await _repeat("scenario", port, tally, ((request, 200) for request in asked), 0.005)


async def _faults(port: int, tally: Tally) -> None:
    for fault in cycle((b"truncated", b"malformed", b"empty", b"wrong-content-type", b"timeout")):
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            async with Connection(port) as connection:
                request = get(PATH + b"x", b"prefer: fault=" + fault)
                tally.note("fault", await connection.ask(request, patience=0.2), 200)
        await asyncio.sleep(0.01)


async def _leaving(port: int, tally: Tally) -> None:
    """Hang up: in the middle of the request, before the answer, and in the middle of it."""
    whole = get(PATH + b"mock-long-call")
    for sent, read in cycle(((30, 0), (len(whole), 0), (len(whole), 100))):
        with suppress(OSError, TimeoutError):
            async with Connection(port) as connection:
                connection.writer.write(whole[:sent])
                async with asyncio.timeout(1):
                    await connection.reader.read(read)
                connection.reset()
        await asyncio.sleep(0.002)


async def _slow_reading(port: int, tally: Tally) -> None:
    """Ask for a large body again and again, and read a few bytes a second."""
    while True:
        with suppress(OSError):
            async with Connection(port, buffer=4096) as connection:
                connection.writer.write(get(PATH + b"mock-long-call") * 40)
                for _ in range(30):
                    await connection.reader.read(16)
                    await asyncio.sleep(1)
                connection.reset()


async def _slow_sending(port: int, tally: Tally) -> None:
    """Send a request a byte at a time."""
    while True:
        with suppress(OSError):
            async with Connection(port) as connection:
                for byte in get(PATH + b"x"):
                    connection.writer.write(bytes([byte]))
                    await asyncio.sleep(0.5)


async def _watching(port: int, tally: Tally, room: str) -> None:
    """Poll a room once a second, as a frontend does."""
    while True:
        async with _answered("watched", tally), Connection(port) as connection:
            while True:
                sent = time.monotonic()
                answer = await connection.ask(get(PATH + room.encode()))
                received = time.monotonic()
                tally.note("watched", answer)
                tally.latencies.append(received - sent)
                headers = {k.decode(): v.decode("latin-1") for k, v in answer.headers}
                body = json.loads(answer.body) if answer.status == 200 else None
                tally.observations.append(
                    Observation(
                        room, sent, received, datetime.now(UTC), answer.status, headers, body
                    )
                )
                await asyncio.sleep(1)


async def _idle(port: int, tally: Tally, number: int) -> None:
    """Open a connection and say nothing; if the server closes it, open another."""
    await asyncio.sleep(number / _IDLE_A_SECOND)
    while True:
        async with _answered("idle", tally), Connection(port) as connection:
            await connection.reader.read()
        await asyncio.sleep(1)


_KINDS: Sequence[tuple[_Kind, int]] = (
    (_ordinary, 6), (_new_rooms, 2), (_hostile, 2), (_control, 1), (_errors, 1), (_scenarios, 2),
    (_faults, 2), (_leaving, 3), (_slow_reading, 20), (_slow_sending, 20),
)  # fmt: skip


def clients(port: int, tally: Tally, idle: int) -> list[Awaitable[None]]:
    """Return every client of a soak, ``idle`` of them doing nothing."""
    return [
        *(kind(port, tally) for kind, number in _KINDS for _ in range(number)),
        *(_watching(port, tally, room) for room in WATCHED),
        *(_idle(port, tally, number) for number in range(idle)),
    ]

"""A worker that dies, and a mock that is told to stop, under load."""

import asyncio
import os
import signal
import time
from dataclasses import dataclass, field

import psutil

from tests.endurance.served import mock
from tests.endurance.wire import PATH, Answer, Connection, get
from tests.processes import Server

_REPLACED_SECONDS = 30.0
# A dead process keeps its sockets until the last of its threads is gone; what has been accepted at
# them, or waits there to be, was under way.
_CLOSING_SECONDS = 0.2


def workers(server: Server) -> set[int]:
    """Return the ids of the processes that answer requests."""
    alive = {psutil.STATUS_RUNNING, psutil.STATUS_SLEEPING, psutil.STATUS_DISK_SLEEP}
    return {process.pid for process in server.processes()[1:] if process.status() in alive}


@dataclass
class Asked:
    """Requests with the moments at which each was sent, and which of them failed."""

    answered: int = 0
    failed: list[float] = field(default_factory=list)

    async def one(self, port: int, room: int) -> None:
        """Ask for a room on a connection of its own."""
        sent = time.monotonic()
        try:
            async with Connection(port) as connection:
                answer = await connection.ask(get(PATH + b"call-%d" % room))
        except (OSError, asyncio.IncompleteReadError):
            self.failed.append(sent)
        else:
            assert answer.status == 200
            self.answered += 1

    async def on_and_on(self, port: int) -> None:
        """Ask until cancelled."""
        room = 0
        while True:
            room += 1
            await self.one(port, room)


async def _kill_one(server: Server, asked: Asked) -> float:
    """Kill a worker under load; once another stands in for it, return when it was gone."""
    load = [asyncio.ensure_future(asked.on_and_on(server.port)) for _ in range(8)]
    await asyncio.sleep(0.5)
    victim, other = workers(server)
    os.kill(victim, signal.SIGKILL)
    while victim in workers(server):
        await asyncio.sleep(0.002)
    await asyncio.sleep(_CLOSING_SECONDS)
    gone = time.monotonic()
    async with asyncio.timeout(_REPLACED_SECONDS):
        while len(workers(server) - {victim, other}) < 1:
            await asyncio.sleep(0.05)
    answered = asked.answered
    async with asyncio.timeout(_REPLACED_SECONDS):
        while asked.answered < answered + 200:
            await asyncio.sleep(0.05)
    for task in load:
        task.cancel()
    await asyncio.gather(*load, return_exceptions=True)
    return gone


def test_killed_worker_is_replaced() -> None:
    """Only requests that were under way fail when a worker is killed, and another takes over."""
    asked = Asked()
    with mock("--workers", "2") as server:
        assert len(workers(server)) == 2
        gone = asyncio.run(_kill_one(server, asked))
        assert not [sent for sent in asked.failed if sent > gone]
        assert server.stop() == 0


async def _stop(server: Server) -> list[Answer | BaseException]:
    """Have 50 requests accepted, tell the server to stop, and return what becomes of them."""
    held = get(PATH + b"x", b"prefer: delay=1500")
    asked = Asked()
    load = [asyncio.ensure_future(asked.on_and_on(server.port)) for _ in range(4)]

    async def ask() -> Answer:
        async with Connection(server.port) as connection:
            return await connection.ask(held)

    answers = [asyncio.ensure_future(ask()) for _ in range(50)]
    await asyncio.sleep(0.7)
    server.process.send_signal(signal.SIGTERM)
    found = await asyncio.gather(*answers, return_exceptions=True)
    for task in load:
        task.cancel()
    await asyncio.gather(*load, return_exceptions=True)
    return list(found)


def test_sigterm_drains() -> None:
    """Every request that was accepted before SIGTERM is answered."""
    with mock() as server:
        answers = asyncio.run(_stop(server))
        assert [one.status if isinstance(one, Answer) else one for one in answers] == [200] * 50
        assert server.process.wait(30) == 0


def test_sigterm_while_a_worker_starts() -> None:
    """A mock that is told to stop when only one of its workers is ready stops."""
    for _ in range(3):
        with mock("--workers", "3") as server:
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(30) == 0

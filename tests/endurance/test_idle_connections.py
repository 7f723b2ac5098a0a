"""Clients that hold a connection open and say nothing."""

import asyncio
from contextlib import AsyncExitStack

from tests.endurance.limits import IDLE_CONNECTIONS, allow_files
from tests.endurance.served import mock
from tests.endurance.wire import PATH, Answer, Connection, get

_OPENED_AT_ONCE = 100


async def _among_idle(port: int, number: int) -> Answer:
    """Return what a client gets who connects when ``number`` others have."""
    async with AsyncExitStack() as idle:
        for _ in range(number // _OPENED_AT_ONCE):
            opened = [Connection(port) for _ in range(_OPENED_AT_ONCE)]
            await asyncio.gather(*map(idle.enter_async_context, opened))
        async with Connection(port) as connection:
            return await connection.ask(get(PATH + b"x"), patience=10)


def test_idle_connections_keep_nobody_out() -> None:
    """A client that connects after 2,000 idle ones is answered, whatever the soft limit is."""
    with mock(files=256) as server:
        allow_files(2 * IDLE_CONNECTIONS)
        answer = asyncio.run(_among_idle(server.port, IDLE_CONNECTIONS))
        assert answer.status == 200

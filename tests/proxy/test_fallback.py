"""Where the upstream does not have an operation, another one stands in."""

import asyncio

import pytest

from contracts.proxy.fallback import Fallback
from contracts.proxy.upstream import Upstream
from tests.contracts.exchanges import ROOMS, call
from tests.proxy.between import Script, between, read_head, scripted
from tests.proxy.judging import ASK, TARGET, answer

FALLBACK = b"Active-Calls-Proxy: fallback"
GONE = {"error": {"code": "not_found", "message": "No active call."}}


@pytest.mark.parametrize(
    ("behind", "stands_in"),
    [
        (answer({"detail": "Not Found"}, b"404 Not Found"), True),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nlost", True),
        (answer({}, b"405 Method Not Allowed"), True),
        (answer({}, b"501 Not Implemented"), True),
        (answer(GONE, b"404 Not Found"), False),
        (answer(call(ROOMS[0], 0)), False),
        (answer(GONE, b"500 No"), False),
        (None, True),
    ],
)
def test_the_fallback_answers_what_the_upstream_does_not(
    behind: bytes | None, stands_in: bool
) -> None:
    """Or while it is down; an answer in the envelope is one."""
    asked: list[bytes] = []

    async def go() -> bytes:
        async with between(scripted(answer({"from": "the mock"}), heads=asked)) as other:
            instead = Fallback(Upstream(f"http://127.0.0.1:{other.port}"))
            script = scripted(behind) if behind else None
            async with between(script, fallback=instead) as proxy:
                return await proxy.ask(ASK)

    whole = asyncio.run(go())
    assert (FALLBACK in whole) == (b"the mock" in whole) == stands_in
    assert bool(asked) == stands_in
    if stands_in:
        assert asked[0].startswith(b"GET " + TARGET)


async def _hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_head(reader)


@pytest.mark.parametrize("other", [_hangs, _hangs_up])
@pytest.mark.parametrize("behind", [answer({"detail": "no"}, b"404 Not Found"), None])
def test_a_fallback_that_fails_changes_nothing(other: Script, behind: bytes | None) -> None:
    """The client gets what the upstream has said, or that it says nothing; asked is once."""
    asked: list[bytes] = []

    async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(b"")
        await other(reader, writer)
        writer.close()

    async def go() -> bytes:
        async with await asyncio.start_server(counted, "127.0.0.1", 0) as fallback:
            port = fallback.sockets[0].getsockname()[1]
            instead = Fallback(Upstream(f"http://127.0.0.1:{port}"))
            script = scripted(behind) if behind else None
            async with between(script, fallback=instead, timeout=0.5) as proxy:
                return await proxy.ask(ASK)

    whole = asyncio.run(go())
    assert (b" 404 " if behind else b" 502 ") in whole.partition(b"\r\n")[0]
    assert FALLBACK not in whole and len(asked) == 1


def test_what_is_not_of_the_contract_is_never_the_fallbacks() -> None:
    """It has nothing to say of other paths."""

    async def go() -> bytes:
        instead = Fallback(Upstream("http://127.0.0.1:1"))
        async with between(None, fallback=instead) as proxy:
            return await proxy.ask(b"GET /login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

    assert b"bad_gateway" in asyncio.run(go())

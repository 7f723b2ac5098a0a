"""What cannot go through is said aloud, in an answer that is marked as the proxy's own."""

import asyncio
import json

import pytest

from contracts.proxy import server
from tests.proxy.between import GET, OK, Between, asked, between, read_head, run


def own(came: bytes) -> tuple[bytes, str]:
    """Return the status and the code of an answer that is the proxy's own, in the envelope."""
    head, _, body = came.partition(b"\r\n\r\n")
    error = json.loads(body)["error"]
    assert b"Active-Calls-Proxy: " + error["code"].encode() in head and error["message"]
    return head.split()[1], error["code"]


def test_what_may_change_something_is_never_sent_twice() -> None:
    """Where the upstream closes a kept connection, nobody knows what it has done."""
    heads: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await read_head(reader))
        writer.write(OK)
        heads.append(await read_head(reader))  # and hangs up

    async def go() -> list[bytes]:
        async with between(script) as proxy:
            first = await proxy.ask(GET)
            second = await proxy.ask(GET.replace(b"GET", b"POST"))
            return [first, second]

    first, second = run(go())
    assert first.endswith(b"ok") and own(second) == (b"502", "bad_gateway")
    assert [head.split()[0] for head in heads] == [b"GET", b"POST"]


def test_an_upstream_that_is_down_is_502() -> None:
    """Marked as the proxy's own, and noted."""

    async def go() -> tuple[bytes, Between]:
        async with between(None) as proxy:
            return await proxy.ask(GET), proxy

    came, proxy = run(go())
    assert own(came) == (b"502", "bad_gateway")
    assert proxy.passed[0].status == 0 and "connection" in proxy.passed[0].detail


def test_a_head_is_answered_without_a_body() -> None:
    """With the head that a GET would get, as whoever asks for no more expects."""

    async def go() -> bytes:
        async with between(None) as proxy:
            return await proxy.ask(GET.replace(b"GET", b"HEAD"))

    head, _, body = run(go()).partition(b"\r\n\r\n")
    assert head.split()[1] == b"502" and b"Active-Calls-Proxy: bad_gateway" in head
    assert b"Content-Length: 0" not in head and body == b""


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 2000 Odd\r\n\r\n"])
def test_an_upstream_that_gives_no_answer_is_502(answer: bytes) -> None:
    """It hangs up, or speaks something else."""
    assert own(asked(GET, answer)[1]) == (b"502", "bad_gateway")


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def test_an_upstream_that_is_too_slow_is_504() -> None:
    """Once it has said nothing for so long."""
    assert own(asked(GET, _silent, timeout=0.1)[1]) == (b"504", "gateway_timeout")


def test_an_answer_that_breaks_off_is_cut_off() -> None:
    """A client must not take it for whole."""
    _, came = asked(GET, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
    assert came.endswith(b"only this")


@pytest.mark.parametrize(
    "request_", [b"\x16\x03\x01\x02", b"GET /x\r\n\r\n", b"GET  HTTP/9\r\n\r\n"]
)
def test_a_client_that_speaks_something_else_is_400(request_: bytes) -> None:
    """And never a broken connection without a word."""
    assert own(asked(request_ + b"\r\n\r\n", OK)[1]) == (b"400", "bad_request")


def test_a_slow_client_is_504(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has begun; who sends nothing is only hung up on."""
    monkeypatch.setattr(server, "_IDLE_SECONDS", 0.1)
    assert own(asked(b"GET /x HTT", OK)[1]) == (b"504", "client_timeout")
    assert asked(b"", OK)[1] == b""

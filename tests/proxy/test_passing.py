"""What goes through is what was sent, in both directions."""

import asyncio
import gzip

import pytest

from tests.proxy.between import GET, OK, asked, between, read_head, run, scripted


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 Splendid Indeed\r\nX-Odd-CASE: a\r\nx-odd-case: b\r\n"
        b"Content-Length: 2\r\n\r\nok",
        b"HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 299 Unknown\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\nDate: today\r\n\r\n",
        b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n',
        b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_an_answer_stays_as_it_is(answer: bytes) -> None:
    """Its status line, its headers as they are spelt and ordered, its body."""
    _, came = asked(GET, answer)
    head, _, body = came.partition(b"\r\n\r\n")
    wanted, _, wanted_body = answer.partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[: wanted.count(b"\r\n") + 1] == wanted.split(b"\r\n")
    assert body == wanted_body


def test_compressed_bytes_stay_compressed() -> None:
    """Nobody here needs to know what is in them."""
    body = gzip.compress(b"x" * 5000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    _, came = asked(GET, head + body)
    assert came.endswith(body)


def test_trailers_come_through() -> None:
    """Behind a body in chunks, in either direction."""
    answer = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
        b"3\r\nabc\r\n0\r\nX-Sum: 294\r\n\r\n"
    )
    _, came = asked(GET, answer)
    assert b"abc" in came and came.endswith(b"0\r\nX-Sum: 294\r\n\r\n")
    sent: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sent.append(await reader.readuntil(b"X-Sum: 1\r\n\r\n"))
        writer.write(OK)

    request = (
        b"POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n"
    )
    assert asked(request, script)[1].endswith(b"ok")
    assert b"hi" in sent[0]


def test_a_request_stays_as_it_is_but_for_the_host() -> None:
    """And for what is meant for one connection only."""
    request = (
        b"PURGE /a%2Fb//c?x=%20 HTTP/1.1\r\nHost: proxy.example\r\nX-Workspace-ID: w\r\n"
        b"Connection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nProxy-Authorization: secret\r\n"
        b"TE: trailers\r\nAccept: */*\r\n\r\n"
    )
    head, _ = asked(request, OK, prefix="/base")
    lines = head.decode().split("\r\n")
    assert lines[0] == "PURGE /base/a%2Fb//c?x=%20 HTTP/1.1"
    assert lines[1].startswith("Host: 127.0.0.1:") and "X-Workspace-ID: w" in lines
    assert "TE: trailers" in lines and "Accept: */*" in lines
    assert not any(hop in head for hop in (b"X-Hop", b"Keep-Alive", b"secret", b"close"))


def test_a_body_streams() -> None:
    """What the upstream has said so far is there before it says the rest."""

    async def go() -> None:
        more = asyncio.Event()

        async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_head(reader)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
            await more.wait()
            writer.write(b"later")
            await writer.drain()

        async with between(script) as proxy:
            reader, writer = await proxy.connect()
            writer.write(GET)
            assert (await reader.readuntil(b"first")).endswith(b"first")
            more.set()
            assert await reader.readexactly(5) == b"later"
            writer.close()

    run(go())


def test_a_large_body_goes_up() -> None:
    """In the order in which it was sent."""
    content = bytes(range(256)) * 8000

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        same = await reader.readexactly(len(content)) == content
        writer.write(OK if same else b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    head = b"PUT /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    assert asked(head % len(content) + content, script)[1].endswith(b"ok")


def test_what_comes_before_an_answer() -> None:
    """Who waits for 100 is told by the upstream, and 103 goes through."""

    async def go() -> None:
        async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_head(reader)
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            assert await reader.readexactly(2) == b"hi"
            writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK)
            await writer.drain()

        async with between(script) as proxy:
            reader, writer = await proxy.connect()
            writer.write(
                b"POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            )
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
            writer.write(b"hi")
            assert b"Link: </a>" in await reader.readuntil(b"\r\n\r\n")
            assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200 OK")
            writer.close()

    run(go())


def test_one_connection_serves_many_requests() -> None:
    """Also where they are sent before the first is answered, and to an upstream that closes."""

    async def go() -> list[bytes]:
        async with between(scripted(OK, OK)) as proxy:
            reader, writer = await proxy.connect()
            writer.write(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n" * 5)
            found = [await reader.readuntil(b"ok") for _ in range(5)]
            writer.close()
            return found

    assert all(one.startswith(b"HTTP/1.1 200 OK") for one in run(go()))


def test_another_protocol_is_spoken_through_it() -> None:
    """Behind 101, bytes go both ways."""

    async def go() -> None:
        async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await read_head(reader)
            assert b"Upgrade: websocket" in head and b"Connection: Upgrade" in head
            writer.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\n\r\n\x81\x02hi"
            )
            assert await reader.readexactly(4) == b"\x81\x02yo"
            writer.write(b"\x88\x00")
            await writer.drain()

        async with between(script) as proxy:
            reader, writer = await proxy.connect()
            writer.write(
                b"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            )
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 101 ") and b"Upgrade: websocket" in head
            assert await reader.readexactly(4) == b"\x81\x02hi"
            writer.write(b"\x81\x02yo")
            assert await reader.read() == b"\x88\x00"
            writer.close()

    run(go())


def test_head_has_no_body() -> None:
    """Whatever length it tells."""
    request = b"HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    _, came = asked(request, b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
    assert b"Content-Length: 900" in came and came.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("request_line", "target"),
    [
        (b"GET /x HTTP/1.0", b"/base/x"),
        (b"GET http://b.example/x?y HTTP/1.1\r\nHost: b\r\nConnection: close", b"/base/x?y"),
        (b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close", b"*"),
        (b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: host, content-length, close", b"/base/x"),
    ],
)
def test_odd_requests_that_are_allowed_are_passed_on(request_line: bytes, target: bytes) -> None:
    """With the upstream's own host, once."""
    head, came = asked(request_line + b"\r\n\r\n", OK, prefix="/base")
    assert head.split()[1] == target and head.count(b"Host: 127.0.0.1:") == 1
    assert came.startswith(b"HTTP/1.1 200 OK")


def test_no_request_hides_in_another_one() -> None:
    """Of two lengths, only the one that counts goes on."""
    hidden = b"POST /victim HTTP/1.1\r\nHost: a\r\n\r\n"
    request = (
        b"POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(hidden)
    )
    head, _ = asked(request + hidden + b"\r\n0\r\n\r\n", OK)
    assert b"content-length" not in head.lower() and b"Transfer-Encoding: chunked" in head

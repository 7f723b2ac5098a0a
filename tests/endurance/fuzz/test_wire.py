"""Whatever comes over the wire, to a mock that is served."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.endurance import served
from tests.endurance.fuzz.conftest import fuzzing
from tests.endurance.wire import PATH, exchange, get
from tests.processes import Server

_BATCH = 60
_HOST = b"host: mock"
_WHOLE = get(PATH + b"call-1", b"prefer: at=30", b"connection: close")
_HEADERS = (b"prefer", b"x-workspace-id", b"x-api-key", b"host", b"origin", b"content-length",
            b"transfer-encoding", b"expect", b"upgrade", b"connection", b"cookie", b"range",
            b"accept-encoding", b"access-control-request-method", b"forwarded", b"te",
            b"access-control-request-headers", b"content-type", b"x-mock-console")  # fmt: skip
_MARKS = (b"\r\nx-injected: 1", b"\nx-injected: 1", b"\rx-injected: 1", b"%0d%0ax-injected: 1",
          b"\xe5\x98\x8a\xe5\x98\x8dx-injected: 1", b"\r\n\r\nHTTP/1.1 200 x-injected",
          b"x-injected\x00", b"\xc4\x8d\xc4\x8ax-injected: 1", b'", x-injected="')  # fmt: skip


@pytest.fixture(scope="module")
def mock() -> Iterator[Server]:
    """One mock for all; at the end it must still be well, and have nothing to report."""
    with served.mock() as server:
        yield server
        answer = asyncio.run(exchange(server.port, _WHOLE))
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert server.stop() == 0
        log = server.log.read_text("utf-8")
        assert not re.search(r"^(\{|Traceback|\[)", log, re.MULTILINE), log


def _judge(request: bytes, received: bytes) -> None:
    """Every status line is one of HTTP, none a 5xx, and no header is the client's."""
    shown = request[:500]
    assert not re.search(rb"HTTP/1\.[01] 5\d\d", received), (shown, received[:500])
    if received.startswith(b"HTTP/1."):
        for head in re.findall(rb"HTTP/1\.[01] \d{3} [^\r]*\r\n.*?\r\n\r\n", received, re.DOTALL):
            assert b"x-injected" not in head.lower(), (shown, head)
    else:  # nothing at all, or HTTP/2
        assert received[:3] in (b"", b"\x00\x00\x18"), (shown, received[:100])


def send(server: Server, requests: list[bytes]) -> None:
    """Send each on a connection of its own, all at once."""

    async def every() -> list[bytes]:
        return await asyncio.gather(*(exchange(server.port, one, 0.2) for one in requests))

    for request, received in zip(requests, asyncio.run(every()), strict=True):
        _judge(request, received)


@st.composite
def _mutated(draw: st.DrawFn) -> bytes:
    """Take a piece out of a good request, or put one in."""
    start = draw(st.integers(0, len(_WHOLE)))
    end = draw(st.integers(start, min(len(_WHOLE), start + 10)))
    return _WHOLE[:start] + draw(st.binary(max_size=10)) + _WHOLE[end:]


_value = st.one_of(
    st.binary(max_size=40), st.sampled_from(_MARKS), st.sampled_from([b"chunked", b"5", b"-1", b""])
)
_header = st.tuples(st.one_of(st.sampled_from(_HEADERS), st.binary(max_size=9)), _value)
_method = st.sampled_from([b"GET", b"POST", b"HEAD", b"OPTIONS", b"CONNECT", b"TRACE", b"get", b""])
_target = st.one_of(
    st.binary(max_size=60).map(lambda raw: PATH + raw),
    st.sampled_from(_MARKS).map(lambda mark: PATH + b"x?" + mark),
    st.sampled_from([b"*", b"/", b"//", b"mock:80", b"http://a@b:c/", b"/docs", b"/openapi.json"]),
)


@st.composite
def _assembled(draw: st.DrawFn) -> bytes:
    """Put a request together from parts of which any may be wrong."""
    lines = [b"%s: %s" % pair for pair in draw(st.lists(_header, max_size=5))]
    version = draw(st.sampled_from([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/0.9", b"HTTP/9", b""]))
    first = b"%s %s %s" % (draw(_method), draw(_target), version)
    body = draw(st.binary(max_size=30))
    return b"\r\n".join([first, _HOST, b"connection: close", *lines, b"", body])


_request = st.one_of(st.binary(max_size=100), _mutated(), _assembled())


@given(requests=st.lists(_request, min_size=_BATCH, max_size=_BATCH))
@fuzzing(share=0.13, batch=_BATCH)
def test_malformed_requests(mock: Server, requests: list[bytes]) -> None:
    """They are refused or answered; nothing hangs, and nothing breaks."""
    send(mock, requests)


def test_injection_through_every_value(mock: Server) -> None:
    """No header of a response ever holds what a client has sent."""
    requests = [get(PATH + mark, b"connection: close") for mark in _MARKS]
    for mark in _MARKS:
        requests += [get(PATH + b"x", b"%s: a%s" % (name, mark)) for name in _HEADERS]
        requests += [get(PATH + b"x", b"%s=%s: 1" % (b"prefer: scenario", mark))]
    send(mock, requests)


_OVERSIZE = {
    "target": get(PATH + b"a" * 5_000_000),
    "method": get(PATH, method=b"A" * 1_000_000),
    "header": get(PATH + b"x", b"prefer: " + b"a=1," * 1_000_000),
    "workspace": get(PATH + b"x", b"x-workspace-id: " + b"w" * 200_000),
    "many preferences": get(PATH + b"x", b"prefer: " + b"at=1," * 50_000),
    "quotes": get(PATH + b"x", b'prefer: "' + b'\\"' * 100_000),
    "headers": get(PATH + b"x", *(b"h%d: 1" % number for number in range(100_000))),
    "same header": get(PATH + b"x", *[b"prefer: at=1"] * 90),
    "query": get(PATH + b"x?" + b"a=1&" * 10_000),
    "percent": get(PATH + b"%41" * 20_000),
    "announced": get(PATH + b"x", b"content-length: 99999999999999999999"),
    "body": get(PATH + b"x", b"content-length: 30000000") + b"x" * 30_000_000,
    "chunks": get(PATH + b"x", b"transfer-encoding: chunked") + b"1\r\nx\r\n" * 1_000_000,
    "chunk": get(PATH + b"x", b"transfer-encoding: chunked") + b"f" * 100 + b"\r\n",
    "pipeline": get(PATH + b"call-1", b"prefer: at=1") * 2_000,
    "smuggled": get(PATH, b"content-length: 5", b"transfer-encoding: chunked") + b"0\r\n\r\nGET /",
}


@pytest.mark.parametrize("name", _OVERSIZE)
def test_oversize(mock: Server, name: str) -> None:
    """Whatever is too large or too many is refused, or answered."""
    send(mock, [_OVERSIZE[name]])

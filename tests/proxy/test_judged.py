"""What passes is judged as it passes, and says itself what it breaks."""

import asyncio
import gzip
import json
import zlib
from pathlib import Path

import h11
import pytest

from contracts.proxy.exchanges import exchange
from contracts.proxy.messages import own_answer
from contracts.proxy.passed import Passed
from contracts.proxy.repeats import Repeats
from contracts.proxy.tape import Tape
from tests.contracts.exchanges import ROOMS, call
from tests.proxy.between import between, read_head, scripted
from tests.proxy.judging import ASK, HEADER, TARGET, answer, came, judge


def test_an_answer_that_breaks_a_clause_says_so() -> None:
    """With each clause that it breaks, before it begins."""
    body = call(ROOMS[0], 0)
    wrong = body | {"duration": "145", "roomName": "another"}
    head = came(scripted(answer(wrong))).partition(b"\r\n\r\n")[0]
    told = [line for line in head.split(b"\r\n") if line.startswith(HEADER)]
    assert told == [HEADER + b"shape.schema", HEADER + b"identity.echo"]
    assert HEADER not in came(scripted(answer(body)))
    assert HEADER not in came(scripted(answer(wrong)), marks=False)


def test_an_answer_that_has_begun_carries_nothing() -> None:
    """A body that comes late is not held back for that."""
    body = answer(call(ROOMS[0], 0) | {"duration": "145"})

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(body[:-200])
        await asyncio.sleep(0.4)  # longer than an answer waits for its end
        writer.write(body[-200:])
        await writer.drain()

    whole = came(slow)
    assert HEADER not in whole and whole.endswith(body[-200:])


@pytest.mark.parametrize("how", ["the client leaves", "the proxy ends"])
def test_an_answer_that_nobody_waits_for_is_no_breach(how: str) -> None:
    """Its upstream would have said the rest."""
    worker, judged = judge()
    body = answer(call(ROOMS[0], 0))

    async def go() -> list[Passed]:
        over = asyncio.Event()

        async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_head(reader)
            writer.write(body[:-200])
            await over.wait()
            for byte in body[-200:]:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.001)

        async with between(script, judge=judged) as proxy:
            reader, writer = await proxy.connect()
            writer.write(ASK)
            await reader.readuntil(b"roomName")  # the answer has begun
            if how == "the client leaves":
                writer.transport.abort()
                over.set()
                while not proxy.passed:
                    await asyncio.sleep(0.01)
        over.set()  # else the proxy has ended while its client was waiting
        writer.close()
        return proxy.passed

    [passed] = asyncio.run(go())
    assert not passed.whole and not passed.fault and not passed.broken
    assert not [one for one in worker.result((True, 0, 0)).results if one.status == "failed"]


def test_an_answer_that_breaks_off_breaks_a_clause() -> None:
    """What came of it is passed on, and is not taken for whole."""
    whole = came(scripted(answer(call(ROOMS[0], 0))[:-200]))
    assert HEADER + b"shape.json" in whole and b"HTTP/1.1 200 OK" in whole


@pytest.mark.parametrize(
    ("status", "header"),
    [(b"307 Temporary Redirect", b"Location: /x"), (b"206 Partial Content", b"Content-Range: a")],
)
def test_what_follows_from_the_request_is_no_breach(status: bytes, header: bytes) -> None:
    """A redirect, an answer to a range."""
    worker, judged = judge()

    async def go() -> None:
        body = answer(call(ROOMS[0], 0))
        async with between(scripted(body, answer({}, status, header)), judge=judged) as proxy:
            reader, writer = await proxy.connect()
            writer.write(ASK.replace(b"close", b"keep-alive") * 2)
            await reader.readuntil(status)
            writer.close()

    asyncio.run(go())
    assert sum(worker.left_out.values()) == 1
    result = worker.result((True, 0, 0))
    assert not [one for one in result.results if one.status == "failed"]


@pytest.mark.parametrize("made", ["one", "several", "without a header"])
def test_a_body_is_decompressed_as_clients_do(made: str) -> None:
    """In several parts, or without the header of zlib."""
    plain = json.dumps(call(ROOMS[0], 0)).encode()
    raw = zlib.compressobj(wbits=-15)
    bodies = {
        "one": (b"gzip", gzip.compress(plain)),
        "several": (b"gzip", gzip.compress(plain[:99]) + gzip.compress(plain[99:])),
        "without a header": (b"deflate", raw.compress(plain) + raw.flush()),
    }
    coding, content = bodies[made]
    passed = Passed("GET", TARGET, [], 0.0, status=200, body=bytearray(content))
    passed.answer_headers = [(b"Content-Encoding", coding)]
    assert exchange(passed).content == plain


def test_tokens_of_any_name_are_shown_nowhere() -> None:
    """In a query, in a header, in a cookie that was set."""
    worker, _ = judge()
    headers = [(b"X-Auth-Token", b"tok-4711-abc"), (b"x-workspace-id", b"w")]
    passed = Passed("GET", TARGET + b"?access_token=tok-4712-abc", headers, 0.0, status=500)
    passed.answer_headers = [(b"Set-Cookie", b"sid=tok-4713-abc; Path=/")]
    worker.take(passed)
    secrets = worker.source(None).secrets
    assert "tok-47" not in secrets.redacted("tok-4711-abc tok-4712-abc tok-4713-abc")


def test_the_same_answer_again_is_known(at: float = 100.0) -> None:
    """For a second, with what it broke; then it may say something new."""
    repeats = Repeats()

    def passed(sent: float, body: bytes = b"{}") -> Passed:
        headers = [(b"Date", str(sent).encode()), (b"X", b"1")]
        made = Passed("GET", TARGET, [(b"x-workspace-id", b"w")], sent, answer_headers=headers)
        made.body += body
        return made

    assert repeats.of(passed(at)) is None
    repeats.keep(passed(at), ["shape.schema"])
    assert repeats.of(passed(at + 0.9)) == ["shape.schema"]
    assert repeats.of(passed(at + 0.9, b"[]")) is None
    assert repeats.of(passed(at + 1.1)) is None
    other = passed(at + 0.9)
    other.method = "POST"
    assert repeats.of(other) is None
    assert repeats.number == 1


def test_whose_requests_overlap_is_told_as_of_a_recording() -> None:
    """What says nothing of the order says nothing about the next one."""
    for status, is_ordered in ((200, False), (401, True), (0, True), (206, True)):
        worker, _ = judge()
        headers = [(b"x-workspace-id", b"ws-acme")]
        first = Passed("GET", TARGET, headers, 10.0, received=12.0, status=status)
        second = Passed("GET", TARGET, headers, 11.0, received=13.0, status=200)
        third = Passed("GET", TARGET, headers, 14.0, received=14.1, status=200)
        for one, duration in ((first, 145), (second, 155), (third, 149)):
            one.body += json.dumps(call(ROOMS[0], 0) | {"duration": duration}).encode()
            broken = worker.take(one)
        assert ("time.duration-monotonic" in broken) == is_ordered, status


def test_a_body_that_is_not_known_is_not_recorded(tmp_path: Path) -> None:
    """Nobody is to be blamed for an empty one later."""
    tape = Tape(tmp_path / "call.har", "http://upstream", personal=True)
    headers = [(b"x-workspace-id", b"ws-acme")]
    known, coded, long = (
        Passed("GET", TARGET, headers, float(at), received=at + 0.1, status=200, whole=True)
        for at in (1, 2, 3)
    )
    known.body += json.dumps(call(ROOMS[0], 0)).encode()
    coded.body += b"\x0b\x02\x80hello\x03"
    coded.answer_headers = [(b"Content-Encoding", b"br")]
    long.kept = False
    for one in (known, coded, long):
        tape.add(one)
    tape.write(lambda _: None)
    entries = json.loads((tmp_path / "call.har").read_text())["log"]["entries"]
    assert [one["startedDateTime"][17:19] for one in entries] == ["01"]


@pytest.mark.parametrize(
    ("coding", "reason"), [(b"gzip", ""), (b"br", "with a Content-Encoding that is not known here")]
)
def test_compressed_bodies_are_judged_where_they_can_be(coding: bytes, reason: str) -> None:
    """What does not decompress is a breach; what nobody here knows is left out."""
    worker, judged = judge()
    broken = answer(call(ROOMS[0], 0), b"200 OK", b"Content-Encoding: " + coding)

    async def go() -> bytes:
        async with between(scripted(broken), judge=judged) as proxy:
            return await proxy.ask(ASK)

    whole = asyncio.run(go())
    assert (HEADER + b"shape.json" in whole) == (not reason)
    assert list(worker.left_out) == ([reason] if reason else [])


def test_an_own_answer_is_in_the_envelope() -> None:
    """And tells who has answered."""
    response, rest = own_answer(502, "bad_gateway", "The upstream: it is down.")
    assert (response.status_code, response.reason) == (502, b"Bad Gateway")
    body, end = rest
    assert isinstance(body, h11.Data) and isinstance(end, h11.EndOfMessage)
    assert json.loads(body.data)["error"]["code"] == "bad_gateway"

"""Judges what passes in a process of its own, so that nobody who is passed on has to wait for it.

Both sides speak in frames: the length in four bytes, then what is pickled.
"""

import asyncio
import pickle
import signal
import struct
import sys
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from contracts.contract import Operation
from contracts.judging.findings import Breach
from contracts.judging.live import Live
from contracts.judging.results import Result
from contracts.proxy.exchanges import UnusableError, judgeable
from contracts.proxy.passed import Passed, text
from contracts.proxy.repeats import Repeats
from contracts.reviewed import Known, Source, result
from contracts.settings import Judgement
from contracts.traffic.clients import Clients
from contracts.traffic.exchange import Exchange, Request, rfc3339
from contracts.traffic.recorded import Seen
from contracts.traffic.secrets import Secrets

__all__ = ["Court", "Judge", "JudgeError"]

_FRAME = struct.Struct("!I")
_MOST_WAITING = 1000  # exchanges; beyond that they pass without being judged


class JudgeError(Exception):
    """The judge has failed: a defect of ours, which says nothing of the implementation."""


def _framed(value: Any) -> bytes:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return _FRAME.pack(len(data)) + data


class Judge:
    """The process, as the proxy sees it. What it is asked is answered in order."""

    def __init__(self, judgement: Judgement, origin: str) -> None:
        self._begin = judgement, origin
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self.skipped = 0
        self._repeats = Repeats()

    async def start(self) -> None:
        """Start it."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "contracts.proxy.judge",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read())
        assert self._process.stdin is not None
        self._process.stdin.write(_framed(self._begin))
        await self.look()  # answered once it is ready

    def repeated(self, passed: Passed) -> list[str] | None:
        """Return what the same answer broke a moment ago, None where this is another one."""
        return self._repeats.of(passed)

    async def take(self, passed: Passed) -> list[str]:
        """Return the clauses that an exchange breaks; none where the judge is far behind."""
        if len(self._waiting) >= _MOST_WAITING:
            self.skipped += 1
            return []
        found: list[str] = await self._ask("take", passed)
        self._repeats.keep(passed, found)
        return found

    async def look(self) -> dict[str, list[Breach]]:
        """Return the breaches that were found since the last look, by clause."""
        found: dict[str, list[Breach]] = await self._ask("look", None)
        return found

    async def result(self, *, final: bool) -> Result:
        """Return the verdict so far; the ``final`` one says where each breach showed first."""
        made: Result = await self._ask("result", (final, self._repeats.number, self.skipped))
        return made

    async def secrets(self) -> Secrets:
        """Return what may be shown nowhere."""
        source: Source = await self._ask("source", None)
        return source.secrets

    async def close(self) -> None:
        """End the process."""
        if self._process.stdin:
            with suppress(OSError, RuntimeError):
                self._process.stdin.close()
        await self._process.wait()
        self._reading.cancel()

    async def _ask(self, what: str, value: Any) -> Any:
        stdin = self._process.stdin
        assert stdin is not None
        if self._reading.done():
            raise JudgeError("the judge has ended")
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        try:
            stdin.write(_framed((what, value)))
            await stdin.drain()
        except (OSError, RuntimeError):  # uvloop raises the latter once it is closed
            raise JudgeError("the judge has ended") from None
        return await answer

    async def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        try:
            while True:
                (length,) = _FRAME.unpack(await stdout.readexactly(_FRAME.size))
                failed, value = pickle.loads(await stdout.readexactly(length))
                answer = self._waiting.popleft()
                if answer.cancelled():
                    continue
                if failed:
                    answer.set_exception(JudgeError(value))
                else:
                    answer.set_result(value)
        except asyncio.IncompleteReadError:
            while self._waiting:
                answer = self._waiting.popleft()
                if not answer.done():
                    answer.set_exception(JudgeError("the judge has ended"))


class Court:
    """What the process does: one method for each thing that it can be asked."""

    def __init__(self, judgement: Judgement, origin: str) -> None:
        self._judgement, self._origin = judgement, origin
        self._live, self._known = Live(judgement.selected), Known()
        self.left_out: Counter[str] = Counter()
        self._clients = Clients()

    def take(self, passed: Passed) -> list[str]:
        """Return the clauses that an exchange breaks."""
        request = passed.request
        came = [(name.decode("latin-1"), text(one)) for name, one in passed.answer_headers]
        self._clients.keep_credentials(request.headers, request.target, came)
        try:
            one = judgeable(passed)
        except UnusableError as error:
            self.left_out[str(error)] += 1
            return []
        mark = self._clients.mark(request, one.status, one.sent, one.received)
        self._known.add(one)
        where = f"exchange {passed.number}, {rfc3339(one.at)}"
        return self._live.take(Seen(replace(one, mark=mark), where))

    def settle(self) -> None:
        """Judge what takes longer to see."""
        self._live.settle()

    def look(self, _: None) -> dict[str, list[Breach]]:
        """Return the breaches that nobody has been told of yet, by clause."""
        return self._live.look()

    def source(self, _: None) -> Source:
        """Return who has answered, and what may be shown nowhere."""
        left_out = tuple(self.left_out.most_common())
        return Source(("what passed",), self._origin, self._clients.credentials, left_out)

    def result(self, given: tuple[bool, int, int]) -> Result:
        """Return the verdict.

        ``given`` is whether it is the last one, how many answers came again, and were missed.
        """
        final, repeated, skipped = given
        known = copy(self._known)
        known.number += repeated
        source = self.source(None)
        if skipped:
            behind = ("while the judge was behind", skipped)
            source = replace(source, left_out=(*source.left_out, behind))
        findings = self._live.findings() if final else self._live.so_far()
        empty = "no exchange with the contract's operations has passed"
        return result(self._judgement, source, known, findings, empty=empty)


def _serve(source: BinaryIO, sink: BinaryIO) -> None:
    begin = pickle.loads(source.read(_FRAME.unpack(source.read(_FRAME.size))[0]))
    court = Court(*begin)
    _warm_up()
    actions: dict[str, Callable[[Any], Any]] = {
        "take": court.take,
        "look": court.look,
        "result": court.result,
        "source": court.source,
    }
    while len(head := source.read(_FRAME.size)) == _FRAME.size:
        what, value = pickle.loads(source.read(_FRAME.unpack(head)[0]))
        try:
            answer = False, actions[what](value)
        except Exception as error:
            answer = True, f"the judge failed with {type(error).__name__}: {error}"
        sink.write(_framed(answer))
        sink.flush()
        court.settle()  # while the answer is on its way


def _warm_up() -> None:
    """Compile the contract's schemas: no answer is to wait for that."""
    operation = Operation.load()
    target = operation.path.expand({operation.parameter: "-"})
    request = Request("GET", target, ((operation.workspace_header, "-"),))
    now = datetime.now(UTC)
    Live().take(Seen(Exchange(request, 0.0, 0.0, now, 200, content=b"{}"), ""))


if __name__ == "__main__":
    # Ctrl-C is meant for the proxy, which still wants the verdict.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _serve(sys.stdin.buffer, sys.stdout.buffer)

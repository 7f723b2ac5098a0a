"""The process that judges what passes, as the proxy sees it; nobody who is passed on waits for it.

Both sides speak in frames: the length in four bytes, then what is pickled.
"""

import asyncio
import pickle
import struct
import sys
from collections import deque
from contextlib import suppress
from typing import Any

from contracts.judging.findings import Breach
from contracts.judging.results import Result
from contracts.proxy.passed import Passed
from contracts.proxy.repeats import Repeats
from contracts.settings import Judgement
from contracts.traffic.secrets import Secrets
from contracts.traffic_result import Source

__all__ = ["FRAME", "JudgeError", "JudgeProcess", "framed"]

FRAME = struct.Struct("!I")
"""The length of what follows."""
_MOST_WAITING = 1000  # exchanges; beyond that they pass without being judged


class JudgeError(Exception):
    """The judge has failed: a defect of ours, which says nothing of the implementation."""


def framed(value: Any) -> bytes:
    """Return a value as either side sends it."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return FRAME.pack(len(data)) + data


class JudgeProcess:
    """Has exchanges judged elsewhere. What it is asked is answered in order."""

    def __init__(self, judgement: Judgement, origin: str) -> None:
        self._begin = judgement, origin
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self.skipped = 0
        self._repeats = Repeats()

    async def start(self) -> None:
        """Start it."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "contracts.proxy.judge_worker",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read())
        assert self._process.stdin is not None
        self._process.stdin.write(framed(self._begin))
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
            stdin.write(framed((what, value)))
            await stdin.drain()
        except (OSError, RuntimeError):  # uvloop raises the latter once it is closed
            raise JudgeError("the judge has ended") from None
        return await answer

    async def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        try:
            while True:
                (length,) = FRAME.unpack(await stdout.readexactly(FRAME.size))
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

"""Judges what passes, in a process of its own; see ``judge_process.py``."""

import pickle
import signal
import sys
from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from contracts.contract import Operation
from contracts.judging.findings import Breach
from contracts.judging.live import Live
from contracts.judging.results import Result
from contracts.proxy.exchanges import UnusableError, judgeable
from contracts.proxy.judge_process import FRAME, framed
from contracts.proxy.passed import Passed
from contracts.settings import Judgement
from contracts.traffic.clients import Clients
from contracts.traffic.exchange import Exchange, Request, rfc3339
from contracts.traffic.recorded import Seen
from contracts.traffic_result import Known, Source, result

__all__ = ["Worker"]


class Worker:
    """What the process does: one method for each thing that it can be asked."""

    def __init__(self, judgement: Judgement, origin: str) -> None:
        self._judgement, self._origin = judgement, origin
        self._live, self._known = Live(judgement.selected), Known()
        self.left_out: Counter[str] = Counter()
        self._clients = Clients()

    def take(self, passed: Passed) -> list[str]:
        """Return the clauses that an exchange breaks."""
        request = passed.request
        self._clients.keep_credentials(request.headers, request.target, passed.came)
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
    begin = pickle.loads(source.read(FRAME.unpack(source.read(FRAME.size))[0]))
    worker = Worker(*begin)
    _warm_up()
    actions: dict[str, Callable[[Any], Any]] = {
        "take": worker.take,
        "look": worker.look,
        "result": worker.result,
        "source": worker.source,
    }
    while len(head := source.read(FRAME.size)) == FRAME.size:
        what, value = pickle.loads(source.read(FRAME.unpack(head)[0]))
        try:
            answer = False, actions[what](value)
        except Exception as error:
            answer = True, f"the judge failed with {type(error).__name__}: {error}"
        sink.write(framed(answer))
        sink.flush()
        worker.settle()  # while the answer is on its way


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

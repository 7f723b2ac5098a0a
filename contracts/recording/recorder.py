"""Polls rooms until their calls are over, and keeps what came."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx2

from contracts.asking.pace import Budget, Clock
from contracts.asking.reading import UnsendableError
from contracts.asking.target import Target
from contracts.judging.findings import LateError, LimitedError
from contracts.recording.keeping import Keeping
from contracts.recording.room import Room
from contracts.recording.settings import Recording
from contracts.traffic.scrubbing import Scrubber
from contracts.values import UsageError
from openapi.paths import segment

__all__ = ["Recorder", "Told"]


@dataclass(frozen=True)
class Told:
    """What a recording does right now: for a room, in words; with how many requests so far."""

    room: Room
    requests: int


class Recorder:
    """One recording. ``told`` hears of each poll; ``clock`` and ``transport`` are for tests.

    Raises:
        UsageError: where a certificate, a proxy or a room cannot be used.

    """

    def __init__(
        self,
        recording: Recording,
        told: Callable[[Told], None] = lambda _: None,
        waiting: Callable[[float], None] = lambda _: None,
        *,
        clock: Clock | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._recording = recording
        self._told = told
        self._clock = clock or Clock()
        # The verifier's way to a target fits: it keeps a rate, waits at 429, takes the same
        # options, and tells of everything on the wire. Only its budget is for somebody else.
        self._target = Target(
            recording.target,
            Budget(sys.maxsize),
            clock=self._clock,
            transport=transport,
            waiting=waiting,
            exchanged=lambda exchange: self._keeping.add(exchange),
        )
        self.url = self._target.url
        sent = [name for name, _ in recording.target.headers]
        named = any(name.lower() == "user-agent" for name in sent)
        self._extra = () if named else (("user-agent", "active-calls-record"),)
        own = recording.target.auth_header
        self.scrubber = Scrubber(
            personal=not recording.keep_personal,
            names=(*sent, *([own[0]] if own else [])),
            redacted=self._target.secrets.redacted,
        )
        self._keeping = Keeping(recording.output, self._target.origin, self.scrubber)
        self._began = self._clock.monotonic()
        patient = self._began + recording.target.wait
        self.rooms: Sequence[Room] = [Room(name, patient) for name in recording.target.rooms]

    @property
    def exchanges(self) -> int:
        """How many exchanges were kept."""
        return self._keeping.count

    @property
    def recorded(self) -> bool:
        """Whether there is a recording: some room has shown a call."""
        return self._keeping.begun

    def run(self) -> None:
        """Poll until every call is over, or the time is.

        Raises:
            OSError: where the file cannot be written.
            KeyboardInterrupt: Ctrl-C or SIGTERM came; what was kept until then is whole.

        """
        try:
            while live := [one for one in self.rooms if not one.over]:
                began = self._clock.monotonic()
                if self._recording.lasting > self._recording.target.within:
                    self._target.begin()  # there is no end for which to wait less
                for room in live:
                    self._poll(room)
                if not self._sleep(began):
                    return
        except LateError:  # the rate limit allows no other poll before the end
            return
        finally:
            self._keeping.close()
            self._target.close()

    def _sleep(self, began: float) -> bool:
        """Wait for the next round; return whether there is one."""
        if all(one.over for one in self.rooms):
            return False
        now = self._clock.monotonic()
        wait = max(0.0, began + self._recording.every - now)
        if now + wait >= self._began + self._recording.lasting:
            return False
        if wait:
            self._clock.sleep(wait)
        return True

    def _poll(self, room: Room) -> None:
        try:
            request = self._target.request(segment(room.name), extra=self._extra)
            exchange = self._target.send(request)
        except LateError:
            raise
        except LimitedError as error:
            room.fail(str(error), self._clock.monotonic())
        except UnsendableError as error:
            raise UsageError(f"--room: {room.name!r} cannot be sent: {error}") from None
        else:
            room.see(exchange, self._clock.monotonic())
        if room.shown:
            self._keeping.begin()
        self._told(Told(room, self._target.budget.spent))

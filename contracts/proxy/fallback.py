"""Who answers in the upstream's place what that does not offer yet, or while it is down."""

import json
from collections.abc import Sequence

import h11

from contracts.contract import operations
from contracts.judging.bodies import Schemas
from contracts.proxy.messages import OWN, onward
from contracts.proxy.passed import Passed
from contracts.proxy.upstream import Upstream
from contracts.proxy.wire import ClosedError, End, Event

__all__ = ["Fallback"]

_UNKNOWN = (405, 501)
_NAME = b"fallback"


class Fallback:
    """Another implementation of the contract, such as the mock."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream, self._schemas = upstream, Schemas()

    def is_for(self, passed: Passed) -> bool:
        """Return whether a request is one for the contract's operations."""
        asked = passed.asked
        return asked is not None and passed.method == operations()[asked.of].method

    def is_lacking(self, passed: Passed) -> bool:
        """Return whether an answer says that the upstream does not have the operation."""
        if passed.status == 404:
            return not self._is_envelope(bytes(passed.body))
        return passed.status in _UNKNOWN

    def _is_envelope(self, body: bytes) -> bool:
        try:
            return self._schemas.is_error_envelope(json.loads(body))
        except ValueError:
            return False

    async def answer(self, passed: Passed) -> Sequence[Event]:
        """Return its answer to a request, marked as its own.

        Raises:
            ClosedError: it gives none.
        """
        up, _ = await self._upstream.connection(fresh=True)
        try:
            status, events = await self._asked(up, passed)
        finally:
            up.close()
        passed.status, passed.detail, passed.stood_in = status, "answered by the fallback", True
        return events

    async def _asked(self, up: End, passed: Passed) -> tuple[int, list[Event]]:
        headers = onward(passed.headers, host=self._upstream.host)
        request = h11.Request(
            method=passed.method, target=self._upstream.prefix + passed.raw, headers=headers
        )
        body = [h11.Data(data=bytes(passed.content))] if passed.content else []
        await up.send(request, *body, h11.EndOfMessage())
        status, events = 0, list[Event]()
        while not isinstance(event := await up.next(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                marked = [*onward(event.headers.raw_items()), (OWN, _NAME)]
                status = event.status_code
                event = h11.Response(status_code=status, headers=marked, reason=event.reason)
            elif not isinstance(event, h11.Data):
                raise ClosedError("the fallback gives no answer")
            events.append(event)
        return status, [*events, h11.EndOfMessage()]

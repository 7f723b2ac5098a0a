"""How a response is sent, and who is told of it."""

from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.http.holding import HELD
from mockserver.http.request_body import BODILESS, BODY, RequestBody, beginning
from mockserver.http.responses import Response, sent_headers

__all__ = ["BEGAN", "RECORDER", "Recorder", "deliver", "recorded"]

RECORDER = "active-calls.recorder"
"""Where a request's scope has who is told of its exchange, if anybody is."""
BEGAN = "active-calls.began"
"""Where it has when the request arrived, by the stopwatch."""


class Recorder(Protocol):
    """Who is told of each exchange.

    ``early`` says that it is told before the last bytes go out, so that whoever has read them finds
    the exchange, whichever process is asked. Afterwards the server sends while it is told.
    """

    early: bool

    def begin(self, scope: Scope, body: RequestBody) -> int:
        """Note a request that is not answered at once, and return its number."""

    def end(
        self,
        scope: Scope,
        response: Response | None,
        number: int | None = None,
        body: RequestBody | None = None,
    ) -> None:
        """Note a response that was sent, or None where the client had left before.

        ``number`` is what ``begin`` returned, None where it was not called.
        """


async def deliver(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send ``response``, after its wait; a client that leaves meanwhile ends the wait."""
    recorder: Recorder | None = scope.get(RECORDER)
    number = body = None
    if response.wait_seconds or scope["method"] not in BODILESS:
        if recorder is not None:
            body = scope.get(BODY) or await beginning(scope, receive)
            number = recorder.begin(scope, body)
        if await HELD.leaves_within(response.wait_seconds, receive):
            if recorder is not None:
                recorder.end(scope, None, number, body)
            return
    headers = sent_headers(response)
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    # A body that is not finished when the application is makes the server close the connection.
    unfinished = bool(response.missing_bytes) and scope["method"] != "HEAD"
    if recorder is not None and recorder.early:
        recorder.end(scope, response, number, body)
    await send({"type": "http.response.body", "body": response.body, "more_body": unfinished})
    if recorder is not None and not recorder.early:
        recorder.end(scope, response, number, body)


def recorded(app: ASGIApp) -> ASGIApp:
    """Return ``app``, which sends its responses itself, with the recorder told of each."""

    async def recording(scope: Scope, receive: Receive, send: Send) -> None:
        response: Response | None = None

        async def noting_send(message: Message) -> None:
            nonlocal response
            if message["type"] == "http.response.start":
                response = Response(message["status"], b"", headers=tuple(message["headers"]))
            await send(message)

        await app(scope, receive, noting_send)
        recorder: Recorder | None = scope.get(RECORDER)
        if recorder is not None:
            recorder.end(scope, response)

    return recording

"""Runs a proxy until it is told to end, and returns what came of it."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from contracts.asking.network import trusting
from contracts.judging.results import Result
from contracts.proxy.fallback import Fallback
from contracts.proxy.judge_process import JudgeError, JudgeProcess
from contracts.proxy.mock import mock
from contracts.proxy.pages import Journal, Pages
from contracts.proxy.passed import Passed
from contracts.proxy.server import Server
from contracts.proxy.settings import ProxySettings
from contracts.proxy.tape import Tape
from contracts.proxy.upstream import Upstream
from contracts.traffic.secrets import Secrets
from contracts.values import UsageError

__all__ = ["run"]

Say = Callable[[str], None]
Ended = tuple[Result, Tape | None]
_DRAIN_SECONDS = 5.0
_LOOK_SECONDS = 0.25
_WAIT_SECONDS = 0.25  # for which an answer waits for what the judge says of it


class _Proxy:
    """The parts of one proxy, and what happens between them."""

    def __init__(self, settings: ProxySettings, say: Callable[[str], None]) -> None:
        self._say = say
        tls = trusting(settings.ca, secure=not settings.insecure)
        self.upstream = Upstream(settings.upstream, tls)
        self.judge = JudgeProcess(settings, self.upstream.origin)
        self.journal = Journal()
        path, personal = settings.record, not settings.keep_personal_data
        self.tape = Tape(path, self.upstream.origin, personal=personal) if path else None
        self.pages = Pages(self.journal, self._verdict, [settings.host])
        self._new = asyncio.Event()
        self.over = asyncio.Event()
        self.failed = ""
        self._counting: set[asyncio.Future[list[str]]] = set()

    async def judged(self, passed: Passed) -> list[str]:
        """Have an exchange judged; what is new in it is told soon."""
        if (known := self.judge.repeated(passed)) is not None:
            return known
        judging = asyncio.ensure_future(self.judge.take(passed))
        judging.add_done_callback(lambda _: self._new.set())
        done, _ = await asyncio.wait({judging}, timeout=_WAIT_SECONDS)
        if done and (error := judging.exception()):
            self._fail(error)
        return judging.result() if done and not judging.exception() else []

    def _fail(self, error: BaseException) -> None:
        """Pass on without a judge; nothing can be said at the end."""
        if not self.failed:
            self.failed = str(error)
            self._say(f"{error}: from now on everything passes without being judged")

    def noted(self, passed: Passed) -> None:
        """Keep an exchange in the journal, and tell what it breaks for the first time."""
        self.journal.add(passed)
        if self.tape and not passed.stood_in:
            self.tape.add(passed)
        if passed.status == 0:
            path = passed.target.partition("?")[0]
            self._say(f"{passed.method} {path[:100]!r}: {passed.detail}")
            if passed.asked and not self.failed:  # it is counted, and not judged
                counting = asyncio.ensure_future(self.judge.take(passed))
                self._counting.add(counting)
                counting.add_done_callback(self._counted)

    def _counted(self, counting: asyncio.Future[list[str]]) -> None:
        self._counting.discard(counting)
        if not counting.cancelled() and (error := counting.exception()):
            self._fail(error)

    async def _verdict(self) -> tuple[Result, Secrets]:
        return await self.judge.result(final=False), await self.judge.secrets()

    async def follow(self) -> None:
        """Tell of each breach once, for ever."""
        while True:
            await self._new.wait()
            self._new.clear()
            try:
                await self.tell()
            except JudgeError as error:
                self._fail(error)
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def tell(self) -> None:
        """Tell of each breach that nobody has been told of."""
        found, secrets = await self.judge.look(), await self.judge.secrets()
        for clause, breaches in found.items():
            for one in breaches:
                words = f"expected {one.expected}; received {one.received}"
                self._say(f"breach of {clause}: {secrets.redacted(words)}")


async def _run(settings: ProxySettings, say: Say) -> Ended:
    proxy = _Proxy(settings, say)
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        await proxy.judge.start()
        stack.push_async_callback(proxy.judge.close)
        stand = await stack.enter_async_context(_standing(settings))
        server = Server(
            proxy.upstream, proxy.judged, proxy.noted, proxy.pages, stand,
            timeout=settings.timeout, marks=settings.marks,
        )  # fmt: skip
        try:
            port = await server.start(settings.host, settings.port)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or error
            raise UsageError(f"--port: cannot listen on {settings.host}: {why}") from None
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, proxy.over.set)
        name = f"[{settings.host}]" if ":" in settings.host else settings.host
        say(f"http://{name}:{port} passes everything on to {proxy.upstream.origin}")
        say(f"http://{name}:{port}/_proxy/ shows the clauses; Ctrl-C ends it with the verdict")
        following = asyncio.create_task(proxy.follow())
        await proxy.over.wait()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, lambda: None)  # once is enough: the verdict comes
        await server.close(_DRAIN_SECONDS)
        following.cancel()
        if proxy.failed:
            raise JudgeError(proxy.failed)
        await proxy.tell()
        return await proxy.judge.result(final=True), proxy.tape


@asynccontextmanager
async def _standing(settings: ProxySettings) -> AsyncIterator[Fallback | None]:
    if settings.fallback is None:
        yield None
    elif settings.fallback == "mock":
        async with mock() as url:
            yield Fallback(Upstream(url))
    else:
        tls = trusting(settings.ca, secure=not settings.insecure)
        yield Fallback(Upstream(settings.fallback, tls))


def run(settings: ProxySettings, say: Say) -> Ended:
    """Pass on and judge until SIGINT or SIGTERM; return the verdict, and what is to be written.

    ``say`` is told what happens, a line each time.

    Raises:
        UsageError: it cannot listen, or a certificate cannot be read.
        JudgeError: the judge has failed, so that nothing can be said.
    """
    if sys.platform == "win32":
        return asyncio.run(_run(settings, say))
    import uvloop

    return uvloop.run(_run(settings, say))

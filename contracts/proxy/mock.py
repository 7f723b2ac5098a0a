"""The mock as a process of its own, for a proxy that falls back on it."""

import asyncio
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from contracts.values import UsageError

__all__ = ["mock"]

_START_SECONDS = 30.0


@asynccontextmanager
async def mock() -> AsyncIterator[str]:
    """Run the mock on a free port, and yield its base URL.

    Raises:
        UsageError: it does not start.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "mockserver", "--port", "0", "--log-level", "warning",
        stdout=PIPE, stderr=DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_START_SECONDS):
            banner = (await process.stdout.readline()).decode()
        found = re.search(r"http://[\w.:\[\]]+", banner)
        if found is None:
            raise UsageError("--fallback: the mock does not start: active-calls-mock says why")
        yield found[0].rstrip(".:")
    except TimeoutError:
        raise UsageError("--fallback: the mock does not start in time") from None
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()

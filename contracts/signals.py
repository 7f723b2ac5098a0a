"""SIGTERM ends a verification as Ctrl-C does: what was found by then is reported."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["TerminatedError", "catch_sigterm", "deferred", "undisturbed"]


class TerminatedError(KeyboardInterrupt):
    """SIGTERM came. Whatever stops at Ctrl-C stops at this, too."""


def _terminate(number: int, frame: FrameType | None) -> None:
    raise TerminatedError


def catch_sigterm() -> Callable[[], object]:
    """Raise TerminatedError at SIGTERM, unless somebody handles it already; return what undoes it.

    Signals belong to the main thread: in another one, nothing changes.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        return lambda: None
    signal.signal(signal.SIGTERM, _terminate)
    return lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Within it, neither Ctrl-C nor SIGTERM ends what is nearly done, such as writing a report."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    both = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.signal(one, signal.SIG_IGN) for one in both}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, signal.SIG_DFL if handler is None else handler)


@contextmanager
def deferred() -> Iterator[None]:
    """Within it, Ctrl-C and SIGTERM wait: what must not be half done is done first."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    both = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.signal(one, lambda number, _: came.append(number)) for one in both}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, signal.SIG_DFL if handler is None else handler)
        if came:
            signal.raise_signal(signal.Signals(came[0]))

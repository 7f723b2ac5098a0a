"""Correct implementations that differ in what the documentation leaves open."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from tests.implementations.base import Fault, altered, base, changing
from tests.implementations.server import App, serve

__all__ = ["Correct", "correct", "difference", "enter"]


@dataclass(frozen=True)
class Correct:
    """One correct implementation: ``serve`` yields its base URL while it runs.

    ``keyed`` ones demand an API key. ``ends`` are those whose every call ends meanwhile, so that
    a verifier may come to no conclusion. ``missing`` says why it cannot run on this machine.
    ``profile`` is the smallest that could take the difference for a fault: the full one sends odd
    names and headers, many requests at once, and requests for longer. ``options`` are further
    arguments of the command.
    """

    name: str
    words: str
    serve: Callable[[], AbstractContextManager[str]]
    keyed: bool = False
    profile: str = "full"
    ends: bool = False
    missing: Callable[[], str] = lambda: ""
    options: tuple[str, ...] = ()


_TABLE: dict[str, Correct] = {}


def correct() -> list[Correct]:
    """Return every correct implementation."""
    from tests.implementations import (  # noqa: F401 - each module fills the table
        differences_bodies,
        differences_errors,
        differences_family,
        differences_wire,
        frameworks,
    )

    return list(_TABLE.values())


@contextmanager
def _behind_a_prefix() -> Iterator[str]:
    app = base()
    with serve(lambda one: app(replace(one, target=one.target.removeprefix("/gate/way")))) as url:
        yield f"{url}/gate/way/"


def enter(one: Correct) -> None:
    """Enter an implementation into the table."""
    assert one.name not in _TABLE, one.name
    _TABLE[one.name] = one


def _named(
    function: Callable[..., Any],
    make: Callable[[], Fault],
    ends: bool,
    profile: str,
    options: tuple[str, ...],
    server: Callable[..., App],
    **settings: Any,
) -> None:
    enter(
        Correct(
            function.__name__.replace("_", "-"),
            (function.__doc__ or "").strip().rstrip("."),
            lambda: serve(altered(server(**settings), make())),
            keyed=settings.get("keyed", False),
            profile=profile,
            ends=ends,
            options=options,
        )
    )


def difference(
    *,
    of_call: bool = False,
    stateful: bool = False,
    ends: bool = False,
    profile: str = "full",
    options: tuple[str, ...] = (),
    server: Callable[..., App] = base,
    **settings: Any,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter the base with a difference; its docstring says it in words.

    The function takes ``(request, response)`` and returns a response; with ``of_call`` it takes
    ``(call, seconds)`` and alters the call in place; with ``stateful`` it takes nothing and
    returns one of the former kind.
    """

    def enter_difference(function: Callable[..., Any]) -> Callable[..., Any]:
        def make() -> Fault:
            if of_call:
                return changing(function)
            made: Fault = function() if stateful else function
            return made

        _named(function, make, ends, profile, options, server, **settings)
        return function

    return enter_difference


enter(
    Correct(
        "one-connection-at-a-time",
        "Connections are kept alive and served one after another",
        lambda: serve(base(), threads=False),
        profile="quick",
    )
)
enter(Correct("behind-a-prefix", "The API is below a path of its own", _behind_a_prefix))

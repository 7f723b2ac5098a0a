"""What a faulty implementation is: one named fault, and the one clause that must catch it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from contracts.judging.results import Level
from tests.implementations.base import Change, Fault, altered, base, changing
from tests.implementations.server import App

__all__ = ["Faulty", "app_fault", "call_fault", "fault", "faulty", "stateful"]

Make = TypeVar("Make", bound=Callable[..., Any])


@dataclass(frozen=True)
class Faulty:
    """One faulty implementation.

    ``level`` is what the breach counts at. ``keyed`` ones demand an API key, which the verifier
    then has. ``profile`` is the smallest that is bound to see the fault; ``options`` are further
    arguments of the command.
    """

    name: str
    clause: str
    words: str
    level: Level
    make: Callable[[], App]
    keyed: bool = False
    profile: str = "quick"
    options: tuple[str, ...] = ()


_TABLE: dict[str, Faulty] = {}


def faulty() -> Iterator[Faulty]:
    """Yield every faulty implementation, by clause in the order of the modules."""
    from tests.implementations import (  # noqa: F401 - each module fills the table
        faults_access,
        faults_bodies,
        faults_ending,
        faults_http,
        faults_identity,
        faults_insights,
        faults_list,
        faults_removal,
        faults_requests,
        faults_sequence,
        faults_time,
        faults_wire,
    )

    yield from _TABLE.values()


def _enter(
    make: Callable[[], Fault],
    source: Callable[..., Any],
    clause: str,
    *,
    level: Level = "must",
    profile: str = "quick",
    options: tuple[str, ...] = (),
    server: Callable[..., App] = base,
    **settings: Any,
) -> None:
    name = source.__name__.removeprefix("_").replace("_", "-")
    assert name not in _TABLE, name
    assert source.__doc__, name
    _TABLE[name] = Faulty(
        name,
        clause,
        source.__doc__.strip().rstrip("."),
        level,
        lambda: altered(server(**settings), make()),
        settings.get("keyed", False),
        profile,
        options,
    )


def fault(clause: str, **options: Any) -> Callable[[Make], Make]:
    """Enter a ``(request, response) -> response``; its docstring says in words what it does."""

    def enter(function: Make) -> Make:
        _enter(lambda: function, function, clause, **options)
        return function

    return enter


def app_fault(clause: str, server: Callable[..., App], **options: Any) -> Callable[[Make], Make]:
    """Enter an ``(app, request) -> response``, which may ask the correct ``server`` as it likes."""

    def enter(function: Make) -> Make:
        def spoilt(**settings: Any) -> App:
            app = server(**settings)
            return lambda request: function(app, request)

        _enter(lambda: lambda _, response: response, function, clause, server=spoilt, **options)
        return function

    return enter


def call_fault(clause: str, **options: Any) -> Callable[[Change], Change]:
    """Enter a ``(call, moment) -> None`` that alters each call in place."""

    def enter(function: Change) -> Change:
        _enter(lambda: changing(function), function, clause, **options)
        return function

    return enter


def stateful(clause: str, **options: Any) -> Callable[[Make], Make]:
    """Enter a maker of a fault that remembers something between requests."""

    def enter(function: Make) -> Make:
        _enter(function, function, clause, **options)
        return function

    return enter

"""Worlds, asked without a server."""

from typing import Any

import orjson

from mockserver.simulation import Question, World, builtin_scenarios
from tests.mockserver.conftest import EPOCH

__all__ = ["EPOCH", "body", "live", "world"]


def world(seed: int = 0, locale: str = "en_US") -> World:
    """Return a world that begins at the epoch."""
    return World(seed, EPOCH, locale, builtin_scenarios())


def body(world: World, room: str, now: float, **more: Any) -> dict[str, Any] | None:
    """Return what a room shows at an instant."""
    question = Question("ws", room, **more)
    shown = world.show(question, world.scenario(question, now), now)
    return None if shown is None else orjson.loads(shown.body)


def live(world: World, room: str, now: float, **more: Any) -> dict[str, Any]:
    """Return what a room shows at an instant at which it hosts a call."""
    shown = body(world, room, now, **more)
    assert shown is not None
    return shown

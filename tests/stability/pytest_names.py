"""What tests of other projects use: fixtures and what they give, markers, options, settings."""

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock, NonCallableMagicMock

import pytest

import contracts.plugin
import mockserver.pytest_plugin
from contracts.outcome import Outcome
from mockserver.directing import Clock, Room, Workspace
from mockserver.simulation import ActiveCallProvider

__all__ = ["pytest_lines"]

_PLUGINS = (mockserver.pytest_plugin, contracts.plugin)
_AT = (MagicMock(), "ws")
_GIVEN = (
    Workspace(*_AT),
    Room(*_AT),
    Clock(*_AT),
    Outcome(NonCallableMagicMock(), 0),
    ActiveCallProvider.__new__(ActiveCallProvider),  # without what Faker adds
)
_FIXTURE = type(pytest.fixture(lambda: None))


def pytest_lines() -> Iterator[str]:
    """Yield a line for each name."""
    for plugin in _PLUGINS:
        yield from _plugin(plugin)
    for given in _GIVEN:
        yield from _members(given)


def _plugin(plugin: ModuleType) -> Iterator[str]:
    for name, value in vars(plugin).items():
        if isinstance(value, _FIXTURE) and not name.startswith("_"):
            yield f"fixture {name}"
    parser, config = MagicMock(), MagicMock(args=[])
    plugin.pytest_addoption(parser)
    for call in parser.addini.call_args_list:
        yield f"setting {call.args[0]}"
    for call in parser.getgroup.return_value.addoption.call_args_list:
        yield f"option {call.args[0]}"
    if hasattr(plugin, "pytest_configure"):
        # As in a session that verifies nothing.
        config.getoption.return_value = config.getini.return_value = None
        config.pluginmanager.hasplugin.return_value = False
        plugin.pytest_configure(config)
        for call in config.addinivalue_line.call_args_list:
            yield f"marker {call.args[1].partition(':')[0]}"


def _members(given: object) -> Iterator[str]:
    for name, member in (vars(given) | vars(type(given))).items():
        if not name.startswith("_"):
            yield f"{type(given).__name__}.{name}{_signature(member)}"


def _signature(member: Any) -> str:
    """Return the names of what a method takes, with their defaults."""
    if not callable(member):
        return ""
    taken = list(inspect.signature(member).parameters.values())[1:]
    told = (str(one.replace(annotation=inspect.Parameter.empty)) for one in taken)
    return f"({', '.join(told)})"

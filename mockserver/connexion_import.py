"""Imports Connexion without what a server never calls, in processes that only serve."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

__all__ = ["import_connexion"]

# Test clients, HTTP clients and a development server: with Flask, half of the time that the import
# of Connexion takes.
_UNUSED = (
    "httpx", "jinja2", "requests", "starlette.testclient", "werkzeug.serving", "werkzeug.test"
)  # fmt: skip


def import_connexion() -> None:
    """Import Connexion as a server needs it, in half of the time.

    Afterwards everybody else's imports find everything, but ``connexion.FlaskApp``: so this is only
    for processes that are the mock's own.
    """
    if "connexion" in sys.modules:
        return
    with _left_out():
        import_module("connexion")


@contextmanager
def _left_out() -> Iterator[None]:
    """Let imports find placeholders of what is unused, and Flask not at all."""
    placeholders: dict[str, ModuleType | None] = {name: _Placeholder(name) for name in _UNUSED}
    placeholders = {"flask": None, **placeholders}
    added = {name: module for name, module in placeholders.items() if name not in sys.modules}
    sys.modules.update(added)  # type: ignore[arg-type]  # None means that there is no such module
    try:
        yield
    finally:
        for name in added:
            del sys.modules[name]


class _Placeholder(ModuleType):
    """A module whose functions and classes load the real one when they are called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*args: Any, **kwargs: Any) -> Any:
            return getattr(import_module(self.__name__), name)(*args, **kwargs)

        return call

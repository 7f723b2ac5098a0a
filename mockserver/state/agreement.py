"""What all who share a store must agree on: the world that its events belong to.

The first one who comes says what holds. Who comes later goes on with that, or is told what is
different there.
"""

import json
from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any, NamedTuple

from mockserver.state.database import Database, prepare
from mockserver.state.log import StoreError
from mockserver.state.store import Store

__all__ = ["Agreement", "DisagreementError", "agree"]

_FORMAT = 2


class DisagreementError(RuntimeError):
    """A store belongs to another world; the message is one line that names the option."""


class Agreement(NamedTuple):
    """What holds: ``facts`` by name, the same as ``text``; ``warnings`` are lines for a person."""

    facts: Mapping[str, Any]
    text: str
    warnings: tuple[str, ...] = ()


def agree(
    store: Store,
    facts: Mapping[str, Any],
    essential: Mapping[str, Any],
    other: Mapping[str, Any],
    assumed: Mapping[str, Any],
) -> Agreement:
    """Return what holds in a store, which are the first one's ``facts``.

    By option, ``essential`` is what must be the same for all, None where nothing was asked for, and
    ``assumed`` is that then; ``other`` is what had better be the same.

    Raises:
        DisagreementError: something essential is different there.
        StoreError: the store cannot be used; the message is one line.
    """
    options = {**essential, **other, **assumed}
    offer = json.dumps({**facts, "format": _FORMAT, "options": options}, sort_keys=True)
    text = _held(store, offer)
    held = _facts(text)
    for name, value in essential.items():
        if value is not None and held["options"].get(name) != value:
            raise DisagreementError(
                f"{name}: the world in this store has {_shown(held['options'].get(name))}, not "
                f"{_shown(value)}; give the same, or name another store."
            )
    warnings = [
        f"{name}: this is {_shown(value)}, and was {_shown(held['options'].get(name))} for the "
        "first one who used this store."
        for name, value in other.items()
        if held["options"].get(name) != value
    ]
    return Agreement(held, text, tuple(warnings))


def _held(store: Store, offer: str) -> str:
    if store.path is None:
        try:
            from mockserver.state.redis import agree as agree_in_redis
        except ImportError:
            raise StoreError("Redis needs: pip install 'active-calls[redis]'.") from None
        return agree_in_redis(store.url, offer)
    prepare(store.path)
    database = Database(store.path)

    def work(connection: Connection) -> str:
        connection.execute("INSERT OR IGNORE INTO facts VALUES ('world', ?)", (offer,))
        query = "SELECT value FROM facts WHERE name = 'world'"
        return str(connection.execute(query).fetchone()[0])

    try:
        return database.write_now(work)
    finally:
        database.close()


def _facts(text: str) -> dict[str, Any]:
    try:
        facts = json.loads(text)
        known = facts["format"]
    except (ValueError, TypeError, KeyError):
        raise StoreError("what is there was not written by a mock.") from None
    if known != _FORMAT:
        raise StoreError("another version of the mock has written what is there.")
    return dict(facts)


def _shown(value: Any) -> str:
    return "none" if value is None else str(value)

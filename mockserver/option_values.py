"""What the options' values mean, and how a mistake in one is told."""

import re
from math import isfinite
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem
from faker.config import AVAILABLE_LOCALES

from mockserver.simulation import clock
from mockserver.state.store import Store, parse_store
from openapi import Rate

__all__ = [
    "FileName", "HostName", "Instant", "Limit", "Locale", "Room", "StoreName", "finite", "key",
]  # fmt: skip

_HOST_NAME = re.compile(r"\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.ASCII | re.IGNORECASE)


class Instant(click.ParamType[float]):
    """An ISO 8601 instant with its offset, as UTC Unix seconds."""

    name = "instant"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """Return what a text means."""
        try:
            return clock.instant(value)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class Limit(click.ParamType[Rate]):
    """A number of requests in a unit of time."""

    name = "n/s|m|h"

    def convert(self, value: Any, param: Any, ctx: Any) -> Rate:
        """Return what a text means."""
        try:
            return Rate.parse(value)
        except ValueError:
            self.fail(f"{value!r} is not a number of requests a unit, such as 60/m.", param, ctx)


def _encoded(value: str) -> bool:
    """Return whether ``value`` was UTF-8 on the command line, as what clients send is."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


class Room(click.ParamType[tuple[str | None, str]]):
    """A room, or a room of one workspace."""

    name = "[workspace/]name"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str | None, str]:
        """Return what a text means."""
        workspace, slash, room = value.partition("/")
        if not slash:
            workspace, room = None, value
        if not room or workspace == "" or not _encoded(value):
            self.fail(f"{value!a} is not a room, or a workspace and a room.", param, ctx)
        return workspace, room


class FileName(click.Path):
    """A file or a folder, by a name that is not empty: a script's variable may have been."""

    def __init__(self, *, file_okay: bool = True) -> None:
        super().__init__(file_okay=file_okay, path_type=Path)

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return what a text means."""
        if value == "":
            self.fail("the name is empty.", param, ctx)
        return super().convert(value, param, ctx)


class HostName(click.ParamType[str]):
    """The name of a host, or with a dot before it of all that are under it."""

    name = "name"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Return what a text means."""
        if not _HOST_NAME.fullmatch(value):
            self.fail(f"{value!a} is not a name such as mock.example.com.", param, ctx)
        return str(value).lower()


class StoreName(click.ParamType[Store]):
    """A file, or the address of a Redis."""

    name = "file|url"

    def convert(self, value: Any, param: Any, ctx: Any) -> Store:
        """Return what a text means."""
        try:
            return parse_store(value)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class Locale(click.ParamType[str]):
    """A locale that Faker knows."""

    name = "locale"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Return what a text means."""
        locale = str(value).replace("-", "_")
        if locale not in AVAILABLE_LOCALES:
            self.fail(
                f"{value!r} is not a locale of Faker, such as en_US, es_ES, ja_JP.", param, ctx
            )
        return locale

    def shell_complete(self, ctx: Any, param: Any, incomplete: str) -> list[CompletionItem]:
        """Return the locales that begin so."""
        return [CompletionItem(one) for one in AVAILABLE_LOCALES if one.startswith(incomplete)]


def finite(ctx: Any, param: Any, value: float) -> float:
    """Return ``value``, which must be neither infinite nor no number."""
    if not isfinite(value):
        raise click.BadParameter(f"{value} is not a finite number.")
    return value


def key(ctx: Any, param: Any, value: str | None) -> str | None:
    """Return the key, which must be one that a header can carry."""
    if value == "":
        raise click.BadParameter("the key is empty; leave the option out to ask for none.")
    if value is not None and not (
        _encoded(value) and value.isprintable() and value.strip() == value
    ):
        raise click.BadParameter("the key can never be sent: no header carries such characters.")
    return value

"""What a mock does before it serves, where it shares its state: it agrees with the others."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from mockserver.settings import Settings
from mockserver.simulation import Scenario
from mockserver.simulation.clock import iso_milliseconds
from mockserver.state.agreement import DisagreementError, agree
from mockserver.state.log import StoreError
from mockserver.state.store import Store

__all__ = ["SharingError", "shared"]


class SharingError(RuntimeError):
    """A store cannot be used; the message is one line that names the option."""


@contextmanager
def shared(settings: Settings, *, epoch_given: bool) -> Iterator[Settings]:
    """Yield settings that fit the world of the store, for as long as the mock is to run.

    Several workers without a store get one for themselves, which is gone afterwards.

    Raises:
        SharingError: the store cannot be used, or belongs to a different world.
    """
    if settings.workers == 1:
        yield settings if settings.store is None else _agreed(settings, epoch_given)
        return
    # A process that was killed has left its folder behind; this one must not end for that.
    with tempfile.TemporaryDirectory(
        prefix="active-calls-mock-", ignore_cleanup_errors=True
    ) as folder:
        if settings.store is None:
            settings = replace(settings, store=Store(Path(folder) / "store"))
        if settings.metrics:
            # Its library looks there when a worker imports it.
            os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        yield _agreed(settings, epoch_given)


def _agreed(settings: Settings, epoch_given: bool) -> Settings:
    assert settings.store is not None
    facts = {"epoch": settings.epoch, "started": settings.started}
    epoch = iso_milliseconds(settings.epoch)
    essential = {**_essential(settings), "--epoch": epoch if epoch_given else None}
    try:
        agreement = agree(settings.store, facts, essential, _other(settings), {"--epoch": epoch})
    except DisagreementError as error:
        raise SharingError(f"--store: {error}") from None
    except (StoreError, ValueError) as error:
        raise SharingError(f"--store: {settings.store.place}: {error}") from None
    for line in agreement.warnings:
        with suppress(BrokenPipeError):
            print(f"active-calls-mock: warning: {line}", file=sys.stderr)
    held = agreement.facts
    return replace(settings, epoch=held["epoch"], started=held["started"], world=agreement.text)


def _essential(settings: Settings) -> dict[str, Any]:
    """Return the options that make a world what it is."""
    frozen = settings.freeze_at
    rooms = sorted(f"{workspace or '*'}/{room}" for workspace, room in settings.rooms)
    return {
        "--seed": settings.seed,
        "--locale": settings.locale,
        "--time-scale": settings.time_scale,
        "--freeze-at": "none" if frozen is None else iso_milliseconds(frozen),
        "--fleet": settings.fleet,
        "--room": ", ".join(rooms) or "none",
    }


def _other(settings: Settings) -> dict[str, Any]:
    """Return the options in which machines can differ without two worlds coming of it."""
    limit, key = settings.rate_limit, settings.api_key
    return {
        "--rate-limit": limit and f"{limit.requests} in {limit.seconds} s",
        "--api-key": "none" if key is None else "one",
        "--journal": settings.journal,
        "--scenarios": _fingerprint(settings.scenarios),
        "--recording": _fingerprint(settings.recorded),
    }


def _fingerprint(scenarios: tuple[Scenario, ...]) -> str:
    return sha256(repr(scenarios).encode()).hexdigest()[:12] if scenarios else "none"

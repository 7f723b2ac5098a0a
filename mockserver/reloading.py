"""Reads a team's scenarios again when their files are edited."""

import logging
from collections.abc import Iterable
from pathlib import Path

from watchfiles import Change, awatch

from mockserver.operations import Context
from mockserver.scenario_files import load_scenarios
from mockserver.simulation import ScenarioFileError

__all__ = ["reload_scenarios", "watch_scenarios"]

_log = logging.getLogger(__name__)


def reload_scenarios(paths: Iterable[Path], context: Context) -> None:
    """Read the files again; a mistake in one leaves the scenarios as they are, and is logged."""
    try:
        recorded = [scenario.name for scenario in context.settings.recorded]
        own = load_scenarios(paths, context.settings.locale, recorded)
    except ScenarioFileError as error:
        _log.warning("%s; the scenarios stay as they were", error)
        return
    catalogue = context.settings.catalogue(own)
    context.world.use(catalogue)
    context.preferences.use(list(catalogue.scenarios))
    _log.info("the scenarios were read again")


async def watch_scenarios(paths: Iterable[Path], context: Context) -> None:
    """Reload whenever one of the files changes, until the task is cancelled."""
    files = {path.resolve() for path in paths if path.is_file()}
    if not files:  # a pipe, say
        return

    def ours(_: Change, path: str) -> bool:
        return Path(path).resolve() in files

    # Editors put a new file in the place of the old one: only its folder is sure to stay.
    folders = {path.parent for path in files}
    async for _ in awatch(*folders, watch_filter=ours, recursive=False):
        reload_scenarios(paths, context)

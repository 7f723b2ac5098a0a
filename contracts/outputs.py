"""Files that a command will write: found out before the first request."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.values import UsageError

__all__ = ["output", "reports", "writable"]

_REPORTS = {"json": "json", "junit": "xml", "html": "html", "markdown": "md"}
"""The endings of the reports' files, by their kind."""


def writable(option: str, path: Path) -> Path:
    """Return the path, after making its folder and trying to write there. No file is left behind.

    Raises:
        UsageError: where nothing can be written there. It names the option and the path.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.is_file() or path.is_dir():  # a pipe would notice the attempt
            new = not path.exists()
            path.open("ab").close()
            if new:
                path.resolve().unlink()  # a link stays
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{option}: {str(path)!r} cannot be written: {why}") from None
    return path


def output(name: str, given: Mapping[str, Any]) -> Path | None:
    """Return the file that an option names, None where it was not given.

    Raises:
        UsageError: where nothing can be written there.

    """
    return writable(f"--{name}", Path(given[name])) if name in given else None


def reports(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the file of each report, by the name of its setting, None where none is wanted.

    Raises:
        UsageError: where nothing can be written there.

    """
    folder = given.get("report-dir")
    paths = {}
    for kind, ending in _REPORTS.items():
        option, path = f"--report-{kind}", given.get(f"report-{kind}")
        if folder and not path:
            option, path = "--report-dir", Path(folder, f"report.{ending}")
        paths[f"report_{kind}"] = writable(option, Path(path)) if path else None
    return paths

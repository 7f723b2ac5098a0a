"""Files that list what is known to be wrong, so that only what is new counts: one form for all.

Errors:
    BaselineError   a file that is no baseline; its text is one line that says why
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["BaselineError", "Listing"]

_VERSION = 1


class BaselineError(ValueError):
    """The file is no baseline, or not one that this version reads."""


@dataclass(frozen=True)
class Listing:
    """The form of one ``command``'s files: a list under ``key``, of texts named by ``fields``."""

    command: str
    key: str
    fields: tuple[str, ...]

    @property
    def _format(self) -> str:
        return f"{self.command} baseline"

    def rendered(self, entries: Iterable[Mapping[str, str]]) -> str:
        """Return the file that lists these entries; JSON, to be kept. Empty texts are left out."""
        listed = [{name: text for name, text in one.items() if text} for one in entries]
        whole = {"format": self._format, "version": _VERSION, self.key: listed}
        return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"

    def read(self, path: Path) -> list[dict[str, Any]]:
        """Return the entries of a file that ``rendered`` made, each with all of its fields.

        Raises:
            BaselineError: where it cannot be read, or is none.

        """
        shown = repr(str(path))
        try:
            found = json.loads(path.read_text("utf-8"))
        except OSError as error:
            raise BaselineError(f"{shown} cannot be read: {error.strerror or error}") from None
        except (ValueError, RecursionError) as error:
            raise BaselineError(f"{shown} is not JSON: {error}") from None
        if not isinstance(found, dict) or found.get("format") != self._format:
            raise BaselineError(f"{shown} is no baseline; --write-baseline writes one")
        anew = "write it anew with --write-baseline"
        if found.get("version") != _VERSION:
            version = f"version {found.get('version')!r}, and {_VERSION} is what can be read"
            raise BaselineError(f"{shown} has {version}; {anew}")
        entries = found.get(self.key)
        if not isinstance(entries, list):
            raise BaselineError(f"{shown} has no list {self.key!r}; {anew}")
        return [self._entry(one, number, shown) for number, one in enumerate(entries, 1)]

    def _entry(self, entry: Any, number: int, shown: str) -> dict[str, Any]:
        given = (
            {name: entry.get(name, "") for name in self.fields} if isinstance(entry, dict) else {}
        )
        if not given or not all(isinstance(text, str) for text in given.values()):
            raise BaselineError(f"{shown}: entry {number} is no object of texts")
        return given

"""Path templates such as ``/v2/api/active-calls/{roomName}``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

__all__ = ["PathTemplate", "segment"]


@dataclass(frozen=True)
class PathTemplate:
    """A path whose parameters stand in braces, each within one segment."""

    text: str

    def __str__(self) -> str:
        return self.text

    @cached_property
    def _parts(self) -> list[str]:
        """The literal parts, with the parameters' names at the odd places."""
        return re.split(r"\{([^}]*)\}", self.text)

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters, in their order."""
        return self._parts[1::2]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a path has to match in full, as it is sent: its groups are percent-encoded."""
        return re.compile(
            "".join(
                f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part)
                for index, part in enumerate(self._parts)
            )
        )

    def match(self, path: str) -> dict[str, str] | None:
        """Return the parameters of ``path``, percent-encoded; None where it is another path."""
        found = self.pattern.fullmatch(path)
        return None if found is None else found.groupdict()

    def match_end(self, path: str) -> dict[str, str] | None:
        """Return the same for a path that may have anything before it, as a base URL may."""
        found = self._end.search(path)
        return None if found is None else found.groupdict()

    @cached_property
    def _end(self) -> re.Pattern[str]:
        return re.compile(f"{self.pattern.pattern}$")

    def expand(self, parameters: Mapping[str, str]) -> str:
        """Return the path with parameters that are percent-encoded already; see ``segment``."""
        return "".join(
            parameters[part] if index % 2 else part for index, part in enumerate(self._parts)
        )


def segment(name: str) -> str:
    """Return ``name`` as one path segment: UTF-8, percent-encoded, dots too where they matter."""
    if set(name) <= {"."}:  # a client would take "." and ".." for directions
        return "%2E" * len(name)
    return quote(name, safe="")

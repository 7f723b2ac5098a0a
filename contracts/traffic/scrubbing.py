"""Takes out of recorded exchanges what must not leave: credentials, and personal data.

An entry is that of a HAR file, as the JSON object that it is. Two things are done to it, by the
same walk: ``hidden`` takes credentials, cookies and workspaces out; ``replaced`` puts somebody
else's data in place of people's. Both know only what was learnt before: of a whole file, learn it
all first.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from contracts.traffic.scrubbing_credentials import Credentials
from contracts.traffic.scrubbing_forms import Where
from contracts.traffic.scrubbing_personal import Personal
from contracts.traffic.scrubbing_walk import walked

__all__ = ["KINDS", "Scrubber", "Tally"]

KINDS = (
    *("credentials", "cookies", "workspaces", "names", "phone numbers", "e-mail addresses"),
    *("postal addresses", "long numbers"),
)
"""What is taken out or replaced, in the order in which it is told."""

_KEPT = 20_000
"""Texts whose replacements are remembered: a transcript comes again with every poll."""


class Tally:
    """Counts what was replaced: how often, and how many different values."""

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()
        self._values: dict[str, set[str]] = {}

    def tell(self, kind: str, value: str) -> None:
        """Count one."""
        self.times[kind] += 1
        self._values.setdefault(kind, set()).add(value)

    def different(self, kind: str) -> int:
        """Return how many different values of a kind there were."""
        return len(self._values.get(kind, ()))


class Scrubber:
    """Scrubs entries. ``names`` and ``redacted`` say what is known to be a credential.

    ``hidden_ones`` and ``replaced_ones`` count what was done.
    """

    def __init__(
        self,
        *,
        personal: bool = True,
        names: Iterable[str] = (),
        redacted: Callable[[str], str] = lambda text: text,
        seed: int = 0,
    ) -> None:
        self._credentials = Credentials(names, redacted)
        self._personal = Personal(seed) if personal else None
        self._made: dict[tuple[Where, str], tuple[str, tuple[tuple[str, str], ...]]] = {}
        self.hidden_ones, self.replaced_ones = Tally(), Tally()

    def learn(self, entry: Mapping[str, Any]) -> bool:
        """Note whose data an entry tells; return whether other entries look different by it."""
        before = self._personal.known if self._personal else ()
        walked(entry, self._learn)
        if not self._personal or self._personal.known == before:
            return False
        earlier, self._made = self._made, {}
        return any(self._replace(*key) != made for key, (made, _) in earlier.items())

    def _learn(self, where: Where, text: str) -> str:
        self._credentials.learn(where, text)
        if self._personal:
            self._personal.learn(where, text)
        return text

    def hidden(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return an entry without credentials, cookies and the names of workspaces."""

        def hide(where: Where, text: str) -> str:
            return self._credentials.replaced(where, text, self.hidden_ones.tell)

        return walked(entry, hide)

    def replaced(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return an entry with somebody else's data in it."""
        if not self._personal:
            return dict(entry)

        def replace(where: Where, text: str) -> str:
            new = self._replace(where, text)
            for kind, value in self._made.get((where, text), ("", ()))[1]:
                self.replaced_ones.tell(kind, value)
            return new

        return walked(entry, replace)

    def scrubbed(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return an entry as it may leave."""
        return self.replaced(self.hidden(entry))

    def _replace(self, where: Where, text: str) -> str:
        """Return what stands in place of a text, and remember it."""
        assert self._personal
        key = (where, text)
        if known := self._made.get(key):
            return known[0]
        told: list[tuple[str, str]] = []
        new = self._personal.replaced(where, text, lambda *one: told.append(one))
        if len(self._made) >= _KEPT:
            self._made.clear()
        self._made[key] = (new, tuple(told))
        return new

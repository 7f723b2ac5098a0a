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
from contracts.traffic.scrubbing_drawn import Told
from contracts.traffic.scrubbing_forms import Where, rewritten
from contracts.traffic.scrubbing_personal import Personal
from contracts.traffic.scrubbing_walk import walked

__all__ = ["KINDS", "Scrubber", "Tally"]

KINDS = (
    *("credentials", "cookies", "workspaces", "names", "phone numbers", "e-mail addresses"),
    *("postal addresses", "long numbers"),
)
"""What is taken out or replaced, in the order in which it is told."""

_MOST = 8_000_000  # characters of texts whose replacements are remembered


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


class _Pass:
    """One way to change texts, and what became of those that it has seen.

    ``change`` returns what stands in place of a plain text, and tells what it has replaced.
    """

    def __init__(self, change: Callable[[Where, str, Told], str], tally: Tally) -> None:
        self._change = change
        self._made: dict[tuple[Where, str], tuple[str, list[tuple[str, str]]]] = {}
        self._size = 0
        self._telling: list[tuple[str, str]] | None = None
        self._forgot = False
        self.tally = tally

    def __call__(self, where: Where, text: str) -> str:
        """Return what stands in place of a plain text."""
        return self._change(where, text, self._tell)

    def remembered(self, where: Where, text: str, make: Callable[[], str]) -> str:
        """Return what stands in place of a text that was seen before, else make it."""
        key = (where, text)
        if (known := self._made.get(key)) is None:
            outer, self._telling = self._telling, []
            known = (make(), self._telling)
            self._telling = outer
            self._keep(key, known)
        for one in known[1]:
            self._tell(*one)
        return known[0]

    def _keep(self, key: tuple[Where, str], made: tuple[str, list[tuple[str, str]]]) -> None:
        self._size += len(key[1])
        if self._size > _MOST:
            self._made.clear()
            self._size, self._forgot = len(key[1]), True
        self._made[key] = made

    def _tell(self, kind: str, value: str) -> None:
        if self._telling is None:
            self.tally.tell(kind, value)
        else:
            self._telling.append((kind, value))

    def changes(self) -> bool:
        """Forget all; return whether a text looks different now, as far as that is known."""
        earlier, self._made, self._size = self._made, {}, 0
        tally, self.tally = self.tally, Tally()
        differs = any(
            rewritten(where, text, self) != made for (where, text), (made, _) in earlier.items()
        )
        self.tally = tally
        return differs or self._forgot


class Scrubber:
    """Scrubs entries. ``names`` and ``redacted`` say what is known to be a credential."""

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
        self._learning = _Pass(self._learn, Tally())
        self._hiding = _Pass(self._credentials.replaced, Tally())
        self._replacing = _Pass(self._personal.replaced, Tally()) if self._personal else None

    @property
    def tallies(self) -> list[Tally]:
        """The counts of what was hidden, and of what was replaced since the last ``recount``."""
        return [one.tally for one in (self._hiding, self._replacing) if one]

    def recount(self) -> None:
        """Count what is replaced from zero: everything is written anew."""
        if self._replacing:
            self._replacing.tally = Tally()

    def learn(self, entry: Mapping[str, Any]) -> bool:
        """Note whose data an entry tells; return whether other entries look different by it."""
        before = self._known
        walked(entry, self._learning)
        if self._personal:
            self._personal.listen(_body(entry))
        after = self._known
        if before[0] != after[0]:
            self._hiding.changes()
        return before[1] != after[1] and bool(self._replacing and self._replacing.changes())

    @property
    def _known(self) -> tuple[int, tuple[int, ...]]:
        return self._credentials.known, self._personal.known if self._personal else ()

    def _learn(self, where: Where, text: str, _: Told) -> str:
        self._credentials.learn(where, text)
        if self._personal:
            self._personal.learn(where, text)
        return text

    def hidden(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return an entry without credentials, cookies and the names of workspaces."""
        return walked(entry, self._hiding)

    def replaced(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return an entry with somebody else's data in it."""
        return walked(entry, self._replacing) if self._replacing else dict(entry)

    def scrubbed(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return an entry as it may leave."""
        return self.replaced(self.hidden(entry))


def _body(entry: Mapping[str, Any]) -> str:
    """Return the text of an entry's answer, empty where it has none."""
    response = entry.get("response")
    content = response.get("content") if isinstance(response, dict) else None
    text = content.get("text") if isinstance(content, dict) else None
    return text if isinstance(text, str) else ""

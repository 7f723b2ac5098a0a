"""What was found: a difference between a page and the contract, and what kind of one."""

from dataclasses import dataclass
from typing import NamedTuple

from contracts.drift.fields import Spot

__all__ = ["RULES", "Finding", "Place"]

RULES = {
    "operation-unknown": "A page describes an operation that the contract does not have",
    "operation-without-page": "The contract has an operation that no page describes",
    "contract-lacks": "A page has something that the contract does not have",
    "page-lacks": "The contract has something that its page does not have",
    "type": "A page and the contract name different types",
    "required": "A page and the contract differ in what is required",
    "deprecated": "A page and the contract differ in what is deprecated",
    "default": "A page and the contract name different defaults",
    "example-unreadable": "A page prints an example that is no JSON",
    "example-breaks": "A page prints an example that breaks the contract",
    "example-unusual": "A page prints an example that the contract calls unusual",
    "example-differs": "A page prints another example than the contract has from it",
}
"""Each kind of difference, in words."""


class Place(NamedTuple):
    """What a difference is about, and what kind of one it is: the same tomorrow."""

    rule: str
    operation: str
    subject: str

    def __str__(self) -> str:
        return ": ".join(filter(None, self))


@dataclass(frozen=True)
class Finding:
    """A difference.

    ``subject`` is what it is about. ``page`` and ``contract`` are where each side says it, None
    where one does not. A finding that does not ``count`` is only told; one that is ``known`` is in
    the baseline, and counts no longer.
    """

    rule: str
    operation: str
    subject: str
    text: str
    page: Spot | None
    contract: Spot | None
    counts: bool = True
    known: bool = False

    @property
    def place(self) -> Place:
        """What tells it from others."""
        return Place(self.rule, self.operation, self.subject)

    @property
    def sentence(self) -> str:
        """What was found, with the operation that it was found of."""
        named = self.text.startswith(self.operation)
        return self.text if named else f"{self.operation}: {self.text}"

"""What came of comparing pages with a contract."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.drift.comparison import compare, find_operation, unknown, without_page
from contracts.drift.description import Description
from contracts.drift.findings import Finding, Place
from contracts.drift.mdx import PageError
from contracts.drift.page import Page, read_page
from contracts.drift.sources import Limits, SourceError, is_url, shown, text_of
from openapi import Operation

__all__ = ["Report", "Unreadable", "compare_all"]


@dataclass(frozen=True)
class Unreadable:
    """A page that nothing can be said of; ``line`` is 0 where it is the page as a whole."""

    page: str
    line: int
    text: str
    is_file: bool

    def __str__(self) -> str:
        return f"{self.page}{f':{self.line}' if self.line else ''}: {self.text}"


@dataclass(frozen=True)
class Report:
    """The findings over all pages, in the order of the pages, and the pages that are left out.

    ``tried`` are the operations that were compared; ``complete`` says that the pages are all that
    there are. Of the baseline's places, ``mended`` differ no longer, and of ``untried`` nothing is
    known.
    """

    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]
    pages: int
    tried: frozenset[str] = frozenset()
    complete: bool = False
    mended: tuple[Place, ...] = ()
    untried: tuple[Place, ...] = ()

    def against(self, known: Set[Place]) -> "Report":
        """Return the report with what is known told from what is new."""
        findings = tuple(
            replace(one, counts=False, known=True) if one.counts and one.place in known else one
            for one in self.findings
        )
        gone = sorted(known - {one.place for one in findings})
        mended = tuple(one for one in gone if self._tells_of(one))
        untried = tuple(one for one in gone if one not in mended)
        return replace(self, findings=findings, mended=mended, untried=untried)

    def _tells_of(self, place: Place) -> bool:
        """Return whether the place would have been found, if it still differed."""
        if self.unreadable:
            return False  # nobody knows what stands there
        return self.complete or place.operation in self.tried

    @property
    def known(self) -> tuple[Place, ...]:
        """The places that differ, for a baseline: also those that are in one."""
        differing = (one.place for one in self.findings if one.counts or one.known)
        return (*differing, *self.untried)

    @property
    def differences(self) -> int:
        """How many findings count."""
        return sum(one.counts for one in self.findings)

    @property
    def status(self) -> int:
        """The exit status: 0 no differences, 1 some, 2 a page could not be read."""
        return 2 if self.unreadable else int(self.differences > 0)

    @property
    def summary(self) -> str:
        """The whole in a line."""
        pages = f"{self.pages} page{'' if self.pages == 1 else 's'}"
        count = self.differences
        found = f"{count or 'no'} difference{'' if count == 1 else 's'} in {pages}"
        known = sum(one.known for one in self.findings)
        parts = (
            (len(self.unreadable), "not read"),
            (known, "known (baseline)"),
            (len(self.mended), "mended since the baseline"),
        )
        return ", ".join([found, *(f"{count} {what}" for count, what in parts if count)])


def compare_all(
    places: Sequence[str], description: Description, limits: Limits, *, complete: bool = False
) -> Report:
    """Compare each page, named by a file or a URL, with the contract.

    Before it may stand the operation that it is about, as in ``endCall=end-call.md``. Operations
    that no page is about are told where there is more than one page, and count where the pages
    are meant to be ``complete``.
    """
    findings: list[Finding] = []
    unreadable: list[Unreadable] = []
    covered: set[str] = set()
    tried: set[str] = set()
    sure = True  # whether it is known which operations all pages are about
    for given in places:
        named, place = _named(given, description)
        covered |= {named.id} if named else set()
        try:
            page = read_page(text_of(place, limits), shown(place), is_file=not is_url(place))
            operation = named or _operation(page, description)
        except (PageError, SourceError) as error:
            line = error.line if isinstance(error, PageError) else 0
            unreadable.append(Unreadable(shown(place), line, str(error), not is_url(place)))
            sure = sure and named is not None
            continue
        if operation is None:
            findings.append(unknown(page, description))
        else:
            findings += compare(page, operation, description)
            tried.add(operation.id)
    covered |= tried
    if sure and (complete or len(places) > 1):
        findings += without_page(covered, description, counts=complete)
    read = len(places) - len(unreadable)
    return Report(tuple(findings), tuple(unreadable), read, frozenset(tried), complete)


def _named(given: str, description: Description) -> tuple[Operation | None, str]:
    """Return the operation that stands before a page, and the page."""
    name, equals, place = given.partition("=")
    known = {one.id: one for one in description.operations}
    if equals and name in known and (is_url(place) or not Path(given).exists()):
        return known[name], place
    return None, given


def _operation(page: Page, description: Description) -> Operation | None:
    if not page.method:
        ids = ", ".join(one.id for one in description.operations)
        text = "its front matter has no line 'api: METHOD /path'"
        raise PageError(0, f"{text}; name the operation as OPERATION=PAGE, one of {ids}")
    return find_operation(page, description)

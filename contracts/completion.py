"""What a shell completes after an option: files, folders, the words there are, names of clauses."""

from collections.abc import Callable

import click
from click.shell_completion import CompletionItem

__all__ = ["Completer", "completer"]

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

_PLACES = {"FILE": "file", "PATH": "file", "DIR": "dir"}


def completer(metavar: str) -> Completer | None:
    """Return how the value of an option is completed, by what stands for it in the help.

    ``quick|full`` are words. None where nothing is known of it.
    """
    if metavar not in {*_PLACES, "CLAUSE"} and "|" not in metavar:
        return None

    def complete(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
        if metavar in _PLACES:
            return [CompletionItem(begun, type=_PLACES[metavar])]
        words = _clauses() if metavar == "CLAUSE" else metavar.split("|")
        return [CompletionItem(word) for word in words if word.startswith(begun)]

    return complete


def _clauses() -> list[str]:
    # Imported here: only who completes, or verifies, reads the catalogue.
    from contracts.judging.clauses import catalogue

    groups = dict.fromkeys(clause.group for clause in catalogue().values())
    return [*groups, *catalogue()]

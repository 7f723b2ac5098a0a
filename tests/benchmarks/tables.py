"""Tables as Markdown has them."""

from collections.abc import Sequence

__all__ = ["table"]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> list[str]:
    """Return the lines of a table, and an empty one; the first ``texts`` columns are no numbers."""
    align = ["---" if column < texts else "---:" for column in range(len(head))]
    return [f"| {' | '.join(row)} |" for row in (head, align, *rows)] + [""]

"""The examples of the guides in docs/, by the files that their first lines name."""

import re
from pathlib import Path

__all__ = ["GUIDE", "example", "example_of"]

_DOCS = Path(__file__).parents[1] / "docs"
GUIDE = _DOCS.joinpath("frontend.md").read_text("utf-8")


def example(name: str) -> str:
    """Return the code block of docs/frontend.md whose first line names a file."""
    return example_of("frontend.md", name)


def example_of(guide: str, name: str) -> str:
    """Return the code block of a guide whose first line names a file."""
    text = _DOCS.joinpath(guide).read_text("utf-8")
    (code,) = re.findall(rf"```\w+\n(?://|#) {re.escape(name)}.*?\n(.*?)```", text, re.DOTALL)
    return str(code)

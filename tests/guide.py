"""The examples of docs/frontend.md, by the files that their first lines name."""

import re
from pathlib import Path

__all__ = ["GUIDE", "example"]

GUIDE = Path(__file__).parents[1].joinpath("docs", "frontend.md").read_text("utf-8")


def example(name: str) -> str:
    """Return the code block whose first line names a file."""
    (code,) = re.findall(rf"```\w+\n(?://|#) {re.escape(name)}.*?\n(.*?)```", GUIDE, re.DOTALL)
    return str(code)

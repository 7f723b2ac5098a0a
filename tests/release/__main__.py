"""``python -m tests.release check TAG``, or ``notes``: for the workflow that releases.

It takes nothing but Python.
"""

import sys
from pathlib import Path

from tests.release.versions import disagreements, notes

ROOT = Path(__file__).parents[2]


def main(arguments: list[str]) -> int:
    """Print what the version's notes are, or what is wrong with a tag; return the exit status."""
    match arguments:
        case ["notes"]:
            print(notes(ROOT))
            return 0
        case ["check", tag]:
            lines = list(disagreements(ROOT, tag))
            print("\n".join(lines) or f"{tag} can be released")
            return 1 if lines else 0
    print("usage: python -m tests.release notes | check TAG", file=sys.stderr)
    return 2


sys.exit(main(sys.argv[1:]))

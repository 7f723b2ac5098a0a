"""``python -m tests.generators``: does the contract make good types and clients?

Skipped, with a line that says so, where the generators cannot be had.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.generators import python_client, typescript
from tests.generators.answers import answers
from tests.generators.commands import CommandError
from tests.mockserver.serving import serve


def main() -> str | None:
    """Return what is wrong, or None."""
    if shutil.which("npm") is None:
        print("Generators: skipped, because npm is not installed.")
        return None
    with TemporaryDirectory(prefix="generators-") as name:
        folder = Path(name)
        try:
            typescript.install(folder)
            python_client.install(folder)
        except CommandError as failed:
            print(f"Generators: skipped, because they could not be installed.\n{failed}")
            return None
        try:
            _check(folder)
        except CommandError as failed:
            return f"Generators: {failed}"
    return None


def _check(folder: Path) -> None:
    with serve("--log-level", "warning") as mock:
        received = list(answers(mock.url))
    typescript.check(folder, received)
    python_client.check(folder, received)
    print(f"Generators: openapi-typescript and openapi-python-client take {len(received)} bodies.")


if __name__ == "__main__":
    sys.exit(main())

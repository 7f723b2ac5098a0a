"""``python -m tests.generators``: does the contract make good types and clients?

Skipped, with a line that says so, where npm or its registry cannot be had, but never in CI.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.commands import CommandError, skipped
from tests.generators import python_client, typescript
from tests.generators.answers import answers
from tests.mockserver.serving import serve
from tests.node import NoRegistryError, demand_registry


def main() -> str | None:
    """Return what is wrong, or None."""
    with TemporaryDirectory(prefix="generators-") as name:
        folder = Path(name)
        try:
            demand_registry(folder)
            typescript.install(folder)
            python_client.install(folder)
            _check(folder)
        except NoRegistryError as failed:
            return skipped(f"Generators: skipped, because {failed}")
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

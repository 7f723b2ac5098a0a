"""``python -m tests.frontends``: does the player do in frontends what docs/player.md says?

Its package is packed, and installed from the tarball. Skipped, with a line that says so, where npm
or its registry cannot be had, but never in CI.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.commands import CommandError, skipped
from tests.frontends import package, storybook, types, vitest
from tests.node import NoRegistryError, demand_registry


def main() -> str | None:
    """Return what is wrong, or None."""
    picture = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with TemporaryDirectory(prefix="frontends-") as name:
        folder = Path(name)
        try:
            for told in _checks(folder, picture):
                print(f"Frontends: {told}", flush=True)
        except NoRegistryError as failed:
            return skipped(f"Frontends: skipped, because {failed}")
        except CommandError as failed:
            return f"Frontends: {failed}"
    return None


def _checks(folder: Path, picture: Path | None) -> Iterator[str]:
    """Check one thing after the other, and yield what it has come to."""
    demand_registry(folder)
    yield types.check(folder)
    packed = package.pack(folder)
    yield package.check(folder, packed)
    for version in vitest.MSW:
        yield vitest.check(folder, packed, version)
    yield storybook.check(folder, packed, picture)


if __name__ == "__main__":
    sys.exit(main())

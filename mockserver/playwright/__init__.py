"""The fixture for Playwright, which frontends copy: an ES module, and its types beside it."""

from importlib.resources import files
from pathlib import Path

__all__ = ["write_fixture"]


def write_fixture(folder: Path) -> list[Path]:
    """Write the fixture's files into a folder, over those of an older version; return them.

    Raises:
        OSError: it is not possible; the error names the file.
    """
    written = []
    for name in ("active-calls-mock.js", "active-calls-mock.d.ts"):
        path = folder / name
        path.write_bytes(files("mockserver").joinpath("playwright", name).read_bytes())
        written.append(path)
    return written

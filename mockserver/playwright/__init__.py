"""The fixture for Playwright, which frontends copy: an ES module, and its types beside it."""

from importlib.resources import files
from pathlib import Path

from mockserver.outputs import write_file

__all__ = ["write_fixture"]


def write_fixture(folder: Path) -> list[Path]:
    """Write the fixture's files into a folder, over those of an older version; return them.

    Raises:
        OSError: it is not possible; the error names the file.
    """
    ours = files("mockserver").joinpath("playwright")
    names = ("active-calls-mock.js", "active-calls-mock.d.ts")
    return [write_file(folder / name, ours.joinpath(name).read_bytes()) for name in names]

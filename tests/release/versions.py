"""The version, which pyproject.toml says, and where else it stands."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

__all__ = ["disagreements", "notes", "version"]

_HEADING = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - (\S+)$", re.M)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PACKAGE = "mockserver/player/package.json"


def version(root: Path) -> str:
    """Return the version of the project in a folder, as 1.0.0."""
    text = (root / "pyproject.toml").read_text("utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def notes(root: Path) -> str:
    """Return what CHANGELOG.md says of the version, without its heading."""
    _, _, after = (root / "CHANGELOG.md").read_text("utf-8").partition(f"## [{version(root)}] - ")
    return after.partition("\n")[2].partition("\n## ")[0].strip()


def disagreements(root: Path, tag: str | None = None) -> Iterator[str]:
    """Yield a line for each place that has another version than pyproject.toml.

    With a ``tag`` it is about a release, which needs that tag and a date in CHANGELOG.md.
    """
    right = version(root)
    changelog = (root / "CHANGELOG.md").read_text("utf-8")
    newest, date = found.groups() if (found := _HEADING.search(changelog)) else ("none", "")
    if newest != right:
        yield f"CHANGELOG.md: the newest version is {newest}, that of pyproject.toml is {right}"
    elif not notes(root):
        yield f"CHANGELOG.md: nothing is said of {right}"
    package = root / _PACKAGE
    if package.exists() and (said := json.loads(package.read_text("utf-8"))["version"]) != right:
        yield f"{_PACKAGE}: the version is {said}, that of pyproject.toml is {right}"
    if tag is not None:
        if tag != f"v{right}":
            yield f"the tag is {tag}, expected v{right}, as pyproject.toml has it"
        if not _DATE.fullmatch(date):
            yield f"CHANGELOG.md: {newest} has no date: expected ## [{right}] - YYYY-MM-DD"

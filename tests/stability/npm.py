"""The package of npm: what can be imported, and the types of that."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files

from mockserver.simulation.timeline import VERSION

__all__ = ["npm_lines"]

_PLAYER = files("mockserver").joinpath("player")
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
_DECLARATION = re.compile(
    r"^(?:export|type|interface) .*?(?=^(?:export|type|interface) |\Z)", re.M | re.S
)


def npm_lines() -> Iterator[str]:
    """Yield a line for each entry of the package, and for each declaration of its types."""
    package = json.loads(_PLAYER.joinpath("package.json").read_text("utf-8"))
    yield f"timelines of version {VERSION}"
    for name, wanted in (package["engines"] | package["peerDependencies"]).items():
        optional = package["peerDependenciesMeta"].get(name, {}).get("optional")
        yield f"{name} {wanted}{', may be absent' if optional else ''}"
    for entry, file in package["exports"].items():
        name = package["name"] + entry.removeprefix(".")
        yield f"import {name}"
        if isinstance(file, dict):
            yield from (f"{name}: {one}" for one in _declarations(file["types"]))


def _declarations(file: str) -> Iterator[str]:
    """Yield what a file declares, without its comments."""
    text = _COMMENT.sub("", _PLAYER.joinpath(file).read_text("utf-8"))
    for one in _DECLARATION.findall(text):
        yield " ".join(one.split())

"""The types of the contract that the player has, made anew."""

from pathlib import Path

from tests.frontends.package import NoRegistryError
from tests.generators import typescript
from tests.generators.commands import CommandError
from tests.generators.player import PLAYER
from tests.generators.player import types as made

__all__ = ["check"]


def check(folder: Path) -> str:
    """See to it that ``openapi.d.ts`` is what the generator makes of the contract."""
    project = folder / "types"
    project.mkdir()
    try:
        typescript.install(project)
    except CommandError as failed:
        raise NoRegistryError(str(failed)) from None
    if made(project) != (PLAYER / "openapi.d.ts").read_text("utf-8"):
        raise CommandError("openapi.d.ts is not current: run `make player`")
    return "openapi.d.ts is what openapi-typescript makes of the contract"

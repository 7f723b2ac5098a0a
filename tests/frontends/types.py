"""The types of the contract that the player has, made anew."""

from pathlib import Path

from tests.commands import CommandError
from tests.generators import typescript
from tests.generators.player import PLAYER
from tests.generators.player import types as made

__all__ = ["check"]


def check(folder: Path) -> str:
    """See to it that ``openapi.d.ts`` is what the generator makes of the contract."""
    project = folder / "types"
    project.mkdir()
    typescript.install(project)
    if made(project) != (PLAYER / "openapi.d.ts").read_text("utf-8"):
        raise CommandError("openapi.d.ts is not current: run `make player`")
    return "openapi.d.ts is what openapi-typescript makes of the contract"

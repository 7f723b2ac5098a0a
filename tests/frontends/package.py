"""The player as a package of npm: packed, and installed into an empty project."""

import json
import shutil
import sys
from pathlib import Path

from tests.commands import CommandError, run
from tests.generators.player import PLAYER

__all__ = ["check", "example", "export", "install", "pack"]

_HERE = Path(__file__).parent
_QUIETLY = ("--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")


def pack(folder: Path) -> Path:
    """Pack the player into ``folder``, and return the tarball."""
    told = run("npm", "pack", "--json", "--pack-destination", str(folder), at=PLAYER)
    (packed,) = json.loads(told)
    return folder / str(packed["filename"])


def install(project: Path, *more: str) -> None:
    """Install what a project needs, and tarballs or packages besides."""
    run("npm", "install", *_QUIETLY, *more, at=project)


def example(name: str, folder: Path) -> Path:
    """Copy one of the projects that stand here into ``folder``, and return it."""
    return Path(shutil.copytree(_HERE / name, folder, dirs_exist_ok=True))


def export(project: Path, *options: str) -> None:
    """Export fixtures of the room ``r`` into a project."""
    mock = (sys.executable, "-m", "mockserver", "export")
    run(*mock, "--room", "r", "--output", str(project / "fixtures"), *options, at=project)


def check(folder: Path, packed: Path) -> str:
    """Install the tarball into an empty project, where it says to which mock it belongs."""
    project = folder / "empty"
    project.mkdir()
    (project / "package.json").write_text('{"private": true, "type": "module"}')
    install(project, str(packed))
    export(project, "--scenario", "escalation")
    (project / "say.js").write_text(
        'import { readFileSync } from "node:fs";\n'
        'import { createCall, version } from "active-calls";\n'
        'const timeline = JSON.parse(readFileSync("fixtures/escalation.json"));\n'
        "const { duration, transcript } = createCall(timeline).at(60);\n"
        "console.log(`of mock ${version}: ${duration} s, ${transcript.length} lines`);\n"
    )
    said = run("node", "say.js", at=project).strip()
    if json.loads((PLAYER / "package.json").read_text())["version"] not in said:
        raise CommandError(f"the package does not say of which mock it is: {said}")
    others = sorted(
        path.name for path in (project / "node_modules").iterdir() if path.name[0] != "."
    )
    if others != ["active-calls"]:
        raise CommandError(f"the package brings along {others}")
    return f"{packed.name}, {packed.stat().st_size} bytes, alone in an empty project: {said}"

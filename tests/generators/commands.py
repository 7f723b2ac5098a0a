"""Programs of other people, run in a folder."""

import os
import subprocess
from pathlib import Path

__all__ = ["CommandError", "run", "run_clean"]


class CommandError(Exception):
    """A program that failed or warned; the message has its command and its output."""


def run(*command: str, at: Path, path: str | None = None) -> str:
    """Run a command in the folder ``at`` and return what it printed; ``path`` is its PATH.

    Raises:
        CommandError: its exit status is not 0.
    """
    environment = None if path is None else {**os.environ, "PATH": path}
    done = subprocess.run(
        command,
        cwd=at,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise CommandError(f"{' '.join(command)}\n{done.stdout}")
    return done.stdout


def run_clean(*command: str, at: Path, path: str | None = None) -> None:
    """Run a command as ``run`` does, and take a warning for a failure.

    Raises:
        CommandError: its exit status is not 0, or it speaks of a warning.
    """
    printed = run(*command, at=at, path=path)
    if "warn" in printed.lower():
        raise CommandError(f"{' '.join(command)}\n{printed}")

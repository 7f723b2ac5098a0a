"""Programs of other people, run for what they print, and what is said where they are missing."""

import os
import subprocess
from pathlib import Path

__all__ = ["CommandError", "Done", "attempt", "in_ci", "output", "run", "run_clean", "skipped"]

Done = subprocess.CompletedProcess[str]


class CommandError(Exception):
    """A program that failed or warned; the message has its command and its output."""


def attempt(*command: str, at: Path | None = None, path: str | None = None) -> Done:
    """Run a command and return its status and what it printed, both streams as one.

    ``at`` is the folder that it runs in, ``path`` its PATH.
    """
    environment = None if path is None else {**os.environ, "PATH": path}
    return subprocess.run(
        command,
        cwd=at,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(*command: str, at: Path, path: str | None = None) -> str:
    """Run a command and return what it printed.

    Raises:
        CommandError: its exit status is not 0.
    """
    done = attempt(*command, at=at, path=path)
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


def output(*command: str) -> str:
    """Return what a command prints, without what it says of itself on standard error.

    Raises:
        CommandError: it fails; the message has the end of what it printed.
    """
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        told = (done.stderr or done.stdout).strip()[-2000:]
        raise CommandError(f"{' '.join(command[:2])} ended with {done.returncode}:\n{told}")
    return done.stdout.strip()


def in_ci() -> bool:
    """Return whether this is continuous integration, where nothing that a test needs is missing."""
    return os.environ.get("CI", "").lower() in ("1", "true")


def skipped(why: str) -> str | None:
    """Say what is skipped; in CI return it instead, as what is wrong."""
    if in_ci():
        return f"{why}\nIn CI that is a failure."
    print(why)
    return None

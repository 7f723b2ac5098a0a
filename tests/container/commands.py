"""Programs, run for what they print."""

import subprocess

__all__ = ["CommandError", "Done", "output", "run"]

Done = subprocess.CompletedProcess[str]


class CommandError(Exception):
    """A program that had to succeed has not."""


def run(*command: str) -> Done:
    """Run a program and return its status and what it printed, both streams as one."""
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def output(*command: str) -> str:
    """Return what a program prints.

    Raises:
        CommandError: it fails; the message has the end of what it printed.
    """
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        told = (done.stderr or done.stdout).strip()[-2000:]
        raise CommandError(f"{' '.join(command[:2])} ended with {done.returncode}:\n{told}")
    return done.stdout.strip()

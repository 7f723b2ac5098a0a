"""``python -m tests.container``: builds the image of Containerfile, and tries it.

``--base`` is the image to build on, ``--tag`` the name that it gets. Where nothing can build it,
a line says what is missing; in CI that is a failure.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from tests.commands import CommandError, attempt, output, skipped
from tests.container.buildah import Buildah
from tests.container.checks import check
from tests.container.engine import Engine

ROOT = Path(__file__).parents[2]


def main() -> str | None:
    """Return what is wrong, or None."""
    parser = argparse.ArgumentParser(prog="make image")
    parser.add_argument("--base", help="the image to build on")
    parser.add_argument("--tag", default="localhost/active-calls:dev")
    options = parser.parse_args()
    program = _builder()
    if program is None:
        return skipped(
            "Image: skipped. Docker with its engine, podman or buildah is needed to build it."
        )
    base = ["--build-arg", f"BASE={options.base}"] if options.base else []
    # HEALTHCHECK is a part of Docker's format alone.
    form = [] if program == "docker" else ["--format", "docker"]
    command = [program, "build", *form, *base, "--tag", options.tag]
    try:
        output(*command, "--file", str(ROOT / "Containerfile"), str(ROOT))
        container = Buildah(options.tag) if program == "buildah" else Engine(program, options.tag)
        try:
            for line in check(container):
                print(f"Image: {line}")
        finally:
            container.remove()
    except (CommandError, AssertionError, subprocess.TimeoutExpired) as wrong:
        return f"Image, with {program}: {wrong}"
    print(f"Image: {options.tag} was built with {program} and tried.")
    return None


def _builder() -> str | None:
    """Return the program to build with. Docker's client is of no use without its engine."""
    for name in ("docker", "podman", "buildah"):
        if shutil.which(name) and attempt(name, "info").returncode == 0:
            return name
    return None


if __name__ == "__main__":
    sys.exit(main())

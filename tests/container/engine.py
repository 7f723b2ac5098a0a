"""Containers of Docker, or of Podman, which takes the same commands."""

import json

from tests.commands import Done, attempt, output

__all__ = ["Engine"]

_PORT = 4010


class Engine:
    """One container of an image: started, entered, stopped."""

    inside = f"http://127.0.0.1:{_PORT}"

    def __init__(self, program: str, image: str) -> None:
        self._program, self._image = program, image
        self._id = ""

    def check(self) -> list[str]:
        """Return the image's HEALTHCHECK, its kind first."""
        image = json.loads(output(self._program, "image", "inspect", self._image))[0]
        check = image.get("Healthcheck") or image["Config"]["Healthcheck"]  # Podman, Docker
        return list(check["Test"])

    def start(self) -> str:
        """Start what the image starts by itself; return the mock's URL."""
        publish = ("--publish", f"127.0.0.1::{_PORT}")
        self._id = output(self._program, "run", "--detach", *publish, self._image)
        at = output(self._program, "port", self._id, f"{_PORT}/tcp")
        return f"http://127.0.0.1:{at.splitlines()[0].rpartition(':')[2]}"

    def within(self, *command: str) -> Done:
        """Run a command beside what was started."""
        return attempt(self._program, "exec", self._id, *command)

    def once(self, *command: str) -> Done:
        """Run a command in place of what the image starts, where that can be reached."""
        network = f"container:{self._id}"
        return attempt(self._program, "run", "--rm", "--network", network, self._image, *command)

    def stop(self) -> int:
        """Ask it to stop, wait ten seconds at most, and return its exit status."""
        output(self._program, "stop", "-t", "10", self._id)
        return int(output(self._program, "inspect", "--format", "{{.State.ExitCode}}", self._id))

    def remove(self) -> None:
        """Leave nothing behind but the image."""
        if self._id:
            attempt(self._program, "rm", "--force", "--volumes", self._id)

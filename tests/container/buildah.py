"""Containers where only buildah is: the image's files, and a namespace of processes, as root.

They share this machine's network. What is started is process 1 of its namespace, as with an engine.
"""

import json
import os
import signal
import subprocess
from typing import Any

import psutil

from tests.commands import CommandError, Done, attempt, output
from tests.processes import free_port

__all__ = ["Buildah"]

# Each program becomes the next one, so that the last is process 1.
_ENTER = (
    'mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && '
    'exec chroot --userspec="$1" "$0" env --ignore-environment --chdir="$2" "${@:3}"'
)


class Buildah:
    """One container of an image: started, entered, stopped."""

    def __init__(self, image: str) -> None:
        if os.geteuid():
            raise CommandError(
                "buildah alone runs an image only for root; install podman or docker"
            )
        self._image = image
        self._port = free_port()
        self.inside = f"http://127.0.0.1:{self._port}"
        self._container = output("buildah", "from", image)
        self._root = output("buildah", "mount", self._container)
        told = json.loads(output("buildah", "inspect", "--type", "image", image))
        self._config: dict[str, Any] = told["Docker"]["config"]
        self._process: subprocess.Popen[bytes] | None = None

    def check(self) -> list[str]:
        """Return the image's HEALTHCHECK, its kind first."""
        return list(self._config["Healthcheck"]["Test"])

    def start(self) -> str:
        """Start what the image starts by itself; return the mock's URL."""
        self._process = subprocess.Popen(
            self._command(*self._config["Cmd"]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return self.inside

    def within(self, *command: str) -> Done:
        """Run a command beside what was started."""
        return attempt(*self._command(*command))

    def once(self, *command: str) -> Done:
        """Run a command in place of what the image starts, where that can be reached."""
        return self.within(*command)

    def stop(self) -> int:
        """Ask it to stop, wait ten seconds at most, and return its exit status."""
        assert self._process is not None
        self._signal(signal.SIGTERM)
        return self._process.wait(10)

    def remove(self) -> None:
        """Leave nothing behind but the image."""
        if self._process and self._process.poll() is None:
            self._signal(signal.SIGKILL)
            self._process.wait()
        attempt("buildah", "umount", self._container)
        attempt("buildah", "rm", self._container)

    def _signal(self, number: int) -> None:
        """Tell process 1 something; its namespace ends with it."""
        assert self._process is not None
        for first in psutil.Process(self._process.pid).children():
            first.send_signal(number)

    def _command(self, *command: str) -> list[str]:
        config = self._config
        environment = [*config["Env"], f"ACTIVE_CALLS_MOCK_PORT={self._port}"]
        enter = ["bash", "-c", _ENTER, self._root, config["User"], config["WorkingDir"]]
        namespace = ["unshare", "--mount", "--pid", "--fork"]
        return [*namespace, *enter, *environment, *command]

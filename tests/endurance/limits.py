"""How much is tried: a little within the test suite, as much as the environment asks for."""

import os
import resource

__all__ = ["IDLE_CONNECTIONS", "SOAK_SECONDS", "WHOLE_SOAK_SECONDS", "allow_files"]

SOAK_SECONDS = int(os.environ.get("SOAK_SECONDS", "12"))
WHOLE_SOAK_SECONDS = 180
"""From here on there is enough to judge: a minute to settle, and two in which nothing grows."""
IDLE_CONNECTIONS = 2000


def allow_files(number: int) -> None:
    """Let this process open ``number`` files, connections among them, if the system does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (number, hard))

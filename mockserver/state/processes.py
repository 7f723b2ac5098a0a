"""Whether other processes of this machine are alive."""

import os
import sys

__all__ = ["is_alive"]


def is_alive(process: int) -> bool:
    """Return whether there is a process with this id."""
    if sys.platform == "win32":  # where asking would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

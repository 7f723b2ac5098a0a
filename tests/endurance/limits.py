"""How much is tried: a little within the test suite, as much as the environment asks for."""

import os

__all__ = ["SOAK_SECONDS", "WHOLE_SOAK_SECONDS"]

SOAK_SECONDS = int(os.environ.get("SOAK_SECONDS", "12"))
WHOLE_SOAK_SECONDS = 180
"""From here on there is enough to judge: a minute to settle, and two in which nothing grows."""

"""What all tests share."""

from hypothesis import settings

# The same examples on every run, and no time limit: a slow machine breaks nothing.
settings.register_profile("deterministic", deadline=None, derandomize=True, database=None)
settings.load_profile("deterministic")

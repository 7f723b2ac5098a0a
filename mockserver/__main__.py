"""``python -m mockserver``: the same as ``active-calls-mock``."""

from .cli import main

main()

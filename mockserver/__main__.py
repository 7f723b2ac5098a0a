"""``python -m mockserver``: the same as ``active-calls-mock``."""

from mockserver.cli import main

main()

"""``python -m contracts``: the same as ``active-calls-verify``."""

from contracts.cli import main

main()

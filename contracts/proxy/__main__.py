"""Runs the command: ``python -m contracts.proxy``."""

from contracts.proxy.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()

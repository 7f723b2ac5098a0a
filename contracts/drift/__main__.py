"""The command ``active-calls-drift``, also as ``python -m contracts.drift``."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command. An installation in which it cannot be imported is one line and status 2."""
    try:
        from contracts.drift.cli import main as command
    except ImportError as error:
        sys.stderr.write(f"active-calls-drift: error: the installation is incomplete: {error}\n")
        sys.exit(2)
    command()


if __name__ == "__main__":
    main()

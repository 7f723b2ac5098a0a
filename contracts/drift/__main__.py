"""The command ``active-calls-drift``, also as ``python -m contracts.drift``."""

from contracts.extra import run

__all__ = ["main"]


def main() -> None:
    """Run the command. An installation in which it cannot be imported is one line and status 2."""
    run("active-calls-drift", "contracts.drift.cli")


if __name__ == "__main__":
    main()

"""The command ``active-calls-verify``, also as ``python -m contracts``."""

from contracts.extra import run

__all__ = ["main"]


def main() -> None:
    """Run the command. An installation in which it cannot be imported is one line and status 2."""
    run("active-calls-verify", "contracts.cli")


if __name__ == "__main__":
    main()

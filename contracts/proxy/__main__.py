"""The command ``active-calls-proxy``, also as ``python -m contracts.proxy``."""

from contracts.extra import run

__all__ = ["main"]


def main() -> None:
    """Run the command. An installation in which it cannot be imported is one line and status 2."""
    run("active-calls-proxy", "contracts.proxy.cli")


if __name__ == "__main__":
    main()

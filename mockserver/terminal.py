"""Lines for a person at a terminal."""

import click

__all__ = ["one_line", "warn"]


def one_line(text: str) -> str:
    """Return a text on one line; a terminal would obey some characters, so they are spelled out."""
    line = " ".join(text.split())
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)


def warn(text: str) -> None:
    """Say what is not as somebody may have meant it, on standard error."""
    click.echo(one_line(f"active-calls-mock: warning: {text}"), err=True)

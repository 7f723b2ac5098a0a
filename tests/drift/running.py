"""The command, run in this process, and the pages that it is run on."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from contracts.drift.cli import main

__all__ = ["PAGES", "Ran", "differences", "found", "page", "run"]

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"


class Ran(NamedTuple):
    """What a command came to: its exit status, and what it printed."""

    status: object
    out: str
    err: str


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Ran:
    """Run ``active-calls-drift``."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    return Ran(ended.value.code, printed.out, printed.err)


def page(name: str = "get-active-call") -> str:
    """Return the text of a page that says what the contract says."""
    return (PAGES / f"{name}.mdx").read_text("utf-8")


def found(ran: Ran) -> list[tuple[int, str, str]]:
    """Return line, rule and text of each finding that counts."""
    lines = re.findall(
        r"^\S+?:(\d+): (?!note)(\S+): \w+: (.*?)(?: \(\S+\.\w+:\d+\))?$", ran.out, re.M
    )
    return [(int(line), rule, text) for line, rule, text in lines]


def differences(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], *options: str
) -> list[tuple[int, str, str]]:
    """Return what is found on a page; the exit status says whether anything is."""
    file = tmp_path / "page.mdx"
    file.write_text(text)
    ran = run(capsys, *options, str(file))
    assert (ran.status, ran.err) == (int(bool(found(ran))), "")
    return found(ran)

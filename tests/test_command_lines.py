"""What every command has: an example in its help, and what a shell completes."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
import pytest

import mockserver.cli
from contracts.command import run
from tests.stability.commands import COMMANDS

GUIDE = (Path(__file__).parents[1] / "docs" / "completion.md").read_text("utf-8")
MAINS: dict[str, Callable[[], None]] = {
    name: partial(run, command, None) for name, command in COMMANDS.items()
}
MAINS["active-calls-mock"] = mockserver.cli.main
LINES = re.findall(r"^eval .*$", GUIDE, re.M)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(name: str) -> None:
    """One that can be typed, with options that there are, in the form that they take."""
    command = COMMANDS[name]
    text = click.Context(command, info_name=name, max_content_width=100).get_help()
    (example,) = re.findall(rf"^ *Example:\n +({name} .*)$", text, re.M)
    words = shlex.split(example)[1:]
    context = command.make_context(name, words)
    given = [key for key in context.params if _said(context, key)]
    assert len(given) >= 1
    assert re.search(r"^ *Exit status: ", text, re.M)


def _said(context: click.Context, key: str) -> bool:
    source = context.get_parameter_source(key)
    return source is click.core.ParameterSource.COMMANDLINE


@pytest.fixture
def complete(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[[str], list[str]]:
    """Return what completes the last word of a line, as bash asks for it."""

    def ask(line: str) -> list[str]:
        name, *_ = words = line.split(" ")
        monkeypatch.setenv(f"_{name.replace('-', '_').upper()}_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        monkeypatch.setattr(sys, "argv", [name])
        with pytest.raises(SystemExit) as ended:
            MAINS[name]()
        out, err = capfd.readouterr()
        assert (ended.value.code, err) == (0, "")
        return out.split()

    return ask


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("active-calls-mock --fre", ["plain,--freeze-at"]),
        ("active-calls-mock --locale ja", ["plain,ja_JP"]),
        ("active-calls-mock --log-level w", ["plain,warning"]),
        ("active-calls-mock --scenarios te", ["file,te"]),
        ("active-calls-verify --expl", ["plain,--explain"]),
        ("active-calls-verify --profile q", ["plain,quick"]),
        ("active-calls-verify --report-dir re", ["dir,re"]),
        ("active-calls-verify --only time.duration-r", ["plain,time.duration-rate"]),
        ("active-calls-verify --explain tenancy.r", ["plain,tenancy.required"]),
        ("active-calls-verify --traffic ca", ["file,ca"]),
        ("active-calls-drift --format s", ["plain,sarif"]),
        ("active-calls-drift ge", ["file,ge"]),
        ("active-calls-proxy --ups", ["plain,--upstream"]),
        ("active-calls-proxy --fail-on s", ["plain,should"]),
        ("active-calls-record --ev", ["plain,--every"]),
        ("active-calls-record --scrub ca", ["file,ca"]),
    ],
)
def test_completion(line: str, completed: list[str], complete: Callable[[str], list[str]]) -> None:
    """Options, and values of which something is known; what is half typed is no mistake."""
    assert complete(line) == completed


@pytest.mark.parametrize(
    "line",
    [
        "active-calls-verify --list-clauses --quie",
        "active-calls-verify --explain time --quie",
        "active-calls-verify --room --profile --quie",
    ],
)
def test_while_completing_nothing_else_is_said(
    line: str, complete: Callable[[str], list[str]]
) -> None:
    """An option that prints, or that a mistake stands before, only counts once it is sent."""
    assert complete(line) == ["plain,--quiet"]


def test_while_completing_nothing_is_written(
    tmp_path: Path, complete: Callable[[str], list[str]]
) -> None:
    """Not even by an option that does nothing but write."""
    assert complete(f"active-calls-mock --playwright-fixture {tmp_path} --fre")
    assert not list(tmp_path.iterdir())


def test_every_command_is_in_the_guide() -> None:
    """With the variable that Click looks at."""
    assert {re.search(r"source ([a-z-]+)\)", line)[1] for line in LINES} == {*COMMANDS}  # type: ignore[index]


@pytest.mark.parametrize("line", LINES)
def test_the_lines_of_the_guide(line: str) -> None:
    """In a bash of its own, each has the command completed."""
    name = line.split()[-1].rstrip(')"')
    folder = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "--norc", "-ec", f"{line}\ncomplete -p {name}"],
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith(f"_completion {name}")

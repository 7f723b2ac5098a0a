"""The example of docs/drift.md is what the command prints."""

import re
import shlex
from pathlib import Path

import pytest

from tests.drift.running import page, run

ROOT = Path(__file__).parents[2]
GUIDE = ROOT.joinpath("docs", "drift.md").read_text("utf-8")
DURATION = '<ResponseField name="duration" type="{}">\n    </ResponseField>\n'
QUEUE = '    <ResponseField name="queue" type="string">\n    </ResponseField>\n'


def test_the_example(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two pages, in one of which a type has changed and a field has come."""
    text = page("list-active-calls")
    changed = text.replace(DURATION.format("number"), DURATION.format("string") + QUEUE)
    (tmp_path / "list.mdx").write_text(changed)
    (tmp_path / "get.mdx").write_text(page("get-active-call"))
    monkeypatch.chdir(tmp_path)
    command, shown = re.findall(r"```(?:sh)?\n(.*?)```", GUIDE, re.DOTALL)[:2]
    ran = run(capsys, *shlex.split(command.splitlines()[0])[1:])
    # From a clone, as on the page, the contract's own path is a relative one.
    lines = ran.out.replace(f"{ROOT}/", "").splitlines()
    printed = [line for line in lines if line.startswith("list.mdx")]
    assert (ran.status, printed) == (1, shown.splitlines())


def test_the_example_of_what_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first command writes the file that is shown, and by that the second one ends with 0."""
    text = page("list-active-calls").replace(DURATION.format("number"), DURATION.format("string"))
    (tmp_path / "list.mdx").write_text(text)
    (tmp_path / "get.mdx").write_text(page("get-active-call"))
    monkeypatch.chdir(tmp_path)
    section = GUIDE.partition("## What is known")[2]
    first, second = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    [shown] = re.findall(r"```json\n(.*?)```", section, re.DOTALL)
    assert run(capsys, *shlex.split(first)[1:]).status == 1
    assert Path("drift-baseline.json").read_text("utf-8") == shown
    assert run(capsys, *shlex.split(second)[1:]).status == 0

"""Where a recording is written: to files, and to what is none."""

import os
import subprocess
from pathlib import Path

import pytest

from openapi.har import entries
from tests.processes import started
from tests.recording.planting import entry, har, record


def test_what_is_no_file_keeps_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe is written to, and so is what a link leads to."""
    monkeypatch.chdir(tmp_path)
    Path("in.har").write_text(har(entry()))
    Path("there").mkdir()
    Path("link.har").symlink_to("there/out.har")
    os.mkfifo("pipe.har")
    with started(["cat", "pipe.har"], 20, stdout=subprocess.PIPE) as reader:
        assert record("--scrub=in.har", "--output=pipe.har") == 0
        piped, _ = reader.communicate()
    assert Path("pipe.har").is_fifo()
    for text in ("", "before"):
        if text:
            Path("there/out.har").write_text(text)
        assert record("--scrub=in.har", "--output=link.har") == 0
        assert Path("link.har").is_symlink()
        assert Path("there/out.har").read_text() == piped
    assert len(list(entries(Path("there/out.har")))) == 1

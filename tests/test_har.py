"""HAR files as the tools of this world write them, read as the exchanges that they hold."""

import json
import tracemalloc
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any

import pytest

from openapi.har import Entry, entries
from openapi.har_file import ArchiveError
from tests import har

BODY = '{"roomName": "call-é"}'
Change = Callable[[dict[str, Any]], None]


def raw(**content: Any) -> dict[str, Any]:
    """Return an entry as browsers write it; ``content`` is that of the answer."""
    made = content or {"mimeType": "application/json", "size": 23, "text": BODY}
    url = "https://API.example/v2/api/active-calls/call-1?x=%2F#top"
    return har.entry(
        "2026-11-27T09:30:00.250-07:00",
        ("get", url, [(":authority", "x"), ("X-Key", "k")]),
        (200, [("Date", "d")], made),
        12.5,
    )


def text(*found: Any) -> str:
    """Return a HAR file."""
    return json.dumps({"log": {"version": "1.2", "pages": [{}, {}], "entries": list(found)}})


def read(folder: Path, *found: Any, encoding: str = "utf-8") -> list[Entry]:
    """Return what is read of a file with these entries."""
    path = folder / "a.har"
    path.write_text(text(*found), encoding)
    return list(entries(path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_an_entry_is_read(tmp_path: Path, encoding: str) -> None:
    """With its moment in UTC, and without what HTTP/2 has for itself."""
    first, second = read(tmp_path, raw(), raw(), encoding=encoding)
    assert (first.number, second.number) == (1, 2)
    assert first.at.isoformat() == "2026-11-27T16:30:00.250000+00:00"
    assert (first.answered - first.at).total_seconds() == 0.0125
    assert (first.method, first.origin) == ("GET", "https://api.example")
    assert first.target == "/v2/api/active-calls/call-1?x=%2F"
    assert first.headers == (("X-Key", "k"),) and first.answer_headers == (("Date", "d"),)
    assert (first.status, first.body, first.whole) == (200, BODY.encode(), True)


@pytest.mark.parametrize(
    ("content", "body", "whole"),
    [
        ({"text": b64encode(BODY.encode()).decode(), "encoding": "base64"}, BODY.encode(), True),
        ({"text": "!", "encoding": "base64"}, None, True),
        ({"size": 23}, None, True),  # Chromium, Firefox: it was not kept
        ({"size": 23, "text": ""}, None, True),
        ({"size": -1}, None, True),
        ({"size": 0, "text": ""}, b"", True),
        ({"size": 9000, "text": BODY}, BODY.encode(), False),
        ({"_file": "b.json", "size": 2}, b"{}", True),
        ({"_file": "lost.json", "size": 2}, None, True),
        ({"_file": "\u6f22" * 150, "size": 2}, None, True),  # too long for a file's name
        ({"_file": "../a.har", "size": 2}, None, True),
        ({"_file": "/etc/passwd", "size": 2}, None, True),
    ],
)
def test_bodies(tmp_path: Path, content: dict[str, Any], body: bytes | None, whole: bool) -> None:
    """In the file, encoded, in a file beside it, or not kept; and nothing from elsewhere."""
    (tmp_path / "b.json").write_text("{}")
    [found] = read(tmp_path, raw(**content))
    assert (found.body, found.whole) == (body, whole)


def test_a_zip_holds_the_file_and_its_bodies(tmp_path: Path) -> None:
    """As Playwright writes it."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("har.har", text(raw(_file="b.json", size=2), raw(_file="c.json", size=2)))
        archive.writestr("b.json", "{}")
    assert [one.body for one in entries(path)] == [b"{}", None]


def test_what_programs_add_is_understood(tmp_path: Path) -> None:
    """Answers from a cache, redirects, times that nobody knows, moments without a zone."""
    cached, moved, bare = raw(), raw(), raw()
    cached["_fromCache"] = "disk"
    moved["response"] |= {"status": 307, "redirectURL": "/there"}
    bare |= {"time": -1, "startedDateTime": "2026-11-27T09:30:00"}
    bare["request"] |= {"url": "http://h:1", "postData": {"text": "{}"}, "headers": None}
    first, second, third = read(tmp_path, cached, moved, bare)
    assert first.cached and second.redirect == "/there"
    assert (third.seconds, third.at.hour, third.target, third.content) == (0.0, 9, "/", "{}")


@pytest.mark.parametrize(
    ("transferred", "headers", "cached"),
    [
        (0, [], True),
        (22, [], True),  # a 304, shown as the 200 that it stands for
        (22, [{"name": "Content-Encoding", "value": "br"}], False),
        (23, [], False),
        (-1, [], False),
        (None, [], False),
        ("0", [], False),
    ],
)
def test_an_answer_that_did_not_come_whole_is_from_a_cache(
    tmp_path: Path, transferred: Any, headers: list[dict[str, str]], cached: bool
) -> None:
    """Playwright says no more of it than how many bytes came."""
    one = raw()
    one["response"] |= {"headers": headers, "_transferSize": transferred}
    [found] = read(tmp_path, one)
    assert found.cached is cached


@pytest.mark.parametrize("number", [-1, 0])
def test_an_answer_that_did_not_come_has_no_status(tmp_path: Path, number: int) -> None:
    """Playwright writes -1 where a page was closed, mitmproxy 0 where a server hung up."""
    one = raw(size=number, mimeType="x-unknown")
    one["response"] |= {"status": number, "headers": [], "_transferSize": number}
    [found] = read(tmp_path, one | {"time": number})
    assert (found.status, found.body, found.seconds, found.cached) == (0, None, 0.0, False)


def _without(*names: str) -> Change:
    def change(entry: dict[str, Any]) -> None:
        where = entry
        for name in names[:-1]:
            where = where[name]
        del where[names[-1]]

    return change


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is no HAR file"),
        ("nothing", "is no HAR file"),
        ('{"log": {"entries": [', "is no HAR file, or a part of one"),
        (text(raw())[:-9], "is no HAR file, or a part of one"),
        ("{}", "found none"),
        ("[1]", "found none"),
        (text(), "found none"),
        (text(raw(), 1), "entry 2"),
        (text(raw() | {"startedDateTime": "today"}), "entry 1: Invalid isoformat"),
        (text(raw() | {"startedDateTime": "0001-01-01T00:00:00+14:00"}), "entry 1: "),
        (text(raw() | {"startedDateTime": "9999-12-31T23:59:59Z"}), "entry 1: expected an instant"),
        (text(raw() | {"time": 1e20}), "entry 1: "),
        (text(raw() | {"request": {"method": "GET"}}), "entry 1: has no 'url'"),
        (text(raw() | {"response": None}), "entry 1: has no 'response'"),
        (text(raw() | {"response": {"status": None}}), "entry 1: has a value of another type"),
        (text(raw() | {"request": {"method": "GET", "url": "/x"}}), "expected a URL, found '/x'"),
        ('{"log": {"entries": [' + "[" * 400_000, "is nested deeper than 200 levels"),
        ('{"log": {"pages": ' + '{"a":' * 400_000, "is nested deeper than 200 levels"),
    ],
)
def test_what_is_no_har_is_one_line(tmp_path: Path, content: str, words: str) -> None:
    """It names the file, and the entry where there is one."""
    path = tmp_path / "a.har"
    path.write_text(content)
    with pytest.raises(ArchiveError) as error:
        list(entries(path))
    assert words in str(error.value) and str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["lost.har", "."])
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, name: str) -> None:
    """A folder is none either."""
    with pytest.raises(ArchiveError, match="cannot be read"):
        list(entries(tmp_path / name))


def test_a_zip_that_is_encrypted_is_one_line(tmp_path: Path) -> None:
    """Nobody asks for its password."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("har.har", text(raw()))
    content = bytearray(path.read_bytes())
    content[6] |= 1  # in the entry, and in the directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="cannot be opened"):
        list(entries(path))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be read twice."""

    class Input:
        buffer = BufferedReader(BytesIO(text(raw()).encode()))

    monkeypatch.setattr("sys.stdin", Input)
    assert [one.number for one in entries(None)] == [1]


def test_a_large_file_is_not_in_memory_at_once(tmp_path: Path) -> None:
    """One entry is, at most."""
    path = tmp_path / "a.har"
    entry = json.dumps(raw(text="x" * 50_000, size=50_000))
    path.write_text('{"log": {"entries": [' + ",".join([entry] * 400) + "]}}")
    tracemalloc.start()
    try:
        assert _count(entries(path)) == 400
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < path.stat().st_size / 10


def _count(found: Iterator[Entry]) -> int:
    return sum(1 for _ in found)

"""The command: what it refuses, what it says, and files that others have made."""

import io
import json
import os
import subprocess
import sys
import tracemalloc
import zipfile
from base64 import b64encode
from pathlib import Path

import pytest

from contracts.options import OPTIONS
from contracts.recording.settings import PREFIX, RECORDING
from openapi.har import entries
from tests.recording.planting import CALL, answer, entry, found, har, record, scrub

ROOT = Path(__file__).parents[2]
RIGHT = ("http://127.0.0.1:9", "--workspace-id=w", "--room=r", "--output=out.har")


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("BASE_URL", *(option.key.upper() for option in RECORDING)):
        monkeypatch.delenv(f"{PREFIX}_{name}", raising=False)
    Path("in.har").write_text(har(entry()))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--output=o"], "BASE_URL: missing; expected the URL of an implementation"),
        (["http://h", "--output=o"], "--workspace-id: missing; expected the name of a workspace"),
        (["http://h", "--output=o", "--workspace-id=w"], "--room: missing; expected the name of a"),
        (RIGHT[:3], "--output: missing; expected the file to write"),
        ([*RIGHT, "--every=soon"], "--every: expected a time such as 90s, 10m or 1h, got 'soon'"),
        ([*RIGHT, "--every=0"], "--every: expected more than 0 to 3600 seconds, got 0"),
        ([*RIGHT, "--for=8d"], "--for: expected a time such as 90s, 10m or 1h, got '8d'"),
        ([*RIGHT, "--for="], "--for: expected a value, got an empty one"),
        ([*RIGHT, "--rate-limit=fast"], "--rate-limit: expected auto, none or a rate such as 60/m"),
        ([*RIGHT, "--output=."], "--output: expected a file, got the folder '.'"),
        ([*RIGHT, "--output=in.har/x"], "--output: 'in.har/x' cannot be written: "),
        ([*RIGHT, "--scrub=in.har"], "--scrub, BASE_URL: expected one of them, got both"),
        (["--scrub=in.har", "--room=r", "--output=o"], "--scrub, --room: expected one of them"),
        (["--scrub=in.har"], "--output: missing; expected the file to write"),
        (["--scrub=lost.har", "--output=o"], "--scrub: there is no file 'lost.har'"),
        (["--scrub=in.har", "--output=./in.har"], "--output: expected another file than --scrub"),
        (["--scrub=.", "--output=o"], "--scrub: .: cannot be read: Is a directory"),
        (RIGHT, "--room: 'r' showed no call at http://127.0.0.1:9: "),
        ([*RIGHT, "--api-key", "-key"], "--api-key: expected a value, got something that begins"),
    ],
)
def test_a_mistake_is_one_line(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the option and what would be right, and leaves no file behind."""
    before = sorted(Path().iterdir())
    assert record(*arguments) == 2
    [said] = [one for one in capsys.readouterr().err.splitlines() if "requests" not in one]
    assert said.startswith(f"active-calls-record: error: {line}")
    assert sorted(Path().iterdir()) == before


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"log": 1}', har(1), har(entry())[:-9]])
def test_what_is_no_har_is_one_line_and_leaves_what_was_there(
    content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be half a file."""
    Path("in.har").write_text(content)
    Path("out.har").write_text("earlier")
    assert record("--scrub=in.har", "--output=out.har") == 2
    said = capsys.readouterr().err
    assert said.startswith("active-calls-record: error: --scrub: in.har: ")
    assert said.count("\n") == 1 and Path("out.har").read_text() == "earlier"


def test_options_are_those_of_the_verifier() -> None:
    """One table: the same names, the same reading, another prefix in the environment."""
    theirs = {one.name: one for one in OPTIONS}
    for name in ("api-key", "auth-header", "header", "rate-limit", "timeout", "insecure", "ca"):
        [own] = [one for one in RECORDING if one.name == name]
        assert (own.many, own.lines, own.may_be_empty) == (
            *(theirs[name].many, theirs[name].lines),
            theirs[name].may_be_empty,
        )
        assert own.variable == f"{PREFIX}_{own.key.upper()}"


def test_the_environment_stands_in_for_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also for the URL."""
    for name, text in {
        "BASE_URL": "http://127.0.0.1:9",
        "ROOM": "a\nb",
        "WORKSPACE_ID": "w",
    }.items():
        monkeypatch.setenv(f"{PREFIX}_{name}", text)
    assert record("--output=o.har") == 2
    assert "'a' showed no call at http://127.0.0.1:9" in capsys.readouterr().err


def test_the_summary_tells_how_often_and_never_what(capsys: pytest.CaptureFixture[str]) -> None:
    """With what nobody can promise."""
    assert record("--scrub=in.har", "--output=out.har") == 0
    printed = capsys.readouterr()
    said = printed.err
    assert printed.out == "" and "scrubbed 1 entries: out.har" in said
    assert "  names                  3 times, 2 different\n" in said
    assert "  workspaces             1 times, 1 different\n" in said
    assert "Not promised: names that no field and no question tells" in said
    assert "Ingrid" not in said and "4155551234" not in said and "ws-acme" not in said


def test_with_personal_data_kept_the_summary_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """A file that somebody may not pass on."""
    assert record("--scrub=in.har", "--output=out.har", "--keep-personal-data") == 0
    assert "Personal data was kept (--keep-personal-data)." in capsys.readouterr().err


def test_what_is_no_personal_data_stays_as_it_is(tmp_path: Path) -> None:
    """Ids, instants, durations, roles, moods, dates of HTTP, and the order of everything."""
    one = entry()
    one["response"]["headers"].append({"name": "X-RateLimit-Reset", "value": "1717236000"})
    [made] = scrub(tmp_path, one)["entries"]
    call = answer(made)
    replaced = {"customerName", "customerPhone", "transcript"}
    assert {n: v for n, v in call.items() if n not in replaced} == {
        n: v for n, v in CALL.items() if n not in replaced
    }
    assert list(call) == list(CALL)
    assert made["response"]["headers"] == one["response"]["headers"]
    assert {n: v for n, v in made.items() if n not in ("request", "response")} == {
        n: v for n, v in one.items() if n not in ("request", "response")
    }
    assert made["response"]["content"]["size"] == len(made["response"]["content"]["text"])


def test_bytes_stay_where_nothing_is_replaced(tmp_path: Path) -> None:
    """Blanks, escapes, numbers as they are written, and a key that stands twice."""
    body = '{ "a" : 1.0e2,\n "b": "\\u00e9\\/", "b" : 12345.678901, "c":-0 }'
    [made] = scrub(tmp_path, entry(body))["entries"]
    assert made["response"]["content"]["text"] == body


@pytest.mark.parametrize(
    "texts",
    [
        ["+14155551234", "sip_14155551234", "(415) 555-1234", "415-555-1234", "1.415.555.1234"],
        ["+1 415 555 1234", "call-_+14155551234_AbCdEfGhJkMn"],
    ],
)
def test_a_number_is_the_same_one_in_each_form(tmp_path: Path, texts: list[str]) -> None:
    """In the form that it has, and from a range that is kept for fiction."""
    lines = [{"role": "customer", "content": text} for text in texts]
    call = answer(scrub(tmp_path, entry(CALL | {"transcript": lines}))["entries"][0])
    said = [line["content"] for line in call["transcript"]]
    number = call["customerPhone"]
    assert number[:2] == "+1" and number[5:10] == "55501"
    for old, new in zip(texts, said, strict=True):
        assert "".join(filter(str.isdigit, new)) in number
        assert [c for c in new if not c.isdigit()] == [c for c in old if not c.isdigit()]


def test_numbers_of_json_stay_numbers(tmp_path: Path) -> None:
    """Phones, accounts, credentials, workspaces; no time, and no amount."""
    plain = {
        "duration": 1234567,
        "createdAt": 1717236000,
        "expires": 1717236000123,
        "x": 12.3456789,
    }
    hidden = {
        "phone": 14155551234,
        "account": 4111111111111111,
        "pinToken": 778899,
        "workspaceId": 5,
    }
    call = answer(scrub(tmp_path, entry(CALL | plain | hidden))["entries"][0])
    assert {name: call[name] for name in plain} == plain
    assert f"+{call['phone']}" == call["customerPhone"]
    assert call["pinToken"] == 0 and len(str(call["account"])) == 16
    assert found(tmp_path / "out.har", ["14155551234", "4111111111111111", "778899"]) == []


def test_a_room_is_the_same_in_the_url_and_in_the_answer(tmp_path: Path) -> None:
    """So that the file can be judged by room."""
    url = "http://h/v2/api/active-calls/call-_%2B14155551234_Ingrid?x=1"
    one = entry(CALL | {"roomName": "call-_+14155551234_Ingrid"}, url=url)
    scrub(tmp_path, one)
    [read] = entries(tmp_path / "out.har")
    assert read.body is not None
    room = json.loads(read.body)["roomName"]
    assert read.target == f"/v2/api/active-calls/{room.replace('+', '%2B')}?x=1"


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice, by a copy."""

    class Input:
        buffer = io.BytesIO(har(entry(), entry()).encode())

    monkeypatch.setattr(sys, "stdin", Input)
    assert record("--scrub=-", "--output=out.har", "-q") == 0
    assert len(list(entries(Path("out.har")))) == 2


def test_a_zip_becomes_one_file_with_its_bodies(tmp_path: Path) -> None:
    """As Playwright writes them."""
    one, other = entry(), entry()
    one["response"]["content"] = {"_file": "a.json", "size": 9, "mimeType": "application/json"}
    other["response"]["content"] = {"_file": "b.bin", "size": 4, "mimeType": "audio/wav"}
    with zipfile.ZipFile("in.zip", "w") as archive:
        archive.writestr("har.har", har(one, other))
        archive.writestr("a.json", json.dumps(CALL))
        archive.writestr("b.bin", b"\xff\xfe\x00\x01\x80")
    assert record("--scrub=in.zip", "--output=out.har", "-q") == 0
    first, second = entries(Path("out.har"))
    assert json.loads(first.body or b"")["id"] == CALL["id"]
    assert second.body == b"\xff\xfe\x00\x01\x80"
    assert found(Path("out.har"), ["Ingrid", "Solveig"]) == []


def test_a_large_file_is_not_in_memory_at_once() -> None:
    """One entry is, and whose data there is: four times as many take no more."""
    record("--scrub=in.har", "--output=out.har", "-q")  # what is imported is not counted
    assert _most_memory(80) < 1.2 * _most_memory(20)


def _most_memory(count: int) -> int:
    """Return the bytes that so many entries of 40 kB take at most."""
    body = json.dumps(CALL | {"transcript": [{"role": "agent", "content": "So. " * 9000}]})
    head, tail = har(0).split("0]")
    entries = ",".join([json.dumps(entry(body))] * count)
    Path("in.har").write_text(f"{head}{entries}]{tail}")
    tracemalloc.start()
    try:
        assert record("--scrub=in.har", "--output=out.har", "-q") == 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_half_a_character_and_a_body_in_base64(tmp_path: Path) -> None:
    """What JSON can say and UTF-8 cannot; and text that only looks like bytes."""
    one = entry({**CALL, "x": "\ud83d Ingrid"})
    one["response"]["content"]["text"] = json.dumps({**CALL, "x": "\ud83d Ingrid"})
    two = entry()
    text = b64encode(json.dumps(CALL).encode()).decode()
    two["response"]["content"] = {"text": text, "encoding": "base64", "size": 1, "mimeType": "x"}
    made = scrub(tmp_path, one, two)
    assert answer(made["entries"][0])["x"].startswith("\ud83d ")
    assert found(tmp_path / "out.har", ["Ingrid"]) == []


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 30_000,
        "0" * 30_000,
        "+1 415 555 1234 " * 3_000,
        "Ingrid" * 10_000,
        "a" * 300_000 + "@",
        "a-_" * 100_000,
        "%4" * 50_000,
        "%25" * 20_000,
        "[" * 50_000,
        '{"expires": ' + "1" * 5_000 + "}",
        "&amp;" * 20_000,
        "\\\\u0041" * 20_000,
        "<a>" * 30_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_a_text_that_is_meant_to_take_for_ever_does_not(tmp_path: Path, text: str) -> None:
    """Nor does it end the command: the time grows with the length alone."""
    scrub(tmp_path, entry(text), entry({**CALL, "sentiment": text}))


def test_a_file_does_not_depend_on_the_process(tmp_path: Path) -> None:
    """Nor on the order in which Python keeps sets."""
    made = set()
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "contracts.recording", "--scrub=in.har"]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        subprocess.run([*command, "--output=out.har", "-q"], env=environment, check=True)
        made.add(Path("out.har").read_bytes())
    assert len(made) == 1

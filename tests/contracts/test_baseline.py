"""What is known to fail is told from what is new, run after run."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from contracts.baselines import BaselineError
from contracts.cli import main
from contracts.judging.baseline import Usual, read, rendered
from contracts.judging.results import Result, Spot
from contracts.report import write
from contracts.report.wording import verdict_line
from contracts.traffic.exchange import Request
from tests.contracts.samples import Hand
from tests.contracts.test_verdict import ROOMS, Handler, live, run

PATH = "/base/v2/api/active-calls/"
RIGHT = (("accept", "application/json"), ("x-api-key", "key-1"), ("x-workspace-id", "ws-acme"))
USUAL = Usual(Request("GET", f"{PATH}call-1", RIGHT), ("call-1", "Zoë"), "ws-other")


def request(method: str = "GET", name: str = "call-1", **headers: str | None) -> Request:
    """Return a request; a header given as None is left out."""
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    sent = ((key, value) for key, value in (dict(RIGHT) | named).items() if value is not None)
    return Request(method, f"{PATH}{name}", tuple(sent))


KINDS = [
    (request(), ""),
    (request(name="Zo%C3%AB"), ""),
    (request(name="call-1?a=b"), "GET a room, with a query"),
    (request("POST"), "POST a room"),
    (request(name="no-such-room-1f2e"), "GET another room"),
    (request(name="%63all-1"), "GET a room spelt otherwise"),
    (request(x_workspace_id=None), "GET a room, without x-workspace-id"),
    (request(x_workspace_id=""), "GET a room, with an empty x-workspace-id"),
    (request(x_workspace_id="ws-other"), "GET a room, with the other x-workspace-id"),
    (request(x_workspace_id="ws-acmex"), "GET a room, with a longer x-workspace-id"),
    (request(x_workspace_id="ws-acm"), "GET a room, with a shorter x-workspace-id"),
    (request(x_workspace_id="unknown-1f2e"), "GET a room, with another x-workspace-id"),
    (request(x_api_key="wrong-1f2e"), "GET a room, with another x-api-key"),
    (request(range="bytes=9-1"), "GET a room, with range"),
    (Request("GET", "/elsewhere", RIGHT), "GET another path"),
]


@pytest.mark.parametrize(("asked", "words"), KINDS, ids=[words for _, words in KINDS])
def test_a_kind_of_request_has_no_name_and_no_value(asked: Request, words: str) -> None:
    """What a run makes up, and what is secret, is in no file."""
    assert USUAL.kind(asked) == words


def spoilt(handler: Handler, **changes: Any) -> Handler:
    """Return the target with a field of each call changed; None leaves it out."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        right = handler(request)
        if right.status_code != 200:
            return right
        made = {key: value for key, value in (right.json() | changes).items() if value is not None}
        headers = {"content-type": "application/json", "date": right.headers["date"]}
        return httpx2.Response(200, content=json.dumps(made), headers=headers)

    return answer


def verified(folder: Path, *, known: bool = False, **changes: Any) -> tuple[Result, int]:
    """Verify a target with these changes to each call, as the command would; keep its baseline."""
    options: dict[str, Any] = {
        name: changes.pop(name) for name in ("seed", "only") if name in changes
    }
    if known:
        options["baseline"] = folder / "known.json"
    hand = Hand()
    result, status = run(spoilt(live(hand, *ROOMS), **changes), hand, **options)
    write(result, baseline=folder / ("now.json" if known else "known.json"))
    return result, status


BROKEN: dict[str, Any] = {"aiAgentName": None, "sentiment": "POSITIVE"}


def test_what_is_known_does_not_fail(tmp_path: Path) -> None:
    """It is said and counted; the file of the next run is the same, whatever its seed."""
    result, status = verified(tmp_path, **BROKEN)
    assert status == 1
    assert [one.path for one in result.failing] == ["aiAgentName", "sentiment"]
    result, status = verified(tmp_path, known=True, seed=7, **BROKEN)
    assert (result.verdict, status) == ("conforms", 0)
    states = {one.clause.id: one.status for one in result.results}
    assert states["shape.schema"] == states["shape.advisory"] == "known"
    assert "1 known to fail (baseline)" in verdict_line(result)
    assert result.mended == ()
    texts = [(tmp_path / name).read_text("utf-8") for name in ("known.json", "now.json")]
    assert texts[0] == texts[1]


def test_what_is_new_fails_alone(tmp_path: Path) -> None:
    """The evidence is that of the new place; the known one is counted."""
    verified(tmp_path, **BROKEN)
    result, status = verified(tmp_path, known=True, **BROKEN, customerPhone=7)
    [failed] = [one for one in result.results if one.status == "failed"]
    assert (status, failed.clause.id) == (1, "shape.schema")
    assert all(one.expected.startswith("customerPhone") for one in failed.evidence)
    assert "more known to fail (baseline)" in failed.reason


def test_what_was_mended_is_said(tmp_path: Path) -> None:
    """It is no failure, and the list written now is shorter."""
    verified(tmp_path, **BROKEN)
    result, status = verified(tmp_path, known=True, sentiment="POSITIVE")
    assert status == 0
    assert result.mended == (Spot("shape.schema", "must", "", "aiAgentName"),)
    assert verdict_line(result).endswith("; 1 mended since the baseline")
    assert [one["path"] for one in listed(tmp_path / "now.json")] == ["sentiment"]


def test_what_was_not_exercised_is_not_mended(tmp_path: Path) -> None:
    """A run of some clauses says nothing of the others, and a new list keeps them."""
    verified(tmp_path, **BROKEN)
    result, status = verified(tmp_path, known=True, only=("identity",))
    assert (status, result.mended) == (0, ())
    assert listed(tmp_path / "now.json") == listed(tmp_path / "known.json")


def listed(path: Path) -> list[dict[str, str]]:
    """Return the entries of a baseline."""
    entries: list[dict[str, str]] = json.loads(path.read_text("utf-8"))["failing"]
    return entries


def test_a_worse_failure_at_a_known_place_is_new(tmp_path: Path) -> None:
    """A should that is known hides no must."""
    hand = Hand()
    for answer, expected in ((400, "conforms"), (500, "violates")):

        def handler(request: httpx2.Request, answer: int = answer) -> httpx2.Response:
            right = live(hand, *ROOMS)(request)
            made_up = right.status_code == 404 and request.headers["x-workspace-id"] == "ws-acme"
            return httpx2.Response(answer, json={"message": "No."}) if made_up else right

        known = tmp_path / "known.json"
        only = ("absence.unknown-room",)
        result, _ = run(handler, hand, only=only, baseline=known if known.exists() else None)
        write(result, baseline=known)
        assert result.verdict == expected


def test_nothing_is_written_of_a_run_that_saw_nothing(tmp_path: Path) -> None:
    """An empty list would call everything new."""
    hand = Hand()
    result, status = run(live(hand), hand)
    write(result, baseline=tmp_path / "known.json")
    assert status == 3
    assert not list(tmp_path.iterdir())


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    """In the order of the report, each place once; what others add to an entry is left alone."""
    known = [
        Spot("robust.no-5xx", "must", "GET another room"),
        Spot("shape.schema", "must", "", "participants[].metadata"),
    ]
    path = tmp_path / "known.json"
    path.write_text(rendered([*known, known[0]]), "utf-8")
    assert [one["clause"] for one in listed(path)] == ["shape.schema", "robust.no-5xx"]
    assert read(path).known == set(known)
    commented = json.loads(path.read_text("utf-8"))
    commented["failing"][0]["why"] = "ticket 7"
    path.write_text(json.dumps(commented), "utf-8")
    assert read(path).known == set(known)


GOOD: dict[str, Any] = json.loads(rendered([Spot("shape.json", "must")]))
WRONG: list[tuple[Any, str]] = [
    (None, "cannot be read: No such file or directory"),
    ("{", "is not JSON: "),
    (b"\xff", "is not JSON: "),
    ([], "is no baseline; --write-baseline writes one"),
    ({"verdict": "conforms"}, "is no baseline"),
    (GOOD | {"version": 2}, "has version 2, and 1 is what can be read; write it anew"),
    (GOOD | {"failing": 7}, "has no list 'failing'"),
    (GOOD | {"failing": ["a"]}, "entry 1 is no object of texts"),
    (GOOD | {"failing": [{"clause": "a.b", "level": "must"}]}, "entry 1 names no clause: 'a.b'"),
    (GOOD | {"failing": [{"clause": "shape.json"}]}, "entry 1 has no level must or should"),
]


@pytest.mark.parametrize(("content", "words"), WRONG, ids=[words for _, words in WRONG])
def test_a_file_that_is_no_baseline_is_one_line_and_status_2(
    content: Any, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said before anything is asked."""
    path = tmp_path / "known.json"
    if content is not None:
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BaselineError):
        read(path)
    with pytest.raises(SystemExit) as ended:
        main(["http://127.0.0.1:9", "--workspace-id=w", "--room=r", f"--baseline={path}", "-q"])
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (2, "")
    assert f"error: --baseline: {str(path)!r}" in printed.err
    assert words in printed.err
    assert printed.err.count("\n") == 1

"""Pages are read as Mintlify reads them, however they are written."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.drift.running import PAGES, found, page, run

Change = Callable[[str], str]


def put(old: str, new: str, name: str = "get-active-call") -> str:
    """Return a page with something in it replaced, once."""
    text = page(name)
    assert text.count(old) == 1, old
    return text.replace(old, new)


WORKSPACE = """<ParamField header="x-workspace-id" type="string" required>
Which workspace.
</ParamField>
"""
ROOM = """<ParamField path="roomName" type="string" required>
Which room.
</ParamField>
"""
DURATION = """<ResponseField name="duration" type="number">
</ResponseField>
"""
API = 'api: "GET /v2/api/active-calls/{roomName}"'
# Each says what the page says that it is made from.
SAME = {
    "single quotes": put(WORKSPACE, WORKSPACE.replace('"', "'")),
    "attributes in another order": put(
        WORKSPACE, '<ParamField required type="string" header="x-workspace-id"></ParamField>\n'
    ),
    "true in braces": put(WORKSPACE, WORKSPACE.replace("required", "required={true}")),
    "texts in braces": put(
        WORKSPACE, "<ParamField header={'x-workspace-id'} type={`string`} required />\n"
    ),
    "a tag that closes itself": put(DURATION, '<ResponseField name="duration" type="number"/>\n'),
    "false in braces": put(
        DURATION, '<ResponseField name="duration" type="number" required={false} />\n'
    ),
    "a tag over many lines": put(
        WORKSPACE,
        '<ParamField\n header="x-workspace-id"\n\n  type="string"\nrequired\n>\nx\n</ParamField>',
    ),
    "text on the line of the tag": put(
        ROOM, 'See <ParamField path="roomName" type="string" required>the *room*</ParamField>.\n'
    ),
    "many tags on a line": put(DURATION, DURATION.replace("\n", " ")),
    "in a list": put(WORKSPACE, "- one\n" + "".join(f"  {x}\n" for x in WORKSPACE.split("\n"))),
    "in a blockquote": put(DURATION, '> <ResponseField name="duration" type="number" />\n'),
    "in other components": put(ROOM, f'<Tabs>\n<Tab title="a > b">\n{ROOM}</Tab>\n</Tabs>\n'),
    "all of it indented": "\n".join(
        line if n < 6 else f"      {line}" for n, line in enumerate(page().split("\n"))
    ),
    "lines of Windows": page().replace("\n", "\r\n"),
    "a byte order mark": f"\ufeff{page()}",
    "other attributes": put(
        DURATION,
        '<ResponseField {...more} name="duration" type="number" pre={["a", "}"]}'
        ' post={`${"`"}}`} icon="a &gt; b">\n</ResponseField>\n',
    ),
    "entities": put('type="number"', 'type="&#110;umber"'),
    "a comment": put(DURATION, f"{{/* {DURATION.replace('duration', 'gone')} */}}\n{DURATION}"),
    "a comment within a line": put(DURATION, f'x {{/* <ParamField body="b" /> */}} y\n{DURATION}'),
    "a comment of HTML": put(DURATION, f'<!-- <ParamField body="b"> -->\n\n{DURATION}'),
    "a tag that only a program would show": put(
        DURATION, f'{{shown && <ParamField body="b" />}}\n\n{DURATION}'
    ),
    "code": put(DURATION, f'Write `<ParamField body="b">`, or \\<ParamField>.\n\n{DURATION}'),
    "a block of code": put(DURATION, f'```mdx\n<ParamField body="b">\n```\n{DURATION}'),
    "a deeply indented block of code": put(
        DURATION, f"Text\n        ~~~\n        </ResponseField>\n        ~~~\n{DURATION}"
    ),
    "a program": put(
        "## Headers",
        'import { X } from "x"\nexport const y = <ParamField body="b" />;\n\n## Headers',
    ),
    "text that looks like tags": put(
        "If available.", "If a < b and c > d, <b>or</b> <string>, <3; { and <"
    ),
    "a quoted api": put(API, "api: 'GET /v2/api/active-calls/{roomName}'"),
    "a bare api": put(API, "api: get /v2/api/active-calls/{roomName}"),
    "an api with a URL": put(API, 'api: "GET https://api.example.com/v2/api/active-calls/{room}"'),
    "an api with a host": put(API, 'api: "GET api.example.com/v2/api/active-calls/:roomName/"'),
    "openapi in place of api": put(API, API.replace("api:", "openapi:", 1)),
    "openapi with its file": put(
        API, 'openapi: "reference.json GET /v2/api/active-calls/{roomName}"'
    ),
    "a header in other letters": put("x-workspace-id", "X-Workspace-Id"),
    "the key, which may be left out": put(
        ROOM, f'<ParamField header="x-api-key" type="string" />\n{ROOM}'
    ),
    "what every request has": put(
        ROOM, f'<ParamField header="Content-Type" type="string" required />\n{ROOM}'
    ),
    "a path parameter that is not marked": put(ROOM, ROOM.replace(" required", "")),
    "an array in other words": put(
        'name="transcript" type="array"', 'name="transcript" type="object[]"'
    ),
    "an array of objects": put(
        'name="participants" type="array"', 'name="participants" type="Array of objects"'
    ),
    "a type with a remark": put('name="id" type="string"', 'name="id" type="String (24 digits)"'),
    "a title of the example": put("```json", "```json 200 OK theme={null}"),
    "an example with no language": put("```json", "```"),
    "examples in tabs": put("```json", "<CodeGroup>\n```text Plain\n{]\n```\n```json Success"),
    "an error beside it": put(
        "</ResponseExample>",
        '```json 404 Not Found\n{"error": {"code": "not_found", "message": "No."}}\n```\n'
        '```json Some error\n{"reason": "any"}\n```\n</ResponseExample>',
    ),
    "items that are described": put(
        '<ResponseField name="transcript" type="array">\n</ResponseField>',
        '<ResponseField name="transcript" type="array">\n<Expandable title="line">\n'
        '<ResponseField name="role" type="string" />\n<ParamField body="content" type="string" />\n'
        "</Expandable>\n</ResponseField>",
    ),
    "items with names with dots": put(
        '<ResponseField name="transcript" type="array">\n</ResponseField>',
        '<ResponseField name="transcript[].role" type="string" />\n'
        '<ResponseField name="transcript[].content" type="string" />\n'
        '<ResponseField name="transcript" type="array" />',
    ),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_another_spelling_is_no_difference(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What MDX takes for the same is the same."""
    monkeypatch.chdir(tmp_path)
    Path("page.mdx").write_bytes(text.encode())
    assert run(capsys, "page.mdx") == (0, "no differences in 1 page\n", "")


def test_fields_listed_flat_belong_where_the_example_has_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page that lists the fields of an object after it, and not within, says the same."""
    lines = page("list-active-calls").replace('<Expandable title="of each call">', "").split("\n")
    opened = lines.index('<ResponseField name="data" type="array">')
    closed = next(n for n, one in enumerate(lines) if one == "  </Expandable>")
    flat = [
        *lines[: opened + 1],
        "</ResponseField>",
        *lines[opened + 1 : closed],
        *lines[closed + 2 :],
    ]
    file = tmp_path / "flat.mdx"
    file.write_text("\n".join(flat))
    assert run(capsys, str(file)).status == 0
    file.write_text(
        "\n".join(flat).replace('"lastMessage" type="string"', '"lastMessage" type="array"')
    )
    [(_, rule, text)] = found(run(capsys, str(file)))
    assert (rule, text.partition(":")[0]) == ("type", "field of the response data[].lastMessage")
    room = '    <ResponseField name="roomName"'
    queue = f'<ResponseField name="queue" type="string" />\n{room}'
    file.write_text("\n".join(flat).replace(room, queue))
    [(_, rule, text)] = found(run(capsys, str(file)))
    assert (rule, text.partition(" (")[0]) == (
        "contract-lacks",
        "field of the response data[].queue",
    )


def test_a_page_without_front_matter_is_named_by_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As sites serve them: what the front matter said is a heading."""
    file = tmp_path / "end-call.md"
    file.write_text("# End a call\n\n> Ends it.\n" + page("end-call").split("---\n", 2)[2])
    assert run(capsys, f"endCall={file}").status == 0
    ran = run(capsys, str(file))
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert "no line 'api: METHOD /path'; name the operation as OPERATION=PAGE" in ran.err
    assert "listActiveCalls, getActiveCall" in ran.err


BROKEN: list[tuple[str, str]] = [
    ("", "page.mdx: has neither ParamField nor ResponseField"),
    ("# Only words\n", "page.mdx: has neither ParamField nor ResponseField"),
    ("<!DOCTYPE html>\n<p>", "page.mdx: expected MDX, got HTML"),
    (put(API, "api: [GET, /x]"), "page.mdx: its front matter has no line 'api: METHOD /path'"),
    (put(API, "api: /v2/x"), "page.mdx:3: api: expected METHOD /path, got '/v2/x'"),
    (put(API, 'api: "GET'), "page.mdx:4: front matter: "),
    (put(API, "- a"), "front matter: "),
    (f"---\n- a\n---\n{ROOM}", "page.mdx:1: front matter: expected lines such as 'title: Text'"),
    (put("</ParamField>\n\n## Path", "\n## Path"), "page.mdx:8: <ParamField> is never closed"),
    (put(DURATION, "</ResponseField>"), "page.mdx:31: </ResponseField> closes nothing"),
    (page().replace("</ResponseExample>", ""), "page.mdx:40: <ResponseExample> is never closed"),
    (
        put(ROOM, "<ParamField type='string' />"),
        "page.mdx:14: <ParamField>: expected one of header",
    ),
    (put(ROOM, "<ParamField path='a' body='b' />"), "expected one of header, path, query and body"),
    (put(ROOM, "<ResponseField type='string' />"), "page.mdx:14: <ResponseField>: expected a name"),
    (
        put(ROOM, "<ParamField path='' />"),
        "page.mdx:14: <ParamField>: expected a name, got an empty",
    ),
    (
        put(ROOM, "<ParamField path />"),
        "page.mdx:14: <ParamField>: expected text for path, got {true}",
    ),
    (put(ROOM, "<ParamField path={x()} />"), "expected text for path, got {x()}"),
    (put(ROOM, "<ParamField path='a' required={x} />"), "expected {true} or {false} for required"),
    (put(ROOM, "a <ParamField path=roomName>"), "page.mdx:14: <ParamField: this tag has no end"),
    (put(ROOM, "<ParamField path='room"), "page.mdx:14: <ParamField: this tag has no end"),
    ("<ResponseField name='a'>\n" * 60, "page.mdx:52: more than 50 fields within each other"),
    ("{" * 20_000, "page.mdx: its braces and tags are too entangled to be read"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN, ids=[message for _, message in BROKEN])
def test_a_broken_page_is_one_line(
    text: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The line names the page, the line in it, and what would be right."""
    monkeypatch.chdir(tmp_path)
    Path("page.mdx").write_text(text)
    ran = run(capsys, "page.mdx")
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert ran.err.startswith("active-calls-drift: error: page.mdx") and message in ran.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "expected text in UTF-8, byte 0 is none"),
        (b"x" * 1001, "more than 1000 bytes (--max-bytes)"),
        (None, "No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    content: bytes | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Others are compared all the same."""
    file = tmp_path / "page.mdx"
    if content is not None:
        file.write_bytes(content)
    good = tmp_path / "good.mdx"
    good.write_text(page("end-call")[:1000].partition("<ResponseExample>")[0])
    ran = run(capsys, "--max-bytes=1000", str(file), str(good))
    assert ran.err == f"active-calls-drift: error: {file}: {message}\n"
    assert ran.out.endswith("no differences in 1 page, 1 not read\n")
    assert ran.status == 2


def test_the_pages_of_the_fixtures_say_what_the_contract_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every operation has one."""
    ran = run(capsys, "--all", *map(str, sorted(PAGES.glob("*.mdx"))))
    assert ran == (0, "no differences in 5 pages\n", "")

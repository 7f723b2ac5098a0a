"""Other contracts than the shipped one: in YAML and in JSON, of OpenAPI 3.0 and 3.1."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from openapi import CONTRACT, load_contract
from tests.drift.running import PAGES, found, page, run

PAGE = """---
api: POST /items/{id}
---
<ParamField path="id" type="integer" />
<ParamField query="dry" type="boolean" default={false} deprecated />
<ParamField body="name" type="string | null" required />
<ParamField body="parent" type="object">
  <ParamField body="name" type="string" required />
</ParamField>
<ResponseField name="[].id" type="integer" />
<ResponseField name="[].tags" type="Array<string>" />
<ResponseField name="[].kind" type='"a" | "b"' />
<ResponseField name="[].extra" type="any" />
<ResponseExample>
```json 201
[{"id": 1, "tags": ["x"], "kind": "a", "extra": {"free": {"deep": 1}}}]
```
</ResponseExample>
"""


def schema_31() -> dict[str, Any]:
    """Return a description in OpenAPI 3.1 that says what the page says."""
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "items.yaml").read_text())
    return found


@pytest.mark.parametrize("form", ["yaml", "json", "json with tabs"])
@pytest.mark.parametrize("path", ["/items/{id}", "https://api.example.com/v7/items/{id}"])
def test_another_contract_is_compared(
    form: str, path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever it is written in, with operations that have no id, and servers with a path."""
    file = tmp_path / "contract"
    document = schema_31()
    indent = "\t" if form == "json with tabs" else 2
    file.write_text(yaml.dump(document) if form == "yaml" else json.dumps(document, indent=indent))
    (tmp_path / "page.mdx").write_text(PAGE.replace("/items/{id}", path))
    ran = run(capsys, "--contract", str(file), str(tmp_path / "page.mdx"))
    assert ran == (0, "no differences in 1 page\n", "")


def test_differences_from_another_contract_name_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the contract says it; and an operation without an id is named by method and path."""
    monkeypatch.chdir(tmp_path)
    document = schema_31()
    document["components"]["schemas"]["Rest"]["properties"]["tags"]["items"]["type"] = "integer"
    Path("contract.yaml").write_text(text := yaml.dump(document))
    Path("page.mdx").write_text(PAGE)
    ran = run(capsys, "--contract=contract.yaml", "page.mdx")
    line = text.splitlines().index("        tags:") + 1
    assert "page.mdx:11: type: POST /items/{id}: field of the response [].tags: " in ran.out
    assert f"(contract.yaml:{line})" in ran.out and "example-breaks" in ran.out
    assert ran.status == 1


def test_what_an_alias_names_is_told_by_the_line_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A field of the list that is described with the call is not told as the call's."""
    monkeypatch.chdir(tmp_path)
    Path("page.mdx").write_text(page("list-active-calls").replace("duration", "length"))
    ran = run(capsys, "page.mdx")
    [at] = [
        line.rpartition(":")[2].strip(")\n")
        for line in ran.out.splitlines()
        if "duration (" in line
    ]
    lines = CONTRACT.read_text("utf-8").splitlines()
    assert lines[int(at) - 1] == "        duration: *duration"


def test_a_contract_that_contains_itself_is_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As trees do."""
    schemas = (document := load_contract())["components"]["schemas"]
    schemas["EndedCall"]["properties"]["next"] = {"$ref": "#/components/schemas/EndedCall"}
    file = tmp_path / "contract.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    ran = run(capsys, "--contract", str(file), str(PAGES / "end-call.mdx"))
    assert [rule for _, rule, _ in found(ran)] == ["page-lacks"]
    assert ran.status == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a description of OpenAPI 3"),
        ("- a", "expected a description of OpenAPI 3"),
        ("swagger: '2.0'", "expected a description of OpenAPI 3"),
        ("openapi: 3.0.3", "no description that can be read: KeyError('paths')"),
        ("openapi: 3.0.3\npaths: 7", "no description that can be read: "),
        ("openapi: 3.0.3\npaths: {/a: {get: {responses: {'200': {$ref: other.yaml}}}}}",
         "only references within the document are followed"),
        ("openapi: 3.0.3\npaths: {/a: {get: {responses: {'200': {$ref: '#/no/where'}}}}}",
         "KeyError('no')"),
        ("a: [b", ", line 2: "),
        ("[" * 300_000, "more than 100 levels deep"),
        ("a: \x00", "neither YAML nor JSON"),
    ],
)  # fmt: skip
def test_what_is_no_contract_is_one_line(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names the option, the file, and what would be right."""
    file = tmp_path / "contract.yaml"
    file.write_text(text)
    ran = run(capsys, "--contract", str(file), str(PAGES / "end-call.mdx"))
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith(f"active-calls-drift: error: --contract: {str(file)!r}")
    assert message in ran.err

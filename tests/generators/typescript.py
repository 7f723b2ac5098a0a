"""openapi-typescript: its types must take the mock's bodies under ``tsc --strict``, and bite."""

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from openapi import CONTRACT, CONTROL, contract_operations
from tests.commands import run, run_clean
from tests.generators.answers import Answer

__all__ = ["check", "install"]

_GUIDE = Path(__file__).parents[2] / "docs" / "frontend.md"
_HEAD = """\
import type { components, operations } from "./active-calls";
type Responses<Id extends keyof operations> = operations[Id]["responses"];
type Body<Id extends keyof operations, Status extends keyof Responses<Id>> =
  Responses<Id>[Status] extends { content: { "application/json": infer Json } } ? Json : never;
type Sent<Id extends keyof operations> =
  operations[Id] extends { requestBody: { content: { "application/json": infer Json } } }
    ? Json : never;
type Call = Body<"getActiveCall", 200>;
type Participant = components["schemas"]["Participant"];
type ErrorEnvelope = components["schemas"]["ErrorEnvelope"];
// A body that is written down is constant in all its parts, as one that came is not.
type Constant<T> = T extends object ? { readonly [Key in keyof T]: Constant<T[Key]> } : T;

export const anything: Participant["metadata"] = { any: ["thing", null, { deep: 1 }] };
export const newSentiment: Call["sentiment"] = "a value that nobody knows yet";
// @ts-expect-error a number, not a string
export const duration: Call["duration"] = "145";
// @ts-expect-error every field but customerName is required
export const incomplete: Call = { customerName: null };
// @ts-expect-error a status that the contract does not name has a body of any form
export const undocumented: Responses<"getActiveCall">["default"]["content"] = {};
// @ts-expect-error a call is listed by phone or by web
export const fax: components["schemas"]["ListedCall"]["type"] = "fax";
// @ts-expect-error the agent has to be named
export const nobody: Sent<"removeAgent"> = {};
"""


def install(folder: Path) -> None:
    """Install the generator and the compiler into ``folder``."""
    shutil.copy(Path(__file__).with_name("package.json"), folder)
    run("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", at=folder)


def check(folder: Path, answers: Sequence[Answer]) -> None:
    """Generate types of both descriptions, and compile the bodies and the guide's example."""
    for description in (CONTRACT, CONTROL):
        made = f"{description.stem}.ts"
        run_clean("node_modules/.bin/openapi-typescript", str(description), "-o", made, at=folder)
    (folder / "bodies.ts").write_text("\n".join([_HEAD, *_constants(answers)]), "utf-8")
    (folder / "sentiment.ts").write_text(_guide("sentiment.ts"), "utf-8")
    files = sorted(path.name for path in folder.glob("*.ts"))
    options = ("--strict", "--noEmit", "--target", "es2022", "--module", "esnext")
    resolution = ("--moduleResolution", "bundler")
    run_clean("node_modules/.bin/tsc", *options, *resolution, *files, at=folder)


def _constants(answers: Sequence[Answer]) -> Iterator[str]:
    """Yield a typed constant for each body, sent and received.

    It takes the way over a variable, as a body that was received does: written down at once,
    fields that the type does not know would be errors.
    """
    operations = contract_operations()
    for number, one in enumerate(answers):
        kind = f'Body<"{one.operation}", {one.status}>'
        if str(one.status) not in operations[one.operation].responses:
            kind = "ErrorEnvelope"
        yield f"// {one.name}"
        yield f"const received{number} = {json.dumps(one.body)} as const;"
        yield f"export const typed{number}: Constant<{kind}> = received{number};"
        if one.sent is not None:
            yield f'export const sent{number}: Sent<"{one.operation}"> = {json.dumps(one.sent)};'


def _guide(name: str) -> str:
    """Return the example of docs/frontend.md whose first line names a file."""
    pattern = rf"```ts\n// {re.escape(name)}.*?\n(.*?)```"
    [code] = re.findall(pattern, _GUIDE.read_text("utf-8"), re.DOTALL)
    return str(code)

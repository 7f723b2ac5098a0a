"""``python -m tests.generators.player``: writes what mockserver/player/ has of the contract.

``contract.js`` are the facts that its modules need. ``openapi.d.ts`` are types, made by
openapi-typescript, which comes from npm.
"""

import hashlib
import json
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mockserver.simulation.listing import CALL_OPERATION, LIST_OPERATION, listed_status
from mockserver.simulation.timeline import VERSION
from openapi import CONTROL, Operations, contract_operations, load_contract
from openapi.references import resolved
from tests.commands import CommandError, run_clean
from tests.generators import typescript

__all__ = ["PLAYER", "ROOT", "constants", "described", "stamp", "types"]

ROOT = Path(__file__).parents[2]
PLAYER = ROOT / "mockserver" / "player"
_MADE = "// Made by `make player`; do not edit."


def _errors(operations: Operations) -> dict[str, Any]:
    """Return the contract's words for errors, by status."""
    return {
        status: example["error"]
        for operation in operations
        for status in operation.responses
        for example in operation.examples(status).values()
        if "error" in example
    }


def _properties(schema: Any, document: Any) -> dict[str, Any]:
    found: dict[str, Any] = resolved(schema, document)["properties"]
    return found


def _left_out(operations: Operations) -> tuple[list[str], list[str]]:
    """Return the fields that a list leaves out of a call, and those of its participants."""
    document = operations.document
    whole = _properties(operations[CALL_OPERATION].schema(), document)
    calls = _properties(operations[LIST_OPERATION].schema(), document)["data"]
    entry = _properties(calls["items"], document)
    people = (_properties(one["participants"]["items"], document) for one in (whole, entry))
    mine, listed = people
    return sorted(whole.keys() - entry.keys()), sorted(mine.keys() - listed.keys())


def _timeline() -> dict[str, Any]:
    """Return of which kind each part of a timeline is: of a list, what each of its entries has."""
    document = load_contract(CONTROL)
    schema = document["components"]["schemas"]["Timeline"]
    parts = {name: schema["properties"][name] for name in schema["required"]}
    return {
        name: resolved(part["items"], document)["required"] if "items" in part else _kind(part)
        for name, part in parts.items()
    }


def _kind(part: Any) -> str:
    """Return what JavaScript calls a value."""
    kind = "instant" if part.get("format") == "date-time" else part["type"]
    return f"{kind.replace('integer', 'number')}{' or null' if part.get('nullable') else ''}"


def constants() -> str:
    """Return the text of ``contract.js``."""
    operations = contract_operations()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    of_calls, of_people = _left_out(operations)
    facts = {
        "VERSION": project["version"],
        "TIMELINE_VERSION": VERSION,
        "TIMELINE": _timeline(),
        "OPERATIONS": {one.id: {"method": one.method, "path": str(one.path)} for one in operations},
        "DONE": {
            one.id: one.examples()["documented"] for one in operations if one.method == "POST"
        },
        "ERRORS": _errors(operations),
        "LISTED_STATUS": listed_status(),
        "NOT_LISTED": {"call": of_calls, "participant": of_people},
    }
    lines = [f"export const {name} = {json.dumps(fact, indent=2)};" for name, fact in facts.items()]
    return "\n".join([_MADE, *lines, ""])


def described() -> dict[str, Any]:
    """Return the contract with the control API's schemas of a timeline."""
    contract = load_contract()
    control = load_contract(CONTROL)["components"]["schemas"]
    for name in ("Timeline", "Takeover", "OtherAnswer", "TimedError"):
        contract["components"]["schemas"][name] = control[name]
    return contract


def stamp() -> str:
    """Return the first lines of ``openapi.d.ts``: what it was made of."""
    digest = hashlib.sha256(json.dumps(described(), sort_keys=True).encode()).hexdigest()
    return f"{_MADE}\n// Of the description with the SHA-256 {digest}.\n"


def types(folder: Path) -> str:
    """Return the text of ``openapi.d.ts``; ``folder`` is where the generator is installed.

    Raises:
        CommandError: the generator fails or warns.
    """
    (folder / "described.json").write_text(json.dumps(described()), "utf-8")
    command = ("node_modules/.bin/openapi-typescript", "described.json", "-o", "openapi.d.ts")
    run_clean(*command, at=folder)
    return stamp() + (folder / "openapi.d.ts").read_text("utf-8")


def main() -> str | None:
    """Write both files; return what went wrong, or None."""
    (PLAYER / "contract.js").write_text(constants(), "utf-8")
    with TemporaryDirectory(prefix="player-") as name:
        try:
            typescript.install(Path(name))
            (PLAYER / "openapi.d.ts").write_text(types(Path(name)), "utf-8")
        except (CommandError, FileNotFoundError) as failed:
            return f"openapi.d.ts is as it was: its generator could not be had.\n{failed}"
    return None


if __name__ == "__main__":
    sys.exit(main())

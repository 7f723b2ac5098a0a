"""openapi-python-client: its client must parse the mock's bodies, and give them back unchanged."""

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from openapi import CONTRACT, contract_operations
from tests.commands import run, run_clean
from tests.generators.answers import Answer

__all__ = ["check", "install"]

_BIN = Path("venv", "bin")


def install(folder: Path) -> None:
    """Install the generator into an environment of its own in ``folder``."""
    run(sys.executable, "-m", "venv", "venv", at=folder)
    wanted = str(Path(__file__).with_name("requirements.txt"))
    pip = (str(_BIN / "python"), "-m", "pip", "install", "--disable-pip-version-check")
    run(*pip, "--quiet", "-r", wanted, at=folder)


def check(folder: Path, answers: Sequence[Answer]) -> None:
    """Generate a client, and let it make the round trip with every body."""
    # The generator tidies what it wrote with ruff, which it looks for on the PATH.
    path = f"{folder / _BIN}:/usr/bin:/bin"
    generate = ("generate", "--path", str(CONTRACT), "--output-path", "client", "--meta", "none")
    command = (str(_BIN / "openapi-python-client"), *generate, "--fail-on-warning")
    run_clean(*command, at=folder, path=path)
    (folder / "given.json").write_text(json.dumps(_given(answers)), "utf-8")
    # A copy in the folder, so that it finds the package beside itself.
    shutil.copy(Path(__file__).with_name("round_trip.py"), folder)
    run_clean(str(_BIN / "python"), "-W", "error", "round_trip.py", "given.json", at=folder)


def _given(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return what the round trip has to know of the contract, and the answers."""
    operations = contract_operations()
    schemas = operations.document["components"]["schemas"]
    return {
        "schemas": list(schemas),
        "instants": sorted(set(_instants(schemas))),
        "operations": {
            one.id: {
                "path": one.path.parameters,
                "body": one.body.schema["$ref"].rpartition("/")[2] if one.body else None,
                "documented": [int(status) for status in one.responses if status.isdigit()],
            }
            for one in operations
        },
        "answers": [asdict(one) for one in answers],
    }


def _instants(node: Any) -> Iterator[str]:
    """Yield the names of the fields that are points in time."""
    if isinstance(node, dict):
        for name, inner in node.get("properties", {}).items():
            if inner.get("format") == "date-time":
                yield name
        node = list(node.values())
    for inner in node if isinstance(node, list) else ():
        yield from _instants(inner)

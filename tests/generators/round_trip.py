"""Run in the generator's environment, beside the package ``client``: ``round_trip.py FILE``.

The generated client sends each request of FILE, and gets its answer as if it came over the wire.
"""

import json
import re
import sys
from collections.abc import Collection
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx


def comparable(value: Any, instants: Collection[str], name: str = "") -> Any:
    """Return a body with its points in time as such: a client may write them in another form."""
    if isinstance(value, dict):
        return {key: comparable(one, instants, key) for key, one in value.items()}
    if isinstance(value, list):
        return [comparable(one, instants) for one in value]
    return datetime.fromisoformat(value) if name in instants else value


def ask(operation: dict[str, Any], id_: str, sent: Any, status: int, body: Any) -> Any:
    """Return what the client makes of a response, and see to it that it sent the body."""
    got: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        got.append(request.content)
        return httpx.Response(status, json=body)

    transport = httpx.MockTransport(answer)
    client = import_module("client").Client("http://mock", httpx_args={"transport": transport})
    name = re.sub("([A-Z])", r"_\1", id_).lower()
    path = ["call-abc123"] * len(operation["path"])
    options = {"client": client, "x_workspace_id": "ws-acme"}
    if operation["body"]:
        model = getattr(import_module("client.models"), operation["body"])
        options["body"] = model.from_dict(sent)
    response = import_module(f"client.api.active_calls.{name}").sync_detailed(*path, **options)
    assert not operation["body"] or json.loads(got[0]) == sent, id_
    return response


def main(given: dict[str, Any]) -> None:
    """Check the names of the models, then every answer, then that wrong ones are refused."""
    models = import_module("client.models")
    missing = [name for name in given["schemas"] if not hasattr(models, name)]
    assert not missing, f"schemas whose names the generator changed: {missing}"
    for one in given["answers"]:
        status, body = one["status"], one["body"]
        operation = given["operations"][one["operation"]]
        response = ask(operation, one["operation"], one["sent"], status, body)
        assert response.status_code == status, one["name"]
        if status in operation["documented"]:
            model = response.parsed
        else:  # the contract says nothing of its body, so the client leaves it alone
            assert response.parsed is None, one["name"]
            model = models.ErrorEnvelope.from_dict(body)
        instants = given["instants"]
        assert comparable(model.to_dict(), instants) == comparable(body, instants), one["name"]
    for id_, operation in given["operations"].items():
        try:
            ask(operation, id_, {"participantIdentity": "agent-001"}, 200, {"customerName": None})
        except KeyError:
            continue
        raise AssertionError(f"{id_}: a body without the required fields was taken")


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text("utf-8")))

"""Run in the generator's environment, beside the package ``client``: ``round_trip.py FILE``.

The generated client gets each answer of FILE as if it came over the wire.
"""

import json
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx


def comparable(value: Any, name: str = "") -> Any:
    """Return a body with its points in time as such: a client may write them in another form."""
    if isinstance(value, dict):
        return {key: comparable(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [comparable(one) for one in value]
    return datetime.fromisoformat(value) if name in ("joinedAt", "reset_at") else value


def ask(status: int, body: Any) -> Any:
    """Return what the client makes of a response."""
    answer = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    client = import_module("client").Client("http://mock", httpx_args={"transport": answer})
    operation = import_module("client.api.active_calls.get_active_call")
    return operation.sync_detailed("call-abc123", client=client, x_workspace_id="ws-acme")


def main(given: dict[str, Any]) -> None:
    """Check the names of the models, then every answer, then that a wrong one is refused."""
    models = import_module("client.models")
    missing = [name for name in given["schemas"] if not hasattr(models, name)]
    assert not missing, f"schemas whose names the generator changed: {missing}"
    for one in given["answers"]:
        status, body = one["status"], one["body"]
        response = ask(status, body)
        assert response.status_code == status, one["name"]
        if status in given["documented"]:
            model = response.parsed
        else:  # the contract says nothing of its body, so the client leaves it alone
            assert response.parsed is None, one["name"]
            model = models.ErrorEnvelope.from_dict(body)
        assert comparable(model.to_dict()) == comparable(body), one["name"]
    try:
        ask(200, {"customerName": None})
    except KeyError:
        return
    raise AssertionError("a body without the required fields was taken")


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text("utf-8")))

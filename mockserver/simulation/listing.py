"""What a list of calls shows of a call, and what it leaves out, by the contract."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from openapi import contract_operations
from openapi.references import resolved

__all__ = ["CALL_OPERATION", "LIST_OPERATION", "listed_call", "listed_participant", "listed_status"]

CALL_OPERATION = "getActiveCall"
"""The operation of the contract whose answer is a whole call."""
LIST_OPERATION = "listActiveCalls"
"""The operation whose answer lists all calls."""
Fields = Mapping[str, Any]


def _properties(schema: Fields) -> Fields:
    found: Fields = resolved(schema, contract_operations().document)["properties"]
    return found


@cache
def _entry() -> Fields:
    """Return the fields of a listed call, each with its schema."""
    return _properties(_properties(contract_operations()[LIST_OPERATION].schema())["data"]["items"])


@cache
def _left_out() -> tuple[frozenset[str], frozenset[str]]:
    """Return the fields that are left out of a call, and those of its participants."""
    whole, entry = _properties(contract_operations()[CALL_OPERATION].schema()), _entry()
    people = (_properties(one["participants"]["items"]) for one in (whole, entry))
    mine, listed = people
    return frozenset(whole.keys() - entry.keys()), frozenset(mine.keys() - listed.keys())


@cache
def listed_status() -> str:
    """Return the status of a call that is going on."""
    documented = contract_operations()[LIST_OPERATION].examples()["documented"]
    return str(documented["data"][0]["status"])


def listed_participant(participant: Fields) -> dict[str, Any]:
    """Return a participant of a call's body as a list shows it."""
    left_out = _left_out()[1]
    return {name: value for name, value in participant.items() if name not in left_out}


def listed_call(body: Fields, type_: str, *, transfer_requested: bool) -> dict[str, Any]:
    """Return a call's body as a list shows it; ``type_`` is how the customer takes part."""
    left_out = _left_out()[0]
    kept = {name: value for name, value in body.items() if name not in left_out}
    lines = body["transcript"]
    kept |= {
        "status": listed_status(),
        "lastMessage": lines[-1]["content"] if lines else None,
        "transferRequested": transfer_requested,
        "type": type_,
        "participants": [listed_participant(one) for one in kept.pop("participants", ())],
    }
    return kept

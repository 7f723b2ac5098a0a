"""Every server that the benchmark compares can be prepared, as long as the contract grows."""

import json
from pathlib import Path

from openapi import contract_operations
from tests.benchmarks.servers import FLOOR, MOCK, Contender, contenders


def test_what_is_compared_is_made_of_the_contract(tmp_path: Path) -> None:
    """The peers get its operations, WireMock its example, and the floor an answer of the mock."""
    found, _ = contenders(tmp_path)
    assert {MOCK, FLOOR} <= {one.name for one in found if isinstance(one, Contender)}
    contract = json.loads((tmp_path / "contract.json").read_text())
    assert {str(one.path) for one in contract_operations()} == contract["paths"].keys()
    stub = json.loads((tmp_path / "mappings" / "call.json").read_text())
    example = contract_operations()["getActiveCall"].examples()["documented"]
    assert json.loads(stub["response"]["body"]).keys() == example.keys()
    assert json.loads(json.loads((tmp_path / "answer.json").read_text())["body"])["transcript"]

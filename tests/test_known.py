"""A baseline that was written today holds tomorrow: no run of the same server finds it new."""

import json
from pathlib import Path

import pytest

from tests.implementations.faulty import faulty
from tests.implementations.proof import Outcome, outcomes

# Places of every kind: fields, moments, other names, workspaces and keys, methods, hostile input.
FAULTS = (
    *("frozen", "mislabelled", "encoded_room", "case_ignored", "shared_state", "reworded_later"),
    *("empty_workspace_is_all", "workspace_by_prefix", "any_key", "invented_call"),
    *("apostrophe", "long_workspace", "any_accept", "delete_breaks", "post_is_get"),
    *("two_in_seven_dropped", "python_trace", "limit_without_wait", "unknown_is_bad_request"),
    "room_by_prefix",
)
NAMES = [one.name for one in faulty() if one.name.replace("-", "_") in FAULTS]


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path, Outcome]]:
    """Return of each server what is listed twice, by other seeds, and the outcome with the list."""
    folder = tmp_path_factory.mktemp("baselines")
    files = {name: (folder / f"{name}.json", folder / f"{name}-again.json") for name in NAMES}
    first = {name: (f"--write-baseline={one}",) for name, (one, _) in files.items()}
    with outcomes(NAMES, first) as found:
        assert all(one.result().failed for one in found.values())
    second = {
        name: (f"--baseline={one}", f"--write-baseline={other}", "--seed=2")
        for name, (one, other) in files.items()
    }
    with outcomes(NAMES, second) as found:
        return {name: (*files[name], one.result()) for name, one in found.items()}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_listed_is_found_again(
    name: str, again: dict[str, tuple[Path, Path, Outcome]]
) -> None:
    """Nothing is new and nothing mended, and the list says the same."""
    first, second, outcome = again[name]
    assert outcome.failed == {}, outcome.printed
    assert outcome.status == 0
    assert outcome.report["mended"] == []
    assert any(one["status"] == "known" for one in outcome.report["clauses"])
    assert first.read_text("utf-8") == second.read_text("utf-8")
    assert json.loads(first.read_text("utf-8"))["failing"]


def test_the_chosen_faults_are_there() -> None:
    """None of them was renamed."""
    assert len(NAMES) == len(FAULTS)

"""Whatever stands in a file of scenarios."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockserver.scenario_files import load_scenarios
from mockserver.simulation import ScenarioFileError
from tests.endurance.fuzz.conftest import fuzzing

_BATCH = 10
_BUILTIN = files("mockserver.simulation").joinpath("scenarios.yaml").read_bytes()
_WORDS = ("scenarios", "description", "schedule", "live", "gap", "lead", "call", "omit", "lines",
          "role", "content", "at", "scene", "participants", "joins", "leaves", "joinedAt",
          "identity", "sentiment", "value", "decimals", "status", "fault", "example", "id",
          "metadata", "isAgent", "customerName", "duration")  # fmt: skip

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_scalar = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), _text, st.dates(), st.binary(max_size=9),
    st.sampled_from([*_WORDS, "slow", "documented", "escalation", 0, 1, 404, 86_400, 10**400]),
)  # fmt: skip
_tree = st.recursive(
    _scalar,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(_WORDS), _text), inner, max_size=4),
    ),
    max_leaves=12,
)


def _near(inner: Any) -> st.SearchStrategy[Any]:
    """Return scenarios of the right shape, with anything in the places of their values."""
    seconds = st.one_of(st.floats(0, 86_400), st.integers(0, 86_400), inner)
    line = {"at": seconds, "role": st.one_of(st.just("agent"), inner), "content": _text}
    presence = {"identity": _text, "isAgent": st.booleans(), "metadata": inner,
                "joins": seconds, "leaves": seconds}  # fmt: skip
    optional = {
        "schedule": st.fixed_dictionaries({"live": st.integers(1, 9)}, optional={"gap": inner}),
        "call": st.dictionaries(st.sampled_from(_WORDS), inner, max_size=3),
        "omit": st.lists(st.sampled_from(_WORDS), max_size=3),
        "lines": st.lists(st.fixed_dictionaries({}, optional=line), max_size=3),
        "participants": st.lists(st.fixed_dictionaries({}, optional=presence), max_size=3),
        "sentiment": st.lists(st.fixed_dictionaries({"at": seconds, "value": _text}), max_size=3),
        "decimals": st.integers(-1, 7),
        "status": st.integers(390, 610),
    }
    scenario = st.fixed_dictionaries({"description": st.just("x")}, optional=optional)
    names = st.one_of(st.just("mine"), _text)
    return st.fixed_dictionaries({"scenarios": st.dictionaries(names, scenario, min_size=1)})


@st.composite
def _mutated(draw: st.DrawFn) -> bytes:
    """Take a piece out of the built-in file, or put one in."""
    start = draw(st.integers(0, len(_BUILTIN)))
    end = draw(st.integers(start, min(len(_BUILTIN), start + 200)))
    return _BUILTIN[:start] + draw(st.binary(max_size=20)) + _BUILTIN[end : start + 3000]


def _dumped(tree: Any) -> bytes:
    return yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "surrogatepass")


_file = st.one_of(
    st.binary(max_size=200), _mutated(), _tree.map(_dumped), _near(_scalar).map(_dumped)
)


def load(path: Path, content: bytes) -> None:
    """Load a file as the mock does when it starts."""
    path.write_bytes(content)
    try:
        load_scenarios([path], "en_US")
    except ScenarioFileError as error:
        assert "\n" not in str(error), error
        assert str(path) in str(error)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that the tests write to again and again."""
    return tmp_path_factory.mktemp("scenarios") / "own.yaml"


@given(contents=st.lists(_file, min_size=_BATCH, max_size=_BATCH))
@fuzzing(share=0.07, batch=_BATCH)
def test_file_is_loaded_or_refused(path: Path, contents: list[bytes]) -> None:
    """It is a catalogue that keeps the contract, or one line says what is wrong."""
    for content in contents:
        load(path, content)


_LAUGHS = "\n".join(
    ["a0: &a0 ha"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
)


def _mine(entry: str) -> bytes:
    return f"scenarios: {{mine: {{{entry}}}}}".encode()


_EXTREMES: Mapping[str, bytes] = {
    "deep": b"[" * 200_000,
    "deep mapping": b"{a: " * 50_000,
    "many laughs": f"{_LAUGHS}\nscenarios: *a11\n".encode(),
    "itself": b"&a [*a]",
    "itself as scenario": b"scenarios: &a {mine: *a}",
    "digits": b"scenarios: " + b"9" * 100_000,
    "object": b"!!python/object/apply:os.system [exit]",
    "key": b"? [a]\n: b",
    "merge": b"scenarios: {<<: [1]}",
    "documents": b"---\na: 1\n---\nb: 2\n",
    "surrogate": _mine('description: "\\ud800"'),
    "surrogate in a line": _mine('description: x, lines: [{role: agent, content: "\\ud800"}]'),
    "infinite": _mine("description: x, lines: [{at: .inf, role: agent, content: x}]"),
    "no number": _mine("description: x, sentiment: [{at: .nan, value: x}]"),
    "date": _mine("description: x, call: {id: 2024-01-01}"),
    "control": _mine("description: \x00"),
    "utf-16": "scenarios: {}".encode("utf-16"),
    "empty": b"",
}


@pytest.mark.parametrize("name", _EXTREMES)
def test_extreme_file(path: Path, name: str) -> None:
    """Nor does a file break the mock that somebody has made to."""
    load(path, _EXTREMES[name])

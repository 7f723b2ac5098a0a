"""The player's files: its modules in Node, what it has of the contract, and that it is served."""

import json
import tomllib
from pathlib import Path

import pytest

from tests.generators.player import PLAYER, ROOT, constants, stamp
from tests.mockserver.conftest import Client, MakeClient
from tests.node import needs_node, run_tests

TESTS = sorted(Path(__file__).parent.glob("*.test.js"))
MODULES = sorted(path.name for path in PLAYER.glob("*.js"))


@needs_node
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_module(path: Path) -> None:
    """The tests beside it pass."""
    run_tests(path)


def test_what_it_has_of_the_contract_is_current() -> None:
    """`make player` has been run since the contract, or the version, changed."""
    assert (PLAYER / "contract.js").read_text("utf-8") == constants()
    assert (PLAYER / "openapi.d.ts").read_text("utf-8").startswith(stamp())


@pytest.mark.parametrize("name", MODULES)
def test_pages_of_any_origin_can_import_it(name: str, client: Client) -> None:
    """Each module is served as JavaScript, and to other origins too."""
    answer = client.request("GET", f"/player/{name}", {"origin": "http://localhost:5173"})
    assert answer.status_code == 200
    assert answer.content == (PLAYER / name).read_bytes()
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "http://localhost:5173"


def test_it_is_there_without_the_console(make_client: MakeClient) -> None:
    """The console can be left out, the player cannot; nothing but modules is served of it."""
    client = make_client(console=False)
    assert client.request("GET", "/console/main.js").status_code == 404
    assert client.request("GET", "/player/index.js").status_code == 200
    assert client.request("GET", "/player/openapi.d.ts").status_code == 404


def test_the_package_is_of_this_mock() -> None:
    """It has the project's version and licence, and each of its entries is there, with types."""
    told = json.loads((PLAYER / "package.json").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (told["name"], told["version"]) == (project["name"], project["version"])
    assert (PLAYER / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    entries = [entry for entry in told["exports"].values() if isinstance(entry, dict)]
    assert {entry["default"] for entry in entries} == {"./index.js", "./msw.js", "./storybook.js"}
    for entry in entries:
        assert entry["types"] == entry["default"].replace(".js", ".d.ts")
        assert all((PLAYER / path).is_file() for path in entry.values())
    assert "dependencies" not in told

"""Data flows one way: the contract below, two programs that do not know each other above."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    path for name in ("openapi", "mockserver", "contracts") for path in (ROOT / name).rglob("*.py")
)


def imports(path: Path) -> set[str]:
    """Return the absolute names of the modules that a file imports."""
    package = path.relative_to(ROOT).parent.parts
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            found.add(".".join((*base, *(node.module or "").split("."))).rstrip("."))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_only_what_lies_below(path: Path) -> None:
    """The simulation knows no HTTP, the programs do not know each other, the contract neither."""
    where = path.relative_to(ROOT).parts
    forbidden = {
        "openapi": ("mockserver", "contracts"),
        "mockserver": ("contracts",),
        "contracts": ("mockserver",),
    }[where[0]]
    if where[:2] == ("mockserver", "simulation"):
        forbidden += ("connexion", "starlette", "granian", "httpx", "click")
        above = {name for name in imports(path) if name.startswith("mockserver.")}
        assert all(name.startswith("mockserver.simulation") for name in above)
    assert not {name for name in imports(path) if name.split(".")[0] in forbidden}


def test_only_the_clock_module_reads_the_clock() -> None:
    """No other module of the mock asks the machine what time it is, or draws without a seed."""
    for path in (ROOT / "mockserver").rglob("*.py"):
        text = path.read_text("utf-8")
        if path.name != "clock.py":
            assert not {"time"} & imports(path), path
            assert ".now(" not in text and "utcnow" not in text, path
        assert "random.random()" not in text and "random.seed(" not in text, path


def test_the_process_that_watches_over_a_worker_stays_small() -> None:
    """The command loads nothing that only answering requests, or a scenario file, needs."""
    code = "import sys, mockserver.cli; print(sorted({'connexion', 'jsonschema'} & {*sys.modules}))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"

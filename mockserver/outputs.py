"""Files that the commands are told to make."""

from pathlib import Path

__all__ = ["write_file"]


def write_file(path: Path, content: bytes) -> Path:
    """Write a file, and return its path.

    Raises:
        OSError: it cannot be written; the error names it, which Python's own does not where only
            the space is lacking.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
    return path

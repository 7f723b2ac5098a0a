"""Files that a verification will write: found out before the first request."""

from pathlib import Path

from contracts.values import UsageError

__all__ = ["writable"]


def writable(option: str, path: Path) -> Path:
    """Return the path, after making its folder and trying to write there. No file is left behind.

    Raises:
        UsageError: where nothing can be written there. It names the option and the path.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.is_file() or path.is_dir():  # a pipe would notice the attempt
            new = not path.exists()
            path.open("ab").close()
            if new:
                path.unlink()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{option}: {str(path)!r} cannot be written: {why}") from None
    return path

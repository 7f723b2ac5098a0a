"""What is said of a failure that nobody foresaw: a defect of the verifier, or a broken set-up."""

import os
import sys
import traceback
from collections.abc import Callable

from contracts.options import PREFIX

__all__ = ["line", "trace"]

_VARIABLE = f"{PREFIX}_DEBUG"


def line(error: BaseException) -> str:
    """Return one line: the exception, and how to see where it was raised."""
    text = " ".join(str(error).split())
    named = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"unexpected {named} ({_VARIABLE}=1 shows the traceback)"


def trace(error: BaseException, redacted: Callable[[str], str] = str) -> None:
    """Print the traceback to standard error, where the user asked for it.

    ``redacted`` returns a text without secrets.
    """
    if os.environ.get(_VARIABLE):
        sys.stderr.write(redacted("".join(traceback.format_exception(error))))

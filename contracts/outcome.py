"""A verification within somebody's own test: what the fixture ``active_calls_verify`` calls."""

import io
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import pytest
from rich.console import Console

from contracts import report, run
from contracts.given import read
from contracts.judging.results import ClauseResult, Result, Verdict
from contracts.options import OPTIONS, Option
from contracts.report.terminal import findings
from contracts.report.wording import failures, finding, verdict_line, violations
from contracts.settings import Settings, UsageError

__all__ = ["Outcome", "verify"]

# Settings hold several of these, and their names say so.
_PLURALS = {"room": "rooms", "header": "headers", "expendable-room": "expendable_rooms"}
_KEYWORDS = {_PLURALS.get(one.name, one.key): one for one in OPTIONS}
# How the options' own texts name them: as flags of the command, and its argument.
_NAMED = re.compile(rf"(?<![\w'\"-])--({'|'.join(one.name for one in OPTIONS)})(?![\w-])")
_WIDTH = 100


class Outcome:
    """What a verification came to, for a test to assert on.

    ``verdict`` is ``conforms``, ``violates`` or ``inconclusive``; ``failed`` are the ids of the
    clauses that make it violate, ``warnings`` those that failed below that level; ``exit_status``
    is that of the command. ``outcome[id]`` is what became of one clause. As text it is the report
    that the command prints, with the evidence.
    """

    def __init__(self, result: Result, exit_status: int) -> None:
        self.result = result
        self.exit_status = exit_status

    @property
    def verdict(self) -> Verdict:
        """The verdict."""
        return self.result.verdict

    @property
    def reason(self) -> str:
        """Why nothing can be said, where the verdict is ``inconclusive``."""
        return self.result.reason

    @property
    def failed(self) -> list[str]:
        """The ids of the clauses that violate the contract."""
        return [one.clause.id for one in violations(self.result)]

    @property
    def warnings(self) -> list[str]:
        """The ids of the clauses that failed and do not violate."""
        failed = [one.clause.id for one in failures(self.result)]
        return [id_ for id_ in failed if id_ not in self.failed]

    def __getitem__(self, clause: str) -> ClauseResult:
        """Return what became of a clause.

        Raises:
            KeyError: where no clause has this id; it names the nearest.

        """
        found = {one.clause.id: one for one in self.result.results}
        if clause not in found:
            near = get_close_matches(clause, found, n=1, cutoff=0.5)
            raise KeyError(f"no clause is called {clause!r}{_hint(near)}")
        return found[clause]

    def __str__(self) -> str:
        """Return what the command prints: each failure with its evidence, the verdict last."""
        out = io.StringIO()
        findings(self.result, Console(file=out, width=_WIDTH, color_system=None))
        return out.getvalue()

    def __repr__(self) -> str:
        """Return the verdict, and what was found first of each clause that violates."""
        found = [f"{one.clause.id}: {finding(one)}" for one in violations(self.result)]
        return f"<{'; '.join([verdict_line(self.result), *found])}>"


def verify(defaults: Mapping[str, Any], base_url: str, **options: Any) -> Outcome:
    """Verify what is at ``base_url``, and write the reports that are asked for.

    ``options`` are named like the settings; numbers, paths and sequences are taken as they are,
    and ``headers`` as a mapping too. One that is None is not given. ``defaults`` are by option.

    Raises:
        KeyboardInterrupt: the run was cut short.
        pytest.UsageError: a value that cannot be used, or a report that cannot be written.

    """
    try:
        given = {_option(name).name: _texts(name, value) for name, value in options.items()}
        settings = read(str(base_url), {**defaults, **given})
        result, exit_status = run.verify(settings)
        _write(result, settings)
        if result.cut_short:
            raise KeyboardInterrupt(result.reason)
    except UsageError as error:
        raise pytest.UsageError(f"active_calls_verify: {_renamed(str(error))}") from None
    except OSError as error:
        line = f"{error.filename or 'report'}: {error.strerror or error}"
        raise pytest.UsageError(f"active_calls_verify: {line}") from None
    return Outcome(result, exit_status)


def _write(result: Result, settings: Settings) -> None:
    kinds = ("json", "junit", "html", "markdown")
    paths = {kind: getattr(settings, f"report_{kind}") for kind in kinds}
    paths["baseline"] = settings.write_baseline
    if not (any(paths.values()) or result.unwritten):
        return
    if problems := report.write(result, **paths):
        raise UsageError("; ".join(problems))


def _renamed(text: str) -> str:
    """Return what is wrong with an option of the command, said of the keyword argument."""
    keywords = {option.name: keyword for keyword, option in _KEYWORDS.items()}
    return _NAMED.sub(lambda hit: keywords[hit[1]], text).replace("BASE_URL:", "base_url:", 1)


def _option(name: str) -> Option:
    if name not in _KEYWORDS:
        hint = _hint(get_close_matches(name, _KEYWORDS, n=1, cutoff=0.5))
        raise UsageError(f"no option is called {name!r}{hint}")
    return _KEYWORDS[name]


def _hint(near: Iterable[str]) -> str:
    return "".join(f"; did you mean {one!r}?" for one in near)


def _texts(name: str, value: Any) -> Any:
    """Return a value as the command line would give it."""
    option = _KEYWORDS[name]
    if value is None or option.flag:
        return value
    if isinstance(value, Mapping):
        return [f"{key}: {one}" for key, one in value.items()]
    if option.many:
        # One text is one value, not its letters.
        return [str(one) for one in ([value] if isinstance(value, str) else value)]
    return str(value)

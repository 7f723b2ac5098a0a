"""A verification of traffic that somebody has recorded: nothing is asked."""

from collections.abc import Callable
from time import monotonic

from contracts.judging.results import Result
from contracts.judging.rolling import Rolling
from contracts.settings import Review, UsageError
from contracts.traffic.recorded import HostError, Recorded
from contracts.traffic_result import Known, Source, result
from openapi.har_file import ArchiveError

__all__ = ["review"]

_EVERY_SECONDS = 0.25  # how often it is told how far it is


def review(
    settings: Review, progress: Callable[[str, int], None] = lambda doing, exchanges: None
) -> Result:
    """Judge recorded traffic.

    ``progress`` is told what is being done, and how many exchanges were judged so far.

    Raises:
        UsageError: a file cannot be read, or it is not clear whose answers are meant.
    """
    recorded, known = Recorded(settings.traffic, settings.host), Known()
    rolling, told = Rolling(settings.selected), monotonic()
    try:
        for seen in recorded:
            rolling.add(seen)
            known.add(seen.exchange)
            if monotonic() - told > _EVERY_SECONDS:
                progress(f"reading {seen.where}", known.number)
                told = monotonic()
    except ArchiveError as error:
        raise UsageError(f"--traffic: {error}") from None
    except HostError as error:
        raise UsageError(f"--traffic: {error}; choose one with --host") from None
    progress("judging", known.number)
    files = tuple(path.name if path else "standard input" for path in settings.traffic)
    left_out = tuple(recorded.left_out.most_common())
    source = Source(files, recorded.origin, recorded.credentials, left_out)
    findings = rolling.findings()
    empty = _nothing(settings, files)
    return result(settings, source, known, findings, rolling.observations, empty=empty)


def _nothing(settings: Review, files: tuple[str, ...]) -> str:
    """Return that there was nothing to judge."""
    what = f"no exchange{f' of {settings.host}' if settings.host else ''}"
    return f"{what} with the contract's operations could be judged in {', '.join(files)}"

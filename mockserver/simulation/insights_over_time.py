"""The insights into a whole call: what changes about them, and when."""

from collections.abc import Iterator, Sequence
from typing import Any

from mockserver.simulation.dialogue import language
from mockserver.simulation.forms import Dated
from mockserver.simulation.happenings import Spoken
from mockserver.simulation.insights import Account, Insights
from mockserver.simulation.script import CallScript

__all__ = ["insights_over_time"]


def insights_over_time(
    script: CallScript, lines: Sequence[Dated], own: Insights = ()
) -> Iterator[dict[str, Any]]:
    """Yield what changes about the insights, but for the sentiment, each time with its offset.

    ``value`` has the fields that are other ones from then on. Where the summary only grows, what it
    gains is under ``adds`` instead. ``own`` are the scenario's insights.
    """
    before: dict[str, Any] = {}
    for at, account in _accounts(script, lines, [since for since, _ in own]):
        now: dict[str, Any] = {
            "topics": list(account.topics),
            "summary": account.summary(),
            "suggestions": account.suggestions(),
        }
        for since, fields in own:
            if since <= at:
                now.update(fields)
        change = _change(before, now)
        if change:
            yield {"at": at, **change}
        before = now


def _change(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    value = {name: one for name, one in now.items() if name not in before or before[name] != one}
    was, summary = before.get("summary"), value.get("summary")
    if was and isinstance(was, str) and isinstance(summary, str) and summary.startswith(was):
        del value["summary"]
        return {"value": value, "adds": summary.removeprefix(was)}
    return {"value": value} if value else {}


def _accounts(
    script: CallScript, lines: Sequence[Dated], others: Sequence[float]
) -> Iterator[tuple[float, Account]]:
    """Yield what the call has been about at each offset at which that may change."""
    revised = {until for line in lines for until, _ in line.before}
    phrases = language(script.language).phrases
    account, heard = Account(phrases), 0
    for at in sorted({0.0, *others, *revised, *(line.at for line in lines)}):
        if at in revised:  # what was quoted is another text now
            account, heard = Account(phrases), 0
        while heard < len(lines) and lines[heard].at <= at:
            line = lines[heard]
            account.hear(Spoken(line.at, line.form(at) or line.shown, line.turn, line.facts))
            heard += 1
        yield at, account

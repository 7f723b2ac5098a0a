"""The options of both fronts in one table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.values import UsageError

__all__ = ["JUDGEMENT", "OPTIONS", "PREFIX", "Option"]

PREFIX = "ACTIVE_CALLS_VERIFY"

_YES = frozenset({"1", "true", "t", "yes", "y", "on"})
_NO = frozenset({"0", "false", "f", "no", "n", "off"})


@dataclass(frozen=True)
class Option:
    """One option.

    ``lines`` says that several in one text stand on lines, else apart by blanks. ``may_be_empty``
    says that an empty text is no mistake, such as a key where CI hands no secrets out. ``prefix``
    is that of the environment variable: each command has its own.
    """

    name: str
    metavar: str
    help: str
    default: str = ""
    many: bool = False
    flag: bool = False
    lines: bool = False
    short: str = ""
    may_be_empty: bool = False
    prefix: str = PREFIX

    @property
    def key(self) -> str:
        """The name as an identifier."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable that stands in for the option."""
        return f"{self.prefix}_{self.key.upper()}"

    def chosen(self, given: Any, environ: Mapping[str, str]) -> Any:
        """Return what the command line gave, else what the environment says, else None.

        An empty variable says nothing, unless the option may be empty.

        Raises:
            UsageError: where a flag's variable says neither yes nor no.

        """
        if given not in (None, (), [], False):
            return given
        text = environ.get(self.variable)
        if text is None or (not text and not self.may_be_empty):
            return None
        if self.flag:
            return self._flag(text)
        return self._split(text) if self.many else text

    def _flag(self, text: str) -> bool:
        word = text.strip().lower()
        if word not in _YES | _NO:
            raise UsageError(f"{self.variable}: expected true or false, got {text!r}")
        return word in _YES

    def _split(self, text: str) -> list[str]:
        """Return the values that one text holds. Empty lines and the ends of lines are none."""
        parts = re.split(r"\r\n|\r|\n", text) if self.lines else text.split()
        return [one for one in parts if one.strip()]


OPTIONS: tuple[Option, ...] = (
    Option("workspace-id", "ID", "The workspace whose rooms are asked for. Required."),
    Option(
        "room",
        "NAME",
        "A room that is live there now; without it, the list of calls is asked. Repeatable.",
        many=True,
        lines=True,
    ),
    Option("other-workspace-id", "ID", "A second workspace, which must not see the rooms."),
    Option(
        "header",
        "'NAME: VALUE'",
        "Sent with each request. Repeatable.",
        many=True,
        lines=True,
        short="H",
    ),
    Option(
        "api-key",
        "KEY",
        "Sent as x-api-key; turns on the clauses about authentication.",
        may_be_empty=True,
    ),
    Option(
        "auth-header",
        "'NAME: VALUE'",
        "Sent in place of x-api-key, such as 'Authorization: Bearer …'.",
        may_be_empty=True,
    ),
    Option("profile", "quick|full", "At most 60 requests, or at most 600.", "full"),
    Option(
        "rate-limit",
        "60/m|auto|none",
        "A rate to keep; or wait when the target answers 429; or never wait.",
        "auto",
    ),
    Option("within", "SECONDS", "Under a rate limit, leave out what takes longer in all.", "180"),
    Option("watch", "SECONDS", "How long the clauses over time look.", "8"),
    Option("fail-on", "must|should", "The level from which on a breach violates.", "must"),
    Option("only", "CLAUSE", "Verify this clause or group of clauses. Repeatable.", many=True),
    Option("skip", "CLAUSE", "Leave this clause or group out. Repeatable.", many=True),
    Option(
        "require",
        "CLAUSE",
        "Inconclusive where this clause or group was not exercised; must: any must. An operation "
        "(list, insights, remove-agent, end-call): violates where it is not offered. Repeatable.",
        many=True,
    ),
    Option(
        "allow-ending",
        "",
        "Mute the agent and end the call in each --expendable-room, to verify that.",
        flag=True,
    ),
    Option(
        "expendable-room",
        "NAME",
        "A room whose call may be ended, with --allow-ending. Repeatable.",
        many=True,
        lines=True,
    ),
    Option("wait", "SECONDS", "Wait until a room is live before it begins.", "0"),
    Option("seed", "N", "Makes the same requests again.", "a new one each time"),
    Option("timeout", "SECONDS", "How long a whole exchange may take.", "10"),
    Option("report-dir", "DIR", "Write report.json, .xml (JUnit), .html and .md there."),
    Option("report-json", "PATH", "Write the report as JSON."),
    Option("report-junit", "PATH", "Write the report as JUnit XML."),
    Option("report-html", "PATH", "Write the report as one HTML file."),
    Option("report-markdown", "PATH", "Write the report as Markdown."),
    Option("report-har", "PATH", "Keep every exchange there as HAR, bodies too, without secrets."),
    Option("baseline", "FILE", "What is known to fail: only what is new counts as failing."),
    Option("write-baseline", "FILE", "Write what fails today there, for --baseline."),
    Option("insecure", "", "Do not verify the certificate of the target.", flag=True, short="k"),
    Option("ca", "FILE", "Trust these certificates (PEM) alone.  [default: the system's]"),
    Option("cert", "FILE", "Show this client certificate, with its key (PEM)."),
    Option("proxy", "URL", "Ask through this proxy.  [default: HTTP_PROXY and its like]"),
)


_OF_JUDGEMENT = frozenset(
    {
        *("fail-on", "only", "skip", "require", "baseline", "write-baseline"),
        *(f"report-{kind}" for kind in ("dir", "json", "junit", "html", "markdown")),
    }
)
JUDGEMENT = tuple(option for option in OPTIONS if option.name in _OF_JUDGEMENT)
"""The options that say how it is judged and reported, whoever asked."""

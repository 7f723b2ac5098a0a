"""The options of both fronts in one table, and how their texts become settings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.outputs import output, reports
from contracts.settings import Review, Settings
from contracts.values import UsageError, header, one_of, rate_limit, seconds, whole_number

__all__ = ["JUDGEMENT", "OPTIONS", "PREFIX", "Option", "read", "read_judgement", "read_review"]

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


def read(base_url: str | None, values: Mapping[str, Any]) -> Settings:
    """Return the settings that texts by option name (``workspace-id``) make.

    Absent options may be missing or None; repeatable ones hold a sequence, flags a bool. The
    folders of the reports are made.

    Raises:
        UsageError: where a value cannot be used.

    """
    if not base_url:
        raise UsageError("BASE_URL: missing; expected the URL of an implementation")
    given = _given(values)
    if "workspace-id" not in given:
        raise UsageError("--workspace-id: missing; expected the name of a workspace")
    return Settings(
        base_url=base_url,
        workspace_id=given["workspace-id"],
        rooms=tuple(given.get("room", ())),
        other_workspace_id=given.get("other-workspace-id"),
        allow_ending=bool(given.get("allow-ending")),
        expendable_rooms=tuple(given.get("expendable-room", ())),
        api_key_is_empty=values.get("api-key") == "",
        **_headers(given),
        **_effort(given),
        **_judgement(given),
        **_connection(given),
        **reports(given),
    )


def read_review(
    traffic: Sequence[str],
    host: str | None,
    values: Mapping[str, Any],
    typed: Mapping[str, Any],
    base_url: str | None = None,
) -> Review:
    """Return the settings of a verification of recorded traffic; see ``read``.

    ``typed`` are the values that the command line gave, ``base_url`` too: what is for asking is a
    mistake there, and makes no difference in the environment.

    Raises:
        UsageError: where a value cannot be used.

    """
    wrong = [name for name, value in typed.items() if value and name not in _OF_JUDGEMENT]
    if base_url or wrong:
        what = f"--{wrong[0]}" if wrong else "BASE_URL"
        raise UsageError(f"{what}: with --traffic nothing is asked; give one or the other")
    if "" in traffic:
        raise UsageError("--traffic: expected the name of a HAR file, got an empty one")
    if len(set(traffic)) < len(traffic):
        raise UsageError("--traffic: the same file is given twice")
    files = tuple(None if one == "-" else Path(one) for one in traffic)
    return Review(traffic=files, host=host, **read_judgement(values))


def read_judgement(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of how something is judged and reported, by their names; see ``read``.

    Raises:
        UsageError: where a value cannot be used.

    """
    given = {name: one for name, one in _given(values).items() if name in _OF_JUDGEMENT}
    paths = reports(given)
    del paths["report_har"]
    return {**_judgement(given), **paths}


def _headers(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what each request is sent with."""
    own = given.get("auth-header")
    return {
        "headers": tuple(header(one) for one in given.get("header", ())),
        "api_key": given.get("api-key"),
        "auth_header": header(own, "--auth-header") if own else None,
    }


def _effort(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return how much is asked, how fast, and for how long."""
    seed = {"seed": whole_number("seed", given["seed"])} if "seed" in given else {}
    return seed | {
        "profile": one_of("profile", given, "full", ("quick", "full")),
        "rate_limit": rate_limit(given.get("rate-limit", "auto")),
        "watch": seconds("watch", given.get("watch", "8")),
        "wait": seconds("wait", given.get("wait", "0")),
        "timeout": seconds("timeout", given.get("timeout", "10")),
        "within": seconds("within", given.get("within", "180")),
    }


def _judgement(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return which clauses are judged, and which failures count."""
    return {
        "fail_on": one_of("fail-on", given, "must", ("must", "should")),
        "only": tuple(given.get("only", ())),
        "skip": tuple(given.get("skip", ())),
        "require": tuple(given.get("require", ())),
        "baseline": _file("baseline", given),
        "write_baseline": output("write-baseline", given),
    }


def _connection(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return whom to trust, who we are, and by which way."""
    return {
        "insecure": bool(given.get("insecure")),
        "ca": _file("ca", given),
        "cert": _file("cert", given),
        "proxy": given.get("proxy"),
    }


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that are there. An empty one is a mistake: a variable that is not set."""
    for option in OPTIONS:
        value = values.get(option.name)
        if not option.may_be_empty and "" in (value or () if option.many else (value,)):
            raise UsageError(f"--{option.name}: expected a value, got an empty one")
    return {name: value for name, value in values.items() if value}


def _file(name: str, given: Mapping[str, Any]) -> Path | None:
    return Path(given[name]) if name in given else None

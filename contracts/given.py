"""What the texts of options become: settings, checked."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from contracts.options import JUDGEMENT, OPTIONS
from contracts.outputs import output, reports
from contracts.settings import Review, Settings
from contracts.values import UsageError, header, one_of, rate_limit, seconds, whole_number

__all__ = ["read", "read_judgement", "read_review"]

_OF_JUDGEMENT = frozenset(option.name for option in JUDGEMENT)


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
        # Not part of a folder of reports: it holds what was said, and who called.
        report_har=output("report-har", given),
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
    return {**_judgement(given), **reports(given)}


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

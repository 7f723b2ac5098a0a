"""The HTML report: one file that needs nothing else, neither script nor network."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from contracts.judging.results import Result
from contracts.report.pictures import pictures
from contracts.report.wording import (
    by_group,
    clip,
    dead_rooms,
    deeds,
    effort,
    failures,
    in_words,
    lacking,
    left_out,
    outcome,
    score,
    seen,
    shown,
    verdict_line,
    visible,
    ways,
)

__all__ = ["render", "templates"]


def _shown(value: Any) -> Any:
    return value if isinstance(value, Markup) else visible(str(value))


def templates(folder: str) -> Environment:
    """Return the templates of a folder of the package, in which foreign text can do no harm.

    It is escaped, and its invisible characters are spelt out.
    """
    return Environment(
        loader=PackageLoader("contracts", folder),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


_TEMPLATES = templates("report")


def render(result: Result) -> str:
    """Write the report as an HTML document in UTF-8."""
    return _TEMPLATES.get_template("report.html.j2").render(
        result=result,
        failures=failures(result),
        groups=by_group([one for one in result.results if one.status != "not offered"]),
        lacking=lacking(result),
        deeds=deeds(result),
        must=score(result, "must"),
        should=score(result, "should"),
        dead=dead_rooms(result),
        in_words=in_words,
        pictures=pictures(result.observations),
        outcome=outcome,
        shown=shown,
        left_out=left_out,
        ways=ways,
        seen=seen,
        effort=effort,
        clip=clip,
        line=verdict_line(result),
    )

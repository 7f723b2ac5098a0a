"""Which tests of the suite ask for what a clause is judged by, besides its own test.

A history is judged as a whole, so what one test asks for may break another one's clause: a hostile
name that is answered with a call breaks ``absence.unknown-room``. Whoever leaves clauses out leaves
out their judging; the asking is left out only where nothing that is judged is fed by it.
"""

from collections.abc import Iterable, Mapping

from contracts.contract import ENDING
from contracts.judging.clauses import catalogue
from contracts.judging.coherence import INVARIANTS

__all__ = ["FEEDS", "fed"]

# Valid requests: those sent at once, and those repeated. The watch is a fixture of what needs it.
_POLLS = ("identity.concurrent", "robust.repeat")
# Valid requests of the operations that may be lacking. Those that end calls feed nothing else: who
# leaves their clauses out wants no call ended.
_FAMILY = ("list.shape", "insights.shape")
# Requests that no client would send, but for the hostile ones, and those of the siblings.
_PROBES = (
    *("tenancy.required", "auth.required", "absence.error-body"),
    *("methods.unsupported", "identity.concurrent"),
    *_FAMILY,
)

FEEDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("shape.status", "shape.media-type", "shape.json", "shape.schema", "shape.advisory"),
        _POLLS,
    ),
    "shape.text": _POLLS,
    "shape.undeclared": (*_POLLS, *_FAMILY),
    "identity.echo": _POLLS,
    "identity.spelling": _POLLS,
    "identity.concurrent": (),
    **dict.fromkeys(INVARIANTS, _POLLS),
    "tenancy.required": (),
    "tenancy.isolated": ("tenancy.required", "robust.no-5xx"),
    "auth.required": (),
    "absence.unknown-room": ("absence.error-body", "robust.no-5xx"),
    "absence.error-body": (),
    "errors.no-leak": (*_PROBES, "robust.no-5xx", "robust.repeat"),
    # A server that breaks once, at whatever request, is told from one that does so again.
    "robust.no-5xx": _PROBES,
    "robust.repeat": ("identity.concurrent",),
    "methods.unsupported": (),
    "robust.header-injection": ("robust.no-5xx",),
    "http.surplus-bytes": (*_PROBES, "identity.spelling", "robust.no-5xx", "robust.repeat"),
    "http.content-coding": (*_POLLS, *_PROBES, "identity.spelling", "cache.conditional"),
    "cache.conditional": _POLLS,
    "cache.live": (*_POLLS, *_FAMILY),
    "limit.retry-after": (*_PROBES, "robust.no-5xx", "robust.repeat"),
    **{id_: _FAMILY for id_ in catalogue() if id_.startswith(("list.", "insights."))},
    **dict.fromkeys(_FAMILY, ()),
    **{id_: () for id_ in catalogue() if id_.partition(".")[0] in (*ENDING, "sequence")},
}
"""By clause, the clauses whose tests ask for it too."""


def fed(clauses: Iterable[str]) -> frozenset[str]:
    """Return the clauses whose tests must run so that these are judged as in a full run."""
    wanted = frozenset(clauses)
    return wanted.union(*(FEEDS[clause] for clause in wanted))

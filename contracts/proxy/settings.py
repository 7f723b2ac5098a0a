"""What a proxy is told: checked once, then frozen."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from contracts.options import JUDGEMENT
from contracts.settings import Judgement
from contracts.values import UsageError, check_base_url, check_seconds

__all__ = ["OPTIONS", "PREFIX", "ProxySettings"]

PREFIX = "ACTIVE_CALLS_PROXY"
OPTIONS = tuple(replace(option, prefix=PREFIX) for option in JUDGEMENT)
"""Those of the verifier that say how it is judged and reported, with variables of their own."""


@dataclass(frozen=True, kw_only=True)
class ProxySettings(Judgement):
    """One proxy, as it was asked for.

    ``fallback`` is the URL of who answers in the upstream's place, or ``mock`` for one that is
    started for it. ``marks`` says whether answers may carry what they break. ``timeout`` is in
    seconds. ``record`` is the file that keeps the traffic.
    """

    upstream: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 4020
    marks: bool = True
    timeout: float = 30.0
    insecure: bool = False
    ca: Path | None = None
    fallback: str | None = None
    record: Path | None = None
    keep_personal_data: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_base_url(self.upstream, "--upstream")
        if self.fallback not in (None, "mock"):
            check_base_url(str(self.fallback), "--fallback")
        check_seconds("--timeout", self.timeout, 600, above_zero=True)
        if self.keep_personal_data and not self.record:
            raise UsageError("--keep-personal-data: is for --record; nothing else is kept")

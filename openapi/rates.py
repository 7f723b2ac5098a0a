"""Rates of requests, in the form ``60/m``."""

import re
from dataclasses import dataclass

__all__ = ["Rate"]

_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True)
class Rate:
    """At most ``requests`` within ``seconds``."""

    requests: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Read the form ``60/m``: a number of requests a second, minute or hour (s, m, h).

        Raises:
            ValueError: the text has another form.
        """
        found = re.fullmatch(r"([1-9][0-9]{0,8})/([smh])", text)
        if found is None:
            raise ValueError(text)
        return cls(int(found[1]), _UNIT_SECONDS[found[2]])

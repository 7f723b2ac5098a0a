"""Values that may appear in no report, and what stands in their place."""

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

__all__ = ["Secrets"]

_TELLING = 12  # characters of a secret from which on a piece of it is a secret as well


def _forms(value: str) -> set[str]:
    """Return a text as it may come back: plain, and as JSON, Python, URL, HTML or base64."""
    encoded = [encode(value.encode()).decode() for encode in (b64encode, urlsafe_b64encode)]
    quoted = {quote(value, safe=""), quote(value)}
    quoted |= {re.sub("%..", lambda escape: escape[0].lower(), one) for one in quoted}
    escaped = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    escaped |= {value, repr(value)[1:-1], html.escape(value)}
    return escaped | quoted | {*encoded, *(one.rstrip("=") for one in encoded)}


class Secrets:
    """Values that may appear nowhere; each stands as a shell variable instead."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Take values by the name of their variable."""
        found = ((value, f"${{{name}}}") for name, value in values.items() if value)
        # The longer first: one may be a part of another.
        self._variables = dict(sorted(found, key=lambda one: -len(one[0])))
        self._forms: dict[str, str] = {}
        self._pieces: dict[str, str] = {}
        for value, variable in self._variables.items():
            # A very short value may be part of ordinary words, and tells nothing.
            for form in _forms(value) if len(value) >= 4 else ():
                self._forms.setdefault(form, variable)
                for at in range(len(form) - _TELLING + 1):
                    self._pieces.setdefault(form[at : at + _TELLING], variable)
        longest_first = sorted(self._forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))
        # Where a piece may stand at all: saves 0.3 s of a body of 1 MB.
        letters = "".join(sorted({char for piece in self._pieces for char in piece}))
        self._runs = re.compile(f"[{re.escape(letters or ' ')}]{{{_TELLING},}}")

    def redacted(self, text: str) -> str:
        """Return the text with every secret in it replaced: escaped, or a piece of it, too."""
        if not self._forms:
            return text
        whole = self._pattern.sub(lambda hit: self._forms[hit[0]], text)
        return self._runs.sub(lambda run: self._without_pieces(run[0]), whole)

    def _without_pieces(self, text: str) -> str:
        """Return the text with each run of a secret's characters replaced that is long enough.

        A report shows the beginnings and ends of long texts, so a secret may have been cut in two.
        """
        kept: list[str] = []
        at = 0
        while at < len(text):
            end = at
            while text[end : end + _TELLING] in self._pieces:
                end += 1
            kept.append(self._pieces[text[at : at + _TELLING]] if end > at else text[at])
            at = end + _TELLING - 1 if end > at else at + 1
        return "".join(kept)

    def scrubbed(self, value: Any) -> Any:
        """Return a JSON value with every secret in its texts and names replaced."""
        if isinstance(value, str):
            return self.redacted(value)
        if isinstance(value, list):
            return [self.scrubbed(one) for one in value]
        if isinstance(value, dict):
            return {self.redacted(name): self.scrubbed(one) for name, one in value.items()}
        return value

    def within(self, text: str) -> tuple[str, str] | None:
        """Return the first secret that is part of the text, and its shell variable, or None."""
        return next((one for one in self._variables.items() if one[0] in text), None)

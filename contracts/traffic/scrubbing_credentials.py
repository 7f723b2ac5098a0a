"""Credentials, cookies and workspaces, which never leave: hidden, or under a name of our own."""

import re
from collections.abc import Callable, Iterable

from contracts.contract import Operation
from contracts.traffic.address import scheme_and_token
from contracts.traffic.scrubbing_forms import Where
from contracts.traffic.scrubbing_words import ordinary
from contracts.traffic.secrets import Secrets

__all__ = ["Credentials", "is_credential"]

_HIDDEN = "(hidden)"
_MOST = 50
"""Values that are looked for everywhere; more of them would make that slow."""
_LONG = 12  # characters of a cookie's value from which on it is looked for everywhere

_NAMED = re.compile(
    r"authorization|authtoken|apikey|accesskey|privatekey|secret|token|passw|credential|signature"
    r"|^sig$|^auth$|^pwd$|session(?:id|key)|^sid$|jwt|csrf|xsrf|cookie"
)
_ASKED = re.compile(r"^key$|^code$|^access$")  # in a query or a form
_NOT = re.compile(r"^accesscontrol|(?:type|count|limit|expires|expiresin|url|name|s)$")
_TOKENS = (
    re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"),
    re.compile(r"(?<=Bearer )[\w.~+/-]{6,}=*", re.IGNORECASE),
    re.compile(r"(?<=Basic )[A-Za-z0-9+/]{8,}=*", re.IGNORECASE),
    re.compile(r"\b(?:sk|pk|rk|ghp|gho|ghs|xox[abprs]|AKIA|AIza)[-_]?[\w-]{16,}"),
    re.compile(r"(?<=://)[^/\s@\"'<>]+(?=@)"),
)
_TOKEN = re.compile(r"(?![^\W\d_]+$)[\w.~+/=:%-]+", re.ASCII)
_WORKSPACE = ("workspaceid", "workspace", "workspacename")


def is_credential(name: str, *, asked: bool = False) -> bool:
    """Return whether a name is one of a credential; ``asked`` says that a query or form has it."""
    bare = _bare(name)
    named = _NAMED.search(bare) or (asked and _ASKED.search(bare))
    return bool(named) and not _NOT.search(bare)


class Credentials:
    """Hides what lets somebody in. ``names`` are the headers that the user has sent it in.

    ``redacted`` takes out what is known to be secret already.
    """

    def __init__(
        self, names: Iterable[str] = (), redacted: Callable[[str], str] = lambda text: text
    ) -> None:
        self._names = frozenset(map(_bare, names))
        self._redacted = redacted
        self._values: dict[str, str] = {}
        self._secrets = Secrets({})
        self._workspaces: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, where: Where, text: str) -> None:
        """Note a credential, or a workspace, to look for it elsewhere."""
        if not text or text == _HIDDEN:
            return
        if _is_workspace(where.key) and where.place != "key":
            self._learn_workspace(text)
        elif where.place == "cookie" and len(text) >= _LONG:
            self._learn_value(text)
        elif self._is_named(where):
            self._learn_value(scheme_and_token(text)[1])

    @property
    def known(self) -> int:
        """How much has been learnt: it grows with everything that is new."""
        return len(self._values) + len(self._workspaces)

    def _learn_value(self, value: str) -> None:
        """Look for a value from now on, if it is one that a machine has made."""
        if value in self._values or len(self._values) >= _MOST or not _TOKEN.fullmatch(value):
            return
        self._values[value] = f"HIDDEN_{len(self._values) + 1}"
        self._secrets = Secrets({name: one for one, name in self._values.items()})

    def _learn_workspace(self, text: str) -> None:
        if text in self._workspaces or re.fullmatch(r"workspace-\d+", text):
            return
        self._workspaces[text] = f"workspace-{len(self._workspaces) + 1}"
        longest_first = sorted(self._workspaces, key=len, reverse=True)
        told = [one for one in longest_first if one.casefold() not in ordinary() and len(one) > 1]
        self._pattern = re.compile("|".join(map(_apart, told)), re.IGNORECASE) if told else None

    def replaced(self, where: Where, text: str, told: Callable[[str, str], None]) -> str:
        """Return what may stand there; ``told`` hears of each kind and value that is taken out."""
        if not text or text == _HIDDEN:
            return text
        if where.place == "cookie":
            told("cookies", text)
            return _HIDDEN
        if text in self._workspaces and _is_workspace(where.key):
            told("workspaces", text)
            name = self._workspaces[text]
            return name.rpartition("-")[2] if where.place == "number" else name
        if self._is_named(where):
            scheme, token = scheme_and_token(text)
            if token == _HIDDEN:
                return text
            told("credentials", token)
            return "0" if where.place == "number" else scheme + _HIDDEN  # JSON is to stay JSON
        return self._within(text, told)

    def _within(self, text: str, told: Callable[[str, str], None]) -> str:
        new = self._secrets.redacted(self._redacted(text))
        if new != text:
            told("credentials", "in a text")
        for pattern in _TOKENS:
            new = pattern.sub(lambda hit: self._hide(hit[0], told), new)
        if self._pattern:
            new = self._pattern.sub(lambda hit: self._workspace(hit[0], told), new)
        return new

    def _workspace(self, text: str, told: Callable[[str, str], None]) -> str:
        told("workspaces", text)
        names = {one.casefold(): name for one, name in self._workspaces.items()}
        return self._workspaces.get(text) or names.get(text.casefold(), "workspace")

    @staticmethod
    def _hide(value: str, told: Callable[[str, str], None]) -> str:
        told("credentials", value)
        return _HIDDEN

    def _is_named(self, where: Where) -> bool:
        """Return whether what stands there is a credential by its name."""
        name = _bare(where.key)
        if where.place not in ("header", "query", "field", "number") or _NOT.search(name):
            return where.place == "header" and name in self._names
        asked = where.place == "query" and _ASKED.search(name)
        return bool(name in self._names or asked or _NAMED.search(name))


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _is_workspace(name: str) -> bool:
    """Return whether a field or a header with this name has a workspace in it."""
    return _bare(name) in (*_WORKSPACE, _bare(Operation.load().workspace_header))


def _apart(workspace: str) -> str:
    """Return the pattern of a workspace: a short name is only found where it stands by itself."""
    text = re.escape(workspace)
    return text if len(workspace) > 5 else rf"(?<![^\W_]){text}(?![^\W_])"

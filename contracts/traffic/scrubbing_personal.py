"""Personal data in a text: which fields tell it, and what is put in its place."""

import re
from functools import cache
from http import HTTPStatus
from typing import Any

from contracts.traffic.scrubbing_drawn import Drawn, Told, around, unmarked
from contracts.traffic.scrubbing_forms import Where
from contracts.traffic.scrubbing_names import Names
from contracts.traffic.scrubbing_numbers import Numbers
from contracts.traffic.scrubbing_places import Places
from contracts.traffic.scrubbing_spoken import spoken_names
from contracts.traffic.scrubbing_words import folded, tasks
from openapi import load_contract

__all__ = ["Personal"]

# Names of fields, without what is no letter or digit. A field that ends with "name" tells
# somebody's, unless it is a thing's.
_NAME = re.compile(
    r"(?:name|^(?:first|last|given|family|forename|surname|nick|nickname|user|username|login"
    r"|customer|caller|callee|contact|calledby|callername|firstn|lastn))$"
)
_THING = re.compile(
    r"(?:room|workspace|file|host|domain|event|method|project|code|type|plan|product|field|class"
    r"|tag|model|voice|service|queue|trunk|campaign|table|column|function|tool|server|path"
    r"|template|scenario|header|cookie|param|app|browser|http|city|street|state|country|city)name$"
)
_PHONE = re.compile(
    r"phone|mobile|^tel|telephone|^cell|callerid|^(?:from|to|caller|ani|dnis)$|msisdn|fax"
)
_STREET = re.compile(r"address|street|addr$|^line[12]$")
_CITY = re.compile(r"city|^town$|cityname")
_CODE = re.compile(r"^zip|zipcode|postal|postcode|^plz$")
_NO_PLACE = re.compile(r"mail|^ip|ipaddress|mac|web|wallet|url|host|server")
_ELEMENT = re.compile(r"<([A-Za-z][\w.-]*)[^<>]*>([^<>]{1,300})</\1>")
_TIME = re.compile(
    r"(?:at|time|timestamp|date|expires|exp|iat|nbf|reset|since|until|updated|created)$"
)
_NOW = ((10**9, 3 * 10**9), (10**12, 3 * 10**12))  # seconds and milliseconds, from 2001 to 2065

# Headers that tell when, how much, or for how long; and those that say where.
_COUNTED = re.compile(
    r"ratelimit|retry-after|content-(?:length|range)|^age$|etag|if-(?:none-)?match|keep-alive"
    r"|timing|runtime|response-time|max-age|cache-control|strict-transport|alt-svc|request-id"
    r"|traceparent|user-agent|^sec-|^server$"
)
_KEPT = re.compile(
    r"^(?:date|expires|last-modified|if-(?:un)?modified-since|host|:authority|origin)$"
)
_PHRASES = frozenset(one.phrase for one in HTTPStatus)


class Personal:
    """Learns whose data there is, and replaces it."""

    def __init__(self, seed: int) -> None:
        drawn = Drawn(seed)
        self._names, self._numbers, self._places = Names(drawn), Numbers(drawn), Places(drawn)

    @property
    def known(self) -> tuple[int, int, int]:
        """How much has been learnt: it grows with everything that is new."""
        return len(self._names), len(self._numbers), len(self._places)

    def learn(self, where: Where, text: str) -> None:
        """Note the data that a text is, by the field that it stands in, or that it holds."""
        if where.place in ("cookie", "key") or _is_counted(where):
            return
        if where.place != "body":
            self._learn_field(re.sub(r"[^a-z0-9]", "", where.key.lower()), text.strip())
        if where.place != "number":
            self._numbers.find(text)
            self._places.find(text)
        for element in _ELEMENT.finditer(text):
            self._learn_field(element[1].lower(), element[2].strip())

    def listen(self, body: str) -> None:
        """Note the names that are said in a call, if a body shows one."""
        for name in spoken_names(body):
            self._learn_name("spoken", name)

    def _learn_field(self, field: str, text: str) -> None:
        if _PHONE.search(field):
            self._numbers.learn(text)
        elif _NAME.search(field) and not _THING.search(field):
            self._learn_name(field, text)
        elif not _NO_PLACE.search(field):
            for kind, pattern in (("code", _CODE), ("street", _STREET), ("city", _CITY)):
                if pattern.search(field):
                    self._places.learn(text, kind)
                    return

    def _learn_name(self, field: str, text: str) -> None:
        """Learn who it is, unless a word tells that it is a task. Who calls is a person."""
        words = {folded(word) for word in re.findall(r"\w+", text)}
        if field.startswith(("customer", "caller")) or not words & tasks():
            self._names.learn(text)

    def replaced(self, where: Where, text: str, told: Told) -> str:
        """Return what stands in place of a text; ``told`` hears of each kind and value replaced."""
        if not text or where.place == "cookie" or text in _PHRASES or _is_kept(where, text):
            return text
        if where.place == "key" and text in _fields():
            return text
        if where.place == "number":
            return unmarked(self._numbers.replaced(text, told))
        steps = [self._places.emails, self._places.replaced, self._places.codes]
        if not _is_counted(where):
            steps.append(self._numbers.replaced)
        for step in (*steps, self._named):
            text = around(text, step, told)
        return unmarked(text)

    def _named(self, text: str, told: Told) -> str:
        return self._names.replaced(text, lambda name: told("names", name))


def _is_counted(where: Where) -> bool:
    return where.place == "header" and bool(_COUNTED.search(where.key.lower()))


def _is_kept(where: Where, text: str) -> bool:
    """Return whether a text is no personal data because of where it stands."""
    name = where.key.lower()
    if where.place == "header":
        return bool(_KEPT.search(name))
    if where.place == "number":
        if _fields().get(where.key, {}).get("type") == "number":
            return True
        bare = re.sub(r"[^a-z]", "", name)
        if len(text) > 13 or not _TIME.search(bare):
            return False
        return any(low < int(text) < high for low, high in _NOW)
    made = where.key == "id" and _fields()["id"]["x-advisory"]["pattern"]
    return bool(made and re.fullmatch(made, text))


@cache
def _fields() -> dict[str, Any]:
    """Return the schemas of the contract's fields by their names."""
    schemas = load_contract()["components"]["schemas"].values()
    found = (schema.get("properties", {}).items() for schema in schemas)
    return {name: one for fields in found for name, one in fields}

"""The contract as a judge of bodies: what binds, what is customary, what is not known to it."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import is_
from typing import Any

import jsonschema_rs

from contracts.contract import CALL, operations
from contracts.judging.findings import Breach
from openapi import load_contract
from openapi.references import resolved
from openapi.schemas import Schema, customary, nullable_as_type, rooted, within

__all__ = ["Parsed", "Schemas", "parse", "shared"]

View = Callable[[Schema], dict[str, Any]]
_STRUCTURE = ("$ref", "properties", "items")
_DEEP = 5  # levels of a body; below, a call has nothing that repeats


@dataclass(frozen=True)
class Parsed:
    """A body as JSON. ``error`` says why it is none; ``repeated`` are names that occur twice."""

    body: Any = None
    error: str = ""
    repeated: tuple[str, ...] = ()


def parse(content: bytes) -> Parsed:
    """Parse strictly: UTF-8 without a byte order mark, and nothing that RFC 8259 does not know."""
    repeated: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) < len(found):
            names = [name for name, _ in found]
            repeated.extend(sorted({name for name in names if names.count(name) > 1}))
        return made

    def no_constant(name: str) -> None:
        raise ValueError(f"{name} is not JSON")

    try:
        text = content.decode("utf-8")
        body = json.loads(text, object_pairs_hook=pairs, parse_constant=no_constant)
    except UnicodeDecodeError as error:
        return Parsed(error=f"byte {error.start} is not UTF-8")
    except RecursionError:
        return Parsed(error="nested too deeply to be read")
    except json.JSONDecodeError as error:
        there = text[error.pos : error.pos + 40]
        words = f"there it says {there!r}" if there else f"it ends in {text[-40:]!r}"
        return Parsed(error=f"{error}; {words}" if text else "the body is empty")
    except ValueError as error:
        return Parsed(error=str(error))
    return Parsed(body, repeated=tuple(dict.fromkeys(repeated)))


def shared(new: Any, old: Any, level: int = 0) -> Any:
    """Return ``new`` with what is the same in ``old`` taken from there, to be in memory once."""
    if type(new) is not type(old) or level > _DEEP:
        return new
    if isinstance(new, list):
        kept = [shared(one, was, level + 1) for one, was in zip(new, old, strict=False)]
        same = len(new) == len(old) and all(map(is_, kept, old))
        return old if same else kept + new[len(old) :]
    if isinstance(new, dict):
        made = {name: shared(one, old.get(name), level + 1) for name, one in new.items()}
        same = made.keys() == old.keys() and all(made[name] is old[name] for name in made)
        return old if same else made
    return old if new == old else new


class _Compiled:
    """One declared schema under one view, with the ones that it refers to."""

    def __init__(
        self, name: str, declared: dict[str, Schema], view: Callable[[Schema], dict[str, Any]]
    ) -> None:
        document = {"components": {"schemas": declared}}
        self._root = rooted({"$ref": f"#/components/schemas/{name}"}, document, view)
        self._validator = jsonschema_rs.Draft4Validator(self._root, validate_formats=True)

    def breaches(self, body: Any) -> dict[tuple[str | int, ...], Breach]:
        """Return what breaks the schema, by its path in the body."""
        if self.holds(body):
            return {}  # the usual case: of a body of 13 kB it saves 1.5 ms
        found = {}
        for error in self._validator.iter_errors(_comparable(body)):
            path, breach = _breach(error, self._keyword(error.schema_path))
            found[path] = breach
        return found

    def holds(self, body: Any) -> bool:
        """Return whether a body keeps the schema; False as well where that cannot be said."""
        try:
            return self._validator.is_valid(body)
        except ValueError:  # a lone surrogate, which is no text to the validator
            return False

    def _keyword(self, path: list[str | int]) -> Any:
        """Return the value of the keyword that an error is about."""
        value: Any = self._root
        for part in path:
            value = value[part]
        return value


class Schemas:
    """The contract's schemas, compiled once. Errors come as breaches that name their path.

    ``of`` is the name of the operation whose answer a body is.
    """

    def __init__(self) -> None:
        self._document = load_contract()
        self._declared: dict[str, Schema] = self._document["components"]["schemas"]
        self._compiled: dict[tuple[str, View], _Compiled] = {}

    def _schema(self, name: str, view: View | None = None) -> _Compiled:
        """Return a declared schema under a view: what binds, if none is given."""
        key = name, view or _binding
        if key not in self._compiled:
            self._compiled[key] = _Compiled(name, self._declared, key[1])
        return self._compiled[key]

    def breaches(self, body: Any, of: str = CALL) -> list[Breach]:
        """Return each path of a body that breaks what binds."""
        return list(self._schema(_declared(of)).breaches(body).values())

    def unusual(self, body: Any, of: str = CALL) -> list[Breach]:
        """Return each path of a body that binds well, and is unlike the printed example."""
        wrong = self._schema(_declared(of)).breaches(body)
        unusual = self._schema(_declared(of), customary).breaches(body)
        return [
            one for path, one in unusual.items() if not any(path == p[: len(path)] for p in wrong)
        ]

    def knows_of(self, body: Any) -> bool:
        """Return whether the body is an object with a documented field of a call."""
        return isinstance(body, dict) and not body.keys().isdisjoint(
            self._declared[_declared(CALL)]["properties"]
        )

    def is_error_envelope(self, body: Any) -> bool:
        """Return whether the body is the documented error envelope."""
        return not self._schema("ErrorEnvelope").breaches(body)

    def undeclared(self, body: Any, of: str = CALL) -> Iterator[str]:
        """Yield the path of each field that the contract does not know, indices as ``[]``."""
        if not self._schema(_declared(of), _closed).holds(body):
            yield from self._unknown(body, self._declared[_declared(of)], "")

    def _unknown(self, value: Any, schema: Schema, path: str) -> Iterator[str]:
        schema = resolved(schema, self._document)
        if isinstance(value, list):
            for item in value:
                yield from self._unknown(item, schema.get("items", {}), f"{path}[]")
        elif isinstance(value, dict) and "properties" in schema:
            for name, inner in value.items():
                here = f"{path}.{name}" if path else name
                if name in schema["properties"]:
                    yield from self._unknown(inner, schema["properties"][name], here)
                else:
                    yield here


@cache
def _declared(of: str) -> str:
    """Return the name of the schema of an operation's answer."""
    reference: str = operations()[of].schema()["$ref"]
    return reference.rpartition("/")[2]


@cache
def _words(kind: str) -> str:
    article = "an" if kind[0] in "aeio" else "a"
    return kind if kind == "null" else f"{article} {kind}"


def _binding(schema: Schema) -> dict[str, Any]:
    """Return what binds, in the validator's dialect."""
    binding = {key: one for key, one in schema.items() if key != "x-advisory"}
    return nullable_as_type(within(binding, _binding))


def _closed(schema: Schema) -> dict[str, Any]:
    """Return only which fields there are, in the validator's dialect."""
    made = within({key: schema[key] for key in _STRUCTURE if key in schema}, _closed)
    return made | ({"additionalProperties": False} if "properties" in made else {})


def _comparable(value: Any) -> Any:
    """Return the value without what the validator cannot take: infinities, lone surrogates."""
    if isinstance(value, float) and not math.isfinite(value):
        return 0.0
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_comparable(one) for one in value]
    if isinstance(value, dict):
        return {_comparable(key): _comparable(one) for key, one in value.items()}
    return value


def _breach(
    error: jsonschema_rs.ValidationError, rule: Any
) -> tuple[tuple[str | int, ...], Breach]:
    """Return the path and the breach; ``rule`` is the value of the keyword that was broken."""
    path = tuple(error.instance_path)
    if error.kind.name == "required":
        path = (*path, error.kind.as_dict()["property"])
        expected, received = "present", "missing"
    else:
        expected, received = _rule(error.kind.name, rule), _shown(error.instance)
    where = _path(path, "")
    return path, Breach(f"{where}: {expected}", f"{_path(path)}: {received}", path=where)


def _rule(keyword: str, rule: Any) -> str:
    if keyword == "type":
        return " or ".join(_words(one) for one in (rule if isinstance(rule, list) else [rule]))
    if keyword == "format":
        return f"a {rule}" + (" (RFC 3339)" if rule == "date-time" else "")
    if keyword == "pattern":
        return f"text that matches {rule}"
    if keyword in ("enum", "anyOf"):
        return f"one of {', '.join(map(json.dumps, rule))}"
    return f"{keyword} {json.dumps(rule)}"


def _path(path: Sequence[str | int], index: str | None = None) -> str:
    """Return a path such as ``transcript[3].role``; ``index`` replaces each index."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part if index is None else index}]"
        else:
            text += f".{part}" if text else part
    return text or "the body"


def _shown(value: Any) -> str:
    """Return a short form of a value: what kind it is, and its beginning."""
    kinds = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    kind = kinds.get(type(value), "number")
    text = json.dumps(value, ensure_ascii=False)
    text = text if len(text) <= 80 else f"{text[:77]}..."
    return text if kind == "null" else f"{text} ({_words(kind)})"

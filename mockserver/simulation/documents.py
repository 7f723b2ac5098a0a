"""YAML that somebody else has written: read without trust in its size, its depth, its values."""

from math import isfinite
from typing import Any

import yaml

__all__ = ["read_document"]

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Far beyond any catalogue of scenarios. The loader is recursive, in C: what is very deep would end
# the process. And aliases of aliases make a short text larger than any memory.
_DEEPEST, _MOST_NODES = 50, 100_000
_LARGEST = 2**63


class _Loader(_PARSER):  # type: ignore[misc]  # one of two classes
    """Reads dates as text, and takes no name twice."""

    # A copy: the class that it comes from keeps its own.
    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML's own way
        first: [(tag, form) for tag, form in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in _PARSER.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        names = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and (key.tag, key.value) in names:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value!a} is there twice", key.start_mark
                )
            names.add((key.tag, str(key.value)))
        return super().construct_mapping(node, deep)


def read_document(text: str) -> Any:
    """Return what ``text`` says, which is plain JSON data.

    Raises:
        ValueError: it is something else, too deep, or too large once its aliases are written out.
        yaml.YAMLError: it is not YAML.
    """
    _measure(text)
    document = yaml.load(text, Loader=_Loader)
    _demand_plain(document)
    return document


def _demand_plain(value: Any, path: tuple[str, ...] = ()) -> None:
    if len(path) > _DEEPEST:
        raise ValueError(f"{path[0]}: it contains itself")
    if isinstance(value, dict):
        for name, item in value.items():
            if not isinstance(name, str):
                raise ValueError(".".join((*path, f"{name}: put this name in quotes: it is text")))
            _demand_plain(item, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _demand_plain(item, (*path, str(number)))
    elif not _is_plain(value):
        raise ValueError(f"{'.'.join(path)}: {value!a} is nothing that JSON can say")


def _is_plain(value: Any) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, int):
        return -_LARGEST <= value < 2 * _LARGEST  # as far as JSON is written
    return value is None or isinstance(value, str)


def _measure(text: str) -> None:
    sizes: dict[str, int] = {}  # how many nodes stand behind each anchor
    within: list[tuple[str | None, int]] = []  # the anchor of each open node, the nodes before it
    nodes = 0
    for event in yaml.parse(text, Loader=_PARSER):
        if isinstance(event, yaml.CollectionStartEvent):
            within.append((event.anchor, nodes))
            nodes += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = within.pop()
            if anchor is not None:
                sizes[anchor] = nodes - before
        elif isinstance(event, yaml.NodeEvent):  # a scalar, or an alias
            alias = event.anchor if isinstance(event, yaml.AliasEvent) else None
            nodes += sizes.get(alias, 1) if alias is not None else 1
        if len(within) > _DEEPEST:
            raise ValueError(f"more than {_DEEPEST} levels deep")
        if nodes > _MOST_NODES:
            raise ValueError(f"more than {_MOST_NODES:,} values, with aliases written out")

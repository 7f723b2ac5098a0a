"""YAML that somebody else has written: read without trust in its size or its depth."""

from typing import Any

import yaml

__all__ = ["read_document"]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Far beyond any catalogue of scenarios. The loader is recursive, in C: what is very deep would end
# the process. And aliases of aliases make a short text larger than any memory.
_DEEPEST, _MOST_NODES = 50, 100_000


def read_document(text: str) -> Any:
    """Return what ``text`` says.

    Raises:
        ValueError: it is not YAML, too deep, or too large once its aliases are written out.
        yaml.YAMLError: likewise.
    """
    _measure(text)
    return yaml.load(text, Loader=_LOADER)


def _measure(text: str) -> None:
    sizes: dict[str, int] = {}  # how many nodes stand behind each anchor
    within: list[tuple[str | None, int]] = []  # the anchor of each open node, the nodes before it
    nodes = 0
    for event in yaml.parse(text, Loader=_LOADER):
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

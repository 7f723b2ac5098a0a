"""A description of OpenAPI with the lines on which everything in it stands."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from contracts.drift.fields import Spot
from contracts.values import UsageError
from openapi import CONTRACT, Operation, Operations
from openapi.references import resolved

__all__ = ["Description", "load"]

_DEEPEST = 100
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_PARSER):  # type: ignore[misc]  # one of two classes
    """Remembers the line of each name; reads dates as text, as JSON does."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML's own way
        first: [(tag, form) for tag, form in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in _PARSER.yaml_implicit_resolvers.items()
    }

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.lines: dict[int, dict[str, int]] = {}

    def construct_noted(self, node: yaml.MappingNode) -> Any:
        made: dict[Any, Any] = {}
        self.lines[id(made)] = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
        yield made
        made.update(self.construct_mapping(node))


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_noted)


class Description:
    """A description, its operations, and where it says what."""

    def __init__(
        self, document: dict[str, Any], lines: Mapping[int, Mapping[str, int]], name: str
    ) -> None:
        self.document = document
        self.name = name
        self.operations = Operations(document)
        self._lines = lines

    def spot(self, node: Mapping[str, Any], name: str = "") -> Spot:
        """Return the line of a name in a mapping of the document, or of its first name."""
        names = self._lines.get(id(node), {})
        return Spot(self.name, names.get(name) or next(iter(names.values()), 1))

    def resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a node, or what it refers to."""
        return resolved(node, self.document)

    def entry(self, operation: Operation) -> Mapping[str, Any]:
        """Return what the document says of an operation."""
        found: Mapping[str, Any] = self.item(operation)[operation.method.lower()]
        return found

    def item(self, operation: Operation) -> Mapping[str, Any]:
        """Return what the document says of an operation's path."""
        found: Mapping[str, Any] = self.document["paths"][operation.path.text]
        return found


def load(path: Path = CONTRACT, name: str | None = None) -> Description:
    """Return the description in a file of YAML or JSON; ``name`` is how reports name the file.

    Raises:
        UsageError: it cannot be read, or is no description of OpenAPI 3.
    """
    problem = f"--contract: {str(path)!r}"
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{problem} cannot be read: {error.strerror}") from None
    except ValueError:
        raise UsageError(f"{problem}: expected text in UTF-8") from None
    document, lines = _parsed(text, problem)
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise UsageError(f"{problem}: expected a description of OpenAPI 3")
    try:
        return Description(document, lines, name or str(path))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{problem}: no description that can be read: {error!r}") from None


def _parsed(text: str, problem: str) -> tuple[Any, dict[int, dict[str, int]]]:
    text = text.replace("\t", " ") if text.lstrip().startswith("{") else text  # JSON may have tabs
    try:
        if _is_deep(text):
            raise UsageError(f"{problem}: more than {_DEEPEST} levels deep")
        loader = _Loader(text)
        try:
            return loader.get_single_data(), loader.lines
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UsageError(f"{problem}{line}: {error.problem}") from None
    except yaml.YAMLError:
        raise UsageError(f"{problem}: neither YAML nor JSON") from None


def _is_deep(text: str) -> bool:
    """Return whether a text is nested too deeply: the loader is recursive, and ends the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_PARSER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return True
    return False

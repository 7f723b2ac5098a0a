"""What a request asks for, as the contract reads it."""

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from contracts.contract import CALL, Operation, operations
from contracts.traffic.exchange import Request

__all__ = ["Place", "Question", "headers_within", "is_conditional", "question"]

_HEADER = re.compile(r"[\r\n]([A-Za-z0-9-]+):[ \t]*([^\r\n]*[^\r\n\t ])")


class Place(NamedTuple):
    """A room of a workspace: where one call after another takes place."""

    workspace: str
    room: str


@dataclass(frozen=True)
class Question:
    """A request in the contract's terms.

    ``room`` is the decoded name, empty where the operation is for no room in particular.
    ``workspace`` is empty where its header is missing or blank. ``of`` names the operation.
    """

    method: str
    room: str
    workspace: str
    of: str = CALL

    @property
    def usual(self) -> bool:
        """Whether the method is the one that the operation has."""
        return self.method == operations()[self.of].method

    @property
    def valid(self) -> bool:
        """Whether a client of the API asks like this: it may expect what the contract says."""
        return self.usual and self.workspace != ""

    @property
    def place(self) -> Place:
        """The room within its workspace."""
        return Place(self.workspace, self.room)


def question(request: Request) -> Question | None:
    """Return what a request asks for, or None where its path is none of the contract's.

    The path may have any prefix, for a base URL may; query and further headers make no difference.
    """
    operation, path = Operation.load(), request.target.partition("?")[0]
    for name, one in operations().items():
        parameters = one.path.match_end(path)
        if parameters is not None:
            workspace = request.header(operation.workspace_header) or ""
            room = unquote(parameters.get(operation.parameter, ""))
            return Question(request.method, room, workspace.strip(), name)
    return None


def headers_within(request: Request) -> list[tuple[str, str]]:
    """Return the headers that stand in the path or query behind a line break, names lower-case."""
    decoded = unquote(request.target)
    return [(name.lower(), value) for name, value in _HEADER.findall(decoded)]


def is_conditional(request: Request) -> bool:
    """Return whether a request asks for a body only where that has changed."""
    return any(request.header(f"if-{what}") for what in ("none-match", "modified-since"))

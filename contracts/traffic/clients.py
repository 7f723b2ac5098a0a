"""What traffic shows of who sent it: their credentials, and whose requests overlap."""

from collections import OrderedDict
from collections.abc import Iterable

from contracts.contract import Operation
from contracts.traffic.credentials import credentials
from contracts.traffic.exchange import Mark, Request

__all__ = ["Clients"]

_MOST_SECRETS = 200  # of one name
_MOST_PLACES = 5000  # whose latest answer is remembered
_TURNED_AWAY = (401, 403)


class Clients:
    """Takes exchanges in the order in which they were sent.

    ``credentials`` are the values of headers that let somebody in, by name.
    """

    def __init__(self) -> None:
        self.credentials: dict[str, list[str]] = {}
        self._until: OrderedDict[tuple[str, str | None], float] = OrderedDict()

    def keep_credentials(
        self,
        sent: Iterable[tuple[str, str]],
        target: str,
        came: Iterable[tuple[str, str]],
    ) -> None:
        """Learn what lets somebody in from the headers of a request and of its answer."""
        for name, value in credentials(sent, target, came):
            known = self.credentials.setdefault(name, [])
            if value not in known and len(known) < _MOST_SECRETS:
                known.append(value)

    def mark(self, request: Request, status: int, sent: float, received: float) -> Mark:
        """Return what only the asker can know, as far as it shows; times in UTC Unix seconds."""
        if status in _TURNED_AWAY:
            return "unauthorised"  # whoever sent it; another key may be right, or be so no longer
        asked = request.target, request.header(Operation.load().workspace_header)
        until = self._until.pop(asked, 0.0)
        self._until[asked] = max(until, received)
        if len(self._until) > _MOST_PLACES:
            self._until.popitem(last=False)
        return "overlapping" if sent < until else ""  # nobody knows which was answered first

"""Sends requests into the history, as long as the target stands; what came after is not judged."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from contracts.asking.standing import Gone, Standing, is_gone, is_refused
from contracts.asking.target import Target
from contracts.judging.findings import StoppedError
from contracts.judging.history import History
from contracts.traffic.exchange import Exchange, Mark, Request

__all__ = ["Asker"]

_WORDS: dict[Mark, str] = {
    "": "valid",
    "together": "simultaneous",
    "probe": "unusual",
    "absent": "for made-up rooms",
    "unauthorised": "with a wrong key",
    "hostile": "hostile",
    "walk": "in any order",
}


class Asker:
    """Sends requests, and adds each exchange to the history once it is known to count.

    ``good`` returns a request that was answered with a call before, or None. ``stopped`` says why
    nothing is asked any more, ``killer`` is the exchange that took the target down, if one did.
    """

    def __init__(
        self, target: Target, history: History, good: Callable[[], Request | None]
    ) -> None:
        self._target = target
        self._history = history
        self._good = good
        self._standing = Standing(target.clock, self._ask_good, self._repeat)
        self._began = target.clock.monotonic()
        self._sent: Counter[Mark] = Counter()
        self._last: Exchange | None = None
        # Refusals that may be the right answer, by the number of their request: until a good
        # request is let in again, nobody knows.
        self._doubtful: list[tuple[int, Exchange]] = []
        self._many = 3  # refusals of hostile requests in a row, after which a good one is sent
        self._tried_keys = False
        self.stopped = ""
        self.killer: Exchange | None = None

    def send(self, request: Request, mark: Mark = "", *, fresh: bool = False) -> Exchange:
        """Send a request and return the exchange.

        Raises:
            NotReachedError: where nothing more can be asked.

        """
        if self.stopped:
            raise StoppedError(self.stopped)
        number = self._target.budget.spent + 1
        exchange = self._exchange(request, mark, fresh)
        before, self._last = self._last, exchange
        self._weigh(exchange, before, number)
        return exchange

    def add(self, exchanges: Sequence[Exchange]) -> None:
        """Take what was sent at once with others."""
        if self.stopped:
            raise StoppedError(self.stopped)
        self._sent["together"] += len(exchanges)
        bad = next((one for one in exchanges if is_gone(one) or is_refused(one)), None)
        if bad:
            number = self._target.budget.spent - len(exchanges) + 1
            self._add(*exchanges, *self._check(bad, None, number))
        else:
            self._add(*exchanges)

    def settle(self) -> None:
        """Make sure that we are still let in, where the last answers leave a doubt."""
        if self.stopped or not (self._doubtful or self._tried_keys):
            return
        number = self._target.budget.spent + 1
        self._add(*self._check(None, self._last, number))
        self._let_in()

    def _exchange(self, request: Request, mark: Mark, fresh: bool) -> Exchange:
        exchange = replace(self._target.send(request, fresh=fresh), mark=mark)
        self._sent[mark] += 1
        return exchange

    def _ask_good(self) -> Exchange:
        request = self._good()
        assert request is not None  # only what follows a good answer is weighed
        return self._exchange(request, "", True)

    def _repeat(self, exchange: Exchange) -> Exchange:
        return self._exchange(exchange.request, exchange.mark, True)

    def _weigh(self, exchange: Exchange, before: Exchange | None, number: int) -> None:
        refused = is_refused(exchange)
        if self._good() is None:
            self._add(exchange)
        elif is_gone(exchange) or (refused and exchange.mark == ""):
            self._add(exchange, *self._check(exchange, before, number))
        elif refused and exchange.mark != "unauthorised":
            self._doubtful.append((number, exchange))
            if exchange.mark == "hostile" and len(self._doubtful) >= self._many:
                self._many *= 3
                self.settle()
        else:
            self._add(exchange)
            self._tried_keys = self._tried_keys or exchange.mark == "unauthorised"
            if exchange.mark == "" and exchange.status == 200:
                self._let_in()

    def _add(self, *exchanges: Exchange) -> None:
        for one in exchanges:
            self._history.add(one)

    def _let_in(self) -> None:
        doubtful, self._doubtful, self._tried_keys = self._doubtful, [], False
        self._add(*(one for _, one in doubtful))

    def _check(
        self, failed: Exchange | None, before: Exchange | None, number: int
    ) -> list[Exchange]:
        """Return the answers to good requests after a failure, or where there is a doubt.

        Raises:
            StoppedError: where the target is down, or lets us in no longer.

        """
        seen = self._standing.ask()
        if seen and is_refused(seen[-1]):
            self._stop(self._refusal(number, seen[-1]))
        failed = failed or next((one for one in seen if is_gone(one)), None)
        gone = self._standing.gone(failed, before, seen) if failed else None
        if gone:
            self._blame(gone)
            self._stop(self._absence(gone, number))
        return seen

    def _stop(self, reason: str) -> None:
        self.stopped = reason
        raise StoppedError(reason)

    def _blame(self, gone: Gone) -> None:
        if gone.guilty:
            self.killer = gone.suspect
            self._add(gone.suspect)

    def _absence(self, gone: Gone, number: int) -> str:
        shown = f"{gone.suspect.told}; {self._target.curl(gone.suspect.request)}"
        if gone.away is None or gone.guilty:
            return f"the target stopped answering after this request ({shown})"
        away = f"the target did not answer for {gone.away:.1f} s"
        return f"{away}, from request {number} on ({shown}); what came after is not judged"

    def _refusal(self, number: int, answer: Exchange) -> str:
        """Say since when we are refused. Refusals that nobody minded may have been the first."""
        since = min([number, *(one for one, _ in self._doubtful)])
        kinds = [f"{count} {_WORDS[mark]}" for mark, count in self._sent.items() if count]
        seconds = self._target.clock.monotonic() - self._began
        return (
            f"refused since request {since}, after {', '.join(kinds)} in {seconds:.0f} s "
            f"({answer.told}); what came after is not judged"
        )

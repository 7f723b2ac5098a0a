"""What a list of calls costs beside what its bytes cost to serialise."""

import json
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import orjson

from mockserver.simulation import World, builtin_scenarios
from mockserver.simulation.board import Boards

__all__ = ["SIZES", "board_cost"]

SIZES = (12, 200, 10_000)
_POLLS, _EVERY_SECONDS = 15, 2.0
_EPOCH = 1_700_000_000


def _seconds(work: Callable[[], object]) -> float:
    """Return the processor time that something takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def _cost(size: int) -> dict[str, float]:
    boards = Boards(World(0, _EPOCH, "en_US", builtin_scenarios(), fleet=size))
    now, found = float(_EPOCH), []

    def poll() -> bytes:
        entries = boards.of("ws-acme", size).entries(now)
        return b"[%b]" % b",".join([entry for _, _, entry in entries])

    first = _seconds(poll)
    for _ in range(_POLLS):
        now += _EVERY_SECONDS
        answer = _seconds(poll)
        again = _seconds(poll)  # at the same moment: nothing has been said since
        body = poll()
        calls = json.loads(body)
        fast, plain = _seconds(lambda: orjson.dumps(calls)), _seconds(lambda: json.dumps(calls))  # noqa: B023
        found.append({"bytes": len(body), "answer": answer, "again": again,
                      "orjson": answer / fast, "json": answer / plain,
                      "again_orjson": again / fast})  # fmt: skip
    middle = {name: median(one[name] for one in found) for name in found[0]}
    return {"first": first, **middle}


def board_cost(say: Callable[[str], None]) -> dict[str, Any]:
    """Return what a list of each of ``SIZES`` costs, in seconds of processor time, and ratios.

    The clock goes on by two seconds from poll to poll. ``first`` draws all calls.
    """
    found = {}
    for size in SIZES:
        found[str(size)] = _cost(size)
        say(f"board of {size:,}: {found[str(size)]['answer'] * 1000:.1f} ms")
    return found

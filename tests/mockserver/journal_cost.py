"""``python -m tests.mockserver.journal_cost [ROUNDS]``: what the journal costs, measured with wrk.

Two mocks, one with the journal and one without, take turns under load, so that whatever else the
machine does touches both alike. Printed are the medians, and the median of the cost by rounds.
"""

import re
import subprocess
import sys
from contextlib import ExitStack
from statistics import median

from tests.console.conftest import serve

_PATH = "/v2/api/active-calls/call-abc123"
_FROZEN = ("--freeze-at", "2024-06-01T10:02:25Z")


def requests_per_second(url: str) -> float:
    """Return what one second under load gives."""
    command = ["wrk", "-t1", "-c16", "-d1s", "-H", "x-workspace-id: ws-acme", url + _PATH]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (figure,) = re.findall(r"Requests/sec:\s+([\d.]+)", output)
    return float(figure)


def main(rounds: int) -> None:
    """Measure and print."""
    figures: dict[str, list[float]] = {"on": [], "off": []}
    with ExitStack() as running:
        urls = {
            "on": running.enter_context(serve(*_FROZEN)),
            "off": running.enter_context(serve(*_FROZEN, "--journal", "0")),
        }
        for number in range(rounds + 2):
            for name in sorted(urls, reverse=number % 2 == 0):
                figure = requests_per_second(urls[name])
                if number >= 2:  # after the warm-up
                    figures[name].append(figure)
    cost = median(1 - on / off for on, off in zip(*figures.values(), strict=True))
    for name, values in figures.items():
        print(f"journal {name:3}  {median(values):8.0f} requests/s")
    print(f"cost         {cost:8.1%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)

"""``python -m tests.implementations``: which clause catches what, as a Markdown table.

Each row is measured: the verifier is run against every faulty implementation, and only what it
failed on exactly the expected clause counts as caught.
"""

import sys
from concurrent.futures import Future, as_completed

from contracts.judging.clauses import catalogue
from tests.implementations.faulty import Faulty, faulty
from tests.implementations.proof import Outcome, outcomes

__all__ = ["table"]


def table(caught: dict[str, bool], table_of: list[Faulty]) -> str:
    """Return a row per clause that can fail: how many faulty servers it caught, and which."""
    rows = ["| clause | level | caught | faulty implementations |", "|---|---|---|---|"]
    for id_, clause in catalogue().items():
        against = [one for one in table_of if one.clause == id_]
        if clause.level == "information":
            continue
        held = sum(caught[one.name] for one in against)
        words = " ".join(f"{one.words}." for one in against)
        rows.append(f"| `{id_}` | {clause.level} | {held} of {len(against)} | {words} |")
    return "\n".join(rows)


def _show(runs: list[Future[Outcome]]) -> None:
    """Say on standard error how many of the verifications are done, until all are."""
    live = sys.stderr.isatty()
    for done, _ in enumerate(as_completed(runs), 1):
        if live or not done % 10 or done == len(runs):
            end = "\r" if live and done < len(runs) else "\n"
            print(f"{done} of {len(runs)} verified", end=end, file=sys.stderr, flush=True)


def main() -> None:
    """Run the proof and print the table; exit 1 where something was not caught."""
    against = list(faulty())
    with outcomes([one.name for one in against]) as found:
        _show(list(found.values()))
        caught = {
            one.name: found[one.name].result().failed == {one.clause: one.level} for one in against
        }
    print(table(caught, against))
    sys.exit(0 if all(caught.values()) else 1)


if __name__ == "__main__":
    main()

"""Prints how much of the proof shows in recordings, and what does not."""

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from contracts.contract import ENDING
from contracts.judging.conclusion import violates
from contracts.judging.judge import JUDGES
from contracts.judging.results import Result
from tests.implementations.correct import correct
from tests.implementations.faulty import Faulty, faulty
from tests.traffic.offline import AT_ONCE, recorded


def _judged(one: Faulty, found: Future[Result]) -> str:
    """Return what became of a fault, in words to count; print what is remarkable."""
    failed = {each.clause.id for each in found.result().results if each.status == "failed"}
    if others := failed - {one.clause}:
        print(f"{one.name}: blamed on {', '.join(sorted(others))}")
    if one.clause in failed:
        return "caught"
    if one.clause not in JUDGES or one.clause.startswith(ENDING):
        return "nobody can see it"
    print(f"{one.name}: {one.clause} is not seen")
    return "not seen by polling"


def main() -> None:
    """Poll all of them."""
    faults = [one for one in faulty() if not one.keyed]
    goods = [one for one in correct() if not one.missing()]
    with TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        found = recorded(Path(folder), [*faults, *goods], pool)
        counts = Counter(_judged(one, found[one.name]) for one in faults)
        for good in goods:
            results = found[good.name].result().results
            failed = [each.clause.id for each in results if violates(each, "must")]
            counts["correct, and blamed" if failed else "correct"] += 1
            if failed:
                print(f"{good.name}: correct, and blamed on {', '.join(failed)}")
    print(dict(counts))


if __name__ == "__main__":
    main()

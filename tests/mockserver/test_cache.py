"""What a world keeps of its scripts, and what it forgets: it changes nothing that is shown."""

from typing import Any

import pytest

from mockserver.simulation import World, builtin_scenarios
from mockserver.simulation.script import CallScript
from tests.mockserver.worlds import EPOCH, body, world


def test_forgetting_changes_nothing() -> None:
    """A world that has room for no script but the latest answers like one that keeps them."""
    forgetful = World(3, EPOCH, "en_US", builtin_scenarios(), cache_bytes=0)
    keeping = world(3)
    for now in (EPOCH, EPOCH + 60):
        for i in range(20):
            assert body(forgetful, f"r{i}", now) == body(keeping, f"r{i}", now)


def test_cache_is_bounded_by_its_bytes() -> None:
    """However many rooms are asked for, the scripts that are kept stay within the bound."""
    bounded = World(0, EPOCH, "en_US", builtin_scenarios(), cache_bytes=100_000)
    for i in range(500):
        for later in (200, 201):
            body(bounded, f"r{i}", EPOCH + later)
    kept = [entry.script.size for _, entry in bounded._cache]
    assert 1 <= len(kept) < 50
    assert sum(kept) <= bounded._cache.bytes <= 100_000


def test_rooms_asked_for_once_push_out_none_that_is_polled() -> None:
    """Once space is scarce, a script is kept from the second request on."""
    bounded = World(0, EPOCH, "en_US", builtin_scenarios(), cache_bytes=100_000)
    for i in range(100):
        body(bounded, f"r{i}", EPOCH)
    for _ in range(2):
        body(bounded, "polled", EPOCH)
    for i in range(1000):
        body(bounded, f"once-{i}", EPOCH)
    kept = [key[1] for key, _ in bounded._cache]
    assert kept[-1] == "polled"
    assert not any(name.startswith("once-") for name in kept)


@pytest.mark.parametrize(("rooms", "drawn"), [(600, 60), (900, 450)])
def test_more_rooms_in_turn_than_there_is_space_for(rooms: int, drawn: int) -> None:
    """Bodies are forgotten before scripts, and those not just before they are asked for again."""
    draws = 0

    class Counting(World):
        def script(self, *question: Any) -> CallScript:
            nonlocal draws
            draws += 1
            return super().script(*question)

    bounded = Counting(0, EPOCH, "en_US", builtin_scenarios(), cache_bytes=4_500_000)
    keeping = World(0, EPOCH, "en_US", builtin_scenarios(), cache_bytes=100_000_000)
    for turn in range(5):
        draws = 0
        for i in range(rooms):
            assert body(bounded, f"r{i}", EPOCH + 600 + turn) == body(
                keeping, f"r{i}", EPOCH + 600 + turn
            )
    assert keeping._cache.bytes > 1.5 * bounded._cache.bytes
    assert draws <= drawn


def test_long_names_count() -> None:
    """Very long names fill the cache sooner."""
    bounded = World(0, EPOCH, "en_US", builtin_scenarios(), cache_bytes=1_000_000)
    for i in range(50):
        for _ in range(2):
            body(bounded, f"{i}" + "x" * 100_000, EPOCH)
    assert 1 <= len(bounded._cache) < 15

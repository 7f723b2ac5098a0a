"""Probes that are made up: the same for a seed, and as small as they can be where one tells."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote

import httpx2
import pytest

from contracts.probing import drawing
from contracts.probing.cases import Probe, catalogued
from contracts.run import verify
from tests.contracts.samples import Hand, body, settings

ROOMS = ("call-1", "call-2")


def anew(seed: int, most: int = 1000) -> list[Probe]:
    """Return what a seed gives, drawn and not remembered."""
    drawing._drawn.cache_clear()
    return list(drawing.drawn(seed, ROOMS, most))


def breaks(name: str) -> bool:
    """Return whether a name has a control character that no name of the catalogue has."""
    return any("\x80" <= character <= "\x9f" for character in name)


def test_a_seed_gives_the_same_probes_each_time() -> None:
    """Each is there once, live rooms are among them, and another seed gives others."""
    probes = anew(1)
    assert anew(1) == probes
    assert len(set(probes)) == len(probes) > 100
    assert {probe.path for probe in probes} >= set(ROOMS)
    assert set(anew(2)) - set(probes)


@pytest.mark.parametrize("most", [1, 40, 100, 1000])
def test_a_seed_gives_the_same_probes_however_many_can_be_sent(most: int) -> None:
    """The first ones are drawn by themselves, the others where those were too few."""
    assert anew(3, most) == anew(3)


def test_a_seed_gives_the_same_probes_whatever_else_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hypothesis would draw what is written in modules that are not installed."""
    words = "\n".join(f"word_{number} = 'word {number}'" for number in range(500))
    (tmp_path / "wordy.py").write_text(words)
    probes = anew(1)
    monkeypatch.syspath_prepend(tmp_path)
    import_module("wordy")
    assert anew(1) == probes


def test_what_only_made_up_names_break_is_found_and_shrunk() -> None:
    """The full profile finds it, and shows the smallest name that breaks the server."""
    assert not any(breaks(unquote(probe.path)) for probe in catalogued("call-1"))
    hand = Hand()
    began = hand.seconds

    def handler(request: httpx2.Request) -> httpx2.Response:
        name = unquote(request.url.raw_path.decode().partition("?")[0].rpartition("/")[2])
        if breaks(name):
            return httpx2.Response(500)
        if name not in ROOMS:
            return httpx2.Response(404, json={"error": {"code": "not_found", "message": "none"}})
        return httpx2.Response(200, json=body(hand.seconds - began, roomName=name))

    given = settings(rooms=ROOMS, profile="full", only=("robust.no-5xx",), watch=0.0)
    result, status = verify(given, clock=hand.clock, transport=httpx2.MockTransport(handler))
    [found] = [one for one in result.results if one.status == "failed"]
    assert (found.clause.id, status) == ("robust.no-5xx", 1)
    assert re.search("/%C2%[89][0-9A-F]$", found.evidence[0].curl or "")  # one such character


def test_what_makes_probes_up_is_loaded_on_demand() -> None:
    """A quick verification does without, and takes a third of the time."""
    code = "import sys, contracts.probing.robustness; print('hypothesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

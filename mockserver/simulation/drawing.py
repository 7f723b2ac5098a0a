"""Draws the script of one call from a seed, names, and a scenario."""

from collections.abc import Iterator, Mapping
from typing import Any

from .dialogue import Language, Line, Topic, converse, language, speak
from .persona import Particulars, place
from .randomness import Draws, digest
from .scenarios import ORDINARY, Scenario
from .schedule import Window
from .script import Attendance, CallScript

__all__ = ["draw"]

# Of sixteen calls, two come from a number without a name and one from a system that sends none.
_NAME_KNOWN, _NAME_NULL, _NAME_ABSENT = range(3)
_NAME_CHANCES = (_NAME_KNOWN,) * 13 + (_NAME_NULL,) * 2 + (_NAME_ABSENT,)
_CUSTOMER_JOINS_SECONDS = 1.0

_JOINERS: Mapping[str, Mapping[str, Any]] = {
    "supervisor": {
        "identity": "supervisor-001",
        "isAgent": False,
        "metadata": {"role": "supervisor"},
    },
    "human": {"identity": "human-001", "isAgent": False, "metadata": {"role": "human-agent"}},
}
"""Who can enter in the middle of a dialogue: people, so never the AI agent."""


def _object_id(started: int, identity: bytes) -> str:
    # An ObjectId: the seconds of its creation in four bytes, then eight that tell it from others.
    return (started & 0xFFFFFFFF).to_bytes(4).hex() + identity[:8].hex()


def _customer_name(rng: Draws, slots: Particulars) -> dict[str, str | None]:
    chance = rng.choice(_NAME_CHANCES)
    if chance == _NAME_ABSENT:
        return {}
    return {"customerName": slots["full_name"] if chance == _NAME_KNOWN else None}


def _attendances(rng: Draws, phone: str, agent: str) -> list[Attendance]:
    number = f"{rng.between(1, 40):03d}"
    about_agent = {"displayName": agent} if rng.below(2) else {}
    about_customer = {"source": "phone", "phoneNumber": phone} if rng.below(2) else {}
    return [
        Attendance({"identity": f"agent-{number}", "isAgent": True, "metadata": about_agent}, 0.0),
        Attendance(
            {"identity": f"customer-{number}", "isAgent": False, "metadata": about_customer},
            _CUSTOMER_JOINS_SECONDS,
        ),
    ]


def _first_topic(rng: Draws, spoken: Language, scenario: Scenario) -> Topic:
    if scenario.scene is not None:
        return spoken.scenes[scenario.scene]
    return rng.choice(spoken.topics)


def _lines(
    rng: Draws,
    spoken: Language,
    topic: Topic,
    scenario: Scenario,
    slots: Particulars,
    length: float,
) -> Iterator[Line]:
    if scenario.lines is not None:
        return iter(scenario.lines)
    if scenario.scene is not None:
        turns = (*spoken.greeting, *topic.turns, *spoken.closing[1:])
        return speak(turns, rng, slots, 0.0)
    return converse(spoken, topic, rng, slots, length)


def draw(
    seed: int,
    workspace: str,
    room: str,
    window: Window,
    locale: str,
    scenario: Scenario = ORDINARY,
) -> CallScript:
    """Return the script of the call that ``room`` of ``workspace`` hosts during ``window``.

    Equal arguments give equal scripts, in any process.

    Raises:
        AttributeError: Faker does not know the ``locale``.
    """
    names = (workspace, room, window.number, scenario.name)
    rng = Draws(digest(seed, "call", *names))
    here = place(locale)
    spoken = language(locale)
    topic = _first_topic(rng, spoken, scenario)
    agent = rng.choice(topic.agents)
    slots = Particulars(rng, window.started, here, spoken, {"agent": agent})
    phone = here.phone(rng)
    drawn: dict[str, Any] = {
        "id": _object_id(window.started, rng.named("id").key),
        "roomName": room,
        "customerPhone": phone,
        **_customer_name(rng, slots),
        "aiAgentName": agent,
    }
    fields = {k: v for k, v in {**drawn, **scenario.call}.items() if k not in scenario.omit}
    return CallScript(
        started=window.started,
        length=window.length,
        fields=fields,
        attendances=scenario.attendances or _attendances(rng, phone, agent),
        lines=_lines(rng, spoken, topic, scenario, slots, window.length),
        joiners=_JOINERS,
        moods=scenario.moods,
        decimals=scenario.decimals,
    )

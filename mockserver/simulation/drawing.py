"""Draws the script of one call from a seed, names, and a scenario."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import orjson

from mockserver.simulation.attendance import Attendance, attendance
from mockserver.simulation.conversation import Segment, converse, fitting, play
from mockserver.simulation.dialogue import Language, Topic, language
from mockserver.simulation.livekit import livekit_people
from mockserver.simulation.persona import Particulars
from mockserver.simulation.places import place
from mockserver.simulation.randomness import Draws, digest
from mockserver.simulation.rooms import RoomName, read_room
from mockserver.simulation.scenarios import ORDINARY, Scenario
from mockserver.simulation.schedule import Window
from mockserver.simulation.script import CallScript
from mockserver.simulation.takeover import all_muted

__all__ = ["draw"]

# Of sixteen calls, two come from a number without a name and one from a system that sends none.
_NAME_KNOWN, _NAME_NULL, _NAME_ABSENT = range(3)
_NAME_CHANCES = (_NAME_KNOWN,) * 13 + (_NAME_NULL,) * 2 + (_NAME_ABSENT,)
_CUSTOMER_JOINS_SECONDS = 1.0
_KEY_BYTES = 64
_HIGHEST_NUMBER = 40  # of those that tell participants apart
_AGENTS_KEPT = 1024  # 40 numbers with each of a language's names, and without

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
    return (started & 0xFFFFFFFF).to_bytes(4).hex() + identity.hex()


def _name_chance(rng: Draws, scenario: Scenario, *, is_scene: bool) -> int:
    chance = rng.choice(_NAME_CHANCES)
    if scenario.call_name:  # the caller is unknown in those scenarios only that are about it
        return _NAME_KNOWN
    # In a scene, everybody says who they are.
    return _NAME_NULL if is_scene and chance == _NAME_ABSENT else chance


def _customer_name(chance: int, particulars: Particulars) -> dict[str, str | None]:
    if chance == _NAME_ABSENT:
        return {}
    return {"customerName": _full_name(particulars) if chance == _NAME_KNOWN else None}


def _named(fields: Mapping[str, Any], particulars: Particulars) -> Mapping[str, Any] | None:
    """Return the fields with the customer's name, if it is null in them."""
    if fields.get("customerName", "") is not None:
        return None
    return {**fields, "customerName": _full_name(particulars)}


def _full_name(particulars: Particulars) -> str:
    name: str = orjson.loads(b'"%b"' % particulars[b"full_name"])
    return name


@lru_cache(_AGENTS_KEPT)
def _agent(number: int, name: str | None) -> Attendance:
    about = {} if name is None else {"displayName": name}
    return attendance({"identity": f"agent-{number:03d}", "isAgent": True, "metadata": about}, 0.0)


def _customer(number: int, phone: str | None) -> Attendance:
    about = {} if phone is None else {"source": "phone", "phoneNumber": phone}
    fields = {"identity": f"customer-{number:03d}", "isAgent": False, "metadata": about}
    return attendance(fields, _CUSTOMER_JOINS_SECONDS)


def _attendances(rng: Draws, phone: str, agent: str) -> tuple[Attendance, Attendance]:
    number = rng.between(1, _HIGHEST_NUMBER)
    named, numbered = rng.below(2), rng.below(2)
    return _agent(number, agent if named else None), _customer(number, phone if numbered else None)


def _first_topic(rng: Draws, spoken: Language, scenario: Scenario, scenes: list[Topic]) -> Topic:
    if scenario.scene is not None:
        return spoken.scenes[scenario.scene]
    if scenes and rng.below(2):
        return rng.choice(scenes)
    return rng.choice(spoken.topics)


def _scenes(spoken: Language, scenario: Scenario, name: RoomName, length: float) -> list[Topic]:
    """Return the scenes that a call may play whose scenario names none.

    Rooms with names of LiveKit's do: on a board somebody asks for a person now and then.
    """
    plain = not scenario.call_name and name.form != ""
    return fitting(spoken.scenes.values(), length) if plain else []


def _conversation(
    rng: Draws,
    spoken: Language,
    topic: Topic,
    scenario: Scenario,
    length: float,
    particulars: Particulars,
    *,
    anonymous: bool,
) -> Iterator[Segment]:
    if scenario.conversation is not None:
        return iter(scenario.conversation)
    if scenario.scene is not None:
        return play(topic, rng, particulars)
    if topic not in spoken.topics:
        return play(topic, rng, particulars, length)
    return converse(spoken, topic, rng, particulars, length, anonymous=anonymous)


def _later(
    fields: Mapping[str, Any], scenario: Scenario
) -> Iterator[tuple[float, Mapping[str, Any]]]:
    """Yield what becomes of the fields, each time with its offset."""
    for at, change in scenario.changes:
        fields = change.of(fields)
        yield at, fields


def _fields(drawn: Mapping[str, Any], scenario: Scenario) -> dict[str, Any]:
    """Return the fields at the beginning, as the scenario wants them."""
    fields = {**drawn, **scenario.call}
    for name in scenario.omit:
        fields.pop(name, None)
    return fields


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
    key = digest(seed, "call", workspace, room, window.number, scenario.call_name, size=_KEY_BYTES)
    scenario = scenario.played(window.number)
    script = _script(key, room, window, locale, scenario)
    return script if scenario.muted is None else all_muted(script, scenario.muted)


def _script(key: bytes, room: str, window: Window, locale: str, scenario: Scenario) -> CallScript:
    """Return the script that the bytes of ``key`` draw, as if nobody were muted."""
    rng, identity = Draws(key), key[8:16]
    here, spoken = place(locale), language(locale)
    name = read_room(room)
    scenes = _scenes(spoken, scenario, name, window.length)
    topic = _first_topic(rng, spoken, scenario, scenes)
    agent = rng.choice(topic.agents or spoken.agents)
    particulars = Particulars(key[16:], window.started, here, agent)
    phone = name.phone or here.phone(rng)
    chance = _name_chance(rng, scenario, is_scene=topic.name in spoken.scenes)
    drawn = {
        "id": _object_id(window.started, identity),
        "roomName": room,
        "customerPhone": phone,
        **_customer_name(chance, particulars),
        "aiAgentName": agent,
    }
    fields = _fields(drawn, scenario)
    named = _named(fields, particulars) if chance == _NAME_NULL else None
    anonymous = named is None and fields.get("customerName") is None
    people = _attendances(rng, phone, agent) if not name.form else livekit_people(name, phone, key)
    return CallScript(
        started=window.started,
        length=window.length,
        fields=fields,
        attendances=people if scenario.attendances is None else scenario.attendances,
        conversation=_conversation(
            rng, spoken, topic, scenario, window.length, particulars, anonymous=anonymous
        ),
        facts=particulars,
        joiners=_JOINERS,
        moods=scenario.moods,
        decimals=scenario.decimals,
        takeover=spoken.takeover,
        language=spoken.code,
        later=tuple(_later(fields, scenario)),
        transfer=scenario.transfer,
        named=named,
    )

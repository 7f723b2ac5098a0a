"""The live call as a Faker provider, without the server."""

from datetime import UTC, datetime
from typing import Any

import pytest
from faker import Faker

from contracts.judging.bodies import Schemas
from mockserver.simulation import ActiveCallProvider

SCHEMAS = Schemas()


def test_faker_provider_is_seeded_like_faker() -> None:
    """A seeded Faker gives a seeded call, at any moment of it."""

    def call(seed: int, **arguments: Any) -> Any:
        fake = Faker("en_US")
        fake.add_provider(ActiveCallProvider)
        fake.seed_instance(seed)
        return fake.active_call(**arguments)

    first = call(4, room_name="x", elapsed_seconds=145)
    assert first == call(4, room_name="x", elapsed_seconds=145)
    assert first != call(5, room_name="x", elapsed_seconds=145)
    assert first["duration"] == 145
    later = call(4, room_name="x", elapsed_seconds=200)
    assert later["transcript"][: len(first["transcript"])] == first["transcript"]
    assert SCHEMAS.breaches(first) == SCHEMAS.unusual(first) == []
    assert call(4) == call(4)
    assert call(4, scenario="many-participants", elapsed_seconds=200)["participants"][11]


def test_faker_provider_follows_the_locale_and_the_start() -> None:
    """The provider speaks the language of its Faker, and starts the call when it is told to."""
    fake = Faker("ja_JP")
    fake.add_provider(ActiveCallProvider)
    fake.seed_instance(1)
    call = fake.active_call(elapsed_seconds=60, started_at=datetime(2030, 1, 1, tzinfo=UTC))
    assert call["participants"][0]["joinedAt"] == "2030-01-01T00:00:00.000Z"
    assert not call["transcript"][0]["content"].isascii()


def test_faker_provider_refuses_what_it_cannot_show() -> None:
    """A scenario that shows no call, and a start without an offset, are mistakes."""
    fake = Faker()
    fake.add_provider(ActiveCallProvider)
    with pytest.raises(ValueError, match="not a call"):
        fake.active_call(scenario="500")
    with pytest.raises(ValueError, match="offset"):
        fake.active_call(started_at=datetime(2024, 1, 1))
    assert fake.active_call(scenario="long-call")["duration"] > 3600

"""A Faker provider, for people who want the data of a live call without the server."""

from datetime import UTC, datetime
from typing import Any

from faker.providers import BaseProvider

from mockserver.simulation.drawing import draw
from mockserver.simulation.scenario_format import builtin_scenarios
from mockserver.simulation.scenarios import ORDINARY
from mockserver.simulation.schedule import Window
from mockserver.simulation.script import snapshot

__all__ = ["ActiveCallProvider"]

_STARTED_AT = datetime(2024, 6, 1, 10, tzinfo=UTC)


class ActiveCallProvider(BaseProvider):
    """Adds ``active_call`` to a Faker instance: ``fake.add_provider(ActiveCallProvider)``."""

    def active_call(
        self,
        room_name: str | None = None,
        elapsed_seconds: float | None = None,
        *,
        workspace_id: str = "",
        scenario: str | None = None,
        seed: int | None = None,
        started_at: datetime = _STARTED_AT,
        locale: str | None = None,
    ) -> dict[str, Any]:
        """Return a live call as the API would answer it, ``elapsed_seconds`` after its start.

        What is not given is drawn from the Faker instance, so a seeded one repeats itself. Equal
        ``seed`` and ``room_name`` are the same call at every ``elapsed_seconds``. ``started_at``
        is an aware datetime; ``scenario`` one of the built-in ones that show a call.

        Raises:
            TypeError: ``room_name`` cannot be encoded in UTF-8.
            UnknownScenarioError: there is no such scenario.
            ValueError: ``started_at`` has no offset, or the scenario shows an error.
        """
        rng = self.generator.random
        seed = rng.getrandbits(63) if seed is None else seed
        room_name = f"call-{rng.getrandbits(24):06x}" if room_name is None else room_name
        chosen = ORDINARY if scenario is None else builtin_scenarios()[scenario]
        if chosen.status is not None:
            raise ValueError(f"the scenario {scenario} shows status {chosen.status}, not a call")
        if started_at.tzinfo is None:
            raise ValueError(f"started_at has no offset: {started_at}")
        started = int(started_at.timestamp())
        window = chosen.schedule.window(seed, workspace_id, room_name, started, started)
        lead, length = window.live_from - window.started, int(window.length)
        elapsed = lead + rng.uniform(5, 480) if elapsed_seconds is None else elapsed_seconds
        window = Window(0, started, started, started + length, started + length)
        script = draw(seed, workspace_id, room_name, window, locale or self._locale, chosen)
        return snapshot(script, elapsed)

    @property
    def _locale(self) -> str:
        """The locale of the Faker instance: the one that its person provider was made for."""
        person = self.generator.provider("faker.providers.person")
        return str(getattr(person, "__lang__", None) or "en_US")

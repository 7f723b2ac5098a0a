"""The live call: a pure function of seed, workspace, room and time. No HTTP, no wall clock."""

from mockserver.simulation.moment import Moment, Question, Shown
from mockserver.simulation.provider import ActiveCallProvider
from mockserver.simulation.scenario_format import builtin_scenarios, read_scenarios
from mockserver.simulation.scenarios import (
    Catalogue,
    Scenario,
    ScenarioFileError,
    UnknownScenarioError,
)
from mockserver.simulation.world import World

__all__ = [
    "ActiveCallProvider",
    "Catalogue",
    "Moment",
    "Question",
    "Scenario",
    "ScenarioFileError",
    "Shown",
    "UnknownScenarioError",
    "World",
    "builtin_scenarios",
    "read_scenarios",
]

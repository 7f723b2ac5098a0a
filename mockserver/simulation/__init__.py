"""The live call: a pure function of seed, workspace, room and time. No HTTP, no wall clock."""

from .provider import ActiveCallProvider
from .scenarios import (
    Catalogue,
    Scenario,
    ScenarioFileError,
    UnknownScenarioError,
    builtin_scenarios,
    read_scenarios,
)
from .world import Question, Shown, World

__all__ = [
    "ActiveCallProvider",
    "Catalogue",
    "Question",
    "Scenario",
    "ScenarioFileError",
    "Shown",
    "UnknownScenarioError",
    "World",
    "builtin_scenarios",
    "read_scenarios",
]

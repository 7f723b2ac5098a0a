"""The walks as a state machine of Hypothesis, which draws them and shortens one that fails."""

from collections.abc import Sequence
from contextlib import suppress

import hypothesis
import pytest
from hypothesis import Verbosity
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from contracts.asking.session import Session
from contracts.judging.findings import Finding, NotReachedError, failed
from contracts.probing.home import nothing_kept, settings
from contracts.probing.scenes import Scene
from contracts.probing.walking import DisagreesError, Walk

__all__ = ["examine"]

_WALKS, _STEPS = 100, 8  # of which the allowance of requests leaves some


def examine(session: Session, scenes: Sequence[Scene], allowance: int, seed: int) -> Finding:
    """Return what the walks come to that a seed gives.

    Raises:
        NotReachedError: where there is nothing to walk through, or no more can be asked.

    """
    walk = Walk(session, scenes, allowance)
    if len(walk.actions) < 2:
        raise NotReachedError("no operation is offered besides that of a call")
    walk.settle()
    given = settings(_WALKS, stateful_step_count=_STEPS, verbosity=Verbosity.quiet)
    ended = (DisagreesError, Flaky, ExceptionGroup, pytest.skip.Exception)
    with nothing_kept(), suppress(*ended):
        run_state_machine_as_test(hypothesis.seed(seed)(_machine(walk)), settings=given)
    taken = f"{walk.steps} steps were taken"
    if walk.breach:
        return failed(walk.breach, reason=taken)
    if walk.stopped:
        raise walk.stopped
    return Finding("passed", reason=taken)


def _machine(walk: Walk) -> type[RuleBasedStateMachine]:
    """Return a machine with a rule for each operation, taken in one of the rooms."""
    rooms = st.sampled_from(range(len(walk.scenes)))

    def step(action: str) -> object:
        @rule(room=rooms)
        def take(_: RuleBasedStateMachine, room: int) -> None:
            walk.take(action, walk.scenes[room])
            if walk.over:
                pytest.skip("Hypothesis draws no more")

        return take

    def begin(self: RuleBasedStateMachine) -> None:
        RuleBasedStateMachine.__init__(self)
        walk.begin()

    rules = {action.replace("-", "_"): step(action) for action in walk.actions}
    return type("Walks", (RuleBasedStateMachine,), {"__init__": begin, **rules})

"""Walks through the operations in any order, and looks for the shortest one that goes wrong.

Hypothesis draws the walks and shortens the first that fails. What was done to a call stays done:
the model of each room is kept from walk to walk, and a walk that is tried again begins where the
rooms are by then. Its answers are weighed here alone.
"""

import json
from collections.abc import Callable, Sequence

from contracts.asking.session import Session
from contracts.contract import CALL, END_CALL, INSIGHTS, LIST, REMOVE_AGENT
from contracts.judging.bodies import parse
from contracts.judging.coherence.calls import call_id
from contracts.judging.findings import Breach, NotReachedError
from contracts.judging.listing import LAG
from contracts.judging.results import ABSENT
from contracts.probing.scenes import ENDED, LIVE, UNKNOWN, Scene
from contracts.traffic.exchange import Exchange, Request
from openapi.paths import segment

__all__ = ["DisagreesError", "Walk"]

_MOMENT = 0.1  # seconds
_SHORTENING = 80  # requests in which a walk that fails may become shorter
_SHOWN = 8  # steps of a walk that could not be shortened
_KEPT = 4  # requests that stay unspent, for what comes after


class DisagreesError(Exception):
    """An answer does not fit what was done before; Hypothesis shortens the walk to it."""


class Walk:
    """Takes steps, each an operation in one of the scenes, within an allowance of requests."""

    def __init__(self, session: Session, scenes: Sequence[Scene], allowance: int) -> None:
        self._session = session
        self._clock = session.target.clock
        self.scenes = scenes
        self._left = allowance
        self._early = allowance // 2  # requests before the first call is ended
        self._taken: list[Request] = []
        self._trace: list[tuple[str, Scene, Request]] = []
        self._shortest = 0
        self._led: dict[tuple[str, str], list[Request]] = {}
        self._tried: frozenset[tuple[str, str, str, str, bool]] = frozenset()
        self.breach: Breach | None = None
        self.stopped: NotReachedError | None = None
        self.steps = 0

    @property
    def actions(self) -> dict[str, Callable[[Scene], str]]:
        """What can be done in a scene, by the name of the operation: each returns what is wrong."""
        offers = self._session.offers
        found: dict[str, Callable[[Scene], str]] = {CALL: self.look}
        found |= {LIST: self.list} if offers(LIST) else {}
        found |= {INSIGHTS: self.insights} if offers(INSIGHTS) else {}
        if any(one.expendable for one in self.scenes):
            found |= {END_CALL: self.end} if offers(END_CALL) else {}
            found |= {REMOVE_AGENT: self.mute} if offers(REMOVE_AGENT) else {}
        return found

    def settle(self) -> None:
        """Wait until every call that was ended must be over for everybody."""
        ended = max((one.ended for one in self.scenes if one.state == ENDED), default=None)
        if ended is not None:
            self._clock.sleep(max(0.0, ended + LAG + _MOMENT - self._clock.monotonic()))

    def begin(self) -> None:
        """Begin another walk, where the rooms are by then."""
        self._taken = []

    def take(self, action: str, scene: Scene) -> None:
        """Take one step, where there is a request left for it.

        Raises:
            DisagreesError: where the answer does not fit.

        """
        if self._is_spent or (self._is_known(action, scene) and self.breach is None):
            return
        try:
            wrong = self.actions[action](scene)
        except NotReachedError as error:
            self.stopped = error
            return
        self.steps += 1
        if wrong:
            self._keep(wrong, action, scene)
            raise DisagreesError

    @property
    def _is_spent(self) -> bool:
        return self.stopped is not None or self._left < 2 or self._session.spare < _KEPT

    @property
    def over(self) -> bool:
        """Whether nothing is asked any more, whichever steps are drawn.

        Only an answer changes which steps are known.
        """
        if self._is_spent or self.breach:
            return self._is_spent
        steps = ((action, scene) for action in self.actions for scene in self.scenes)
        return all(self._step(*step) in self._tried for step in steps)

    def _keep(self, wrong: str, action: str, scene: Scene) -> None:
        """Keep the breach, unless a shorter walk showed one already."""
        self._left += 0 if self.breach else _SHORTENING
        led = self._led.setdefault((action, scene.room.name), self._since(action, scene))
        if self.breach and len(self._taken) >= self._shortest:
            return
        self._shortest = len(self._taken)
        # What led to it may stay done. Then one step shows it, and how it came about tells more.
        steps = self._taken if len(self._taken) > 1 else led
        own = scene.done if action != LIST else [one for each in self.scenes for one in each.done]
        first, *rest = dict.fromkeys([*(one for one in own if one not in steps), *steps])
        words = "an answer that fits what was done before, in any order"
        self.breach = Breach(words, wrong, scene.room.name, first, steps=tuple(rest))

    def _is_known(self, action: str, scene: Scene) -> bool:
        """Return whether the same step was taken after the same kind of step, as things stand."""
        step = self._step(action, scene)
        known, self._tried = step in self._tried, self._tried | {step}
        return known

    def _step(self, action: str, scene: Scene) -> tuple[str, str, str, str, bool]:
        last = self._trace[-1][0] if self._trace else ""
        return last, action, scene.room.name, scene.state, scene.muted

    def _since(self, action: str, scene: Scene) -> list[Request]:
        """Return what was asked of a room since the same step in it was fine, and that step."""
        found: list[Request] = []
        for did, where, request in self._trace[::-1]:
            own = where is scene and (did != LIST or action == LIST)
            if own and found and did == action:
                break
            found += [request] if own and request not in found else []
        return found[:_SHOWN][::-1]

    def _send(self, scene: Scene, of: str, content: str = "") -> Exchange:
        request = self._session.target.request(segment(scene.room.name), of=of, content=content)
        self._left -= 1
        self._taken.append(request)
        self._trace.append((of, scene, request))
        if of in (END_CALL, REMOVE_AGENT):
            return self._session.command(request, scene.room, of, "walk")
        return self._session.asker.send(request, "walk")

    def look(self, scene: Scene) -> str:
        """Ask for the call: it is there until it is ended, and not afterwards."""
        answer = self._send(scene, CALL)
        return self._broken(answer, CALL, scene) or self._fits(scene, answer)

    def insights(self, scene: Scene) -> str:
        """Ask for insights: they are there as long as the call is."""
        answer = self._send(scene, INSIGHTS)
        if broken := self._broken(answer, INSIGHTS, scene):
            return broken
        if scene.state == LIVE and answer.status in ABSENT and self._goes_on(scene):
            return f"{answer.status} to insights of a call that is on"
        if self._is_over(scene) and answer.status == 200 and not self._hosts_other(scene):
            return f"insights of the call in {scene.room.name!r}, which was ended"
        return ""

    def list(self, scene: Scene) -> str:
        """Ask for the list: the calls that were ended are not in it."""
        answer = self._send(scene, LIST)
        if broken := self._broken(answer, LIST, scene):
            return broken
        body = parse(answer.content).body
        items = body.get("data") if isinstance(body, dict) else None
        shown = [one for one in items or [] if isinstance(one, dict)]
        for one in self.scenes:
            listed = any(each.get("roomName") == one.room.name for each in shown)
            same = any(each.get("id") == one.id for each in shown)
            if self._is_over(one) and listed and same:
                return f"the call in {one.room.name!r} in the list, which was ended"
        return ""

    def end(self, scene: Scene) -> str:
        """End the call, where it may be ended; again, if it was."""
        early = scene.state == LIVE and len(self._trace) < self._early
        if not scene.expendable or early:
            return ""
        answer = self._send(scene, END_CALL)
        if broken := self._broken(answer, END_CALL, scene):
            return broken
        if 200 <= answer.status < 300 and scene.state == LIVE:
            scene.state, scene.ended = ENDED, answer.received
            scene.done.append(self._taken[-1])
            self.settle()
        elif scene.state == LIVE:
            return self._refused(scene, answer, END_CALL)
        return ""

    def mute(self, scene: Scene) -> str:
        """Mute the agent, where that may be done; again, if it was."""
        if not scene.expendable or scene.agent is None:
            return ""
        content = json.dumps({"participantIdentity": scene.agent}, ensure_ascii=False)
        answer = self._send(scene, REMOVE_AGENT, content)
        sent = self._taken[-1]
        if broken := self._broken(answer, REMOVE_AGENT, scene):
            return broken
        if 200 <= answer.status < 300:
            if self._is_over(scene) and not self._hosts_other(scene):
                return f"{answer.status} to remove-agent in {scene.room.name!r}, which was ended"
            scene.done += [] if scene.muted else [sent]
            scene.muted = True
        elif scene.state == LIVE and not scene.muted:
            return self._refused(scene, answer, REMOVE_AGENT)
        return ""

    def _broken(self, answer: Exchange, of: str, scene: Scene) -> str:
        if not answer.broken:
            return ""
        where = "" if of == LIST else f" in {scene.room.name!r}"
        return f"{answer.told} to {of}{where}"

    def _refused(self, scene: Scene, answer: Exchange, of: str) -> str:
        """Return what is wrong with a refusal: nothing, where the call has ended by itself."""
        on = self._goes_on(scene)
        return f"{answer.told} to {of} in {scene.room.name!r}, whose call is on" if on else ""

    def _is_over(self, scene: Scene) -> bool:
        return scene.state == ENDED and self._clock.monotonic() > scene.ended + LAG

    def _hosts_other(self, scene: Scene) -> bool:
        """Look at a room whose call was ended; return whether another one is on there, by its id.

        Where the answer is neither a call nor that there is none, nobody knows.
        """
        shown = self._send(scene, CALL)
        if shown.status != 200:
            return shown.status not in ABSENT
        return not _shows(shown, scene)

    def _goes_on(self, scene: Scene) -> bool:
        """Look again; where the call has ended by itself, expect nothing of its room any more."""
        shown = self._send(scene, CALL)
        on = shown.status == 200 and _shows(shown, scene)
        scene.state = scene.state if on else UNKNOWN
        return on

    def _fits(self, scene: Scene, answer: Exchange) -> str:
        if scene.state == LIVE and answer.status in ABSENT and self._goes_on(scene):
            return f"{answer.status}, and then the call in {scene.room.name!r}"
        if self._is_over(scene) and answer.status == 200 and _shows(answer, scene):
            return f"the call in {scene.room.name!r}, which was ended"
        return ""


def _shows(answer: Exchange, scene: Scene) -> bool:
    """Return whether an answer shows the scene's own call."""
    return bool(call_id(parse(answer.content).body) == scene.id)

"""Faults that only watching shows: duration, transcript and participants over time."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.implementations.base import Moment
from tests.implementations.call import instant
from tests.implementations.faulty import call_fault, fault
from tests.implementations.server import Request, Response

Call = dict[str, Any]
AGE = 60


def _now() -> datetime:
    return datetime.now(UTC)


@call_fault("time.duration-monotonic")
def two_clocks(call: Call, moment: Moment) -> None:
    """Two servers behind a balancer, their clocks two seconds apart."""
    call["duration"] -= 2 if moment.earlier % 2 else 0


@call_fault("time.duration-monotonic", age=0)
def counting_down(call: Call, moment: Moment) -> None:
    """The duration is negative until the agent has spoken."""
    call["duration"] = moment.seconds - 9


@fault("time.duration-monotonic")
def infinite(_: Request, response: Response) -> Response:
    """The duration is a number that no float can hold."""
    if response.status != 200:
        return response
    text = json.dumps(response.body | {"duration": "?"}).replace('"?"', "1e999")
    return replace(response, body=text.encode())


@call_fault("time.duration-rate")
def frozen(call: Call, _: Moment) -> None:
    """The duration stands still."""
    call["duration"] = AGE


@call_fault("time.duration-rate")
def milliseconds(call: Call, _: Moment) -> None:
    """The duration is in milliseconds."""
    call["duration"] *= 1000


@call_fault("time.duration-rate")
def minutes(call: Call, _: Moment) -> None:
    """The duration is in minutes."""
    call["duration"] = round(call["duration"] / 60, 2)


@call_fault("time.duration-rate", age=61)
def every_ten_seconds(call: Call, _: Moment) -> None:
    """The duration is renewed every ten seconds only."""
    call["duration"] = call["duration"] // 10 * 10


@call_fault("time.duration-rate")
def twice_as_fast(call: Call, moment: Moment) -> None:
    """The duration advances at twice the clock's speed."""
    call["duration"] += int(moment.seconds)


@call_fault("time.duration-rate")
def nanoseconds(call: Call, _: Moment) -> None:
    """The duration is in nanoseconds."""
    call["duration"] *= 1_000_000_000


@call_fault("time.transcript-appends")
def last_lines_only(call: Call, _: Moment) -> None:
    """Only the last ten lines of the transcript are kept."""
    call["transcript"] = call["transcript"][-10:]


@call_fault("time.transcript-appends")
def newest_first(call: Call, _: Moment) -> None:
    """The newest line of the transcript comes first."""
    call["transcript"].reverse()


@call_fault("time.transcript-appends")
def reworded_later(call: Call, moment: Moment) -> None:
    """An early line is corrected after others have followed."""
    if moment.earlier > 2:
        call["transcript"][3]["content"] += " I said."


@call_fault("time.transcript-appends")
def speaker_corrected_later(call: Call, moment: Moment) -> None:
    """An early line changes its speaker."""
    if moment.earlier > 2:
        call["transcript"][2]["role"] = "customer"


@call_fault("time.transcript-appends")
def transcript_lost(call: Call, moment: Moment) -> None:
    """The transcript starts again from nothing in the middle of the call."""
    if moment.earlier > 2:
        call["transcript"] = call["transcript"][50:]


@call_fault("time.transcript-last-line", level="should")
def interim_line_removed(call: Call, moment: Moment) -> None:
    """An unfinished last line disappears before the next one comes."""
    del call["transcript"][40:]
    if moment.earlier % 2 == 0:
        call["transcript"].append({"role": "customer", "content": "I was just"})


def _own(call: Call, joined: datetime) -> str:
    """Return an instant in odd milliseconds or in even ones: no two rooms ever show the same."""
    own = 1000 * (len(call["roomName"]) % 2) - joined.microsecond % 2000
    return instant(joined + timedelta(microseconds=own))


@call_fault("time.joined-at-stable")
def joined_at_computed(call: Call, _: Moment) -> None:
    """The field joinedAt is the present less whole seconds of duration."""
    for one in call["participants"]:
        one["joinedAt"] = _own(call, _now() - timedelta(seconds=call["duration"]))


@call_fault("time.joined-at-stable")
def joined_at_seen(call: Call, _: Moment) -> None:
    """The customer's joinedAt is the time of the request."""
    call["participants"][1]["joinedAt"] = _own(call, _now())


@call_fault("time.joined-at-past")
def local_time(call: Call, _: Moment) -> None:
    """The customer's joinedAt is local time, two hours ahead, marked as UTC."""
    joined = datetime.fromisoformat(call["participants"][1]["joinedAt"])
    call["participants"][1]["joinedAt"] = instant(joined + timedelta(hours=2))


@call_fault("time.joined-at-past", level="should")
def clock_ahead(call: Call, _: Moment) -> None:
    """The customer's joinedAt is by a clock that runs 50 seconds ahead."""
    joined = datetime.fromisoformat(call["participants"][1]["joinedAt"])
    call["participants"][1]["joinedAt"] = instant(joined + timedelta(seconds=AGE + 48))


@call_fault("time.duration-agrees", level="should")
def counts_the_queue(call: Call, _: Moment) -> None:
    """The duration includes ten minutes in a queue before anybody joined."""
    call["duration"] += 600


@call_fault("time.duration-agrees", level="should")
def per_leg(call: Call, _: Moment) -> None:
    """The duration is that of the latest transfer only."""
    call["duration"] -= 45


@call_fault("participants.unique", level="should")
def agent_twice(call: Call, _: Moment) -> None:
    """The agent is listed twice."""
    call["participants"].append(dict(call["participants"][0]))


@call_fault("participants.persist", level="should")
def customer_flickers(call: Call, moment: Moment) -> None:
    """The customer is missing from every other answer."""
    if moment.earlier % 2:
        call["participants"].pop()


@call_fault("participants.role-stable")
def role_by_turn(call: Call, moment: Moment) -> None:
    """A second agent is an agent only while it speaks."""
    second = call["participants"][0] | {"identity": "agent-002", "isAgent": moment.earlier % 2 == 0}
    call["participants"].append(second)


@call_fault("participants.agent", level="should")
def nobody_is_agent(call: Call, _: Moment) -> None:
    """The field isAgent is false for everyone."""
    for one in call["participants"]:
        one["isAgent"] = False


@call_fault("participants.agent", level="should")
def agent_left_out(call: Call, _: Moment) -> None:
    """Only people are listed as participants."""
    del call["participants"][0]


@fault("time.duration-agrees", level="should")
def hours_without_a_date(_: Request, response: Response) -> Response:
    """The joinedAt is local time, two hours behind, marked as UTC; there is no Date."""
    if response.status == 200:
        for one in response.body["participants"]:
            joined = datetime.fromisoformat(one["joinedAt"])
            one["joinedAt"] = instant(joined - timedelta(hours=2))
    return replace(response, headers={**response.headers, "Date": None})


@call_fault("time.transcript-appends", level="should")
def revised_after_the_next(call: Call, moment: Moment) -> None:
    """The line before the last is reworded when its speaker is understood better."""
    if moment.earlier % 2:
        call["transcript"][-2]["content"] += " I think."

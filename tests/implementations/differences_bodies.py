"""Correct implementations whose calls differ: fields, values, and what happens in them."""

import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from tests.implementations.base import Moment
from tests.implementations.call import SECONDS_A_LINE, instant
from tests.implementations.correct import difference

Call = dict[str, Any]


def _rezoned(call: Call, zone: timezone, timespec: str) -> None:
    for one in call["participants"]:
        joined = datetime.fromisoformat(one["joinedAt"])
        one["joinedAt"] = joined.astimezone(zone).isoformat(timespec=timespec)


@difference(of_call=True, profile="quick")
def the_base(_call: Call, _: Moment) -> None:
    """Exactly as the documentation's example."""


@difference(of_call=True, profile="quick")
def no_optional_field(call: Call, _: Moment) -> None:
    """The customer's name is absent."""
    del call["customerName"]


@difference(of_call=True, profile="quick")
def unknown_caller(call: Call, _: Moment) -> None:
    """The customer's name is null and the phone number withheld."""
    call["customerName"] = None
    call["customerPhone"] = ""


@difference(of_call=True, profile="quick")
def extra_fields(call: Call, moment: Moment) -> None:
    """Fields that nobody documented, at every level, some of them changing."""
    call |= {"status": "active", "lastMessage": None, "metrics": {"polls": moment.seconds}}
    for one in call["transcript"] + call["participants"]:
        one |= {"name": None, "tags": [], "confidence": 0.93}


@difference(of_call=True, profile="quick")
def fractional_duration(call: Call, moment: Moment) -> None:
    """The duration has a fraction."""
    call["duration"] = 60.0 + moment.seconds


@difference(of_call=True, profile="quick")
def offsets(call: Call, _: Moment) -> None:
    """Times have an offset and microseconds."""
    _rezoned(call, timezone(timedelta(hours=5, minutes=30)), "microseconds")


@difference(of_call=True, profile="quick")
def whole_seconds(call: Call, _: Moment) -> None:
    """Times are in UTC in whole seconds, written with an offset of zero."""
    _rezoned(call, UTC, "seconds")


@difference(of_call=True, profile="quick")
def other_words(call: Call, _: Moment) -> None:
    """Values unlike the example's: a UUID, the SDK's roles, a mood, a national number."""
    call["id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, call["roomName"]))
    call["sentiment"] = "slightly annoyed"
    call["customerPhone"] = "0414 570 1234"
    for line in call["transcript"]:
        line["role"] = {"agent": "assistant", "customer": "user"}[line["role"]]


@difference(of_call=True, profile="quick")
def silent(call: Call, _: Moment) -> None:
    """Nobody says anything."""
    call["transcript"] = []


@difference(of_call=True, age=0, profile="quick")
def just_begun(_call: Call, _: Moment) -> None:
    """The call begins with the first request: no line yet, the customer joins a second later."""


@difference(of_call=True, profile="quick")
def joins_midway(call: Call, moment: Moment) -> None:
    """A supervisor joins midway and stays, the customer leaves for good."""
    if moment.seconds > 1.2:
        joined = datetime.fromisoformat(call["participants"][0]["joinedAt"])
        call["participants"].append(
            {
                "identity": "supervisor-1",
                "isAgent": False,
                "metadata": {"team": "billing", "level": 2},
                "joinedAt": instant(joined + timedelta(seconds=61)),
            }
        )
    if moment.seconds > 2.4:
        del call["participants"][1]


@difference(of_call=True, profile="quick")
def handed_over(call: Call, moment: Moment) -> None:
    """A person takes over and the AI agent leaves."""
    joined = datetime.fromisoformat(call["participants"][0]["joinedAt"])
    person = {"identity": "person-7", "isAgent": False, "metadata": {}}
    call["participants"].append(person | {"joinedAt": instant(joined + timedelta(seconds=30))})
    if moment.seconds > 1.5:
        del call["participants"][0]


@difference(of_call=True, profile="quick")
def comes_back(call: Call, moment: Moment) -> None:
    """The customer leaves and joins again a little later."""
    if moment.seconds > 2.5:
        joined = datetime.fromisoformat(call["participants"][0]["joinedAt"])
        call["participants"][1]["joinedAt"] = instant(joined + timedelta(seconds=62.5))
    elif moment.seconds > 1:
        del call["participants"][1]


@difference(of_call=True, profile="quick", age=3600)
def an_hour_old(_call: Call, _: Moment) -> None:
    """The call has lasted for an hour and has thousands of lines."""


@difference(of_call=True, profile="quick")
def revised_last_line(call: Call, moment: Moment) -> None:
    """The last line grows word by word and is reworded when it is finished."""
    spoken = (60.0 + moment.seconds) % SECONDS_A_LINE / SECONDS_A_LINE
    words = ["erm", "well", "I", "would", "like", "to", "know", "when", "it", "will", "arrive"]
    said = " ".join(words[: 1 + int(spoken * len(words))])
    call["transcript"].append({"role": "customer", "content": said})


@difference(of_call=True, profile="quick")
def late_transcription(call: Call, moment: Moment) -> None:
    """Nothing is transcribed at first; then several lines come at once."""
    if moment.seconds < 1.5:
        call["transcript"] = []


@difference(of_call=True, profile="quick")
def next_call(call: Call, moment: Moment) -> None:
    """The call ends and the room hosts the next one at once."""
    if moment.seconds > 2:
        call["id"] = call["id"][::-1]
        call["duration"] = int(moment.seconds - 2)
        call["transcript"] = call["transcript"][51:]
        for one in call["participants"]:
            joined = datetime.fromisoformat(one["joinedAt"])
            one["joinedAt"] = instant(joined + timedelta(seconds=62))


@difference(of_call=True, profile="quick")
def unordered(call: Call, moment: Moment) -> None:
    """Participants and fields come in another order each time."""
    if int(moment.seconds * 10) % 2:
        call["participants"].reverse()
        for name in sorted(call):
            call[name] = call.pop(name)


@difference(of_call=True, profile="quick")
def any_script(call: Call, _: Moment) -> None:
    """Names and lines are in many scripts and hold mark-up."""
    call["customerName"] = "أحمد 山田 <b>Zoë</b> 👩🏽\u200d💻 \u202eabc"
    for line in call["transcript"]:
        line["content"] += " </script> {{7*7}} \x00 \\u0041 '\" e\u0301"


@difference(of_call=True, profile="quick")
def rings_all_the_while(call: Call, _: Moment) -> None:
    """Nobody answers the call while it is watched."""
    call["duration"] = 0
    call["transcript"] = []


@difference(of_call=True, profile="quick")
def both_speak(call: Call, moment: Moment) -> None:
    """The last line of each speaker is revised for as long as they speak at once."""
    for role, words in (("customer", "no but listen what I mean is"), ("agent", "of course I see")):
        said = words.split()[: 1 + int(moment.seconds * 2)]
        call["transcript"].append({"role": role, "content": " ".join(said)})
    del call["transcript"][40:-2]


@difference(of_call=True, profile="quick")
def finished_late(call: Call, moment: Moment) -> None:
    """A line gets its full stop up to a second after the next one has begun."""
    spoken = (60.0 + moment.seconds) % SECONDS_A_LINE
    for line in call["transcript"][-2 if spoken < 1 else -1 :]:
        line["content"] = line["content"][:-1]


@difference(of_call=True, profile="quick")
def becomes_known(call: Call, moment: Moment) -> None:
    """Who calls is found out during the call, and another agent takes over once."""
    if moment.seconds < 1.5:
        call |= {"customerName": None, "customerPhone": ""}
    if moment.seconds > 3:
        call["aiAgentName"] = "Returns Desk"


@difference(of_call=True, profile="quick")
def any_punctuation(call: Call, _: Moment) -> None:
    """Names and lines have what encoded or escaped texts look like, but for a little."""
    call["customerName"] = "José & Søren\u2019s «NÃO»"
    call["aiAgentName"] = "R&D \u2014 Ærø; &c."
    for line in call["transcript"]:
        line["content"] += " “É…” À\u00a0la carte \u2014 ÇA\u00a0! 100 €"


@difference(of_call=True, profile="quick")
def lower_case_times(call: Call, _: Moment) -> None:
    """Times are written with a lower-case t and z."""
    for one in call["participants"]:
        one["joinedAt"] = one["joinedAt"].lower()


@difference(of_call=True, profile="quick")
def nine_megabytes(call: Call, _: Moment) -> None:
    """A participant has metadata of nine megabytes."""
    call["participants"][0]["metadata"] = {"page": "x" * 9_000_000}

"""Faults in the fields of a call: missing, of another type, or unlike the printed example."""

import html
import json
import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.implementations.base import Moment
from tests.implementations.faulty import call_fault, fault
from tests.implementations.server import Request, Response

Call = dict[str, Any]


@call_fault("shape.schema")
def no_phone(call: Call, _: Moment) -> None:
    """The field customerPhone is missing."""
    del call["customerPhone"]


@call_fault("shape.schema")
def no_agent_name(call: Call, _: Moment) -> None:
    """The field aiAgentName is null."""
    call["aiAgentName"] = None


@call_fault("shape.schema")
def id_as_number(call: Call, _: Moment) -> None:
    """The field id is a number."""
    call["id"] = int(call["id"][:8], 16)


@call_fault("shape.schema")
def nobody_is_null(call: Call, _: Moment) -> None:
    """The participants are null."""
    call["participants"] = None


@call_fault("shape.schema")
def snake_case(call: Call, _: Moment) -> None:
    """Field names are in snake case: customer_phone, ai_agent_name."""
    call["customer_phone"] = call.pop("customerPhone")
    call["ai_agent_name"] = call.pop("aiAgentName")


@call_fault("shape.schema")
def name_as_object(call: Call, _: Moment) -> None:
    """The field customerName is an object of first and last name."""
    call["customerName"] = {"first": "Ada", "last": "Example"}


@call_fault("shape.schema")
def duration_as_text(call: Call, _: Moment) -> None:
    """The field duration is a string."""
    call["duration"] = str(call["duration"])


@call_fault("shape.schema")
def sentiment_as_score(call: Call, _: Moment) -> None:
    """The field sentiment is a number."""
    call["sentiment"] = 0.8


@call_fault("shape.schema")
def transcript_as_text(call: Call, _: Moment) -> None:
    """The transcript is one string."""
    call["transcript"] = "\n".join(line["content"] for line in call["transcript"])


@call_fault("shape.schema")
def lines_without_role(call: Call, _: Moment) -> None:
    """Transcript lines lack their role."""
    for line in call["transcript"]:
        del line["role"]


@call_fault("shape.schema")
def participants_by_identity(call: Call, _: Moment) -> None:
    """The participants are an object by identity."""
    call["participants"] = {one["identity"]: one for one in call["participants"]}


@call_fault("shape.schema")
def metadata_as_text(call: Call, _: Moment) -> None:
    """The metadata of a participant is a string that holds JSON."""
    for one in call["participants"]:
        one["metadata"] = json.dumps(one["metadata"])


@call_fault("shape.schema")
def agent_as_text(call: Call, _: Moment) -> None:
    """The field isAgent is a string."""
    for one in call["participants"]:
        one["isAgent"] = str(one["isAgent"]).lower()


@call_fault("shape.schema")
def joined_at_epoch(call: Call, _: Moment) -> None:
    """The field joinedAt is a number of milliseconds."""
    for one in call["participants"]:
        one["joinedAt"] = int(datetime.fromisoformat(one["joinedAt"]).timestamp() * 1000)


@call_fault("shape.schema")
def joined_at_without_zone(call: Call, _: Moment) -> None:
    """The field joinedAt names no time zone."""
    for one in call["participants"]:
        one["joinedAt"] = one["joinedAt"].replace("T", " ").removesuffix("Z")


@fault("shape.schema")
def wrapped(_: Request, response: Response) -> Response:
    """The call is wrapped in an object with data and success."""
    body = {"success": True, "data": response.body}
    return replace(response, body=body) if response.status == 200 else response


@call_fault("shape.advisory", level="should")
def roles_of_the_sdk(call: Call, _: Moment) -> None:
    """Transcript roles are assistant and user."""
    for line in call["transcript"]:
        line["role"] = {"agent": "assistant", "customer": "user"}[line["role"]]


@call_fault("shape.advisory", level="should")
def loud_sentiment(call: Call, _: Moment) -> None:
    """The sentiment is in capitals."""
    call["sentiment"] = call["sentiment"].upper()


@call_fault("shape.advisory", level="should")
def national_phone(call: Call, _: Moment) -> None:
    """The phone number is in national form."""
    call["customerPhone"] = "(415) 555-0123"


@call_fault("shape.advisory", level="should")
def uuid_id(call: Call, _: Moment) -> None:
    """The id is a UUID."""
    call["id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, call["roomName"]))


@call_fault("shape.advisory", level="should")
def agent_called_bot(call: Call, _: Moment) -> None:
    """The agent's identity does not begin with agent-."""
    call["participants"][0]["identity"] = "bot-001"


@call_fault("shape.advisory", level="should")
def role_and_content_swapped(call: Call, _: Moment) -> None:
    """Transcript roles are what was said, and the contents who said it."""
    for line in call["transcript"]:
        line["role"], line["content"] = line["content"], line["role"]


@call_fault("shape.text", level="should")
def encoded_twice(call: Call, _: Moment) -> None:
    """UTF-8 is read as Latin-1 and encoded again."""
    call["customerName"] = "José".encode().decode("latin-1")


@call_fault("shape.text", level="should")
def punctuation_encoded_twice(call: Call, _: Moment) -> None:
    """UTF-8 is read as Windows-1252 and encoded again: a dash looks like three letters."""
    for line in call["transcript"]:
        line["content"] += " \u2014 yes".encode().decode("cp1252")


@call_fault("shape.text", level="should")
def escaped_for_html(call: Call, _: Moment) -> None:
    """Lines of the transcript are escaped for HTML."""
    for line in call["transcript"]:
        line["content"] = html.escape(f"{line['content']} I don't know.")

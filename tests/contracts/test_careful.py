"""What a plain run sends to a room whose call goes on, and where it tries without a key."""

from contracts.asking.plan import plan
from contracts.judging.question import question
from contracts.suite import test_access as access
from contracts.suite import test_ending as ending
from contracts.suite import test_http as http
from tests.contracts.test_session import session

OFFERED = frozenset(("list", "insights"))


def test_what_may_end_a_call_is_sent_for_no_room_that_has_one() -> None:
    """A server may hang up on DELETE; a POST is all that a live room gets."""
    one = session(200, profile="full")
    one.open()
    one.plan = plan("full")
    sent = list(http._by_other_methods(one, OFFERED))
    asked = [found for each in sent if (found := question(each))]
    live = {each.method for each in asked if each.room == "call-1"}
    assert live == {"HEAD", "OPTIONS", "POST"}
    elsewhere = {each.method for each in asked if each.room.startswith("no-such-room-")}
    assert elsewhere == {"PUT", "PATCH", "DELETE"}


def test_the_quick_profile_tries_the_list_without_a_key_once() -> None:
    """Unless a call may be ended: then others try the commands."""
    one = session(200, profile="quick", api_key="key")
    one.open()
    [sent] = access._for_list(one, one.live[0], OFFERED)
    asked = question(sent)
    assert asked and (asked.of, sent.header("x-api-key")) == ("list", None)
    assert not list(access._for_list(one, one.live[0], frozenset()))


def test_whether_a_command_is_guarded_is_said_once_it_is_known_whether_it_is_offered() -> None:
    """To strangers, a server without the command may answer like one that turns them down."""
    marks = vars(ending.test_guarded)["pytestmark"][0].args[1]
    assert {mark.kwargs["stage"] for each in marks for mark in each.marks} == {"review"}

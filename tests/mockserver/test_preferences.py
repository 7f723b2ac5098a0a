"""A request may wish for a state: RFC 7240 ``Prefer``, and the faults that it asks for."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.http.faults import FAULTS
from mockserver.http.responses import Response
from mockserver.settings import Settings
from tests.mockserver.conftest import EPOCH, PATH, Client, MakeClient


@cache
def _client() -> Client:
    """Return one mock for all examples of a property."""
    return Client(Settings(epoch=EPOCH))


def test_preferences_in_several_fields(client: Client) -> None:
    """Two Prefer fields are one list, as HTTP says."""
    headers = [("x-workspace-id", "w"), ("prefer", "at=5"), ("prefer", "seed=7")]
    response = client.request("GET", PATH + "x", headers)
    assert response.headers["preference-applied"] == "at=5, seed=7"


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("scenario=silent", "scenario=silent"),
        ("at=30", "at=30"),
        ("at=12.5, scenario=recovery", "scenario=recovery, at=12.5"),
        ("code=404", "code=404"),
        ("Code = 503 ; x=y, delay=1", "code=503, delay=1"),
        ("example=documented", "example=documented"),
        ('scenario="silent"', "scenario=silent"),
        ("seed=7, locale=ja_JP", "seed=7, locale=ja_JP"),
        ("locale=ja-JP", "locale=ja_JP"),
        ("fault=wrong-content-type", "fault=wrong-content-type"),
        ("at=1, at=2", "at=1"),
        ("respond-async, wait=10, at=1", "at=1"),
        ("at=10, example=documented", "example=documented"),
    ],
)
def test_preferences_are_applied_and_named(client: Client, prefer: str, applied: str) -> None:
    """Preference-Applied names what was applied, in the mock's own spelling."""
    assert client.get("x", prefer=prefer).headers["preference-applied"] == applied


@pytest.mark.parametrize("prefer", ["", "respond-async", 'nonsense="a,b", ;;=,,', "x" * 5000, '"'])
def test_unknown_preferences_are_ignored(client: Client, prefer: str) -> None:
    """What is no preference of the mock changes nothing."""
    response = client.get("x", prefer=prefer)
    assert response.status_code == 200
    assert "preference-applied" not in response.headers


@pytest.mark.parametrize(
    ("prefer", "right"),
    [
        ("scenario=nope", "documented, greeting"),
        ("at=-1", "a number of seconds"),
        ("at=1e3", "a number of seconds"),
        ("at=", "a number of seconds"),
        ("code=200x", "200, or a status from 400 to 599"),
        ("code=302", "200, or a status from 400 to 599"),
        ("example=other", "documented"),
        ("delay=60001", "from 0 to 60000"),
        ("fault=gone", "slow, timeout, truncated"),
        ("seed=1.5", "a whole number"),
        ("locale=xx", "en_US"),
    ],
)
def test_wrong_values_are_a_400_with_the_right_ones(
    client: Client, prefer: str, right: str
) -> None:
    """A known preference with a value that it cannot have lists those that it can."""
    response = client.get("x", prefer=prefer)
    assert response.status_code == 400
    assert right in response.json()["error"]["message"]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80))
def test_any_prefer_header(prefer: str) -> None:
    """No Prefer header causes a 5xx, or an applied preference that was not understood."""
    if "delay" not in prefer and "fault" not in prefer and "code" not in prefer:
        assert _client().get("x", prefer=prefer).status_code in (200, 400)


def test_seed_and_locale_of_one_request(client: Client) -> None:
    """A request can ask for another draw of a room, in another language."""
    usual = client.call("x")
    assert client.call("x", prefer="seed=1")["id"] != usual["id"]
    assert client.call("x", prefer="seed=0") == usual
    spoken = client.call("x", prefer="locale=ja_JP, at=60")["transcript"][0]["content"]
    assert not spoken.isascii()


@pytest.mark.parametrize("fault", ["empty", "malformed", "wrong-content-type"])
def test_faults_spoil_the_answer(client: Client, fault: str) -> None:
    """Each fault makes a response that a client must not take for a call."""
    response = client.get("x", prefer=f"fault={fault}")
    if fault == "empty":
        assert response.content == b""
    elif fault == "malformed":
        with pytest.raises(ValueError, match=r"Expecting|delimiter"):
            response.json()
    else:
        assert response.headers["content-type"].startswith("text/html")


def test_slow_faults_wait() -> None:
    """`slow` comes after three seconds, `timeout` after a minute; `truncated` lacks its half."""
    good = Response(200, b"0123456789", wait_seconds=1.0)
    assert FAULTS["slow"](good).wait_seconds == 4
    assert FAULTS["timeout"](good).wait_seconds == 60
    truncated = FAULTS["truncated"](good)
    assert (truncated.body, truncated.missing_bytes) == (b"01234", 5)


def test_a_semicolon_is_told_in_the_journal(make_client: MakeClient) -> None:
    """A preference after a semicolon is a parameter of the one before it, and is ignored."""
    client = make_client()
    client.get("x", prefer="code=503; delay=200")
    (told,) = client.request("GET", "/_mock/requests").json()["requests"][0]["problems"]
    assert told["message"].startswith("After a semicolon, delay is a parameter of code")


def test_another_call_of_the_room(client: Client) -> None:
    """``call`` shows the room's other calls; ``at`` in a scenario room always shows its first."""
    ids = [client.call("r", prefer=f"call={n}, at=60")["id"] for n in (1, 2, 3)]
    assert len(set(ids)) == 3
    assert client.call("r")["id"] == ids[0]
    first = client.call("mock-ending", prefer="at=10")
    client.now += 40 * 7 + 5
    assert client.call("mock-ending", prefer="at=10") == first
    assert (
        client.call("mock-ending", prefer="at=10, call=8")["id"] == client.call("mock-ending")["id"]
    )
    assert client.get("mock-ending", prefer="at=30").status_code == 404
    client.now += 12 * 3600
    assert client.call("r", prefer="call=2, at=60")["id"] == ids[1]


def test_retry_after(client: Client) -> None:
    """An error asks for as much patience as it is told to."""
    for status in (429, 503):
        response = client.get("x", prefer=f"code={status}, retry-after=2")
        assert response.headers["retry-after"] == "2"
        assert "retry-after=2" in response.headers["preference-applied"]
    assert "retry-after" not in client.get("x", prefer="retry-after=2").headers


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/v2/api/active-calls/x/", "Leave out the slash"),
        ("/v2/api/active-call/x", "Did you mean /v2/api/active-calls/{roomName}?"),
        ("/api/v2/active-calls/x", "Did you mean /v2/api/active-calls/{roomName}?"),
        ("/nothing", "There is nothing at this path."),
    ],
)
def test_a_wrong_path_is_no_call_that_ended(client: Client, path: str, words: str) -> None:
    """The 404 says that the path is wrong, and what was probably meant."""
    response = client.request("GET", path, {"x-workspace-id": "w"})
    assert response.status_code == 404
    assert words in response.json()["error"]["message"]

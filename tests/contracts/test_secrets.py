import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest

from contracts.traffic.secrets import Secrets
from contracts.verification import Verification
from tests.contracts.samples import person, seen, settings

KEY = "sk-live/4f\"1d'8c<2e>\\7a&09-b3"


@pytest.mark.parametrize(
    "shown",
    [
        KEY,
        f"key={KEY}&",
        json.dumps({"key": KEY}),
        repr({"key": KEY}),
        quote(KEY, safe=""),
        re.sub("%..", lambda escape: escape[0].lower(), quote(KEY)),
        html.escape(KEY),
        b64encode(KEY.encode()).decode(),
        urlsafe_b64encode(KEY.encode()).decode().rstrip("="),
        f"the key {KEY[:17]}...",
        f"...{KEY[-15:]} is wrong",
    ],
    ids=[
        *("plain", "within", "JSON", "Python", "URL", "lower-case URL", "HTML", "base64"),
        *("URL-safe base64", "cut at its end", "cut at its start"),
    ],
)
def test_no_form_of_a_secret_is_left(shown: str) -> None:
    """However it comes back, and also in pieces, its variable stands in its place."""
    redacted = Secrets({"API_KEY": KEY}).redacted(shown)
    assert "${API_KEY}" in redacted
    pieces = {KEY[at : at + 12] for at in range(len(KEY) - 11)}
    assert not any(piece in redacted for piece in pieces)


def test_what_is_no_secret_stays() -> None:
    """Other text is untouched, and so is what a very short value would tear apart."""
    secrets = Secrets({"API_KEY": KEY, "X_ON": "1"})
    text = "1 of 10: sk-live is the prefix of every key"
    assert secrets.redacted(text) == text


def test_a_short_secret_is_replaced_as_a_whole() -> None:
    """A key of a few characters is found where it stands, twice in a row as well."""
    assert Secrets({"K": "abcd"}).redacted("abcdabcd abc") == "${K}${K} abc"


@pytest.mark.parametrize("key", ["sk-AbCdEfGhIjKlMnOp+9aZ/Qq1==", 'a-prefix-of-12-or-more"&<tail'])
def test_no_escaping_hides_the_end_of_another(key: str) -> None:
    """A form that shares its beginning with another is replaced as a whole."""
    secrets = Secrets({"K": key})
    assert secrets.redacted(f"key {key} refused") == "key ${K} refused"
    assert secrets.redacted(f"key {key[:-2]} ...") == "key ${K} ..."


def test_a_value_holds_no_secret_at_any_depth() -> None:
    """Names of fields too; what is no text stays as it is."""
    value = {"a": [KEY, 1, None], f"x-{KEY}": {"b": True}}
    expected = {"a": ["${K}", 1, None], "x-${K}": {"b": True}}
    assert Secrets({"K": KEY}).scrubbed(value) == expected


def test_what_is_drawn_holds_no_secret_and_nothing_that_was_said() -> None:
    """A target may show what it was sent in any field of a call."""
    verification = Verification(settings(api_key=KEY))
    people = [person(f"agent-{KEY}")]
    verification.session.history.observations.append(seen(0, sentiment=KEY, participants=people))
    [shown] = verification.result().observations
    assert (shown.body["sentiment"], shown.headers) == ("${API_KEY}", {})
    assert shown.body["participants"][0]["identity"] == "agent-${API_KEY}"
    assert shown.body["transcript"] == [None] * 3

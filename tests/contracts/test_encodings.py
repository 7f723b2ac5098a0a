"""Texts that were encoded or escaped once too often, and others that look a little like it."""

import pytest

from contracts.judging.encodings import spoilt

MEANT = [
    "José",
    "Søren\u2019s caf\u00e9 \u2014 na\u00efve\u2026",
    "Доброе утро",
    "お電話ありがとう",
    "📞 hello",
    "Ünïcödé",
]
FINE = [
    *MEANT,
    "«NÃO», disse: \u201cMAÇÃ\u201d \u2014 É\u00a0!",
    "R&D, AT&T; A&B; &c. & <b>Sons</b>",
    "&amplifier; &; &#; &#x;",
    "100 €, 20 °C, ½ £",
    "\x00 \ud800 \u202e",
]


@pytest.mark.parametrize("text", MEANT)
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_a_text_that_is_encoded_twice_is_found(text: str, encoding: str) -> None:
    """Whichever encoding it was taken for; where Windows-1252 has no letter, it stays out."""
    body = {"transcript": [{"role": "agent", "content": "Hello."}, {"role": "agent"}]}
    body["transcript"][0]["content"] += text.encode().decode(encoding, "ignore")
    if encoding == "latin-1" or text != "Доброе утро":
        [breach] = spoilt(body)
        assert breach.expected == "transcript[].content: text that is encoded once"


@pytest.mark.parametrize("text", ["O&#39;Brien", "A &amp; B", "&lt;b&gt;", "&#x27;", "&quot;x"])
def test_a_text_that_is_escaped_is_found(text: str) -> None:
    """With a little of what stands around it."""
    [breach] = spoilt({"customerName": f"Hello, {text} and so on", "aiAgentName": 7})
    assert breach.expected == "customerName: text as it is, not escaped for HTML"
    assert "&" in breach.received


@pytest.mark.parametrize("text", FINE)
def test_any_other_text_is_fine(text: str) -> None:
    """Capitals before quotation marks and hard spaces, ampersands, marks of any script."""
    assert list(spoilt({"customerName": text, "transcript": [{"content": text}]})) == []


@pytest.mark.parametrize("body", [None, [], {"transcript": "x"}, {"transcript": [None, {}]}])
def test_what_has_no_texts_is_passed_over(body: object) -> None:
    """That is for the schema to complain about."""
    assert list(spoilt(body)) == []

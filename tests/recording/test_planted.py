"""What must not leave is planted everywhere, and then looked for in every code."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.recording.planting import CALL, codes, entry, found, scrub

KEY, TOKEN, COOKIE = (
    "sk3y-Zq81-never-told",
    "eyJhbGciOi.eyJzdWIiOjE.c2lnbmF0dXJl",
    "c00kie-9f8e7d6c5b",
)
NAMES = {
    "Latin": ("Ingrid Solveig", ["Ingrid", "Solveig"]),
    "accents": ("José Núñez-Åkesson", ["José", "Núñez", "Åkesson"]),
    "apostrophe": ("Maeve O'Brannigan", ["Maeve", "Brannigan"]),
    "German": ("Jürgen Weißmüller", ["Jürgen", "Weißmüller"]),
    "Japanese": ("山田 花子", ["山田", "花子"]),
    "Japanese, in one": ("佐々木太郎", ["佐々木太郎"]),
    "Katakana": ("ナカムラ ハルカ", ["ナカムラ", "ハルカ"]),
    "Korean": ("박지민", ["박지민", "지민"]),
    "Arabic": ("خالد الرشيد", ["خالد", "الرشيد"]),
    "Cyrillic": ("Фёдор Лебедев", ["Фёдор", "Лебедев"]),
    "Greek": ("Νίκος Παπαδάκης", ["Νίκος", "Παπαδάκης"]),
    "Hebrew": ("דניאל אברהם", ["דניאל", "אברהם"]),
    "Devanagari": ("प्रिया शर्मा", ["प्रिया", "शर्मा"]),
}


def _call(code: str) -> dict[str, Any]:
    return {
        **CALL,
        "id": f"id {code}",
        "roomName": code,
        "aiAgentName": code,
        "sentiment": code,
        "transcript": [{"role": code, "content": f"So {code}, how are you?"}],
        "participants": [
            {
                "identity": f"sip_{code}",
                "isAgent": False,
                "joinedAt": code,
                "metadata": {
                    code: code,
                    "deep": [{"er": [{code: {"still": code}}]}],
                    "text": json.dumps({"said": code, code: [code]}),
                },
            }
        ],
        "error": {"message": f"no such room: {code}"},
    }


def _everywhere(code: str) -> Any:
    one = entry(_call(code), url=f"http://h/v2/api/active-calls/{code}?q={code}&{code}=1#{code}")
    request, response = one["request"], one["response"]
    request["headers"].append({"name": "X-Note", "value": code})
    request["queryString"].append({"name": code, "value": code})
    request["cookies"].append({"name": "sid", "value": code})
    request["postData"] = {
        "mimeType": "text/plain",
        "text": f"{code} and\n{code}",
        "params": [{"name": code, "value": code, "fileName": code}],
    }
    response["headers"] += [{"name": "Location", "value": f"/x/{code}?y={code}"}]
    response["redirectURL"] = f"http://h/x/{code}"
    response["statusText"] = code
    one |= {"comment": code, "_initiator": {"stack": [{"url": f"http://h/{code}", code: code}]}}
    return one


def _coded(code: str, encoding: str, told: str = "") -> Any:
    made = entry()
    made["response"]["content"] = {
        "mimeType": f"text/plain{told}",
        "encoding": "base64",
        "text": b64encode(f"it is {code}".encode(encoding)).decode(),
        "size": 1,
    }
    return made


def spread(text: str) -> list[Any]:
    """Return entries that say a text in every field that an entry has, in every code."""
    made = []
    for code in codes(text):
        plain, html = entry(f"<p title='{code}'>{code}</p>"), entry(f'data: {{"a": "{code}')
        made += [_everywhere(code), plain, html, _coded(code, "utf-8")]
        made.append(_coded(code, "utf-16", "; charset=utf-16"))
    return made


@pytest.mark.parametrize(("name", "words"), NAMES.values(), ids=NAMES)
def test_a_name_is_in_no_field_and_no_code(tmp_path: Path, name: str, words: list[str]) -> None:
    """Nor is one of its words, also where it is told at the very end."""
    made = scrub(tmp_path, *spread(name), entry({**CALL, "customerName": name}))
    assert found(tmp_path / "in.har", words) == words
    assert found(tmp_path / "out.har", words) == []
    assert len(made["entries"]) == len(spread(name)) + 1


@pytest.mark.parametrize(
    ("phone", "forms"),
    [
        ("+14155551234", ["+14155551234", "(415) 555-1234", "415.555.1234", "1 415 555 1234"]),
        ("+493012345678", ["+49 30 12345678", "030 12345678", "030/12345678", "00493012345678"]),
        ("+442079460958", ["+44 20 7946 0958", "020 7946 0958", "(020) 7946 0958"]),
        ("+81312345678", ["+81-3-1234-5678", "03-1234-5678"]),
    ],
)
def test_a_phone_number_is_in_no_field_and_no_form(
    tmp_path: Path, phone: str, forms: list[str]
) -> None:
    """Nor its digits alone."""
    spoken = [one for form in forms for one in spread(form)[::25]]
    scrub(tmp_path, *spread(phone), *spoken, entry({**CALL, "customerPhone": phone}))
    digits = phone[1:], phone[3:]
    assert found(tmp_path / "out.har", digits) == []


@pytest.mark.parametrize(
    "value",
    [
        *("ingrid.solveig@mail.example.net", "4111 1111 1111 1111", "4111-1111-1111-1111"),
        *(
            "DE89370400440532013000",
            "DE89 3704 0044 0532 0130 00",
            "ORD9876543",
            "982451",
            "٩٨٢٤٥١٣٣",
        ),
        *("742 Evergreen Terrace", "Hauptstraße 17", "12 rue de la Paix", "Calle Mayor 25"),
    ],
)
def test_what_has_a_form_of_its_own_is_in_no_field_and_no_code(tmp_path: Path, value: str) -> None:
    """No field has to tell it."""
    scrub(tmp_path, *spread(value))
    assert found(tmp_path / "in.har", [value]) == [value]
    assert found(tmp_path / "out.har", [value]) == []


def test_a_postal_address_is_nowhere_where_a_field_tells_it(tmp_path: Path) -> None:
    """Street, town and postcode, also in other case and with other blanks."""
    place = {"street": "Nordre Gate 9b", "city": "Trondheim", "postalCode": "7011-4455"}
    told = entry({**CALL, "participants": [{"metadata": {"homeAddress": place}}]})
    said = [
        *spread("NORDRE  GATE 9B, trondheim"),
        *spread("I live in Trondheim, 7011-4455"),
    ]
    scrub(tmp_path, *said, told)
    needles = ["Nordre Gate", "NORDRE  GATE", "Nordre", "Trondheim", "7011"]
    assert found(tmp_path / "in.har", needles) == needles
    assert found(tmp_path / "out.har", needles) == []


def test_credentials_never_leave(tmp_path: Path) -> None:
    """Not with personal data kept, either; nor where an answer says them again."""
    told = entry({**CALL, "error": f"bad key {KEY}, token {TOKEN}, cookie {COOKIE}"})
    told["request"]["headers"] += [
        {"name": "X-API-Key", "value": KEY},
        {"name": "Authorization", "value": f"Bearer {TOKEN}"},
        {"name": "Proxy-Authorization", "value": f"Basic {b64encode(KEY.encode()).decode()}"},
        {"name": "Cookie", "value": f"a=b; sid={COOKIE}"},
    ]
    told["request"]["cookies"] = [{"name": "sid", "value": COOKIE}]
    told["response"]["headers"] += [
        {"name": "Set-Cookie", "value": f"sid={COOKIE}; Path=/; HttpOnly"}
    ]
    told["request"]["url"] = f"http://user:{KEY}@h/v2/api/active-calls/a?api_key={KEY}&x=1"
    told["request"]["queryString"] = [{"name": "api_key", "value": KEY}]
    options = ["--keep-personal-data"]
    scrub(tmp_path, *spread(f"key={KEY}"), *spread(TOKEN), told, options=options)
    assert found(tmp_path / "out.har", [KEY, TOKEN, COOKIE, TOKEN.split(".")[1]]) == []
    text = (tmp_path / "out.har").read_text()
    assert "Ingrid Solveig" in text and "Bearer (hidden)" in text


def test_a_workspace_has_another_name_everywhere(tmp_path: Path) -> None:
    """The same one each time, so that the file can be judged by workspace."""
    other = entry()
    other["request"]["headers"] = [{"name": "X-Workspace-Id", "value": "ws-beta"}]
    made = scrub(tmp_path, *spread("ws-acme"), entry(), other, options=["--keep-personal-data"])
    assert found(tmp_path / "out.har", ["ws-acme", "ws-beta"]) == []
    sent = [one["request"]["headers"][0]["value"] for one in made["entries"]]
    assert set(sent[:-1]) == {"workspace-1"} and sent[-1] == "workspace-2"


def test_what_is_around_the_entries_is_scrubbed(tmp_path: Path) -> None:
    """Pages have titles, and files comments; a program's name is nobody's."""
    pages = [{"id": "p1", "title": "http://h/calls/Ingrid?key=1", "startedDateTime": "2024-06-01"}]
    made = scrub(tmp_path, entry(), pages=pages, comment="Ingrid's", browser={"name": "Solveig"})
    assert "Ingrid" not in json.dumps([made["pages"], made["comment"]])
    assert made["browser"] == {"name": "Solveig"} and made["creator"]["name"] == "tool"

"""Whose data is told by nothing but what is said, and words that only look like it."""

from pathlib import Path

import pytest

from tests.recording.planting import CALL, answer, entry, found, scrub


def said(folder: Path, *lines: str, name: str | None = None) -> list[str]:
    """Return the lines of a call as they are after scrubbing."""
    transcript = [{"role": "agent", "content": line} for line in lines]
    call = CALL | {"customerName": name, "transcript": transcript}
    [made] = scrub(folder, entry(call))["entries"]
    return [line["content"] for line in answer(made)["transcript"]]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["May I have your full name?", "Sure. Gary Castro, please."], ["Gary", "Castro"]),
        (["And your name?", "It's Ana María de la Cruz.", "Thanks, Ana"], ["María", "Cruz"]),
        (["Hello.", "Hi, my name's Zebulon."], ["Zebulon"]),
        (["¿A qué nombre está?", "El contrato es mío: Lucía Ferrer."], ["Lucía", "Ferrer"]),
        (["お名前をお願いします。", "はい、高橋健太と申します。"], ["高橋健太"]),
        (["Where?", "At 84106 Christina Mountain, in Schneiderhaven."], ["Christina", "Schneider"]),
        (["So 7472 Juarez Lake Apt. 524?", "Juarez Lake."], ["7472"]),
    ],
)
def test_what_is_said_is_replaced(tmp_path: Path, lines: list[str], words: list[str]) -> None:
    """Where a question, or the form of it, tells what it is."""
    said(tmp_path, *lines)
    assert found(tmp_path / "out.har", words) == []


@pytest.mark.parametrize(
    ("name", "line", "words"),
    [
        ("Maeve O'Brannigan", "obrannigan, mobrannigan84, O\u2019BRANNIGAN", ["brannigan"]),
        ("Ingrid Solveig", "isolveig ingrids IngridSolveig callIngrid xingridsolveigx", ["ingrid"]),
        ("Ingrid Solveig", "Solveigs Konto, Ingrid's, ingrid_solveig, iSolveig", ["solveig"]),
        ("\uff2a\uff4f\uff41\uff4e Zweig", "joan ZWEIG", ["joan", "zweig"]),
        (
            "\u041f\u0435\u0442\u0440\u043e\u0432\u0438\u0447",
            "\u041f\u0435\u0442\u0440\u043e\u0432\u0438\u0447\u0443",
            ["\u041f\u0435\u0442\u0440\u043e\u0432\u0438\u0447"],
        ),
    ],
)
def test_a_name_is_found_in_whatever_is_made_of_it(
    tmp_path: Path, name: str, line: str, words: list[str]
) -> None:
    """Accounts, cases, endings, other forms of its letters."""
    said(tmp_path, line, name=name)
    assert found(tmp_path / "in.har", words) == words
    assert found(tmp_path / "out.har", words) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Will Long", "It will not take long, and it is the customer who calls."),
        ("Mark May", "You may mark it."),
        ("Isabella Davila", "It is on its way."),
        ("Agent Smithers", "The agent is active: 200 OK, see the phone."),
        ("Al Bo", "El libro al lado; bo."),
    ],
)
def test_words_that_are_no_names_stay(tmp_path: Path, name: str, line: str) -> None:
    """In a sentence, a word with a small letter is the word."""
    assert said(tmp_path, line, name=name) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "On 2026-12-01 at 10:30, Sat, 01 Jun 2024 10:02:25 GMT, 2024-06-01T10:00:00.000Z",
        "100,000 dollars, 12.5 percent, $329.66, 1204 and 5678",
        "665a1b2c3d4e5f6a7b8c9d0e and 123e4567-e89b-12d3-a456-426614174000, TR_a1b2c3d4e5f6",
        "I have 3 Big Dogs in Paris, and flight LH454",
    ],
)
def test_what_is_no_number_of_anybody_stays(tmp_path: Path, line: str) -> None:
    """Instants, amounts, ids."""
    assert said(tmp_path, line) == [line]

import re
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest

from contracts.judging.results import Result
from contracts.report import html
from contracts.report.geometry import Axis
from contracts.report.pictures import pictures
from tests.report import samples

VOID = {"meta", "br", "link", "img", "input", "hr"}
DRAWN = {"line", "rect", "circle", "polyline"}


class Page(HTMLParser):
    """The elements of a page, with their attributes and own text; fails where tags do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element without content."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the element that is open, which must be this one."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text under the element that holds it."""
        self.text.setdefault(self._open[-1] if self._open else "", []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of that name."""
        return [attributes for name, attributes in self.elements if name == tag]


EVERY = pytest.mark.parametrize(
    "sample",
    [
        samples.passing,
        samples.failing,
        samples.hostile,
        samples.inconclusive,
        samples.adopting,
    ],
)
Sample = Callable[[], Result]


@EVERY
def test_the_page_needs_and_runs_nothing(sample: Sample) -> None:
    """No script, no handler, nothing loaded, and a policy that forbids all of it."""
    page = Page(html.render(sample()))
    names = {name for name, _ in page.elements}
    assert names.isdisjoint({"script", "img", "iframe", "link", "object", "form", "foreignobject"})
    for _, attributes in page.elements:
        assert not any(name.startswith("on") or name in ("src", "style") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    policies = [one.get("content") or "" for one in page.all("meta") if "http-equiv" in one]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert "url(" not in "".join(page.text["style"])
    assert "@import" not in "".join(page.text["style"])


@EVERY
def test_the_page_is_accessible(sample: Sample) -> None:
    """One h1, no heading level skipped, captions, named pictures, unique ids, a language."""
    page = Page(html.render(sample()))
    levels = [int(name[1]) for name, _ in page.elements if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(one.get("scope") for one in page.all("th"))
    ids = [one["id"] for _, one in page.elements if "id" in one]
    assert len(ids) == len(set(ids))
    for svg in page.all("svg"):
        named = (svg.get("aria-labelledby") or "").split()
        assert svg.get("aria-hidden") == "true" or (len(named) == 2 and set(named) <= set(ids))
    assert page.all("html") == [{"lang": "en"}]
    links = [one["href"] for one in page.all("a")]
    assert all((link or "").removeprefix("#") in ids for link in links)


def test_foreign_text_is_text() -> None:
    """Mark-up of the target is shown as it stands, in evidence and in pictures."""
    page = Page(html.render(samples.hostile()))
    assert "<script>alert(1)</script>" in "".join(page.text["pre"])
    assert "{{7*7}}" in "".join(page.text["bdi"])
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", html.render(samples.hostile()))


def test_a_failure_is_found_from_the_table() -> None:
    """Each failed clause is linked to its evidence, which says why it matters."""
    page = Page(html.render(samples.failing()))
    assert {one["href"] for one in page.all("a")} == {
        "#shape.schema",
        "#time.duration-rate",
        "#participants.unique",
    }
    assert "What does not hold" in page.text["h2"]
    assert "it rose by 8000: 145000 to 153000" in page.text["pre"]
    assert "What does not hold" not in Page(html.render(samples.passing())).text["h2"]


def test_the_four_pictures_are_drawn() -> None:
    """Duration, transcript with sentiment, presence and latency, each with words for it."""
    drawn = {one.id: one for one in pictures(samples.watch())}
    assert list(drawn) == ["duration", "transcript", "presence", "latency"]
    assert "call-abc123: 145 to 153" in drawn["duration"].words
    assert "call-abc123: neutral, then positive" in drawn["transcript"].words
    assert len(drawn["presence"].rows) == 6
    supervisor = next(row for row in drawn["presence"].rows if "supervisor-1" in row.name)
    assert supervisor.bars[0].x > drawn["presence"].x.place(3.9)
    assert "34 answers" in drawn["latency"].words
    assert pictures(()) == []


def test_who_vanishes_leaves_a_gap() -> None:
    """Presence has one bar per stretch."""
    people = [{"identity": "a", "isAgent": True}]
    watch = [
        samples.observation("r", at, 0.1, participants=people if at != 2 else []) for at in range(5)
    ]
    picture = next(one for one in pictures(watch) if one.id == "presence")
    assert len(picture.rows[0].bars) == 2
    assert "vanished and came back: 1." in picture.words


def test_impossible_values_stay_out_of_the_pictures() -> None:
    """Whatever a body holds, every coordinate is a finite number inside its picture."""
    for picture in pictures(samples.hostile().observations):
        points = [point for curve in picture.curves for point in curve.points]
        points += [(bar.x, bar.y) for row in picture.rows for bar in row.bars]
        points += [(bar.x + bar.width, bar.y + bar.height) for bar in picture.bars]
        assert all(0 <= x <= 400.1 and 0 <= y <= picture.height for x, y in points), picture.id


def test_many_rooms_and_people_keep_the_pictures_readable() -> None:
    """What is not drawn is said."""
    people = [{"identity": f"p{n}", "isAgent": False} for n in range(30)]
    watch = [
        samples.observation(f"r{n}", at, 0.1, participants=people)
        for n in range(9)
        for at in range(3)
    ]
    drawn = {one.id: one for one in pictures(watch)}
    assert len(drawn["duration"].curves) == 6
    assert "3 more rooms are not drawn" in drawn["duration"].words
    assert len(drawn["presence"].rows) == 16
    assert "164 more are not drawn" in drawn["presence"].words


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.0, 8.0, ["0", "2", "4", "6", "8"]),
        (0.0, 0.0, ["0"]),
        (140.0, 155.0, ["140", "145", "150", "155"]),
        (-10.0, 10.0, ["-10", "-5", "0", "5", "10"]),
        (0.0, 200000.0, ["0", "50k", "100k", "150k", "200k"]),
    ],
)
def test_ticks_are_round(low: float, high: float, labels: list[str]) -> None:
    """An axis has a few round values inside its range."""
    assert [label for _, label in Axis(low, high, 0, 100).ticks] == labels


def _themes() -> list[dict[str, str]]:
    css = files("contracts.report").joinpath("report.css").read_text("utf-8")
    blocks = re.findall(r":root \{([^}]*)\}", css)
    return [dict(re.findall(r"--([\w-]+): (#\w+)", block)) for block in blocks]


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(share * one for share, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", _themes(), ids=["light", "dark", "print"])
def test_text_has_contrast(theme: dict[str, str]) -> None:
    """Text reaches 4.5 to 1 and what is drawn 3 to 1 (WCAG 2.2, AA)."""
    pairs = [(ink, paper, 4.5) for ink in ("text", "soft", "note") for paper in ("page", "card")]
    pairs += [(ink, f"{ink}-bg", 4.5) for ink in ("good", "bad", "warn", "note")]
    pairs += [(ink, "card", 4.5) for ink in ("good", "bad", "warn")]
    pairs += [(f"k{n}", "card", 3.0) for n in range(6)]
    pairs += [("inside", f"k{n}", 4.5) for n in range(6)]
    for ink, paper, least in pairs:
        first, second = sorted((_luminance(theme[ink]), _luminance(theme[paper])), reverse=True)
        assert (first + 0.05) / (second + 0.05) >= least, (ink, paper)

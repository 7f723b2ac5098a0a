"""``python -m tests.tables``: writes the generated tables into docs/."""

import re
from collections import Counter
from pathlib import Path

from contracts.judging.clauses import catalogue
from mockserver.simulation import builtin_scenarios
from tests.implementations.faulty import faulty

DOCS = Path(__file__).parents[1] / "docs"


def scenarios_table() -> str:
    """Return the table of scenarios, from the catalogue."""
    rows = [
        f"| `mock-{s.name}` | {s.description} |" for s in builtin_scenarios().scenarios.values()
    ]
    return "\n".join(["| room | what it shows |", "|---|---|", *rows])


def clauses_table() -> str:
    """Return the table of clauses, with how many faulty servers prove each.

    That each of those is caught is what ``tests/test_proof.py`` asserts.
    """
    servers = Counter(one.clause for one in faulty())
    rows = [
        f"| `{id_}` | {clause.level} | {clause.title} | {servers[id_]} of {servers[id_]} |"
        for id_, clause in catalogue().items()
        if clause.level != "information"
    ]
    return "\n".join(
        ["| clause | level | holds when | faults caught |", "|---|---|---|---|", *rows]
    )


TABLES = {"scenarios": scenarios_table, "clauses": clauses_table}
PAGES = {"scenarios": DOCS / "scenarios.md", "clauses": DOCS / "verifying.md"}


def with_table(name: str, text: str) -> str:
    """Return the text of a page with what stands between the marks of a table made anew."""
    place = re.search(rf"(<!-- {name}:[^>]*-->\n).*?(<!-- /{name} -->)", text, flags=re.DOTALL)
    assert place, f"{PAGES[name].name} has no place for the table of {name}"
    made = f"{place[1]}\n{TABLES[name]()}\n\n{place[2]}"
    return text[: place.start()] + made + text[place.end() :]


if __name__ == "__main__":
    for name, page in PAGES.items():
        page.write_text(with_table(name, page.read_text("utf-8")), "utf-8")

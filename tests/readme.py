"""``python -m tests.readme``: writes the generated tables into README.md."""

import re
from collections import Counter
from pathlib import Path

from contracts.judging.clauses import catalogue
from mockserver.simulation import builtin_scenarios
from tests.implementations.faulty import faulty

README = Path(__file__).parents[1] / "README.md"


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


def with_tables(text: str) -> str:
    """Return ``text`` with what stands between the marks of each table made anew."""
    for name, table in TABLES.items():
        pattern = rf"(<!-- {name}:[^>]*-->\n).*?(<!-- /{name} -->)"
        place = re.search(pattern, text, flags=re.DOTALL)
        assert place, f"README.md has no place for the table of {name}"
        made = f"{place[1]}\n{table()}\n\n{place[2]}"
        text = text[: place.start()] + made + text[place.end() :]
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text("utf-8")), "utf-8")

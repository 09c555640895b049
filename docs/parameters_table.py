"""Writes ``docs/parameters.md`` from the table that the code runs on: ``python docs/parameters_table.py``."""

from pathlib import Path

from sim.parameters import PARAMETERS

HEAD = """# Parameters

Generated from `sim/parameters.py` by `python docs/parameters_table.py`. The start values are those of the specification; `range` is
the prior from which sensitivity and history matching draw (– : held fixed); `limits` is what a scenario may set.

| name | start | range | limits | rule | meaning |
|---|---|---|---|---|---|
"""


def table() -> str:
    """The whole page."""
    rows = []
    for name, p in PARAMETERS.items():
        prior = f"{p.low:g}–{p.high:g}" if p.high > p.low else "–"
        rows.append(f"| `{name}` | {p.default:g} | {prior} | {p.minimum:g}–{p.maximum:g} | {p.rule} | {p.meaning} |")
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("parameters.md").write_text(table())

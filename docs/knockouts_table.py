"""Writes ``docs/knockouts.md`` from the list that the code runs on: ``python docs/knockouts_table.py``."""

from pathlib import Path

from sim.scenario.knockouts import KNOCKOUTS

HEAD = """# Knock-outs

Generated from `sim/scenario/knockouts.py` by `python docs/knockouts_table.py`. A knock-out takes one thing out of a run; compare with
the run that has it, with the same seed. Written in a scenario as `knockouts: [spillover, events]`.

| name | what the run is like | rules |
|---|---|---|
"""


def table() -> str:
    """The whole page."""
    rows = [f"| `{k.name}` | {k.meaning} | {', '.join(map(str, k.rules))} |" for k in KNOCKOUTS.values()]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("knockouts.md").write_text(table())

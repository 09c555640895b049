"""The coded numbers of a scenario as a table: what each is in a run, its prior range, and what it rests on."""

import pandas as pd

from sim.quarters import label
from sim.scenario.entries import Entry
from sim.scenario.reading import dotted
from sim.scenario.scalars import plain
from sim.scenario.values import ARENAS, Coded, PerArena

CODED = "coded.parquet"  # its file in the folder of a run or a sweep
COLUMNS = ["path", "start", "end", "knots", "low", "high", "source", "note", "before"]
DEFAULT = ("default",)  # the source of a number that no file gives
NOT_CODED = "not coded"


def coded_numbers(scenario) -> pd.DataFrame:
    """One row for each number that the world of a Scenario codes, overrides applied; COLUMNS, in the order of the file.

    path: dotted, as an axis of a sweep. start, end: value in the first and the last quarter of the scenario, before levers and
    events. knots: dated values, "" where the number does not move. low, high: prior range of the last value, or missing. source:
    by comma. before: what an override has replaced, "" without one. An environment that is given directly is there too.
    """
    ends, filed = [scenario.start, scenario.end], dict(leaves(_before_overrides(scenario)))
    rows = []
    for path, coded in (*leaves(scenario.world), *leaves(scenario.environment, ("environment",))):
        if coded.source == DEFAULT:
            continue
        start, end = map(float, coded.at(ends)) if coded.dated else (coded.value, coded.value)
        low, high = coded.range or (float("nan"),) * 2
        knots = _values(coded) if coded.dated else ""
        before = _replaced(filed.get(path), coded) if _overridden(path, scenario.overrides) else ""
        rows.append((path, start, end, knots, low, high, ", ".join(coded.source), coded.note, before))
    return pd.DataFrame(rows, columns=COLUMNS)


def _before_overrides(scenario):
    """The world as its file has it."""
    return scenario._origin.world if scenario._origin is not None else scenario.world


def _overridden(path: str, overrides) -> bool:
    return any(f"{path}.".startswith(f"{name}.") for name in overrides)


def _replaced(earlier: Coded | None, now: Coded) -> str:
    if earlier is None or earlier.source == DEFAULT:
        return NOT_CODED
    return "" if earlier.knots == now.knots else _values(earlier)


def _values(coded: Coded) -> str:
    if not coded.dated:
        return plain(coded.value)
    return "; ".join(f"{label(quarter)} {plain(value)}" for quarter, value in coded.knots)


def leaves(here, steps: tuple = (), *, within: bool = False):
    """(dotted path, Coded) of every number below an entry, a table or a list, in the order of the file.

    within: of an entry alone: not of the entries in its tables and lists, and the four of a PerArena as one.
    """
    if isinstance(here, Coded) or (within and isinstance(here, PerArena)):
        yield dotted(steps), here
    elif isinstance(here, PerArena):
        yield from ((dotted((*steps, arena)), getattr(here, arena)) for arena in ARENAS)
    elif isinstance(here, Entry):
        for name, field in type(here).model_fields.items():
            yield from leaves(getattr(here, name), (*steps, field.alias or name), within=within)
    elif isinstance(here, dict | tuple) and not within:
        for key, item in here.items() if isinstance(here, dict) else enumerate(here):
            yield from leaves(item, (*steps, key))

"""What of the model is compared with what of the datasets. Read a note as part of a measure.

A tie that was there at the start is coded, so a correlation of levels scores persistence and the coding: such measures
are of kind ``input`` and are no test. A ``test`` compares changes since the first year of the runs that it is given, or
what is new since. The ``control`` is one in which the model should find nothing: members of a bloc need not vote alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.datasets import Dataset
from analysis.datasets.atop import KINDS
from analysis.datasets.codes import numbers
from analysis.rank_correlation import Panel
from analysis.runs import FULL, Runs
from sim.quarters import label
from sim.world import ARENAS

INPUT, TEST, CONTROL = "input", "test", "control"
CONNECTIVITY, DEFENCE = ARENAS.index("connectivity"), ARENAS.index("defence")
Unit = tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """One comparison. build: the panel of one dataset; written so that agreement is plus. note: how to read it.

    coded_to: up to this year the simulated side follows the dataset by coding. events: observed is whether something came.
    """

    name: str
    dataset: str
    kind: str
    simulated: str
    observed: str
    build: Callable[[Runs, Dataset], Panel]
    note: str = ""
    coded_to: int = 0
    events: bool = False


# Runs and datasets as arrays -----------------------------------------------------------------------------------------


def during(runs: Runs, first: int, last: int) -> Runs:
    """The runs from year ``first`` to year ``last``; what measures do not read (organisations' depth, classes) is left out."""
    year = np.array([int(label(quarter)[:4]) for quarter in runs.quarters])
    kept = (year >= first) & (year <= last)
    of_runs = {
        name: getattr(runs, name)[:, kept] for name in ("ties", "rungs", "pole_ties", "memberships", "capability")
    }
    inputs = {name: getattr(runs, name)[kept] for name in ("exists", "veto_points", "bandwidth", "pole_capability")}
    none = {name: getattr(runs, name)[:, :0] for name in ("depths", "vitalities", "mean_ties", "classes")}
    quarters = tuple(quarter for quarter, keep in zip(runs.quarters, kept, strict=True) if keep)
    return replace(runs, quarters=quarters, corridors={}, **of_runs, **inputs, **none)


def calendar(runs: Runs) -> tuple[np.ndarray, list[np.ndarray]]:
    """(Y,) years, and the recorded quarters of each."""
    year = np.array([int(label(quarter)[:4]) for quarter in runs.quarters])
    years = np.unique(year)
    return years, [np.flatnonzero(year == value) for value in years]


def by_year(runs: Runs, series: np.ndarray, last: bool = False) -> np.ndarray:
    """(R, T, …) → (R, Y, …): mean over the recorded quarters of a year, or the last of them."""
    return np.stack([series[:, q[-1]] if last else series[:, q].mean(axis=1) for q in calendar(runs)[1]], axis=1)


def pairs_in(runs: Runs, data: Dataset) -> list[Unit]:
    """Pairs of states that the dataset knows both of."""
    return [pair for pair in runs.pairs if set(pair) <= data.states]


def poles_in(runs: Runs, data: Dataset) -> list[Unit]:
    """(state, pole) that the dataset knows both of; a pole that is a union of states is in none."""
    return [(s, p) for s in runs.states for p in runs.poles if {s, p} <= data.states]


def left_out(runs: Runs, data: Dataset) -> str:
    """Which states and poles the dataset does not know, in words."""
    missing = [code for code in (*runs.states, *runs.poles) if code not in data.states]
    return f"not in the file: {', '.join(missing)}" if missing else ""


def observed(runs: Runs, data: Dataset, units: Sequence[Unit], column: str, absent: float = np.nan) -> np.ndarray:
    """(Y, U) values of a column. absent: value of a unit without a row in a year that the file covers."""
    years, _ = calendar(runs)
    keys = [name for name in data.frame.columns if name.startswith("iso3")]
    wanted = [(*(sorted(unit) if len(keys) == 2 else unit[:1]), year) for year in years for unit in units]
    index = pd.MultiIndex.from_tuples(wanted, names=[*keys, "year"])
    values = (
        data.frame.set_index([*keys, "year"])[column].reindex(index).to_numpy(float).reshape(len(years), len(units))
    )
    covered = (years >= data.years[0]) & (years <= data.years[1])
    return np.where(covered[:, None] & np.isnan(values), absent, values)


def state_ties(runs: Runs, units: Sequence[Unit], arena: int | None, series: np.ndarray | None = None) -> np.ndarray:
    """(R, Y, U) tie of each pair, mean of a year; without an arena the mean over the four."""
    series = runs.ties if series is None else series
    i, j = ([runs.state(pair[k]) for pair in units] for k in (0, 1))
    values = series[:, :, slice(None) if arena is None else [arena]][..., i, j].mean(axis=2)
    return by_year(runs, values.astype(float))


def pole_ties(runs: Runs, units: Sequence[Unit], arena: int | None) -> np.ndarray:
    """(R, Y, U) tie of each state to a pole, mean of a year."""
    i, p = [runs.state(s) for s, _ in units], [runs.pole(pole) for _, pole in units]
    return by_year(runs, runs.pole_ties[:, :, slice(None) if arena is None else [arena]][..., p, i].mean(axis=2))


def panel(runs: Runs, data: Dataset, units: Sequence[Unit], simulated, values) -> Panel:
    """A panel of units, blank where a state does not exist. Only poles that are in a unit are drawn from."""
    years, quarters = calendar(runs)
    state = {code: k for k, code in enumerate(runs.states)}
    poles = sorted({code for unit in units for code in unit} - set(state))
    pole = {code: k for k, code in enumerate(poles)}
    other = [(*unit, "")[1] for unit in units]
    members = np.array([(state[unit[0]], state.get(two, -1), pole.get(two, -1))
                        for unit, two in zip(units, other, strict=True)], int).reshape(-1, 3)  # fmt: skip
    there = np.stack([runs.exists[q].all(axis=0) for q in quarters])  # type: ignore[index]  # (Y, N); recorded runs have it
    both = there[:, members[:, 0]] & ((members[:, 1] < 0) | there[:, members[:, 1]])
    values = np.where(both, values, np.nan)
    return Panel(simulated, values, years, members, len(runs.states), len(poles), left_out(runs, data))


def since_start(found: Panel) -> Panel:
    """The panel of changes since the first year, from the start on, in which a unit is known; that year itself is blank."""
    known = found.known()
    first = np.where(known.any(axis=0), known.argmax(axis=0), 0)
    unit = np.arange(known.shape[1])
    later = np.arange(len(found.years))[:, None] > first
    return replace(
        found,
        simulated=found.simulated - found.simulated[:, first, unit][:, None],
        observed=np.where(later & known, found.observed - found.observed[first, unit], np.nan),
    )


# The measures --------------------------------------------------------------------------------------------------------


def capability_levels(runs: Runs, data: Dataset) -> Panel:
    """Capability of states as the rules use it, with CINC."""
    states = [(code,) for code in runs.states if code in data.states]
    return panel(
        runs, data, states, by_year(runs, runs.capability[:, :, [runs.state(s) for s, in states]]),  # type: ignore[index]  # recorded runs have it
        observed(runs, data, states, "cinc"),
    )  # fmt: skip


def capability_changes(runs: Runs, data: Dataset) -> Panel:
    """Change of the logarithms since the start."""
    found = capability_levels(runs, data)
    with np.errstate(divide="ignore", invalid="ignore"):
        return since_start(replace(found, simulated=np.log(found.simulated), observed=np.log(found.observed)))


def veto_points(runs: Runs, data: Dataset) -> Panel:
    """Veto points as coded, with horizontal accountability; the same in every run."""
    states = [(code,) for code in runs.states if code in data.states]
    coded = by_year(runs, runs.veto_points[None][:, :, [runs.state(s) for (s,) in states]])  # type: ignore[index]  # recorded runs have it
    return panel(runs, data, states, coded, observed(runs, data, states, "v2x_horacc_osp"))


def trade_levels(runs: Runs, data: Dataset) -> Panel:
    """Connectivity tie of pairs of states, with their trade."""
    units = pairs_in(runs, data)
    return panel(
        runs, data, units, state_ties(runs, units, CONNECTIVITY), np.log1p(observed(runs, data, units, "trade"))
    )


def pole_trade_levels(runs: Runs, data: Dataset) -> Panel:
    """Connectivity tie to poles, with trade with them."""
    units = poles_in(runs, data)
    return panel(
        runs, data, units, pole_ties(runs, units, CONNECTIVITY), np.log1p(observed(runs, data, units, "trade"))
    )


def new_obligations(runs: Runs, data: Dataset, units: Sequence[Unit]) -> np.ndarray:
    """(Y, U) 1 where a pair has a kind of obligation that it had not in the first year, else 0; NaN in that year."""
    years, _ = calendar(runs)
    held = np.stack([observed(runs, data, units, kind, absent=0.0) for kind in KINDS])  # (kinds, Y, U)
    new = np.where(np.isfinite(held[:, :1]) & np.isfinite(held), (held > held[:, :1]) * 1.0, np.nan).max(axis=0)
    new[0] = np.nan
    return new


def new_commitments(runs: Runs, data: Dataset) -> Panel:
    """Share of runs in which the defence rung of a pair is above that at the end of the first year, with new obligations.

    The first year's row of the dataset has what was agreed in it, so a rung of that year is not new either.
    """
    units = pairs_in(runs, data)
    i, j = ([runs.state(pair[k]) for pair in units] for k in (0, 1))
    rungs = by_year(runs, runs.rungs[:, :, DEFENCE][:, :, i, j].astype(float), last=True)
    return panel(runs, data, units, (rungs > rungs[:, :1]) * 1.0, new_obligations(runs, data, units))


def new_pole_commitments(runs: Runs, data: Dataset) -> Panel:
    """Change of the defence tie to a pole since the first year, with new obligations between the two."""
    units = poles_in(runs, data)
    ties = pole_ties(runs, units, DEFENCE)
    return panel(runs, data, units, ties - ties[:, :1], new_obligations(runs, data, units))


def new_opposition(runs: Runs, data: Dataset) -> Panel:
    """Loss of the mean tie of pairs, poles included, with troops on opposite sides in a year but not in the first."""
    states = set(numbers("gw").values())  # a state that fought nobody has no row, and is known all the same
    pairs = [pair for pair in runs.pairs if set(pair) <= states]
    poles = [(s, p) for s in runs.states for p in runs.poles if {s, p} <= states]
    ties = np.concatenate([state_ties(runs, pairs, None), pole_ties(runs, poles, None)], axis=2)
    opposed = observed(runs, data, [*pairs, *poles], "opposed", absent=0.0)
    new = np.where(np.isnan(opposed) | np.isnan(opposed[:1]), np.nan, (opposed > 0) & ~(opposed[:1] > 0))
    new[0] = np.nan
    unknown = [code for code in (*runs.states, *runs.poles) if code not in states]
    found = panel(runs, data, [*pairs, *poles], ties[:, :1] - ties, new)
    return replace(found, note=f"no state of the system: {', '.join(unknown)}" if unknown else "")


def similarity(runs: Runs, data: Dataset, units: Sequence[Unit]) -> np.ndarray:
    """(Y, U) minus the distance of two states' ideal points."""
    points = {
        code: observed(runs, data, [(code,)], "ideal_point")[:, 0] for code in {c for unit in units for c in unit}
    }
    return -np.abs(np.stack([points[a] - points[b] for a, b in units], axis=1))


def ties_and_votes(runs: Runs, data: Dataset) -> Panel:
    """Change of the mean tie of two states, with the change of how alike they vote."""
    units = pairs_in(runs, data)
    return since_start(panel(runs, data, units, state_ties(runs, units, None), similarity(runs, data, units)))


def membership_and_votes(runs: Runs, data: Dataset) -> Panel:
    """Whether two states are full members of one organisation that no pole leads, with the change of how alike they vote."""
    units = pairs_in(runs, data)
    i, j = ([runs.state(pair[k]) for pair in units] for k in (0, 1))
    full = runs.memberships[:, :, runs.leader < 0] == FULL
    together = by_year(runs, (full[..., i] & full[..., j]).any(axis=2) * 1.0)
    return replace(since_start(panel(runs, data, units, together, similarity(runs, data, units))), simulated=together)


MEASURES = (
    Measure("capability", "nmc", INPUT, "capability of states", "CINC", capability_levels,
            "coded from this dataset and GDP to 2019", 2019),
    Measure("capability change", "nmc", TEST, "its change", "change of CINC", capability_changes,
            "coded to 2019; after it, what ties add is all that moves", 2019),
    Measure("veto points", "vdem", INPUT, "veto points as coded", "horizontal accountability", veto_points,
            "coded from this index to 2019 and constant after it; no run enters", 2019),
    Measure("trade", "trade", INPUT, "connectivity ties of states", "trade", trade_levels,
            "complementarity is coded from these shares of trade"),
    Measure("trade change", "trade", TEST, "their change", "change of trade",
            lambda runs, data: since_start(trade_levels(runs, data))),
    Measure("pole trade", "trade", INPUT, "connectivity ties to poles", "trade with them", pole_trade_levels,
            "dependence on poles is coded from shares of trade"),
    Measure("pole trade change", "trade", TEST, "their change", "change of trade with them",
            lambda runs, data: since_start(pole_trade_levels(runs, data))),
    Measure("new commitments", "atop", TEST, "defence rungs that rose", "new obligations of two states", new_commitments,
            "what was there in the first year is not scored", events=True),
    Measure("new pole commitments", "atop", TEST, "change of defence ties to poles", "new obligations to a pole",
            new_pole_commitments, "what was there in the first year is not scored", events=True),
    Measure("conflict", "ucdp", TEST, "loss of ties, poles included", "troops newly on opposite sides", new_opposition,
            "hostility is coded, in part from this dataset", events=True),
    Measure("ties and votes", "unga", CONTROL, "change of the mean tie", "change of how alike they vote", ties_and_votes),
    Measure("membership and votes", "unga", CONTROL, "members of one body that no pole leads",
            "change of how alike they vote", membership_and_votes),
)  # fmt: skip

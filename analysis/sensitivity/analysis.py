"""Sensitivity of a finished sweep of kind sobol or morris: tables by outcome, convergence, and what a reader must be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.sensitivity.indices import LEADING, LEAST, RESAMPLES, convergence_table, morris_table, sobol_table
from analysis.sweep_outcomes import point_values, read_outcome
from sim.errors import NcrError
from sim.sweep.drawn import about_parameters

OUTCOMES = ("bloc_index", "soft_bloc", "class_number", "mean_permissiveness", "mean_tie")
TABLE, CONVERGENCE = "sensitivity.csv", "convergence.csv"
CONVERGENCE_RESAMPLES = 100
NOISY = 0.1  # share of noise from which on more replicates help more than more points
ENOUGH_REPLICATES = 8  # below it 95 % intervals held the truth in as few as 64 % of trials (docs/sensitivity.md)
SETTING = {"sobol": "base", "morris": "trajectories"}


@dataclass(frozen=True)
class Sensitivity:
    """table: ``outcome`` and the columns of ``indices.COLUMNS``. convergence: the same of parts of the design, with ``points``.

    notes: by outcome, what a reader must be told; "" for all. facts: what was run. second_order is in ``facts``.
    """

    table: pd.DataFrame
    convergence: pd.DataFrame
    notes: dict[str, list[str]]
    facts: dict

    @property
    def outcomes(self) -> list[str]:
        """Names, in the order asked for."""
        return list(dict.fromkeys(self.table["outcome"]))

    def of(self, outcome: str, measure: str | None = None) -> pd.DataFrame:
        """Rows of an outcome, of one measure if given: those that rank in their order, the largest first."""
        rows = self.table[self.table["outcome"] == outcome]
        rows = rows if measure is None else rows[rows["measure"] == measure]
        return rows.sort_values("rank", kind="stable") if measure == LEADING[self.facts["method"]] else rows

    def save(self, folder) -> list[Path]:
        """Write both tables as CSV; returns the files."""
        files = [Path(folder) / name for name in (TABLE, CONVERGENCE)]
        for file, table in zip(files, (self.table, self.convergence), strict=True):
            table.to_csv(file, index=False)
        return files


def analyse(results, outcomes: Sequence[str] = OUTCOMES, *, resamples: int = RESAMPLES) -> Sensitivity:
    """Sensitivity of ``outcomes`` over ``results`` (SweepResults of kind sobol or morris).

    outcomes: columns of its rows or conditions on them (``analysis.sweep_outcomes``). Raises NcrError for another design, an
    unfinished sweep, and any run that failed or has no finite outcome.
    """
    facts = facts_of(results)
    chosen = [read_outcome(text) for text in dict.fromkeys(outcomes)]
    if not chosen:
        raise NcrError("sensitivity of what? name at least one outcome")
    values = {outcome.name: point_values(results, outcome) for outcome in chosen}
    names, common = results.axes, not results.manifest["identity"]["independent"]
    options = {"common": common, "seed": facts["seed"]}
    if facts["method"] == "morris":
        points, options["levels"] = results.design[names].to_numpy(), facts["levels"]
    tables, grown, notes = [], [], {"": _about_all(facts)}
    for name, given in values.items():
        if facts["method"] == "morris":
            table = morris_table(points, given, names, resamples=resamples, **options)
            growth = convergence_table(
                "morris", given, names, points=points, resamples=CONVERGENCE_RESAMPLES, **options
            )
        else:
            second = facts["second_order"]
            table = sobol_table(given, names, second_order=second, resamples=resamples, **options)
            growth = convergence_table(
                "sobol", given, names, second_order=second, resamples=CONVERGENCE_RESAMPLES, **options
            )
        tables.append(table.assign(outcome=name))
        grown.append(growth.assign(outcome=name))
        notes[name] = _about(given, table, facts)
    return Sensitivity(_joined(tables), _joined(grown), notes, facts)


def facts_of(results) -> dict:
    """What was run, for reports. NcrError for a design without indices."""
    m = results.manifest
    design = m["identity"]["design"]
    if design["kind"] not in LEADING:
        raise NcrError(
            f"{results.folder}: a design of kind {design['kind']} has no sensitivity indices; sweep one of kind sobol or morris, "
            "or use `ncr discover`"
        )
    return {
        "sweep": m["sweep"], "scenario": m["scenario"], "method": design["kind"], "axes": results.axes,
        "points": m["points"], "replicates": m["replicates"], "runs": m["runs"], "seed": m["seed"],
        "common_draws": not m["identity"]["independent"], "parameters": about_parameters(m), "levels": design.get("levels", 0),
        "second_order": bool(design.get("second_order")), SETTING[design["kind"]]: design[SETTING[design["kind"]]],
    }  # fmt: skip


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(tables, ignore_index=True)
    return table[["outcome", *(name for name in table.columns if name != "outcome")]]


def _about_all(facts: dict) -> list[str]:
    """Notes on the whole: one replicate, or too few points for any interval."""
    setting = SETTING[facts["method"]]
    notes = []
    if facts["replicates"] == 1:
        what = "total indices" if facts["method"] == "sobol" else "effects"
        notes.append(
            f"one replicate a point: what is noise cannot be told from what is effect, and noise makes {what} too large; "
            "take --replicates 2 or more"
        )
    elif facts["common_draws"] and facts["replicates"] < ENOUGH_REPLICATES:
        notes.append(
            f"{facts['replicates']} replicates a point: intervals leave out much of what the draws do, and are too narrow where "
            f"points share draws; take --replicates {ENOUGH_REPLICATES} or more before you rely on one"
        )
    if facts[setting] < LEAST[facts["method"]]:
        notes.append(
            f"{setting} {facts[setting]}: resamples of so few say too little, and intervals are too narrow; "
            f"take --{setting} {LEAST[facts['method']]} or more"
        )
    return notes


def _about(values: np.ndarray, table: pd.DataFrame, facts: dict) -> list[str]:
    """Notes on one outcome: it does not vary, varies by noise alone, or its intervals are too wide to rank."""
    leading = table[table["measure"] == LEADING[facts["method"]]]
    noise = float(table.loc[table["measure"] == "noise", "value"].iloc[0])
    if np.ptp(values.mean(axis=1)) <= 1e-12 * max(1.0, float(np.abs(values).max())):
        return ["does not vary over the points: there is nothing to explain"]
    if leading["value"].isna().all() or noise >= 1:
        return ["varies over the points by noise alone; take more --replicates"]
    first = leading.loc[leading["rank"].idxmin()]
    floor = table[(table["measure"] == "floor") & (table["name"] == first["name"])]["value"].sum()
    if first["low"] > floor and first["rank_high"] <= max(2, -(-len(leading) // 4)):
        return []
    more = f"--{SETTING[facts['method']]}" + (" and more --replicates" if noise > NOISY else "")
    late = f"and may come as late as place {first['rank_high']:.0f} of {len(leading)}" if len(leading) > 1 else ""
    reach = f"{first['name']}, the first, has {first['value']:.3g} in [{first['low']:.3g}, {first['high']:.3g}] {late}".strip()
    return [f"the intervals are too wide to rank: {reach}; take more {more}"]

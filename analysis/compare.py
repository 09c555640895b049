"""Paired differences of two results under common draws: a scenario and its frozen-driver twin, or two scenarios.

Run r of both has the same draws, so that what differs in a pair was done by what differs in the inputs. A difference is
always the first result minus the other.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.errors import NcrError
from sim.parameters import PARAMETERS
from sim.results import Results
from sim.statistics import paired_difference, paired_share_difference
from sim.world import ARENAS

SHARE, INDEX, COUNT = "share of runs", "0–1", "count"
CLUB_OR_DEEPER = ("functional club", "soft bloc", "collective defence")
LARGEST = 8  # differences of alignment that are listed
NOTICED = 0.005  # smaller ones round to nothing
FIXES = {
    "seed": "run both with the same --seed", "replicates": "run both with the same --replicates",
    "start": "give both scenarios the same start", "end": "give both scenarios the same end",
}  # fmt: skip
FOUNDED_CODE, FOUNDED = "FOUNDED_", "bodies founded in the run"  # the first one of a run is not that of another


class Measure(NamedTuple):
    """An outcome of every run. kind: SHARE (yes or no in a run), INDEX or COUNT. of: (Results, focus) → Series by run."""

    name: str
    kind: str
    of: Callable[[Results, str], pd.Series]


def _column(name: str) -> Callable:
    return lambda arm, _: arm.runs.set_index("run")[name].astype(float)


def _end(table: str, name: str) -> Callable:
    """Mean over the rows of the last quarter."""

    def of(arm, _):
        frame = getattr(arm, table)
        return frame[frame["quarter"] == arm.quarter(arm.manifest["end"])].groupby("run")[name].mean().astype(float)

    return of


def _clubs(arm, _):
    frame = arm.organisations[arm.organisations["quarter"] == arm.quarter(arm.manifest["end"])]
    free = frame["organisation"].map(arm.manifest["led_by"]).isna()
    return (free & frame["class"].isin(CLUB_OR_DEEPER)).groupby(frame["run"]).any().astype(float)


def _focus(name: str) -> Callable:
    """A column of the focus organisation in the last quarter; 0 in runs in which it does not exist."""

    def of(arm, focus):
        mine = arm.existing(focus)
        mine = mine[mine["quarter"] == arm.quarter(arm.manifest["end"])].set_index("run")
        return pd.Series(1.0, mine.index) if name == "exists" else mine[name].astype(float)

    return of


def _coercions(arm, _):
    return (arm.states["coerced"] != "no").groupby(arm.states["run"]).sum().astype(float)


MEASURES = (
    Measure("soft bloc or deeper at the end", SHARE, _column("soft_bloc")),
    Measure("soft bloc or deeper in any window", SHARE, lambda arm, _: arm.runs.set_index("run")["bloc_quarter"].notna().astype(float)),
    Measure("club or deeper at the end, led by no pole", SHARE, _clubs),
    Measure("bloc index", INDEX, _column("bloc_index")),
    Measure("mean tie", INDEX, _end("system", "mean_tie")),
    Measure("regional share of ties", INDEX, _end("system", "regional_share")),
    Measure("centre of gravity", INDEX, _end("system", "centre_of_gravity")),
    Measure("organisational density", INDEX, _end("system", "organisational_density")),
    Measure("concentration of poles' influence", INDEX, _end("system", "influence_concentration")),
    Measure("hedging, mean over states", INDEX, _end("states", "hedging")),
    Measure("permissiveness, mean over states", INDEX, _end("states", "permissiveness")),
    Measure("clarity, mean over states", INDEX, _end("states", "clarity")),
    Measure("longest spell of a bloc, quarters", COUNT, _column("durability")),
    Measure("coercions during the run", COUNT, _coercions),
)  # fmt: skip
FOCUS_MEASURES = (
    Measure("focus: exists at the end", SHARE, _focus("exists")),
    *(Measure(f"focus: depth in {arena}", INDEX, _focus(f"depth_{arena}")) for arena in ARENAS),
    Measure("focus: full members at the end", COUNT, _focus("member_count")),
)


def pairs(first: Results, other: Results) -> np.ndarray:
    """Runs that ended without failure in both; NcrError if there is none."""
    kept = [arm.runs.loc[arm.runs["status"] == "ok", "run"] for arm in (first, other)]
    both = np.intersect1d(*kept)
    if len(both) == 0:
        raise NcrError("no run ended without failure in both results: nothing to compare")
    return both


def common_focus(first: Results, other: Results) -> str | None:
    """The focus organisation of ``first``, or of ``other``, if both worlds have one of that code."""
    for arm in (first, other):
        if (
            arm.focus
            and not arm.focus.startswith(FOUNDED_CODE)
            and all(arm.focus in side.manifest["organisations"] for side in (first, other))
        ):
            return arm.focus
    return None


def differences(first: Results, other: Results) -> pd.DataFrame:
    """outcome, kind, pairs, first, other (means), difference (first − other), low, high (95 %), one row an outcome.

    Intervals over pairs of runs: Bonett and Price's for yes and no, Student's for the rest (``sim.statistics``). Of the same runs
    (:func:`same_runs`) every difference is 0, for certain.
    """
    runs, focus, same = pairs(first, other), common_focus(first, other), same_runs(first, other)
    rows = []
    for measure in (*MEASURES, *(FOCUS_MEASURES if focus else ())):
        here, there = (measure.of(arm, focus or "").reindex(runs) for arm in (first, other))
        if measure.name.startswith("focus") or measure.of is _clubs:
            here, there = here.fillna(0.0), there.fillna(0.0)  # where there is no such body, there is none of it
        interval = paired_share_difference if measure.kind == SHARE else paired_difference
        found = (0.0,) * 3 if same else interval(here.to_numpy(), there.to_numpy())
        rows.append((measure.name, measure.kind, len(runs), here.mean(), there.mean(), *found))
    return pd.DataFrame(rows, columns=["outcome", "kind", "pairs", "first", "other", "difference", "low", "high"])


def alignment_differences(first: Results, other: Results, number: int = LARGEST) -> pd.DataFrame:
    """state, partner, first, other (means at the end), difference, low, high: the largest differences of a share of tie mass.

    Partners that only one of the worlds has count as 0 in the other; states that only one has are left out.
    """
    runs = pairs(first, other)
    tables = [_shares_at_end(arm, runs) for arm in (first, other)]
    states = [state for state in tables[0] if state in tables[1]]
    rows = []
    for state in states:
        here, there = tables[0][state], tables[1][state]
        for partner in dict.fromkeys((*here.columns, *there.columns)):
            one, two = (
                frame[partner].to_numpy() if partner in frame else np.zeros(len(runs)) for frame in (here, there)
            )
            rows.append((state, partner, np.nanmean(one), np.nanmean(two), *paired_difference(one, two)))
    frame = pd.DataFrame(rows, columns=["state", "partner", "first", "other", "difference", "low", "high"])
    frame = frame[frame["difference"].abs() >= NOTICED]
    order = frame["difference"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order[:number]].reset_index(drop=True)


def _shares_at_end(arm: Results, runs) -> dict[str, pd.DataFrame]:
    """By state that exists at the end: (runs, partners) shares; bodies that runs founded themselves are one partner."""
    frame = arm.states[arm.states["quarter"] == arm.quarter(arm.manifest["end"])].set_index("run")
    own = [code for code in arm.manifest["organisations"] if code.startswith(FOUNDED_CODE)]
    frame = frame.assign(**{FOUNDED: frame[own].sum(axis=1)})
    partners = [*(partner for partner in arm.partners if partner not in own), FOUNDED]
    return {str(state): mine[partners].reindex(runs) for state, mine in frame.groupby("state", observed=True)}


def same_runs(first: Results, other: Results) -> bool:
    """Whether two results that are pairs are the same runs: the same inputs to the last number, run by the same code."""
    one, two = first.manifest, other.manifest
    known = all(one.get(name) is not None for name in ("inputs", "code"))  # results of early versions have neither
    alike = known and other is not first.twin and all(one[name] == two.get(name) for name in ("inputs", "code"))
    return alike and not _differing(first, other, PARAMETERS)  # one may hold a parameter that the other draws


def unlike(one: dict, two: dict) -> list[str]:
    """What keeps runs of ``one`` and ``two`` from being pairs, with the fix: seed, replicates, start, end as in a manifest."""
    return [f"{name} {two[name]} and {one[name]}: {fix}" for name, fix in FIXES.items() if one[name] != two[name]]


def refuse(reasons: list[str]) -> None:
    """NcrError if there is any reason."""
    if reasons:
        raise NcrError("the two results are not pairs of runs: " + "; ".join(reasons))


def comparable(first: Results, other: Results) -> list[str]:
    """What a reader must know about the pair, in words. NcrError if run r of one is no partner of run r of the other.

    Partners have the same seed, the same first quarter (draws are keyed by quarters since the start) and, where each run has
    parameters of its own, the same ones; and they end in the same quarter, in which outcomes are read.
    """
    one, two = first.manifest, other.manifest
    if other is first.twin:
        return _notes(first, other)  # made in pairs
    reasons = unlike(one, two)
    drawn = [arm.get("parameters_from", "fixed") for arm in (one, two)]
    if drawn[0] != drawn[1]:
        reasons.append(f"--parameters {drawn[1]} and {drawn[0]}: run both with the same --parameters")
    elif not reasons and (names := _differing_draws(first, other)):
        reasons.append(f"runs have other draws of {', '.join(names)}: run both with this version of ncr-sim")
    refuse(reasons)
    return _notes(first, other)


def _differing_draws(first: Results, other: Results) -> list[str]:
    """Parameters that neither scenario sets and that are not the same in some pair of runs."""
    either = (first, other)
    settled = {name for arm in either for name in arm.manifest["changed_parameters"]}
    same_rules = first.manifest["knockouts"] == other.manifest["knockouts"]  # a knock-out may hold a parameter
    asked = [name for name in PARAMETERS if same_rules or all(name in arm.runs for arm in either)]
    return _differing(first, other, [name for name in asked if name not in settled])


def _differing(first: Results, other: Results, names) -> list[str]:
    """Those of ``names``, parameters, that are not the same in some pair of runs."""

    def values(arm, name):
        return arm.runs.get(name, pd.Series(arm.manifest["parameters"][name], arm.runs.index)).astype(float)

    return [name for name in names if not np.array_equal(values(first, name), values(other, name))]


def _notes(first: Results, other: Results) -> list[str]:
    one, two, notes = first.manifest, other.manifest, []
    titles = [arm["scenario"] for arm in (one, two)]
    if same_runs(first, other):
        notes.append(
            "A and B are the same runs: their inputs are the same to the last number, and every difference is 0."
        )
    for what in ("states", "poles", "organisations"):
        alone = [sorted(set(a[what]) - set(b[what])) for a, b in ((one, two), (two, one))]
        listed = [f"{', '.join(codes)} only in “{where}”" for codes, where in zip(alone, titles, strict=True) if codes]
        if listed:
            means = "; means over states are over other states" if what == "states" else ""
            notes.append(f"The two worlds have other {what}: {'; '.join(listed)}{means}.")
    if one.get("code") != two.get("code"):
        notes.append("The two were made by different versions of the code: a difference may be the code's.")
    if common_focus(first, other) is None:
        notes.append("No organisation is spoken of apart: there is no focus that both worlds have.")
    return notes

"""What a map of ties shows: ties, members and the weight of poles in one quarter, typical of all runs or of one."""

from typing import NamedTuple

import pandas as pd

from analysis.plots.bodies import OWN_OF_A_RUN, require_organisation
from sim.errors import NcrError
from sim.quarters import ordinal
from sim.world import ARENAS


class Shown(NamedTuple):
    """One quarter, the median over runs (or one run)."""

    quarter: pd.Period
    ties: pd.Series  # 0–1 by (state_a, state_b), both existing
    states: frozenset  # that exist
    members: frozenset  # full members of the organisation, in more than half of the runs
    poles: dict[str, float]  # mean over states of the share of their tie mass that goes to each
    foremost: list[tuple[str, str, float]]  # state, the pole with the largest share of its tie mass, that share


def shown_at(results, quarter: pd.Period, arena: str | None, organisation: str | None, run: int | None) -> Shown:
    """The map of one quarter. arena: one of four, None for their mean. run: None for the median over runs."""
    ties, states = _at(results.ties, quarter, run), _at(results.states, quarter, run)
    ties = ties if arena is None else ties[ties["arena"] == arena]
    pair = ["state_a", "state_b"]
    each = ties.groupby(["run", *pair], observed=True)["tie"].mean()
    poles = list(results.manifest["poles"])
    share = states.groupby("run")[poles].mean().median()
    of_each = states.groupby("state", observed=True)[poles].median()
    return Shown(
        quarter,
        each.groupby(pair, observed=True).median(),
        frozenset(states["state"].astype(str)),
        _members(results, quarter, organisation, run, states["run"].nunique()),
        share.to_dict(),
        [(str(state), str(row.idxmax()), float(row.max())) for state, row in of_each.iterrows() if poles],
    )


def _members(results, quarter, organisation, run, runs: int) -> frozenset:
    if organisation is None:
        return frozenset()
    listed = _at(results.existing(organisation), quarter, run)["members"].astype(str)
    counts = listed[listed != ""].str.split(",").explode().value_counts()
    return frozenset(counts.index[counts > runs / 2])


def _at(frame: pd.DataFrame, quarter: pd.Period, run: int | None) -> pd.DataFrame:
    frame = frame[frame["quarter"] == quarter]
    return frame if run is None else frame[frame["run"] == run]


def check_choices(results, arena: str | None, organisation: str | None, run: int | None) -> None:
    """NcrError for results without ties, and for an arena, organisation or run that is not there."""
    if results.ties.empty:
        raise NcrError(
            "these results hold no ties, which are kept only when asked for; run again with "
            "`ncr run SCENARIO --ties --out DIR`, in Python simulate(scenario, ties=True)"
        )
    if arena is not None and arena not in ARENAS:
        raise NcrError(f"no arena {arena}; there are {', '.join(ARENAS)}")
    if organisation is not None:
        require_organisation(results, organisation)
    if organisation is not None and organisation.startswith(OWN_OF_A_RUN) and run is None:
        raise NcrError(f"{organisation} is another body in every run: choose one run, in Python tie_map(…, run=0)")
    if run is not None and not ((results.runs["run"] == run) & (results.runs["status"] == "ok")).any():
        raise NcrError(f"no run {run} here, or it failed; runs are numbered from 0 to {len(results.runs) - 1}")


def quarter_of(results, quarter) -> pd.Period:
    """A quarter of these results (text, year or Period; None: the last). NcrError if it is none, or outside them."""
    m = results.manifest
    text = m["end"] if quarter is None else str(quarter)
    try:
        inside = ordinal(m["start"]) <= ordinal(text) <= ordinal(m["end"])
    except ValueError as error:
        raise NcrError(f"quarter {text}: write a year such as 2019 or a quarter such as 2019Q4") from error
    if not inside:
        raise NcrError(f"quarter {text}: these results run from {m['start']} to {m['end']}")
    return results.quarter(text)


def matched(results, run: int | None) -> str | None:
    """The organisation to mark: what gives one run its class; of all runs, the focus, unless runs founded it."""
    if run is not None:
        name = results.runs.loc[results.runs["run"] == run, "organisation"].iloc[0]
        if isinstance(name, str):
            return name
    focus = results.focus
    return None if focus is None or (run is None and focus.startswith(OWN_OF_A_RUN)) else focus

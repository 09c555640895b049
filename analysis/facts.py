"""What a fact is, and how one is scored on many runs. The facts themselves are in ``facts_a`` and ``facts_sf``."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.runs import Runs
from analysis.series import per_cent
from sim.errors import NcrError
from sim.statistics import wilson

CALIBRATION, TEST, FORWARD = "A", "B", "F"
HALF = 0.5  # share required where the ledger states none
NOT_EXPRESSIBLE = "not expressible"
YES, NO, UNDECIDED, VACUOUS, NOT_SCORED = "yes", "no", "undecided", "vacuous", "not scored"


class NotScored(NcrError):
    """The runs, or what they would be compared with, do not allow this fact to be scored."""


@dataclass(frozen=True)
class Fact:
    """One criterion of the evidence ledger.

    holds: (R,) bool over runs, to be true in a share ``required`` of them; or, with ``pooled``, one number over all
    runs that is to reach ``required``; None where the fact is not expressible, the reason being in ``note``.
    rows: of the ledger. start: the scenario it is read from, by its first year. note: the proxy or reading, written
    down before it was run. aside: what else a reader of the result should know, computed from the runs.
    at_stake: (R,) bool, the runs in which the fact could fail at all; without it all of them.
    """

    code: str
    set: str
    statement: str
    required: float
    rows: str
    holds: Callable[[Runs], np.ndarray | float] | None
    start: int = 2009
    stated: bool = True  # does the ledger state the share?
    pooled: bool = False
    note: str = ""
    aside: Callable[[Runs], str] | None = None
    at_stake: Callable[[Runs], np.ndarray] | None = None


@dataclass(frozen=True)
class Score:
    """One row of a scoreboard; share, low and high are NaN where no share was computed."""

    fact: str
    set: str
    statement: str
    share: float
    low: float
    high: float
    required: float
    met: str  # yes, no, undecided, vacuous, not scored
    note: str
    could_fail: float = float("nan")  # share of runs in which it could; NaN where the fact says nothing of that


def score(fact: Fact, runs: Runs) -> Score:
    """Share of runs in which ``fact`` holds, with Wilson's 95 % interval, and whether it is met.

    yes or no: the whole interval is on one side of what is required; undecided: it is not, so more runs would tell.
    Where some runs could not fail, those that could decide too: a no among them is a no. vacuous: none could fail, or all
    runs meet it and those that could fail are too few to tell. The interval says how sure the share is given this number
    of runs, not how far the model may be off.
    """
    notes = [fact.note, "" if fact.stated else "no share in the ledger: half of the runs"]
    share = low = high = float("nan")
    if fact.holds is None:
        return _row(fact, share, low, high, NOT_SCORED, [NOT_EXPRESSIBLE + ": " + fact.note])
    try:
        held = np.asarray(fact.holds(runs))
        if fact.aside:
            notes.append(fact.aside(runs))
    except NcrError as error:
        return _row(fact, share, low, high, NOT_SCORED, [str(error), *notes])
    if fact.pooled:
        value = float(held)
        found = f"value {value:.2f}" if np.isfinite(value) else "nothing to compare"
        notes = [f"{found}, wanted {fact.required:g} or more", *notes[:1], *notes[2:]]
        return _row(fact, share, low, high, YES if value >= fact.required else NO, notes)
    if held.shape != (len(runs),):
        raise ValueError(f"{fact.code}: shape {held.shape} for {len(runs)} runs")
    share = float(held.mean())
    low, high = wilson(int(held.sum()), len(runs))
    met = decided(held, fact.required)
    if fact.at_stake is None:
        return _row(fact, share, low, high, met, notes)
    could = np.asarray(fact.at_stake(runs), bool)
    notes.append(f"could not fail in {per_cent(~could)}")
    if could.any() and not could.all():
        notes.append(f"where it could, it held in {per_cent(held[could])}")
    return _row(fact, share, low, high, among(met, held[could], fact.required), notes, float(could.mean()))


def among(met: str, staked: np.ndarray, required: float) -> str:
    """What ``met`` over all runs comes to, given whether the fact held in those in which it could fail, ``staked`` (R,)."""
    if met == NO:
        return NO
    if not len(staked):
        return VACUOUS
    where_it_could = decided(staked, required)
    return VACUOUS if (met, where_it_could) == (YES, UNDECIDED) else NO if where_it_could == NO else met


def decided(held: np.ndarray, required: float) -> str:
    """yes, no, or undecided where Wilson's interval of the share of ``held`` (R,) straddles ``required``."""
    low, high = wilson(int(held.sum()), len(held))
    return YES if low >= required else NO if high < required else UNDECIDED


def _row(fact, share, low, high, met, notes, could_fail=float("nan")):
    note = "; ".join(part for part in notes if part)
    return Score(fact.code, fact.set, fact.statement, share, low, high, fact.required, met, note, could_fail)

"""The decision rule (specification, Conventions): holds, falsified, or undetermined.

A contrast is written so that the expected sign is plus. It is met if at least 80 % of draws have that sign and the 95 %
interval of the mean excludes zero; a draw in which nothing differed does not have the sign. A proposition holds if
everything that counts is met; it is falsified by a stated pattern; otherwise it is undetermined, and always so when no arm varied
at all. "No change" is read as: the interval lies within a tenth of the reference arm's mean, or on the wrong side of zero, and the
outcome is not so rare that nothing could have shown. A pattern that names a bound is met only if the whole interval lies beyond it: a
handful of events may not refute what a handful could not support.
"""

import math
import warnings
from dataclasses import dataclass

import numpy as np

from sim.statistics import paired_difference, student_975, wilson

HOLDS, FALSIFIED, UNDETERMINED = "holds", "falsified", "undetermined"
SHARE = 0.8  # of draws that must have the sign
NEGLIGIBLE = 0.1  # of the reference mean: a smaller effect is none
POWER = 0.8416212335729143  # normal quantile of 80 % power
ROUND_OFF = 1e-9
FEWEST_LIVE = 0.1  # share of draws in which something must have differed before draws are counted against a claim


@dataclass(frozen=True)
class Component:
    """One number that a verdict rests on, or that stands beside it.

    kind: contrast or level. share: of draws with the expected sign (contrast) or within the bound (level). wrong: of the
    draws in which anything differed, those without the expected sign. detectable: the mean difference that this design finds with 80 %
    power; NaN where draws do not differ. reference: mean of the arm that is subtracted. by_draw: (D,), NaN where a draw has no value.
    common: share of draws in which some run of either arm departs from the commonest value: small for a rare outcome.
    """

    name: str
    kind: str
    mean: float
    low: float
    high: float
    share: float
    wrong: float
    met: bool
    varied: bool
    beside: bool
    detectable: float
    reference: float
    draws: int
    by_draw: np.ndarray
    bound: float = float("nan")
    common: float = 1.0
    live: float = 1.0  # share of draws in which the arms differ

    @property
    def reversed(self) -> bool:
        """Whether the interval lies wholly on the wrong side."""
        return self.varied and self.high < 0

    @property
    def absent(self) -> bool:
        """Whether there is no change (module docstring); never where nothing varied or the reference is nothing."""
        margin = NEGLIGIBLE * abs(self.reference)
        small = margin > ROUND_OFF and -margin <= self.low and self.high <= margin
        return self.varied and (self.reversed or (small and self.common >= FEWEST_LIVE))

    @property
    def mostly_wrong(self) -> bool:
        """Whether surely more than half of the draws in which anything differed lack the expected sign."""
        if not self.varied or not math.isfinite(self.wrong):
            return False
        live = round(self.live * self.draws)
        return wilson(round(self.wrong * live), live)[0] > 0.5


def by_draw(values: np.ndarray) -> np.ndarray:
    """(D,) means over the replicates of (D, K); NaN for a draw without any value."""
    values = np.asarray(values, float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # mean of nothing
        return np.nanmean(values, axis=1) if values.ndim == 2 else values


def mean(values: np.ndarray) -> float:
    """Mean over draws of a (D, K) table; NaN without any value."""
    found = by_draw(values)
    found = found[np.isfinite(found)]
    return float(found.mean()) if len(found) else float("nan")


def contrast(name: str, first, second, *, beside: bool = False) -> Component:
    """first − second, expected to be positive. first, second: (D, K), paired by draw and replicate, or (D,)."""
    first, second = np.asarray(first, float), np.broadcast_to(np.asarray(second, float), np.shape(first))
    difference = by_draw(first - second)
    difference[np.abs(difference) < ROUND_OFF] = 0.0
    known = difference[np.isfinite(difference)]
    centre, low, high = paired_difference(known, np.zeros(len(known)))
    varied = _varies(first) or _varies(second)
    share = float((known > 0).mean()) if len(known) else 0.0
    live = np.abs(first - second) > ROUND_OFF
    live = live.any(axis=1) if live.ndim == 2 else live
    wrong = float((difference[live] <= 0).mean()) if live.mean() >= FEWEST_LIVE else float("nan")
    met = bool(varied and share >= SHARE and low > 0)
    spread = float(known.std(ddof=1)) if len(known) > 1 else 0.0
    detectable = (student_975(len(known) - 1) + POWER) * spread / math.sqrt(len(known)) if spread > 0 else float("nan")
    return Component(
        name, "contrast", centre, low, high, share, wrong, met, varied, beside, detectable, mean(second), len(known), difference,
        common=_common(first, second), live=float(live.mean()),
    )  # fmt: skip


def flags(values: np.ndarray, held: np.ndarray) -> np.ndarray:
    """1 where something held, 0 where not, NaN where the value it was read from is missing."""
    return np.where(np.isfinite(values), np.asarray(held, float), np.nan)


def surely_above(values, bound: float) -> bool:
    """Whether the 95 % interval of the mean of (D, K) lies above ``bound``."""
    draws = by_draw(values)
    known = draws[np.isfinite(draws)]
    return bool(paired_difference(known, np.zeros(len(known)))[1] > bound)


def _common(first: np.ndarray, second: np.ndarray) -> float:
    both = np.concatenate([first.reshape(len(first), -1), second.reshape(len(second), -1)], axis=1)
    values, counts = np.unique(both[np.isfinite(both)], return_counts=True)
    if len(values) == 0:
        return 0.0
    return float((np.abs(both - values[counts.argmax()]) > ROUND_OFF).any(axis=1).mean())


def level(
    name: str,
    values,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    sure: bool = False,
    beside: bool = False,
) -> Component:
    """A mean that must lie on one side of a bound. values: (D, K). A level alone never makes a claim hold.

    sure: it is missed only if the whole interval lies beyond the bound, for claims that something does not rise.
    """
    draws = by_draw(values)
    known = draws[np.isfinite(draws)]
    centre, low, high = paired_difference(known, np.zeros(len(known)))
    least = at_least is not None
    bound = float(at_least if at_least is not None else at_most if at_most is not None else "nan")
    within = known >= bound if least else known <= bound
    judged = centre if not (sure and math.isfinite(low)) else high if least else low
    met = bool(len(known)) and (judged >= bound if least else judged <= bound)
    share = float(within.mean()) if len(known) else 0.0
    return Component(
        name, "level", centre, low, high, share, float("nan"), bool(met), _varies(values), beside, float("nan"), float("nan"),
        len(known), draws, bound,
    )  # fmt: skip


def _varies(values) -> bool:
    finite = np.asarray(values, float)
    finite = finite[np.isfinite(finite)]
    return len(finite) > 0 and float(np.ptp(finite)) > ROUND_OFF


def decide(components, patterns) -> tuple[str, str]:
    """(verdict, reason) from components and from patterns, (bool, words) each: the stated ways to be falsified."""
    counted = [component for component in components if not component.beside]
    contrasts = [component for component in counted if component.kind == "contrast"]
    if not any(component.varied and component.draws > 1 for component in contrasts):
        return UNDETERMINED, "nothing varied in any arm: this experiment cannot tell"
    if found := [words for held, words in patterns if held]:
        return FALSIFIED, "; ".join(found)
    if missed := [component for component in counted if not component.met]:
        return UNDETERMINED, "not met: " + "; ".join(f"{component.name} ({_why(component)})" for component in missed)
    return HOLDS, "everything that counts is met"


def _why(component: Component) -> str:
    if component.draws == 0:
        return "no value in any run"
    if component.kind == "level":
        return f"{component.mean:.2f}, bound {component.bound:g}"
    if not component.varied:
        return "nothing varied"
    if component.reversed:
        return "wrong sign"
    if component.low <= 0:
        return "interval includes zero"
    return f"sign in {100 * component.share:.0f} % of draws"


__all__ = [
    "FALSIFIED", "HOLDS", "UNDETERMINED", "Component", "by_draw", "contrast", "decide", "flags", "level", "mean", "surely_above",
]  # fmt: skip

"""Paired contrasts: the same seeds with something taken away. ``python -m analysis.contrasts SCENARIO`` prints a table.

Weak filters: all four clusters at the unfavourable 20th percentile of the cast, same drivers. Kinship only: drivers held
at the start, no complementarity, no capability to acquire, no corridors, filters at the cast's mean; what is left of
common cause is kin. No kinship: kinship set to zero, everything else as coded.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.engine import parameter_draws, run_all
from sim.outcomes import COLLECTIVE_DEFENCE, SOFT_BLOC
from sim.parameters import prior_sample
from sim.scenario.compile import compile_scenario, held_parameters
from sim.scenario.schema import Scenario
from sim.statistics import paired_difference, paired_share_difference

FILTERS = ("domestic_institutions", "leader_images", "state_society", "strategic_culture")
CONTRASTS: dict[str, dict[str, Any]] = {
    "frozen twin": {"frozen": True},
    "weak filters": {"knockouts": ("weak_filters",)},
    "kinship only": {
        "frozen": True, "knockouts": ("capability_acquisition", "complementarity", "corridors", *FILTERS),
    },
    "no kinship": {"knockouts": ("kinship",)},
}  # fmt: skip
SHARES = ("soft bloc", "club or deeper")  # yes or no in a run
MEASURES = (*SHARES, "bloc index", "mean tie")
ROUND_OFF = 1e-12


def measures(scenario: Scenario, tasks, frozen: bool = False, knockouts: tuple[str, ...] = ()) -> pd.DataFrame:
    """MEASURES at the end of each run of ``tasks``, NaN where a run failed; club: a body that no pole leads is one."""
    compiled = compile_scenario(scenario.replace(knockouts=(*scenario.knockouts, *knockouts)), frozen)
    held = [(replicate, held_parameters(compiled, values)) for replicate, values in tasks]
    rows = []
    for recording in run_all(compiled, held):
        if recording.failure[0]:  # no outcome is not the outcome "none"
            rows.append((float("nan"),) * len(MEASURES))
            continue
        free = recording.organisation_class[-1][compiled.world.leader < 0]
        rows.append(
            (
                float(np.isin(free, (SOFT_BLOC, COLLECTIVE_DEFENCE)).any()),
                float(np.isin(free, (3, SOFT_BLOC, COLLECTIVE_DEFENCE)).any()),
                recording.window_bloc_index[-1],
                float(recording.system[-1, 5]),
            )
        )
    return pd.DataFrame(rows, columns=MEASURES)


def contrasts(scenario: Scenario, replicates: int, prior: bool, seed: int = 7) -> pd.DataFrame:
    """contrast, measure, baseline, value, difference, low, high: pairs share seed, replicate and parameters.

    prior: each replicate has its own draw from the prior ranges; otherwise all have the scenario's parameters.
    """
    table = prior_sample(replicates, seed) if prior else None
    tasks = list(enumerate(parameter_draws(scenario.replace(replicates=replicates), compile_scenario(scenario), table)))
    baseline = measures(scenario, tasks)
    found = []
    for name, change in CONTRASTS.items():
        other = measures(scenario, tasks, **change)
        for measure in MEASURES:
            found.append((name, measure, *compared(measure, baseline[measure].to_numpy(), other[measure].to_numpy())))
    return pd.DataFrame(found, columns=["contrast", "measure", "baseline", "value", "difference", "low", "high"])


def compared(measure: str, baseline: np.ndarray, other: np.ndarray) -> tuple[float, ...]:
    """(mean of the baseline, of the other, difference, low, high) over pairs of runs that both ended (NaN: failed).

    Ends are NaN (unknown) where every pair differs by the same: an interval of t would have no width.
    """
    ended = np.isfinite(baseline) & np.isfinite(other)
    baseline, other = baseline[ended], other[ended]
    means = (baseline.mean(), other.mean()) if ended.any() else (float("nan"),) * 2
    if measure in SHARES:
        return *means, *paired_share_difference(other, baseline)
    difference, low, high = paired_difference(other, baseline)
    return *means, difference, *((low, high) if high - low > ROUND_OFF else (float("nan"),) * 2)


def in_words(table: pd.DataFrame) -> str:
    """The table of :func:`contrasts` as text, a dash where an end is unknown."""
    return table.round(3).to_string(index=False, na_rep="–")


if __name__ == "__main__":
    for prior_draws in (False, True):
        print("\n" + ("draws from the prior" if prior_draws else "start values"))
        print(in_words(contrasts(Scenario.load(Path(sys.argv[1])), 300, prior_draws)))

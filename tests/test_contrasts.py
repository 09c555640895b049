"""Paired contrasts: which interval belongs to which measure, and runs that failed."""

from pathlib import Path

import numpy as np
import pytest

from analysis.contrasts import MEASURES, SHARES, compared, contrasts, in_words
from sim.scenario.schema import Scenario
from sim.statistics import paired_difference, paired_share_difference

NAN = float("nan")
SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"


def test_an_outcome_that_never_differs_is_not_certain_never_to_differ():
    never = np.zeros(200)
    *_, difference, low, high = compared("soft bloc", never, never)
    assert difference == 0 and -0.02 < low < 0 < high < 0.02  # t would have no width
    *_, difference, low, high = compared("bloc index", never, never + 0.1)
    assert (
        difference == pytest.approx(0.1) and np.isnan([low, high]).all()
    )  # pairs that differ by the same say nothing of their spread


@pytest.mark.parametrize("measure", MEASURES)
def test_pairs_are_of_runs_that_both_ended(measure):
    baseline, other = np.array([1, 0, 1, NAN, 1, 0.0]), np.array([0, 0, NAN, 1, 0, 0.0])
    ended = [0, 1, 4, 5]
    interval = paired_share_difference if measure in SHARES else paired_difference
    wanted = (0.5, 0.0, *interval(other[ended], baseline[ended]))
    assert compared(measure, baseline, other) == pytest.approx(wanted)
    assert np.isnan(compared(measure, np.full(2, NAN), np.ones(2))).all()


def test_the_table_has_both_kinds(tmp_path):
    table = contrasts(Scenario.load(SCENARIOS / "teaching/twelve.yaml"), 3, prior=False)
    shares = table[table["measure"].isin(SHARES)]
    assert len(table) == 4 * len(MEASURES) and (shares["high"] > shares["low"]).all()
    assert in_words(table.assign(low=NAN, high=NAN)).splitlines()[1].split()[-2:] == ["–", "–"]

"""Every proposition has a world in which it fails: the Eurasian one without the term that it says it works through.

Made-up tables show that each check can reach each verdict (test_propositions.py); here real runs must not let a claim
hold when its own mechanism is taken out, whatever else the model does.
"""

from dataclasses import replace

import pytest

from analysis.propositions import EURASIA, IDS, propositions
from analysis.propositions.laboratory import try_propositions
from analysis.propositions.rule import HOLDS
from sim.scenario.knockouts import KNOCKOUTS

WITHOUT = {  # proposition: what "works through" names (docs/propositions.md), as knock-outs
    "P1": ("expected_punishment", "coercion", "corridor_veto"), "P2": ("weak_filters",), "P3": ("kinship",),
    "P4": ("weak_filters",), "P5": ("spillover", "coordination"), "P6": ("capability_acquisition",),
    "P7": ("misperception", "ambiguous_choice"), "P8": ("thresholds",), "P9": ("lock_in",),
    "P10": ("lock_in", "leader_images"), "P11": ("founding", "deepening", "closure"), "P12": ("reach",),
    "P13": ("pole_ties",), "P14": ("autonomy",), "P15": ("misperception",), "P16": ("opposition",), "P17": ("deepening",),
    "P18": ("accession",), "P19": ("reach",), "P20": ("brokerage",), "P21": ("pole_ties",), "P22": ("consent", "implementation"),
    "P23": ("offers",), "P24": ("norm",), "P25": ("deepening",),
}  # fmt: skip
DRAWS, REPLICATES = 4, 2


def test_every_proposition_names_what_it_works_through():
    assert tuple(WITHOUT) == IDS
    assert {name for names in WITHOUT.values() for name in names} <= set(KNOCKOUTS)


@pytest.mark.parametrize("code", IDS)
def test_without_its_own_mechanism_no_proposition_holds(code):
    (proposition,) = propositions([code])
    arms = {
        name: arm.but(knockouts=tuple(term for term in WITHOUT[code] if term not in arm.knockouts))
        for name, arm in proposition.arms.items()
    }
    (found,) = try_propositions([replace(proposition, arms=arms)], EURASIA, DRAWS, 1, replicates=REPLICATES)
    assert found.verdict != HOLDS, found.reason

"""Worlds in which propositions fail: the Eurasian one without the term that a proposition says it works through.

Made-up tables show that each check can reach each verdict (test_propositions.py). Here real runs must not let a claim
hold when its own mechanism is taken out: those that hold in the whole world (P7, P24), and the two that must not be true by construction.
"""

from dataclasses import replace

import pytest

from analysis.propositions import EURASIA, propositions
from analysis.propositions.laboratory import try_propositions
from analysis.propositions.rule import HOLDS

WITHOUT = {  # proposition: what "works through" names (docs/propositions.md), as knock-outs
    "P1": ("expected_punishment", "coercion", "corridor_veto"), "P3": ("kinship",),
    "P7": ("misperception", "ambiguous_choice"), "P24": ("norm",),
}  # fmt: skip
DRAWS, REPLICATES = 4, 2


@pytest.mark.parametrize("code", WITHOUT)
def test_without_its_own_mechanism_no_proposition_holds(code):
    (proposition,) = propositions([code])
    arms = {
        name: arm.but(knockouts=tuple(term for term in WITHOUT[code] if term not in arm.knockouts))
        for name, arm in proposition.arms.items()
    }
    (found,) = try_propositions([replace(proposition, arms=arms)], EURASIA, DRAWS, 1, replicates=REPLICATES)
    assert found.verdict != HOLDS, found.reason

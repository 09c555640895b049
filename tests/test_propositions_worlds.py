"""Real runs in which propositions fail, and some in which they hold.

Made-up tables show that each check can reach each verdict (test_propositions.py). Here every proposition is falsified by runs of a world whose
theory says why (proposition_worlds_table.py; docs/propositions_worlds.md is made from it). And those that hold in Eurasia, or must not be true
by construction, do not hold there once their own mechanism is taken out.
"""

from dataclasses import replace

import pytest
from proposition_worlds import PAGE, page, try_world
from proposition_worlds_table import FAILS, HOLDS, WORLDS

import analysis.propositions.rule as rule
from analysis.propositions import EURASIA, IDS, propositions
from analysis.propositions.laboratory import try_propositions

WITHOUT = {  # proposition: what "works through" names (docs/propositions.md), as knock-outs
    "P1": ("expected_punishment", "coercion", "corridor_veto"), "P3": ("kinship",),
    "P7": ("misperception", "ambiguous_choice"), "P24": ("norm",),
}  # fmt: skip
DRAWS, REPLICATES = 4, 2


def test_every_proposition_has_a_world_in_which_it_fails():
    assert tuple(world.proposition for world in FAILS) == IDS


@pytest.mark.parametrize("world", FAILS, ids=lambda world: world.proposition)
def test_it_fails_there_for_the_stated_reason(world, tmp_path):
    found = try_world(world, tmp_path)
    assert found.verdict == rule.FALSIFIED, found.reason
    assert world.because in found.reason


@pytest.mark.parametrize("world", HOLDS, ids=lambda world: world.proposition)
def test_it_holds_there(world, tmp_path):
    found = try_world(world, tmp_path)
    assert found.verdict == rule.HOLDS, found.reason


def test_the_page_is_made_from_the_table():
    assert PAGE.read_text(encoding="utf-8") == page(WORLDS), "run python tests/proposition_worlds.py"


@pytest.mark.parametrize("code", WITHOUT)
def test_without_its_own_mechanism_no_proposition_holds(code):
    (proposition,) = propositions([code])
    arms = {
        name: arm.but(knockouts=tuple(term for term in WITHOUT[code] if term not in arm.knockouts))
        for name, arm in proposition.arms.items()
    }
    (found,) = try_propositions([replace(proposition, arms=arms)], EURASIA, DRAWS, 1, replicates=REPLICATES)
    assert found.verdict != rule.HOLDS, found.reason

"""Feedback of outcomes on capability and belief (rule 28). Events (rule 27) shock variables when a world is compiled."""

from sim.rules.arithmetic import clip
from sim.rules.compiled import compiled
from sim.world import COMPLIED

GROWTH_A_QUARTER = 0.0035  # 1.0035⁴⁰ = 1.15: a decade moves capability by 15 % at most


@compiled
def tie_masses(tie, out):
    """Σ x_ij over partners and arenas, (N,)."""
    states = tie.shape[1]
    for i in range(states):
        total = 0.0
        for a in range(4):
            for j in range(states):
                total += tie[a, i, j]
        out[i] = total


@compiled
def grow(tie, complementarity, growth_feedback, growth):
    """Rule 28. growth ← growth·(1 + growth_feedback·Σ x_connectivity·complementarity), (N,), at most 15 % a decade.

    The trend itself is in the dated capability; this is the part that ties add to it.
    """
    states = tie.shape[1]
    for i in range(states):
        gained = 0.0
        for j in range(states):
            gained += tie[1, i, j] * complementarity[i, j]
        growth[i] *= 1.0 + clip(growth_feedback * gained, 0.0, GROWTH_A_QUARTER)


@compiled
def learn_from_outcomes(mass_before, mass_now, coerced, optimism_feedback, optimism):
    """Rule 28. Success (tie mass gained) and punishment move optimism by optimism_feedback at most; (N,), −1…1."""
    poles, states = coerced.shape
    for i in range(states):
        swing = clip(mass_now[i] - mass_before[i], -1.0, 1.0)
        for p in range(poles):
            if coerced[p, i] == COMPLIED:
                swing = -1.0
        optimism[i] = clip(optimism[i] + optimism_feedback * swing, -1.0, 1.0)

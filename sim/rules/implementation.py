"""Stage 3, implementation and lock-in (rules 16–18): what states can carry out of what they agreed.

State–society relations (extraction) and domestic institutions (administration) set the effort; ties that stood
for long have stakes, and stakes hold them. Arrays: N states, 4 arenas.
"""

import math

from sim.rules.arithmetic import positive, unit
from sim.rules.compiled import compiled

OPEN_WINDOW = 0.5  # perceived permissiveness above which a fall is read as a window that closes


@compiled
def lock_in(stakes, stakes_half, out):
    """lock_in = stakes/(stakes + stakes_half), (4, N, N), 0–1."""
    states = stakes.shape[1]
    for a in range(4):
        for i in range(states):
            for j in range(states):
                out[a, i, j] = stakes[a, i, j] / (stakes[a, i, j] + stakes_half)


@compiled
def window_closing(perceived_before, perceived_now, clock, fell, out):
    """Rule 18. π = share of the last 8 quarters in which perceived permissiveness fell while above .5. (N,), 0–1.

    ``fell``: (8, N) ring of 0/1, written in place. States that see a window close hurry (L26).
    """
    row = clock % fell.shape[0]
    for i in range(out.shape[0]):
        fell[row, i] = 1.0 if perceived_now[i] < perceived_before[i] and perceived_before[i] > OPEN_WINDOW else 0.0
        total = 0.0
        for k in range(fell.shape[0]):
            total += fell[k, i]
        out[i] = total / fell.shape[0]


@compiled
def efforts(extraction, administration, closing, w_preempt, equal, exists, out):
    """Rules 16 and 18. effort = √(extraction·administration)·(1 + w_preempt·π), (4, N).

    ``equal`` (knock-out): the mean of the states that exist, for all.
    """
    states = extraction.shape[0]
    for a in range(4):
        total = present = 0.0
        for i in range(states):
            out[a, i] = math.sqrt(extraction[i] * administration[a, i])
            if exists[i]:
                total += out[a, i]
                present += 1.0
        for i in range(states):
            own = total / present if equal and present > 0.0 else out[a, i]
            out[a, i] = own * (1.0 + w_preempt * closing[i])


@compiled
def build_ties(consent, effort, lock_in, build_rate, decay_rate, exists, tie):
    """Rule 16. Δx = build_rate·min(effort_i, effort_j)·[x*−x]₊ − decay_rate·(1−lock_in)·[x−x*]₊, symmetric, in place."""
    states = tie.shape[1]
    for a in range(4):
        for i in range(states):
            effort_i, here = effort[a, i], 1.0 if exists[i] else 0.0
            for j in range(states):
                gap = consent[a, i, j] - tie[a, i, j]
                slower = effort_i if effort_i < effort[a, j] else effort[a, j]
                pace = build_rate * slower
                pace = 1.0 if pace > 1.0 else pace  # never beyond what was agreed
                change = pace * positive(gap) - decay_rate * (1.0 - lock_in[a, i, j]) * positive(-gap)
                tie[a, i, j] = here * exists[j] * unit(tie[a, i, j] + change)
            tie[a, i, i] = 0.0


@compiled
def accrue_stakes(tie, stakes_growth, stakes_decay, stakes):
    """Rule 17. stakes ← (1−stakes_decay)·stakes + stakes_growth·x, (4, N, N), in place (L85, L108, L125)."""
    states = tie.shape[1]
    keep = 1.0 - stakes_decay
    for a in range(4):
        for i in range(states):
            for j in range(states):
                stakes[a, i, j] = keep * stakes[a, i, j] + stakes_growth * tie[a, i, j]


@compiled
def add_assets(quarter, asset_quarter, asset_from, asset_to, asset_arena, asset_size, stakes):
    """Rule 17. Stakes of the pipelines, funds and plants that are opened in this recorded quarter, in place."""
    for e in range(asset_quarter.shape[0]):
        if asset_quarter[e] == quarter:
            a, i, j = asset_arena[e], asset_from[e], asset_to[e]
            added = positive(stakes[a, i, j] + asset_size[e])
            stakes[a, i, j] = added
            stakes[a, j, i] = added

"""The arrays of the model: what is constant, what is dated, and what a run changes.

Shapes: N states and P poles (each sorted by code), 4 arenas, M organisation slots, S corridor segments,
C corridors, E assets, T recorded quarters. All floats are float64, all arrays C-contiguous. ``compile``
makes World and Drivers once; they are read-only and shared by all runs. Situation is the state of one run.
"""

from typing import NamedTuple

import numpy as np

ARENAS = ("defence", "connectivity", "culture", "institutions")
DEFENCE, CONNECTIVITY, CULTURE, INSTITUTIONS = range(4)
VISIBILITY = (1.0, 0.5, 0.2, 0.7)  # how visible a tie in an arena is to a pole (model.md, rules 4 and 12)
FREE_SLOTS = 4  # organisations that a run may found
COMPLIED, RESISTED = 1, 2  # what a coerced state did
BURN_IN = 40  # quarters run at the drivers of the start before the first recorded one
NEVER = 1_000_000  # a quarter that does not come


class World(NamedTuple):
    """What does not change within a run."""

    state_keys: np.ndarray  # (N,) uint32, draws.state_key of each code
    pole_keys: np.ndarray  # (P,) uint32
    distance: np.ndarray  # (N, N) thousand km between capitals
    kinship: np.ndarray  # (N, N) 0–1, symmetric
    spillover: np.ndarray  # (4, 4) W: rows sum to 1, zero diagonal
    norm_weight: np.ndarray  # (P,)
    tolerance: np.ndarray  # (P,)
    culture_optimism: np.ndarray  # (N,) mean around which successors are drawn, −1…1
    culture_risk_acceptance: np.ndarray  # (N,) 0–1
    # corridors
    segment_from: np.ndarray  # (S,) int64 node: state index, or N + pole index
    segment_to: np.ndarray  # (S,) int64
    segment_corridor: np.ndarray  # (S,) int64
    corridor_gain: np.ndarray  # (C,)
    corridor_users: np.ndarray  # (C, N) bool: states that stand on the corridor
    # organisations; the last FREE_SLOTS are for those that a run founds
    leader: np.ndarray  # (M,) int64 index of the pole that leads it, −1 if none
    opens: np.ndarray  # (M,) int64 recorded quarter in which it opens; ≤ 0 open at the start; NEVER for free slots
    offered_to: np.ndarray  # (M, N) bool: offered when it opens
    open_to: np.ndarray  # (M, N) bool: may accede at all (everyone, where no pole leads)
    remit: np.ndarray  # (M, 4) bool
    secretariat: np.ndarray  # (M,) 0–1
    exit_cost: np.ndarray  # (M,)
    organisation_legitimacy: np.ndarray  # (M,) 0–1
    exclusive: np.ndarray  # (M,) bool: members may belong to no other organisation that a pole or member leads
    # assets: dated additions to stakes (pipelines, funds, plants)
    asset_quarter: np.ndarray  # (E,) int64 recorded quarter ≥ 0
    asset_from: np.ndarray  # (E,) int64 state
    asset_to: np.ndarray  # (E,) int64 state
    asset_arena: np.ndarray  # (E,) int64
    asset_size: np.ndarray  # (E,)
    # switches: 0 or 1
    direct: int  # environment.mode: direct
    threat_definition: int  # permissiveness_definition: threat
    clarity_certainty: int
    imposition: int  # knock-out of consent: the more willing side decides
    misperception: int  # 0: perception clamped to the truth
    resistance: int  # 0: the coerced always comply
    brokerage: int  # 0: no pole can open a vetoed segment
    accession: int  # 0: no state joins or leaves an organisation
    full_clarity: int  # knock-out: clarity is 1
    equal_effort: int  # knock-out: every state builds with the cast's mean effort


class Drivers(NamedTuple):
    """Dated inputs, one row a recorded quarter; burn-in reads row 0."""

    exists: np.ndarray  # (T, N) bool
    policing: np.ndarray  # (T, P) as reach sees it
    policing_norm: np.ndarray  # (T, P) as the norm cost sees it (its own channel switch)
    policing_reliability: np.ndarray  # (T, P) as clients and pole-led organisations see it
    policing_counterbalance: np.ndarray  # (T, P) as a supporting pole's reach sees it
    bandwidth: np.ndarray  # (T, P)
    legitimacy: np.ndarray  # (T, P)
    opposition: np.ndarray  # (T, P, 4) −1…1
    patronage: np.ndarray  # (T, P, 4)
    normative_fragmentation: np.ndarray  # (T,)
    pole_distance: np.ndarray  # (T, P, N) thousand km
    dependence: np.ndarray  # (T, P, N)
    pole_hostility: np.ndarray  # (T, P, N)
    pole_imminence: np.ndarray  # (T, P, N)
    reliance: np.ndarray  # (T, N, P)
    capability: np.ndarray  # (T, N) K = (share / largest pole's share at the start)^⅓
    pole_capability: np.ndarray  # (T, P)
    offence: np.ndarray  # (T, N)
    need: np.ndarray  # (T, N)
    credibility: np.ndarray  # (T, N)
    crisis: np.ndarray  # (T, N) from events
    punishment: np.ndarray  # (T, N) punishment by events, seen by states of like exposure
    hostility: np.ndarray  # (T, N, N)
    imminence: np.ndarray  # (T, N, N)
    complementarity: np.ndarray  # (T, N, N)
    segment_capacity: np.ndarray  # (T, S)
    assertiveness: np.ndarray  # (T, N) −1…1
    autonomy: np.ndarray  # (T, N)
    sovereignty: np.ndarray  # (T, N)
    repertoire: np.ndarray  # (T, 4, N)
    cohesion: np.ndarray  # (T, N)
    extraction: np.ndarray  # (T, N)
    veto_points: np.ndarray  # (T, N)
    centralisation: np.ndarray  # (T, N)
    administration: np.ndarray  # (T, 4, N)
    leader_change: np.ndarray  # (T, N) int64: 0 none, 1 scheduled with coded beliefs, 2 scheduled, beliefs drawn
    leader_optimism: np.ndarray  # (T, N) coded beliefs where leader_change is 1
    leader_risk_acceptance: np.ndarray  # (T, N)
    turnover_hazard: np.ndarray  # (T, N) per quarter, 0 while the schedule lasts
    permissiveness_path: np.ndarray  # (T, N) read in direct mode
    clarity_path: np.ndarray  # (T, N) read in direct mode


class Situation(NamedTuple):
    """The state variables of one run; every rule reads and writes these and nothing else."""

    tie: np.ndarray  # (4, N, N) x, symmetric, 0–1
    stakes: np.ndarray  # (4, N, N)
    rung: np.ndarray  # (4, N, N) int64 0–3
    pole_tie: np.ndarray  # (4, P, N) z
    membership: np.ndarray  # (M, N) 0, ½, 1
    established: np.ndarray  # (M,) int64 1 once open
    depth: np.ndarray  # (M, 4)
    finance: np.ndarray  # (M,)
    below_exit: np.ndarray  # (M, N) int64 quarters in a row with value below −exit_cost
    depth_history: np.ndarray  # (12, M) mean depth of the last twelve quarters, ring
    perceived_permissiveness: np.ndarray  # (4, N)
    perceived_threat: np.ndarray  # (N + P, N) of source k on state i, as i sees it
    perception_noise: np.ndarray  # (5, N) AR(1): four arenas, then threat
    permissiveness_fell: np.ndarray  # (8, N) ring of 0/1
    caution: np.ndarray  # (N,)
    punished: np.ndarray  # (N,) coerced or punished this quarter
    compliance: np.ndarray  # (P, N)
    pole_hostility_shift: np.ndarray  # (P, N) made by resistance
    credibility_shift: np.ndarray  # (N,) made by resistance
    optimism: np.ndarray  # (N,) of the leader in office
    risk_acceptance: np.ndarray  # (N,)
    growth: np.ndarray  # (N,) multiplier of capability
    tie_mass: np.ndarray  # (N,) of last quarter
    reach_previous: np.ndarray  # (P, N)
    reach_volatility: np.ndarray  # (N,) EWMA of Σₚ|Δreach|
    # what the last quarter showed, kept for recording and for the Mesa face
    reach: np.ndarray  # (P, N)
    permissiveness: np.ndarray  # (4, N) true
    restrictiveness: np.ndarray  # (N,)
    threat: np.ndarray  # (N + P, N) true
    clarity: np.ndarray  # (N,)
    certainty: np.ndarray  # (N,) certainty of commitment
    consent: np.ndarray  # (4, N, N) x*
    intent: np.ndarray  # (4, N, N) d_ij, row i is the willing side
    coerced: np.ndarray  # (P, N) int64 this quarter: 0 no, COMPLIED, RESISTED


def blank_situation(states: int, poles: int, organisations: int) -> Situation:
    """A Situation of zeros for N states, P poles and M organisation slots."""
    n, p, m = states, poles, organisations
    shapes = {
        "tie": (4, n, n), "stakes": (4, n, n), "rung": (4, n, n), "pole_tie": (4, p, n),
        "membership": (m, n), "established": (m,), "depth": (m, 4), "finance": (m,),
        "below_exit": (m, n), "depth_history": (12, m), "perceived_permissiveness": (4, n),
        "perceived_threat": (n + p, n), "perception_noise": (5, n), "permissiveness_fell": (8, n),
        "caution": (n,), "punished": (n,), "compliance": (p, n), "pole_hostility_shift": (p, n),
        "credibility_shift": (n,), "optimism": (n,), "risk_acceptance": (n,), "growth": (n,),
        "tie_mass": (n,), "reach_previous": (p, n), "reach_volatility": (n,), "reach": (p, n),
        "permissiveness": (4, n), "restrictiveness": (n,), "threat": (n + p, n), "clarity": (n,),
        "certainty": (n,), "consent": (4, n, n), "intent": (4, n, n), "coerced": (p, n),
    }  # fmt: skip
    integers = {"rung", "established", "below_exit", "coerced"}
    return Situation(
        **{name: np.zeros(shape, dtype=np.int64 if name in integers else np.float64) for name, shape in shapes.items()}
    )

"""What one thread works in: the dated attributes of a quarter, and buffers that every run reuses."""

from typing import NamedTuple

import numpy as np

from sim.handles import Handle, handle, register


class Now(NamedTuple):
    """The dated attributes of the states in one quarter; (N,), (4, N) or (N, N) rows of Drivers."""

    hostility: np.ndarray
    complementarity: np.ndarray
    need: np.ndarray
    autonomy: np.ndarray
    sovereignty: np.ndarray
    repertoire: np.ndarray
    cohesion: np.ndarray
    veto_points: np.ndarray
    administration: np.ndarray
    leader_change: np.ndarray
    leader_optimism: np.ndarray
    leader_risk_acceptance: np.ndarray
    turnover_hazard: np.ndarray


class Actor(NamedTuple):
    """What each state brings to all its decisions of a quarter; (N,) unless said."""

    capability: np.ndarray  # K, grown by feedback
    credibility: np.ndarray  # dated path plus what resistance earned
    reliability: np.ndarray  # of its patrons
    concentration: np.ndarray  # Herfindahl of its ties
    compliance: np.ndarray  # largest over poles
    crisis: np.ndarray
    threats: np.ndarray  # Σ_k threat_ki
    norm_cost: np.ndarray  # (1,) the same for all


class Pair(NamedTuple):
    """What all arenas of a pair share in a quarter."""

    aggregated_threat: np.ndarray  # (N, N) Σ_k √(perceived threat_ki·threat_kj)
    common_threat: np.ndarray  # (N, N) Σ_k min(threat_ki, threat_kj)
    foes: np.ndarray  # (N, N) Σ_k hostility_ik·x_jk,defence
    corridor: np.ndarray  # (N, N)
    lock_in: np.ndarray  # (4, N, N)
    partners: np.ndarray  # (4, N, N) Σ_k x_ik·x_jk
    depth: np.ndarray  # (4, N, N) of shared organisations
    legitimacy: np.ndarray  # (N, N) of shared organisations


class Workspace(NamedTuple):
    """Buffers of one thread, reused by every run: nothing is allocated inside a quarter."""

    actor: Actor
    pair: Pair
    exposure: np.ndarray  # (P, N)
    supporters_reach: np.ndarray  # (P, N)
    opposed_reach: np.ndarray  # (P, 4, N)
    target: np.ndarray  # (4, N)
    pole_hostility: np.ndarray  # (P, N) coded, plus what resistance added
    proximity: np.ndarray  # (N, N)
    bias: np.ndarray  # (N,)
    perceived_before: np.ndarray  # (N,)
    perceived_mean: np.ndarray  # (N,)
    closing: np.ndarray  # (N,)
    effort: np.ndarray  # (4, N)
    thresholds: np.ndarray  # (N,)
    temperatures: np.ndarray  # (N,)
    rows: np.ndarray  # (8, N)
    grids: np.ndarray  # (4, N, N)
    listed: np.ndarray  # (N,) int64 members of an organisation
    row: np.ndarray  # (N,)
    column: np.ndarray  # (N,)
    flow: np.ndarray  # (C,)
    leader_changed: np.ndarray  # (N,) int64


class ActorType(Handle):
    """numba type of a handle of Actor."""


class PairType(Handle):
    """numba type of a handle of Pair."""


class WorkspaceType(Handle):
    """numba type of a handle of Workspace."""


register(Actor, ActorType)
register(Pair, PairType)
register(Workspace, WorkspaceType)


def workspace(states: int, pole_count: int, corridors: int) -> Workspace:
    """A handle of buffers for N states, P poles and C corridors."""
    n, p = states, pole_count

    def zeros(*shape):
        return np.zeros(shape)

    actor = Actor(**{name: zeros(1 if name == "norm_cost" else n) for name in Actor._fields})
    by_arena = ("lock_in", "partners", "depth")
    pair = Pair(**{name: zeros(4, n, n) if name in by_arena else zeros(n, n) for name in Pair._fields})
    return handle(Workspace(
        handle(actor), handle(pair),
        exposure=zeros(p, n), supporters_reach=zeros(p, n), opposed_reach=zeros(p, 4, n), target=zeros(4, n), pole_hostility=zeros(p, n),
        proximity=zeros(n, n), bias=zeros(n), perceived_before=zeros(n), perceived_mean=zeros(n), closing=zeros(n),
        effort=zeros(4, n), thresholds=zeros(n), temperatures=zeros(n), rows=zeros(8, n), grids=zeros(4, n, n), listed=np.zeros(n, np.int64),
        row=zeros(n), column=zeros(n),
        flow=zeros(corridors), leader_changed=np.zeros(n, np.int64),
    ))  # fmt: skip

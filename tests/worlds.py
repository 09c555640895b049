"""Random but valid arrays of any size, for tests that need no file."""

import numpy as np

from sim.parameters import parameter_values
from sim.world import FREE_SLOTS, NEVER, Drivers, World, blank_situation

SWITCHES_ON = {"misperception": 1, "resistance": 1, "brokerage": 1, "accession": 1}
RANKS = {"T": 0}


def random_world(states=12, poles=3, quarters=40, organisations=3, seed=0):
    """(World, Drivers, initial Situation, ParameterValues) drawn at random; no resemblance to any region."""
    draw = np.random.default_rng(seed)
    n, p, t, m = states, poles, quarters, organisations + FREE_SLOTS

    def dated(*shape, low=0.0, high=1.0):
        return np.ascontiguousarray(np.broadcast_to(draw.uniform(low, high, shape), (t, *shape)))

    def symmetric(values):
        upper = np.triu(values, 1)
        return upper + upper.T

    def dated_pairs(density, high=1.0):
        one = symmetric((draw.random((n, n)) < density) * draw.uniform(0, high, (n, n)))
        return np.ascontiguousarray(np.broadcast_to(one, (t, n, n)))

    leader = np.full(m, -1, np.int64)
    leader[0] = 0
    opens = np.full(m, NEVER, np.int64)
    opens[:organisations] = [0, 0, t // 2][:organisations] + [0] * max(0, organisations - 3)
    offered = np.zeros((m, n), bool)
    offered[:organisations] = draw.random((organisations, n)) < 0.5
    open_to = np.ones((m, n), bool)
    open_to[0] = offered[0]
    segments = 4
    fields = {name: 0 for name in World._fields[-10:]} | SWITCHES_ON
    world = World(
        state_keys=draw.integers(1, 2**32, n, dtype=np.uint32), pole_keys=draw.integers(1, 2**32, p, dtype=np.uint32),
        distance=symmetric(draw.uniform(0.2, 4, (n, n))),
        kinship=symmetric((draw.random((n, n)) < 0.2) * 1.0),
        spillover=(1 - np.eye(4)) / 3, norm_weight=np.full(p, 1 / p), tolerance=np.full(p, 0.1),
        culture_optimism=draw.uniform(-0.5, 0.5, n), culture_risk_acceptance=draw.uniform(0, 1, n),
        segment_from=np.arange(segments) % n, segment_to=np.arange(1, segments + 1) % n,
        segment_corridor=np.arange(segments) // 2, corridor_gain=np.array([0.3, 0.2]),
        corridor_users=np.array([[i <= 2 for i in range(n)], [2 <= i <= 4 for i in range(n)]]),
        leader=leader, opens=opens, offered_to=offered, open_to=open_to, remit=np.ones((m, 4), bool),
        secretariat=np.full(m, 0.5), exit_cost=np.full(m, 0.2), organisation_legitimacy=np.full(m, 0.3),
        exclusive=np.zeros(m, bool), asset_quarter=np.array([t // 3]), asset_from=np.array([0]),
        asset_to=np.array([1]), asset_arena=np.array([1]), asset_size=np.array([0.3]), **fields,
    )  # fmt: skip
    flat = {"exists": np.ones((t, n), bool), "leader_change": np.zeros((t, n), np.int64)}
    policing = dated(p, low=0.3)
    drivers = Drivers(
        policing=policing, policing_norm=policing, policing_reliability=policing, policing_counterbalance=policing,
        bandwidth=dated(p, low=0.3), legitimacy=dated(p), opposition=dated(p, 4, low=-0.5), patronage=dated(p, 4),
        normative_fragmentation=np.linspace(0, 0.5, t), pole_distance=dated(p, n, high=3), dependence=dated(p, n, high=0.5),
        pole_hostility=dated(p, n, high=0.4), pole_imminence=dated(p, n), reliance=dated(n, p, high=0.4),
        capability=dated(n, low=0.05, high=0.5), pole_capability=dated(p, low=0.5), offence=dated(n), need=dated(n),
        credibility=dated(n, high=0.6), crisis=np.zeros((t, n)), punishment=np.zeros((t, n)), hostility=dated_pairs(0.15),
        imminence=np.full((t, n, n), 0.5), complementarity=dated_pairs(0.4, 0.8),
        segment_capacity=dated(segments, low=0.5), assertiveness=dated(n, low=-0.5, high=0.5), autonomy=dated(n),
        sovereignty=dated(n), repertoire=dated(4, n, low=0.3), cohesion=dated(n), extraction=dated(n, low=0.2),
        veto_points=dated(n), centralisation=dated(n), administration=dated(4, n, low=0.2),
        leader_optimism=np.zeros((t, n)), leader_risk_acceptance=np.zeros((t, n)),
        turnover_hazard=np.full((t, n), 0.02), permissiveness_path=np.zeros((t, n)), clarity_path=np.zeros((t, n)), **flat,
    )  # fmt: skip
    initial = blank_situation(n, p, m)
    initial.growth[:] = 1.0
    initial.established[:2] = 1
    initial.membership[:2] = (draw.random((2, n)) < 0.4) * 1.0
    return world, drivers, initial, parameter_values()

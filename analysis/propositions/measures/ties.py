"""Ties among states and along corridors, formal steps, portfolios."""

import numpy as np

from analysis.propositions.measures.outcomes import FULL
from analysis.propositions.observed import Observed
from sim.world import ARENAS

DEEP = 0.3  # density that makes an arena deep (specification, Outcomes)
BODY = 3  # full members from which on a body has a density
ADOPTED = 0.1  # tie at which a supplier's systems count as adopted (as SF11)


def densities(o: Observed) -> np.ndarray:
    """(R, M, 4) mean tie among full members in the last quarter; 0 for bodies of fewer than three."""
    member = (o.all("membership")[:, -1] == FULL).astype(float)
    count = member.sum(axis=2)
    total = np.einsum("rmi,raij,rmj->rma", member, o.all("tie")[:, -1], member)
    return np.where(count[..., None] >= BODY, total / np.maximum(count * (count - 1), 1)[..., None], 0.0)


def deep_arenas(o: Observed) -> np.ndarray:
    """Most arenas in which a free body is deep, 0–4."""
    return (densities(o)[:, o.free] > DEEP).sum(axis=2).max(axis=1)


def three_deep(o: Observed) -> np.ndarray:
    """1 if a free body is deep in three arenas or more in the last quarter."""
    return deep_arenas(o) >= 3


def deep_outside_culture(o: Observed) -> np.ndarray:
    """1 if a free body is deep in an arena besides culture."""
    return (densities(o)[:, o.free][..., [0, 1, 3]] > DEEP).max(axis=(1, 2))


def arena_mean(*arenas: str):
    """Mean tie over all pairs, in some arenas, in the last quarter."""
    chosen = [ARENAS.index(arena) for arena in arenas]

    def measure(o: Observed) -> np.ndarray:
        n = len(o.compiled.states)
        return o.all("tie")[:, -1, chosen].sum(axis=(2, 3)).mean(axis=1) / (n * (n - 1))

    return measure


def tie_among(codes, arena: str | None = None, others=None, at: str | None = None, until: str | None = None):
    """Mean tie among states, or between them and ``others``; over arenas unless one is named, over a stretch if two quarters."""

    def measure(o: Observed) -> np.ndarray:
        rows = o.all("tie")[:, o.stretch(at, until)].mean(axis=1) if until else o.all("tie")[:, o.row(at)]
        first, second = o.states(*codes), o.states(*(others or codes))
        block = rows[:, :, first][:, :, :, second]
        pairs = block[..., np.array(first)[:, None] != np.array(second)]
        return pairs.mean(axis=(1, 2)) if arena is None else pairs[:, ARENAS.index(arena)].mean(axis=1)

    return measure


def adoptions(codes, supplier: str, after: str, until: str):
    """How many of the states first reach a defence tie of .1 with the supplier after one quarter and by another."""

    def measure(o: Observed) -> np.ndarray:
        ties = o.all("tie")[:, : o.row(until) + 1, 0][..., o.states(*codes), o.states(supplier)[0]]
        before = (ties[:, : o.row(after)] >= ADOPTED).any(axis=1)
        return ((ties[:, o.row(after) :] >= ADOPTED).any(axis=1) & ~before).sum(axis=1)

    return measure


def rung_reached(pair, rung: int, until: str):
    """1 if a pair has reached a defence rung by a quarter."""

    def measure(o: Observed) -> np.ndarray:
        i, j = o.states(*pair)
        return (o.all("rung")[:, : o.row(until) + 1, 0, i, j] >= rung).max(axis=1)

    return measure


def portfolio(o: Observed) -> np.ndarray:
    """(R, N·(P+M+1)) alignment shares of the last quarter, side by side."""
    return o.all("alignment")[:, -1].reshape(len(o.recordings), -1)


def ties_flat(o: Observed) -> np.ndarray:
    """(R, 4·N·(N−1)/2) all ties of the last quarter."""
    first, second = np.triu_indices(len(o.compiled.states), 1)
    return o.all("tie")[:, -1][:, :, first, second].reshape(len(o.recordings), -1)


def dispersion(o: Observed) -> np.ndarray:
    """Variance between states of their alignment shares, summed over partners, in the last quarter."""
    return o.all("alignment")[:, -1].var(axis=1).sum(axis=1)


def flow(corridor: str):
    """Weakest-link product of a corridor's segments, capacity × connectivity tie of its hosts, in the last quarter.

    A tie to a pole counts where a host is one. A closed segment shows in the ties that it keeps from growing.
    """

    def measure(o: Observed) -> np.ndarray:
        world, product = o.compiled.world, np.ones(len(o.recordings))
        for s in np.flatnonzero(world.segment_corridor == o.corridors.index(corridor)):
            product = (
                product
                * o.compiled.drivers.segment_capacity[-1, s]
                * _segment_tie(o, world.segment_from[s], world.segment_to[s])
            )
        return product

    return measure


def capacity(corridor: str):
    """Product of the capacities of a corridor's segments in the last quarter: an input, the same in all runs."""

    def measure(o: Observed) -> np.ndarray:
        mine = o.compiled.world.segment_corridor == o.corridors.index(corridor)
        return np.full(len(o.recordings), o.compiled.drivers.segment_capacity[-1, mine].prod())

    return measure


def _segment_tie(o: Observed, start: int, end: int) -> np.ndarray:
    n = len(o.compiled.states)
    if start < n and end < n:
        return o.all("tie")[:, -1, 1, start, end]
    if start >= n and end >= n:
        return np.ones(len(o.recordings))
    return o.all("pole_tie")[:, -1, 1, max(start, end) - n, min(start, end)]

"""Membership, depth, vitality, and how members stand to poles."""

import numpy as np

from analysis.propositions.measures.outcomes import FULL
from analysis.propositions.observed import Observed
from sim.recording import VITALITY, window_ends
from sim.world import ARENAS

ZOMBIE, ALIVE = VITALITY.index("zombie"), VITALITY.index("alive")


def members(code: str, states=None):
    """Full members of a body in the last quarter, or how many of ``states`` are."""

    def measure(o: Observed) -> np.ndarray:
        full = o.all("membership")[:, -1, o.organisation(code)] == FULL
        return full[:, o.states(*(states or o.compiled.states))].sum(axis=1)

    return measure


def precision(code: str, truth):
    """Part of a body's full members that are members in fact; no value for an empty body."""

    def measure(o: Observed) -> np.ndarray:
        full = o.all("membership")[:, -1, o.organisation(code)] == FULL
        right, count = full[:, o.states(*truth)].sum(axis=1), full.sum(axis=1)
        return np.divide(right, count, out=np.full(len(count), np.nan), where=count > 0)

    return measure


def first_member_quarter(code: str, state: str):
    """Recorded quarter from which a state is a full member; the number of quarters if never."""

    def measure(o: Observed) -> np.ndarray:
        inside = o.all("membership")[:, :, o.organisation(code), o.states(state)[0]] == FULL
        return np.where(inside.any(axis=1), inside.argmax(axis=1), inside.shape[1])

    return measure


def depth(code: str, *arenas: str, at: str | None = None, until: str | None = None):
    """Depth of a body, mean over some arenas (all by default), in one quarter or over a stretch."""
    chosen = [ARENAS.index(arena) for arena in arenas or ARENAS]

    def measure(o: Observed) -> np.ndarray:
        rows = o.stretch(at, until) if until else slice(o.row(at), o.row(at) + 1 or None)
        return o.all("depth")[:, rows, o.organisation(code)][..., chosen].mean(axis=(1, 2))

    return measure


def depth_of_free(*arenas: str):
    """Depth summed over free bodies, mean over some arenas, in the last quarter."""
    chosen = [ARENAS.index(arena) for arena in arenas]
    return lambda o: o.all("depth")[:, -1][:, o.free][..., chosen].sum(axis=1).mean(axis=1)


def opened_later(o: Observed) -> np.ndarray:
    """Free bodies that opened or were founded after the start."""
    return (o.all("opened")[:, o.free] > 0).sum(axis=1)


def alive(code: str):
    """1 if a body is alive in the last quarter."""
    return lambda o: o.all("vitality")[:, -1, o.organisation(code)] == ALIVE


def zombies(o: Observed) -> np.ndarray:
    """Part of the bodies with two members or more that are zombies in the last quarter."""
    vitality = o.all("vitality")[:, -1]
    zombie, there = (vitality == ZOMBIE).sum(axis=1), (vitality >= ZOMBIE).sum(axis=1)
    return np.divide(zombie, there, out=np.full(len(there), np.nan), where=there > 0)


def hedgers(code: str):
    """Part of a body's full members with two pole-led memberships (observers count) and a hedging index above .5."""

    def measure(o: Observed) -> np.ndarray:
        membership = o.all("membership")[:, -1]
        full = membership[:, o.organisation(code)] == FULL
        led = (membership[:, ~o.free] > 0).sum(axis=1)
        hedging = full & (led >= 2) & (o.all("hedging")[:, -1] > 0.5)
        count = full.sum(axis=1)
        return np.divide(hedging.sum(axis=1), count, out=np.full(len(count), np.nan), where=count > 0)

    return measure


def single_aligned(code: str):
    """Part of a body's full members with more than half of their tie mass at one pole."""

    def measure(o: Observed) -> np.ndarray:
        full = o.all("membership")[:, -1, o.organisation(code)] == FULL
        bound = full & (o.all("alignment")[:, -1, :, : len(o.compiled.poles)].max(axis=2) > 0.5)
        count = full.sum(axis=1)
        return np.divide(bound.sum(axis=1), count, out=np.full(len(count), np.nan), where=count > 0)

    return measure


def share_in(code: str, states):
    """Share of the states' tie mass that goes to fellow members of a body, mean over them."""

    def measure(o: Observed) -> np.ndarray:
        column = len(o.compiled.poles) + o.organisation(code)
        return o.all("alignment")[:, -1, :, column][:, o.states(*states)].mean(axis=1)

    return measure


def highest_class(codes, until: str | None = None):
    """Highest class, up to a window, of free bodies most of whose full members are among ``codes`` (as A11)."""

    def measure(o: Observed) -> np.ndarray:
        ends = window_ends(len(o.compiled.quarters))
        last = len(o.compiled.quarters) - 1 if until is None else o.row(until)
        inside = ends <= last
        full = o.all("membership")[:, ends[inside]] == FULL  # needs the series
        mine = full[..., o.states(*codes)].sum(axis=3) * 2 > full.sum(axis=3)
        classes = np.where(mine & o.free, o.all("organisation_class")[:, inside], 0)
        return classes.max(axis=(1, 2))

    return measure

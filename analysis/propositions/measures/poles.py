"""Permissiveness, pole ties, coercion and overreach."""

import numpy as np

from analysis.propositions.observed import Observed
from analysis.series import herfindahl
from sim.world import ARENAS


def permissiveness(codes=None):
    """Mean true permissiveness of some states (all by default) in the last quarter."""
    return lambda o: o.all("permissiveness")[:, -1][:, o.states(*(codes or o.compiled.states))].mean(axis=1)


def pole_share(code: str, states=None):
    """Share of the states' tie mass that goes to a pole, mean over states, in the last quarter."""

    def measure(o: Observed) -> np.ndarray:
        return o.all("alignment")[:, -1, :, o.pole(code)][:, o.states(*(states or o.compiled.states))].mean(axis=1)

    return measure


def arena_share(pole: str, states, arena: str):
    """Part of the states' ties in an arena, to poles and among all states, that goes to one pole."""
    a = ARENAS.index(arena)

    def measure(o: Observed) -> np.ndarray:
        mine = o.states(*states)
        poles = o.all("pole_tie")[:, -1, a][:, :, mine].sum(axis=2)
        total = poles.sum(axis=1) + o.all("tie")[:, -1, a][:, mine].sum(axis=(1, 2))
        return np.divide(poles[:, o.pole(pole)], total, out=np.full(len(total), np.nan), where=total > 0)

    return measure


def concentration(codes):
    """Herfindahl of the pole ties of states, mean over them, in the last quarter."""

    def measure(o: Observed) -> np.ndarray:
        mass = o.all("pole_tie")[:, -1].mean(axis=1)[:, :, o.states(*codes)]  # (R, P, n)
        return herfindahl(np.moveaxis(mass, 1, -1)).mean(axis=1)

    return measure


def overreach(after: str, until: str, codes=None):
    """Overreach events a quarter in a stretch, of some states (all by default)."""

    def measure(o: Observed) -> np.ndarray:
        return (
            o.all("overreach")[:, o.stretch(after, until)][..., o.states(*(codes or o.compiled.states))]
            .sum(axis=2)
            .mean(axis=1)
        )

    return measure


def coerced_after(after: str, codes=None):
    """Coerced states a quarter from ``after`` on."""

    def measure(o: Observed) -> np.ndarray:
        hit = o.all("coerced")[:, o.row(after) :][..., o.states(*(codes or o.compiled.states))] > 0
        return hit.sum(axis=2).mean(axis=1)

    return measure

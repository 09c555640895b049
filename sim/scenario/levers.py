"""Dated paths: what is coded, what events add to it, and how levers scale it.

A path is (T, …), one row a recorded quarter. Events shock variables (rule 27), also those that happened before the
start: a permanent shock stands, a decaying one has its remainder. A lever scales how far a driver departs from its
value at ``freeze_at``; the frozen-driver twin is the same computation with every lever at 0.
"""

from typing import NamedTuple

import numpy as np

from sim.rules.arithmetic import exp
from sim.scenario.schema import POLE_DRIVERS, WORLD_DRIVER

LN_2 = 0.6931471805599453


class Effect(NamedTuple):
    """One shock: it begins in ``quarter`` (ordinal), and lasts ``quarters``, halves every ``half_life``, or stays."""

    quarter: int
    size: float
    quarters: float | None
    half_life: float | None

    def at(self, quarters: np.ndarray) -> np.ndarray:
        """What it adds in each of ``quarters`` (T,)."""
        since = quarters - self.quarter
        if self.half_life is not None:
            left = np.array([exp(-LN_2 * k / self.half_life) if k >= 0 else 0.0 for k in since.tolist()])
            return self.size * left
        lasting = since >= 0 if self.quarters is None else (since >= 0) & (since < self.quarters)
        return np.where(lasting, self.size, 0.0)


def pair(key: str) -> tuple[str, str]:
    """The codes of a dyad ("BB-AA"), sorted: a dyad has no direction."""
    first, second = sorted(key.split("-"))
    return first, second


def collect_effects(events) -> dict[tuple, tuple[Effect, ...]]:
    """All shocks by (variable, target), each list sorted so that sums do not depend on the order in a file.

    target: a state's or a pole's code; a sorted pair of states; (pole, state); None for the world. Stakes have
    (pair, arena).
    """
    found: dict[tuple, list[Effect]] = {}
    for event in events:
        for shock in event.shocks:
            effect = Effect(event.quarter, float(shock.size), shock.quarters, shock.half_life)
            if shock.dyad is not None:
                target = (pair(shock.dyad), shock.arena) if shock.arena is not None else pair(shock.dyad)
            elif shock.pole is not None and shock.state is not None:
                target = (shock.pole, shock.state)
            else:
                target = shock.pole if shock.pole is not None else shock.state
            found.setdefault((shock.variable, target), []).append(effect)
    return {key: tuple(sorted(effects, key=_in_time)) for key, effects in found.items()}


def _in_time(effect: Effect) -> tuple:
    return (effect.quarter, effect.size, effect.quarters or 0.0, effect.half_life or 0.0)


def shocked(path: np.ndarray, effects, quarters: np.ndarray, low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """``path`` (T,) with the effects added, held to its valid range."""
    for effect in effects:
        path = path + effect.at(quarters)
    return np.clip(path, low, high)


def lever_scales(scenario, frozen: bool) -> dict[tuple, float]:
    """Scale of every driver by (driver, pole code or None); 1 where no lever moves it, 0 for all if ``frozen``.

    Two levers of one driver multiply.
    """
    world = scenario.world
    drivers = [*((driver, code) for driver in POLE_DRIVERS for code in world.poles), (WORLD_DRIVER, None)]
    scales = dict.fromkeys(drivers, 0.0 if frozen else 1.0)
    if not frozen:
        for name in sorted(world.levers):
            lever = world.levers[name]
            scales[(lever.driver, lever.pole)] *= float(scenario.levers.get(name, 1.0))
    return scales


def scaled(path: np.ndarray, scale: float, freeze: int, low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """v₀ + scale·(path − v₀) from row ``freeze`` on, v₀ being the value there; before it the path is as coded.

    1 is the identity to the bit (v₀ + (x − v₀) need not be x), 0 holds v₀ to the bit.
    """
    if scale == 1.0:
        return path
    held = path[freeze]
    result = path.copy()
    result[freeze:] = np.clip(held + scale * (path[freeze:] - held), low, high)
    return result

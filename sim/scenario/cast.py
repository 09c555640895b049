"""Who stands where in the arrays, and when: the one order of states, poles, corridors and organisations."""

from typing import NamedTuple

import numpy as np

from sim.scenario.values import PerArena

BELIEFS_CODED, BELIEFS_DRAWN = 1, 2  # kinds of scheduled succession, as Drivers.leader_change has them


class Cast(NamedTuple):
    """Who is where in the arrays, and when; T recorded quarters."""

    states: tuple[str, ...]
    poles: tuple[str, ...]
    corridors: tuple[str, ...]
    organisations: tuple[str, ...]
    state: dict[str, int]  # index by code
    pole: dict[str, int]
    quarters: np.ndarray  # (T,) ordinals
    freeze: int


def cast_of(scenario) -> Cast:
    """Codes, indices and quarters of a scenario."""
    world = scenario.world
    states, poles = tuple(sorted(world.states)), tuple(sorted(world.poles))
    return Cast(
        states,
        poles,
        tuple(sorted(world.corridors)),
        tuple(sorted(world.organisations)),
        {code: k for k, code in enumerate(states)},
        {code: k for k, code in enumerate(poles)},
        np.arange(scenario.start, scenario.end + 1, dtype=np.int64),
        int(scenario.freeze_at - scenario.start),
    )


def at_start(coded, cast: Cast):
    """A coded value in the scenario's first quarter: a float, or (4,) for one of each arena."""
    if isinstance(coded, PerArena):
        return np.array([at_start(one, cast) for one in coded])
    return float(coded.at(cast.quarters[:1])[0]) if coded.dated else coded.value

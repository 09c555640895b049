"""From a loaded scenario to the arrays that a run reads: World, Drivers and the Situation at the start.

One pure function for every block of arrays. States, poles and corridors stand in the order of their codes, so nothing
depends on the order in a file, and only IEEE elementary operations and the kernel's own functions are used, so the
bits are the same on every processor. Nothing here reads a file: a changed lever or parameter needs no second loading.
"""

from typing import NamedTuple

import numpy as np

from sim.parameters import ParameterValues, parameter_values
from sim.scenario.cast import Cast, at_start, cast_of
from sim.scenario.compile_drivers import compile_drivers, leader_in_office
from sim.scenario.compile_world import compile_world, members_at_start
from sim.scenario.knockouts import KNOCKOUTS
from sim.scenario.levers import collect_effects, lever_scales, pair
from sim.scenario.schema import OFFSETS
from sim.world import ARENAS, FREE_SLOTS, Drivers, Situation, World, blank_situation


class Compiled(NamedTuple):
    """A scenario as arrays. World and Drivers are read-only and shared by all runs; each run copies ``initial``."""

    world: World
    drivers: Drivers
    initial: Situation
    parameters: ParameterValues
    states: tuple[str, ...]
    poles: tuple[str, ...]
    organisations: tuple[str, ...]  # free slots are named FOUNDED_1 …
    quarters: tuple[int, ...]  # ordinals of the recorded quarters
    seed: int
    freeze: int  # recorded quarter at which drivers are frozen
    knockouts: tuple[str, ...]


def compile_scenario(scenario, frozen: bool = False) -> Compiled:
    """The arrays of ``scenario``; ``frozen``: of its frozen-driver twin (every driver held from ``freeze_at`` on)."""
    knockouts = tuple(sorted(scenario.knockouts))
    cast = cast_of(scenario)
    dropped = any(KNOCKOUTS[name].drops_events for name in knockouts)
    effects = {} if dropped else collect_effects(scenario.all_events)
    drivers = compile_drivers(scenario, cast, effects, lever_scales(scenario, frozen), frozen)
    offsets = {name: scenario.levers.get(name, 0.0) for name in OFFSETS}  # levers to a user, parameters to the rules
    compiled = Compiled(
        world=compile_world(scenario, cast, effects),
        drivers=drivers,
        initial=compile_situation(scenario.world, cast, effects, drivers.exists[0]),
        parameters=parameter_values({**scenario.parameters, **offsets}),
        states=cast.states,
        poles=cast.poles,
        organisations=(*cast.organisations, *(f"FOUNDED_{k + 1}" for k in range(FREE_SLOTS))),
        quarters=tuple(cast.quarters.tolist()),
        seed=int(scenario.seed),
        freeze=cast.freeze,
        knockouts=knockouts,
    )
    for name in knockouts:
        compiled = KNOCKOUTS[name].apply(compiled)
    return compiled._replace(world=read_only(compiled.world), drivers=read_only(compiled.drivers))


def with_parameters(compiled: Compiled, values: dict[str, float]) -> Compiled:
    """The same arrays with other parameters; what a knock-out holds at a value stays there."""
    changed = compiled.parameters._replace(**{name: float(value) for name, value in values.items()})
    return compiled._replace(parameters=held_parameters(compiled, changed))


def held_parameters(compiled: Compiled, values: ParameterValues) -> ParameterValues:
    """``values`` with those that the knock-outs of ``compiled`` hold: a draw from the prior must not undo them."""
    for name in compiled.knockouts:
        values = values._replace(**KNOCKOUTS[name].parameters)
    return values


def read_only(arrays):
    """The NamedTuple with a view of every array, C-contiguous and not writeable; the arrays stay as they are."""
    fields = [np.ascontiguousarray(a).view() if isinstance(a, np.ndarray) else a for a in arrays]
    for array in fields:
        if isinstance(array, np.ndarray):
            array.flags.writeable = False
    return type(arrays)(*fields)


def compile_situation(world, cast: Cast, effects, exists: np.ndarray) -> Situation:
    """The situation before burn-in: coded ties, stakes, rungs, pole ties, members, and the leaders in office.

    Between states that do not exist yet there is nothing. The run fills in what it works out for itself.
    """
    n, p = len(cast.states), len(cast.poles)
    situation = blank_situation(n, p, len(cast.organisations) + FREE_SLOTS)
    situation.growth[:] = 1.0
    for key, dyad in world.dyads.items():
        i, j = (cast.state[code] for code in pair(key))
        if exists[i] and exists[j]:
            for array, coded in (
                (situation.tie, dyad.ties),
                (situation.stakes, dyad.stakes),
                (situation.rung, dyad.rungs),
            ):
                array[:, i, j] = array[:, j, i] = at_start(coded, cast)
    add_early_assets(situation.stakes, cast, effects, exists)
    for code, pole in world.poles.items():
        for state, relation in pole.relations.items():
            if exists[cast.state[state]]:
                situation.pole_tie[:, cast.pole[code], cast.state[state]] = at_start(relation.ties, cast)
    for m, code in enumerate(cast.organisations):
        start_organisation(m, world.organisations[code], cast, exists, situation)
    for i, code in enumerate(cast.states):
        situation.optimism[i], situation.risk_acceptance[i] = leader_in_office(world.states[code], cast)
    return situation


def add_early_assets(stakes: np.ndarray, cast: Cast, effects, exists: np.ndarray) -> None:
    """Add the assets of events up to the first quarter to the initial stakes (4, N, N), in place."""
    for (variable, target), listed in effects.items():
        if variable != "stakes":
            continue
        (first, second), arena = target
        i, j, a = cast.state[first], cast.state[second], ARENAS.index(arena)
        if exists[i] and exists[j]:
            for effect in listed:
                stakes[a, i, j] = max(0.0, stakes[a, i, j] + float(effect.at(cast.quarters[:1])[0]))
            stakes[a, j, i] = stakes[a, i, j]


def start_organisation(m: int, organisation, cast: Cast, exists: np.ndarray, situation: Situation) -> None:
    """Members, finance and depth of slot ``m``, in place. Coded depth holds for one that is open at the start."""
    situation.finance[m] = at_start(organisation.finance, cast)
    if organisation.opens <= cast.quarters[0]:
        situation.established[m] = 1
        situation.depth[m] = at_start(organisation.depth, cast) * [arena in organisation.remit for arena in ARENAS]
        situation.depth_history[:, m] = 0.25 * situation.depth[m].sum()
        for code, status in members_at_start(organisation, cast).items():
            if exists[cast.state[code]]:
                situation.membership[m, cast.state[code]] = status

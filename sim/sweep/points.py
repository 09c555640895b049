"""Design points as arrays, fast: compile a scenario once, and for each point only what its axes touch.

Equal to the bit to ``compile_scenario(scenario.replace(…))`` with the same values, which a test shows for every lever and
every coded number. A block of arrays is asked for one pole or state by handing its function a cast of just that one.
"""

import re
from collections import defaultdict
from functools import cache
from inspect import signature

import numpy as np

from sim.parameters import parameter_values
from sim.scenario import compile_drivers as blocks
from sim.scenario.cast import cast_of
from sim.scenario.compile import Compiled, compile_scenario, compile_situation, read_only
from sim.scenario.compile_world import compile_world, ordered_segments
from sim.scenario.knockouts import KNOCKOUTS
from sim.scenario.levers import collect_effects, lever_scales, pair, scaled, shocked
from sim.scenario.paths import with_value
from sim.scenario.reading import Reading
from sim.scenario.scenario_checks import check_sums
from sim.scenario.schema import OFFSETS, WORLD_DRIVER
from sim.sweep.axes import ATTRIBUTE, LEVER, PARAMETER, Axis
from sim.sweep.touched import (
    ALL,
    BY_POLE,
    BY_STATE,
    EVERYTHING,
    POLICING_CHANNELS,
    SCALED,
    SCALED_PATHS,
    SITUATION,
    WORLD,
    touched,
)  # fmt: skip
from sim.world import FREE_SLOTS


class Impossible(Exception):
    """A design point that cannot run; the message says why."""


class PointCompiler:
    """Compiles the points of one scenario along ``axes``. Not changed by use, so threads may share it."""

    def __init__(self, scenario, axes):
        self.scenario = scenario
        self.axes: dict[str, Axis] = {axis.name: axis for axis in axes}
        self.cast = cast_of(scenario)
        self.knockouts = tuple(sorted(scenario.knockouts))
        dropped = any(KNOCKOUTS[name].drops_events for name in self.knockouts)
        self.effects = {} if dropped else collect_effects(scenario.all_events)
        scales = lever_scales(scenario, False)
        self.drivers = read_only(blocks.compile_drivers(scenario, self.cast, self.effects, scales, False))
        self.world = read_only(compile_world(scenario, self.cast, self.effects))
        self.initial = compile_situation(scenario.world, self.cast, self.effects, self.drivers.exists[0])
        as_coded = {"world": scenario.world, "effects": self.effects, "scales": dict.fromkeys(scales, 1.0)}
        self.coded = _block("pole_drivers", as_coded, self.cast) | _block("relations", as_coded, self.cast)
        self.parameters = self._parameters(scenario)
        self.base = self.at({})

    def at(self, values: dict[str, float]) -> Compiled:
        """The arrays with these axes at these values, all else as in the scenario. Raises Impossible."""
        scenario = self._scenario(values)
        wanted: dict[str, set] = defaultdict(set)
        for name in values:
            for block, part in touched(self.axes[name]):
                wanted[block].add(part)
        if EVERYTHING in wanted:
            return compile_scenario(scenario)
        drivers = self._drivers(scenario, wanted)
        world, initial = self.world, self.initial
        if WORLD in wanted:
            world = read_only(compile_world(scenario, self.cast, self.effects))
        if SITUATION in wanted:
            initial = compile_situation(scenario.world, self.cast, self.effects, self.drivers.exists[0])
        compiled = Compiled(
            world=world,
            drivers=self.drivers._replace(**drivers),
            initial=initial,
            parameters=self.parameters._replace(
                **{name: float(value) for name, value in values.items() if name in self.parameters._fields}
            ),
            states=self.cast.states,
            poles=self.cast.poles,
            organisations=(*self.cast.organisations, *(f"FOUNDED_{k + 1}" for k in range(FREE_SLOTS))),
            quarters=tuple(self.cast.quarters.tolist()),
            seed=int(scenario.seed),
            freeze=self.cast.freeze,
            knockouts=self.knockouts,
        )
        if not self.knockouts:
            return compiled
        for name in self.knockouts:
            compiled = KNOCKOUTS[name].apply(compiled)
        return compiled._replace(world=read_only(compiled.world), drivers=read_only(compiled.drivers))

    @staticmethod
    def _parameters(scenario):
        offsets = {
            name: scenario.levers.get(name, 0.0) for name in OFFSETS
        }  # levers to a user, parameters to the rules
        return parameter_values({**scenario.parameters, **offsets})

    def _scenario(self, values: dict[str, float]):
        """The scenario with these values, without reading and checking all of it again."""
        scenario, world = self.scenario, self.scenario.world
        given: dict[str, dict] = {}
        levers, parameters, sums = dict(scenario.levers), dict(scenario.parameters), False
        for name, value in values.items():
            subject = self.axes[name].subject
            if refusal := subject.refusal(value):
                raise Impossible(refusal)
            if subject.kind == LEVER:
                levers[name] = float(value)
            elif subject.kind == PARAMETER:
                parameters[name] = float(value)
            elif subject.kind == ATTRIBUTE:
                world = with_value(world, name, subject.moved(value))
                sums = sums or name.endswith((".capability", ".norm_weight"))
            else:
                _, path, *state = name.split(".")
                paths = given.setdefault(path, dict(getattr(scenario.environment, path)))
                paths.update(dict.fromkeys(state or paths, subject.moved(value)))
        if sums:
            self._check_sums(world)
        changes = {"world": world, "levers": levers, "parameters": parameters}
        if given:
            changes["environment"] = scenario.environment.model_copy(update=given)
        return scenario.model_copy(update=changes)

    def _check_sums(self, world) -> None:
        """Shares that exceed the whole only together: no single axis could be blamed where the sweep was read."""
        reading = Reading("")
        for quarter in {world.start, self.scenario.start}:
            check_sums(world, quarter, reading)
        if reading.problems:
            # Without the sum itself, which would make every point a reason of its own.
            message = re.sub("sum to [0-9.]+", "sum to more than 1", reading.problems[0].message)
            raise Impossible(f"{message}; {reading.problems[0].fix}")

    def _drivers(self, scenario, wanted: dict[str, set]) -> dict[str, np.ndarray]:
        """The arrays of Drivers in the ``wanted`` blocks, each the whole array."""
        found: dict[str, np.ndarray] = {}
        if not wanted:
            return found
        known = {
            "scenario": scenario, "world": scenario.world, "effects": self.effects, "frozen": False,
            "scales": lever_scales(scenario, False),
        }  # fmt: skip
        for block, parts in wanted.items():
            if block in BY_POLE:
                poles = sorted(parts)
                places = [self.cast.pole[code] for code in poles]
                self._fill(found, _block(block, known, self._of_poles(*poles)), places, by_pole=True)
            elif block in BY_STATE:
                states = sorted(parts)
                self._fill(
                    found, _block(block, known, self._of_states(*states)), [self.cast.state[code] for code in states]
                )
            elif block == "dyad_paths":
                for dyad in sorted(parts):
                    self._fill_dyad(found, known, dyad)
            elif block == SCALED_PATHS:
                for driver, pole in sorted(parts):
                    self._scale(found, known, wanted, driver, pole)
            elif block == "capabilities":
                found |= self._capabilities(known, parts)
            elif block == "given_environment":
                found |= _block(block, known, self.cast)
            elif block == "segments":
                paths = [
                    item[3].capacity.at(self.cast.quarters) for item in ordered_segments(scenario.world, self.cast)
                ]
                found["segment_capacity"] = blocks.columns(paths, self.cast)
            elif block == "fragmentation":
                found["normative_fragmentation"] = self._fragmentation(known)
        if "policing" in found:
            found |= {channel: found["policing"].copy() for channel in POLICING_CHANNELS}
        found = {name: np.ascontiguousarray(array) for name, array in found.items()}
        for array in found.values():
            array.flags.writeable = False
        return found

    def _of_poles(self, *poles: str):
        return self.cast._replace(poles=poles, pole={code: k for k, code in enumerate(poles)})

    def _of_states(self, *states: str):
        return self.cast._replace(states=states, state={code: k for k, code in enumerate(states)})

    def _fill(self, found: dict, columns: dict, places: list[int], by_pole: bool = False) -> None:
        """Put the arrays of some poles (axis 1; of reliance, the last) or states (last axis) into copies of the whole ones."""
        for name, column in columns.items():
            if name not in found:
                found[name] = getattr(self.drivers, name).copy()
            if by_pole and name != "reliance":
                found[name][:, places] = column
            else:
                found[name][..., places] = column

    def _scale(self, found: dict, known: dict, wanted: dict, driver: str, pole: str) -> None:
        """One driver of one pole as the levers scale it; nothing to do where its whole block is made anew anyway."""
        block, name, low, high = SCALED[driver]
        if pole not in wanted.get(block, ()):
            if name not in found:
                found[name] = getattr(self.drivers, name).copy()
            p = self.cast.pole[pole]
            found[name][:, p] = scaled(
                self.coded[name][:, p], known["scales"][driver, pole], self.cast.freeze, low, high
            )

    def _fill_dyad(self, found: dict, known: dict, dyad: str) -> None:
        key, world = pair(dyad), known["world"]
        alone = {
            "world": world.model_copy(update={"dyads": {dyad: world.dyads[dyad]}}),
            "effects": {target: effects for target, effects in self.effects.items() if target[1] == key},
        }
        i, j = (self.cast.state[code] for code in key)
        for name, array in _block("dyad_paths", known | alone, self.cast).items():
            if name not in found:
                found[name] = getattr(self.drivers, name).copy()
            found[name][:, i, j], found[name][:, j, i] = array[:, i, j], array[:, j, i]

    def _capabilities(self, known: dict, parts: set) -> dict[str, np.ndarray]:
        if ALL in parts or not self.cast.poles:  # without poles, the largest state is the unit
            return _block("capabilities", known, self.cast)
        states = sorted(parts)
        columns = _block("capabilities", known, self._of_states(*states))["capability"]
        capability = self.drivers.capability.copy()
        capability[:, [self.cast.state[code] for code in states]] = columns
        return {"capability": capability}

    def _fragmentation(self, known: dict) -> np.ndarray:
        """(T,) the one driver that belongs to nobody."""
        quarters, key = self.cast.quarters, (WORLD_DRIVER, None)
        path = shocked(known["world"].normative_fragmentation.at(quarters), self.effects.get(key, ()), quarters)
        return scaled(path, known["scales"][key], self.cast.freeze)


def _block(name: str, known: dict, cast) -> dict[str, np.ndarray]:
    """A block of ``compile_drivers``, handed what its arguments ask for."""
    arguments = {argument: cast if argument == "cast" else known[argument] for argument in _arguments(name)}
    return getattr(blocks, name)(**arguments)


@cache
def _arguments(name: str) -> tuple[str, ...]:
    return tuple(signature(getattr(blocks, name)).parameters)

"""Axes of a sweep: what a name moves, what it may be, and from which distribution its values come.

One list of names: levers and parameters by name, coded attributes by dotted path (`poles.XYZ.bandwidth`), and in direct
mode `environment.clarity` and `environment.permissiveness` (or those of one state: `environment.clarity.ABC`).
"""

from dataclasses import dataclass, replace

import numpy as np

from sim.parameters import PARAMETERS
from sim.scenario.fields import ArenasIn, CodedIn
from sim.scenario.paths import find, value_at
from sim.scenario.reading import dotted, nearest
from sim.scenario.scalars import Trouble, plain
from sim.scenario.scenario_checks import MAX_LEVER
from sim.scenario.schema import OFFSETS, WORLD_DRIVER
from sim.scenario.values import ARENAS, Coded, Limits, PerArena

LEVER, PARAMETER, ATTRIBUTE, ENVIRONMENT = "lever", "parameter", "attribute", "environment"
GIVEN = ("clarity", "permissiveness")


@dataclass(frozen=True)
class Subject:
    """What an axis moves.

    name: normalised (states of a dyad in order). kind: LEVER, PARAMETER, ATTRIBUTE or ENVIRONMENT. limits: outside
    these a point cannot run. prior: range from which values are drawn unless the sweep states another, or None.
    coded: the coded value that moves, None for levers, parameters and attributes that the world leaves open.
    declared: what a lever moves (driver, pole), so that a sweep notices when the world changes it.
    """

    name: str
    kind: str
    limits: Limits
    prior: tuple[float, float] | None = None
    coded: Coded | None = None
    declared: tuple = ()

    def moved(self, value: float) -> Coded:
        """The coded path moved as a whole, so that its last value is ``value``; held to what the number may be."""
        if self.coded is None:
            return Coded.constant(value)
        difference, low, high = value - self.coded.value, self.limits.low, self.limits.high
        earlier = [(quarter, number + difference) for quarter, number in self.coded.knots[:-1]]
        if low is not None:
            earlier = [(quarter, max(low, number)) for quarter, number in earlier]
        if high is not None:
            earlier = [(quarter, min(high, number)) for quarter, number in earlier]
        return replace(self.coded, knots=(*earlier, (self.coded.knots[-1][0], float(value))), range=None)

    def refusal(self, value: float) -> str:
        """Why this value is impossible, in words; "" if it is not."""
        try:
            self.limits.check(value)
        except Trouble as trouble:
            return f"{self.name}: {trouble.message}; {trouble.fix}"
        if self.limits.whole and value != int(value):
            return f"{self.name}: {plain(value)} is not a whole number; write {int(value)}"
        return ""


def subject(scenario, name: str) -> Subject:
    """What ``name`` means in a scenario. Raises Trouble, with the nearest known name."""
    if name in OFFSETS:
        return Subject(name, LEVER, Limits(-1.0, 1.0))
    if name in scenario.world.levers:
        lever = scenario.world.levers[name]
        return Subject(name, LEVER, Limits(0.0, MAX_LEVER), declared=(lever.driver, lever.pole))
    if name in PARAMETERS:
        p = PARAMETERS[name]
        return Subject(name, PARAMETER, Limits(p.minimum, p.maximum), (p.low, p.high) if p.high > p.low else None)
    if name.split(".")[0] == "environment":
        return _environment(scenario, name)
    if "." in name or name == WORLD_DRIVER:
        return _attribute(scenario.world, name)
    known = [*scenario.levers, *PARAMETERS, WORLD_DRIVER]
    near = nearest(name, known)
    fix = (
        f"did you mean `{near}`?" if near else "name a lever, a parameter, or an attribute such as poles.CODE.bandwidth"
    )
    raise Trouble(f"no lever, parameter or attribute is called `{name[:60]}`", fix)


def _attribute(world, name: str) -> Subject:
    steps, kind = find(world, name)
    path = dotted(steps)
    if isinstance(kind, ArenasIn):
        raise Trouble(f"`{path}` has a value for each arena", f"name one: {', '.join(f'{path}.{a}' for a in ARENAS)}")
    coded = value_at(world, path)
    if coded is None and "leaders" in steps:
        raise Trouble(f"`{path}` is drawn, not coded", "code both beliefs of this leader in the world")
    assert isinstance(kind, CodedIn) and not isinstance(coded, PerArena)
    return Subject(path, ATTRIBUTE, kind.limits, coded.range if coded is not None else None, coded)


def _environment(scenario, name: str) -> Subject:
    """`environment.clarity`: the given path of all states, or of one (`environment.clarity.ABC`)."""
    _, *rest = name.split(".")
    if not rest or rest[0] not in GIVEN or len(rest) > 2:
        raise Trouble(
            f"`{name}` is not a path of the environment", "write environment.clarity or environment.permissiveness"
        )
    if scenario.environment.mode != "direct":
        fix = f"sweep `{rest[0]}_offset`, or use a scenario with `environment: {{mode: direct, …}}`"
        raise Trouble(f"`{rest[0]}` is derived by the rules in this scenario", fix)
    given = getattr(scenario.environment, rest[0])
    if len(rest) == 2:
        if rest[1] not in given:
            near = nearest(rest[1], scenario.world.states)
            raise Trouble(
                f"unknown state `{rest[1]}`", f"did you mean `{near}`?" if near else "name a state of the world"
            )
        coded = given[rest[1]]
    else:
        coded = next(iter(given.values()))
        if any(other.knots != coded.knots or other.interpolation != coded.interpolation for other in given.values()):
            raise Trouble(f"`{name}` differs between states", f"sweep that of one state: {name}.CODE")
    return Subject(name, ENVIRONMENT, Limits(0.0, 1.0), coded.range, coded)


@dataclass(frozen=True)
class Axis:
    """One axis: a subject and its values, either uniform from ``low`` to ``high`` or one of ``values``.

    levels: how many equally spaced values a grid takes from low to high; 0 outside a grid.
    """

    subject: Subject
    low: float = 0.0
    high: float = 0.0
    values: tuple[float, ...] = ()
    levels: int = 0

    @property
    def name(self) -> str:
        """Name of the subject, and of the column in every table."""
        return self.subject.name

    @property
    def extremes(self) -> tuple[float, float]:
        """Smallest and largest value that can be run."""
        able = [value for value in self.values if not self.subject.refusal(value)]
        if self.values:
            return (min(able), max(able)) if able else (self.values[0], self.values[0])
        return self.low, self.high

    def at(self, shares: np.ndarray) -> np.ndarray:
        """The values at quantiles from 0 to 1, same shape."""
        if self.values:
            return np.array(self.values)[np.minimum((shares * len(self.values)).astype(np.int64), len(self.values) - 1)]
        return np.clip(
            self.low + (self.high - self.low) * shares, self.low, self.high
        )  # rounding must not leave the range

    def grid(self) -> tuple[float, ...]:
        """The values of this axis in a grid."""
        if self.values:
            return self.values
        steps = self.levels - 1
        between = [self.low + (self.high - self.low) * k / steps for k in range(1, steps)]
        return (self.low, *(float(f"{value:.12g}") for value in between), self.high)  # 0.3, not 0.30000000000000004

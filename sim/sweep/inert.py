"""What does nothing: a lever or knock-out that is set and changes no compiled number would be a silent wrong answer."""

import numpy as np

from sim.scenario.compile import Compiled, compile_scenario
from sim.scenario.schema import OFFSETS
from sim.sweep.points import Impossible, PointCompiler


def same(one: Compiled, other: Compiled) -> bool:
    """Whether two compiled scenarios of one shape are equal to the bit: World, Drivers, initial situation, parameters."""
    return all(
        a is b or np.asarray(a).tobytes() == np.asarray(b).tobytes()
        for mine, theirs in zip(one[:4], other[:4], strict=True)
        for a, b in zip(mine, theirs, strict=True)
    )


def inert_levers(scenario) -> list[str]:
    """Levers away from their default, and knock-outs, without which everything compiled would be the same."""
    compiled, found = compile_scenario(scenario), []
    for name, value in scenario.levers.items():
        default = 0.0 if name in OFFSETS else 1.0
        if value != default:
            without = scenario.model_copy(update={"levers": {**scenario.levers, name: default}})
            if same(compiled, compile_scenario(without)):
                found.append(name)
    for name in scenario.knockouts:
        others = tuple(other for other in scenario.knockouts if other != name)
        if same(compiled, compile_scenario(scenario.model_copy(update={"knockouts": others}))):
            found.append(name)
    return found


def inert_axes(scenario, axes: dict) -> list[tuple[str, float, float]]:
    """(name, low, high) of axes whose two extremes compile to the same, wherever the other axes stand.

    Two levers of one driver multiply, so that one may do nothing only because the other is 0: the others are tried
    as the scenario has them, at their lowest and at their highest.
    """
    compiler, found = PointCompiler(scenario, axes.values()), []
    extremes = {name: axis.extremes for name, axis in axes.items()}
    for name, (low, high) in extremes.items():
        others = [{}] + [{other: ends[k] for other, ends in extremes.items() if other != name} for k in (0, 1)]
        if low != high and all(_same_between(compiler, name, low, high, rest) for rest in others):
            found.append((name, low, high))
    return found


def _same_between(compiler: PointCompiler, name: str, low: float, high: float, rest: dict) -> bool:
    try:
        return same(compiler.at({**rest, name: low}), compiler.at({**rest, name: high}))
    except Impossible:
        return False  # such points fail with their reason; that is not doing nothing

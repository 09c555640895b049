"""Changes of what poles are and do (levers scale a path; these set it)."""

import numpy as np

from analysis.propositions.arms import ARRAYS, Change
from analysis.propositions.changes.basis import HELD, POLICING, arrays, drivers, held, row_of
from sim.quarters import ordinal
from sim.scenario.compile import compile_scenario
from sim.scenario.knockouts import cast_mean, with_world


def hold_drivers(at: str | None, moved: tuple[str, ...] = HELD) -> Change:
    """From the second quarter on all drivers of poles stand still: those of ``moved`` at their values of quarter ``at``, the
    others, and all for None, at those of the start."""

    def apply(scenario, compiled):
        if at is None:
            source, row = compiled, 0
        else:  # the quarter may lie after the end of this arm
            source = compile_scenario(scenario.replace(end=None)) if ordinal(at) > compiled.quarters[-1] else compiled
            row = row_of(source, at)

        def still(name):
            there, where = (source, row) if name in moved else (compiled, 0)
            return held(getattr(compiled.drivers, name), getattr(there.drivers, name)[where])

        return drivers(compiled, **{name: still(name) for name in HELD})

    which = "drivers" if moved == HELD else ", ".join(moved)
    return Change(f"{which} held at {at or 'the start'}", ARRAYS, apply)


def window(at: str, length: int, closes: str) -> Change:
    """Drivers at their start values, but at those of quarter ``at`` for ``length`` quarters before ``closes``."""

    def apply(scenario, compiled):
        row, close = row_of(compiled, at), row_of(compiled, closes)
        new = {}
        for name in HELD:
            array = getattr(compiled.drivers, name)
            start = held(array, array[0])
            new[name] = held(start, array[row], close - length, close) if length else start
        return drivers(compiled, **new)

    return Change(f"window of {length} quarters at {at} values, closed in {closes}", ARRAYS, apply)


def set_driver(name: str, value: float, since: str | None, *places, arena: int | None = None) -> Change:
    """A driver of a pole (and of states) set to ``value`` from a quarter on. places: pole code, then state codes or none."""

    def apply(compiled):
        row = 1 if since is None else row_of(compiled, since)
        index = [compiled.poles.index(places[0])]
        if len(places) > 1:
            index.append([compiled.states.index(code) for code in places[1:]])
        new = {}
        for field in POLICING if name == "policing" else (name,):
            array = getattr(compiled.drivers, field).copy()
            target = (slice(row, None), *index) if arena is None else (slice(row, None), *index, arena)
            array[target] = value
            new[field] = array
        return drivers(compiled, **new)

    where = "" if arena is None else f" in arena {arena}"
    return arrays(f"{name} of {' '.join(places)}{where} = {value} from {since or 'the second quarter'}", apply)


def held_from(name: str, since: str, *places) -> Change:
    """A driver of a pole held from a quarter on at its value there. places: pole code, then state codes or none."""

    def apply(compiled):
        row = row_of(compiled, since)
        index = [compiled.poles.index(places[0])]
        if len(places) > 1:
            index.append([compiled.states.index(code) for code in places[1:]])
        array = getattr(compiled.drivers, name).copy()
        array[(slice(row, None), *index)] = array[(row, *index)]
        return drivers(compiled, **{name: array})

    return arrays(f"{name} of {' '.join(places)} held at {since}", apply)


def close(poles: dict[str, str], at: str, over: int = 0) -> Change:
    """Drivers (by pole) return to their start values at a quarter, at once or in a straight line over ``over`` quarters."""

    def apply(compiled):
        row, new = row_of(compiled, at), {}
        for pole, name in poles.items():
            p = compiled.poles.index(pole)
            for field in POLICING if name == "policing" else (name,):
                array = new.get(field, getattr(compiled.drivers, field).copy())
                steps = np.arange(len(array) - row) + 1
                part = np.minimum(1.0, steps / over) if over else np.ones(len(steps))
                array[row:, p] = array[row - 1, p] + part * (array[0, p] - array[row - 1, p])
                new[field] = array
        return drivers(compiled, **new)

    return arrays(f"window closes in {at} over {over} quarters", apply)


def scale_opposition(poles: tuple[str, ...], scale: float) -> Change:
    """What some poles mind (not what they support) × ``scale``, held to 1, from the second quarter on."""

    def apply(compiled):
        array = compiled.drivers.opposition.copy()
        mine = [compiled.poles.index(code) for code in poles]
        array[1:, mine] = np.where(array[1:, mine] > 0, np.minimum(1.0, scale * array[1:, mine]), array[1:, mine])
        return drivers(compiled, opposition=array)

    return arrays(f"opposition of {' '.join(poles)} × {scale}", apply)


def confrontation(camps, strength: float, since: str) -> Change:
    """Each pole becomes hostile to states in proportion to their start ties with poles of the other camp."""

    def apply(compiled):
        row, array = row_of(compiled, since), compiled.drivers.pole_hostility.copy()
        ties = compiled.initial.pole_tie.mean(axis=0)  # (P, N)
        for camp in camps:
            rivals = [compiled.poles.index(code) for other in camps if other is not camp for code in other]
            for code in camp:
                p = compiled.poles.index(code)
                array[row:, p] = np.minimum(1.0, array[row:, p] + strength * ties[rivals].max(axis=0))
        return drivers(compiled, pole_hostility=array)

    return arrays(f"confrontation {strength} from {since}", apply)


def equal_exposure() -> Change:
    """Distance, dependence, reliance, hostility and imminence of each pole alike for all states."""

    def apply(compiled):
        exists, new = compiled.drivers.exists, {}
        for name in ("pole_distance", "dependence", "pole_hostility", "pole_imminence"):
            array = getattr(compiled.drivers, name)
            new[name] = np.stack(
                [cast_mean(np.ascontiguousarray(array[:, p]), exists) for p in range(array.shape[1])], axis=1
            )
        reliance = compiled.drivers.reliance
        new["reliance"] = np.stack(
            [cast_mean(np.ascontiguousarray(reliance[:, :, p]), exists) for p in range(reliance.shape[2])], axis=2
        )
        return drivers(compiled, **new)

    return arrays("equal exposure and threats", apply)


def one_threat(pole: str, states, since: str) -> Change:
    """One pole is a near, able and unambiguous enemy of some states; nothing else threatens anybody."""

    def apply(compiled):
        row, p = row_of(compiled, since), compiled.poles.index(pole)
        mine = [compiled.states.index(code) for code in states]
        d = compiled.drivers
        new = {
            name: getattr(d, name).copy()
            for name in ("pole_hostility", "pole_imminence", "hostility", "bandwidth", *POLICING)
        }
        new["pole_hostility"][row:] = 0.0
        new["hostility"][row:] = 0.0
        new["pole_hostility"][row:, p, mine] = new["pole_imminence"][row:, p, mine] = 1.0
        for name in ("bandwidth", *POLICING):
            new[name][row:, p] = 1.0
        return with_world(full_clarity=1)(drivers(compiled, **new))

    return arrays(f"{pole} is the one clear threat from {since}", apply)

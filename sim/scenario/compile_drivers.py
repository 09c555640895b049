"""What is dated: attributes, dyads, poles and leaders, one row a recorded quarter (``sim.world.Drivers``)."""

import numpy as np

from sim.rules.arithmetic import cube_root
from sim.scenario.cast import BELIEFS_CODED, BELIEFS_DRAWN, Cast, at_start
from sim.scenario.compile_world import great_circle, ordered_segments
from sim.scenario.levers import pair, scaled, shocked
from sim.world import Drivers

UNCODED_IMMINENCE = 0.5
INF = float("inf")


def compile_drivers(scenario, cast: Cast, effects, scales, frozen: bool) -> Drivers:
    """All dated inputs. ``effects`` and ``scales``: as levers.py collects them."""
    world = scenario.world
    blocks = {
        **state_attributes(world, cast),
        **state_variables(world, cast, effects),
        **capabilities(world, cast, scales),
        **pole_drivers(world, cast, effects, scales),
        **relations(world, cast, effects, scales),
        **dyad_paths(world, cast, effects),
        **leader_paths(world, cast),
        **given_environment(scenario, cast, frozen),
    }
    fragmentation = world.normative_fragmentation.at(cast.quarters)
    shocks = effects.get(("normative_fragmentation", None), ())
    path = shocked(fragmentation, shocks, cast.quarters)
    blocks["normative_fragmentation"] = scaled(path, scales["normative_fragmentation", None], cast.freeze)
    blocks["segment_capacity"] = columns(
        [item[3].capacity.at(cast.quarters) for item in ordered_segments(world, cast)], cast
    )
    blocks["exists"] = existence(world, cast)
    for channel in ("norm", "reliability", "counterbalance"):  # apart only under a channel's knock-out
        blocks[f"policing_{channel}"] = blocks["policing"].copy()
    return Drivers(**blocks)


def columns(paths: list, cast: Cast, empty: tuple = ()) -> np.ndarray:
    """Paths (T, …) side by side in the second axis, also when there are none."""
    return np.stack(paths, axis=1) if paths else np.zeros((len(cast.quarters), 0, *empty))


def existence(world, cast: Cast) -> np.ndarray:
    """(T, N) whether a state exists, its first and last quarter included."""
    spans = [(world.states[code].start, world.states[code].end) for code in cast.states]
    first = np.array([world.start if start is None else start for start, _ in spans], dtype=np.int64)
    last = np.array([world.end if end is None else end for _, end in spans], dtype=np.int64)
    return (first <= cast.quarters[:, None]) & (cast.quarters[:, None] <= last)


def state_attributes(world, cast: Cast) -> dict[str, np.ndarray]:
    """The dated filters of every state: (T, N), per arena (T, 4, N)."""
    listed = [world.states[code] for code in cast.states]

    def path(cluster, name):
        return columns([getattr(getattr(state, cluster), name).at(cast.quarters) for state in listed], cast)

    def per_arena(cluster, name):
        paths = [getattr(getattr(state, cluster), name).at(cast.quarters) for state in listed]
        return np.ascontiguousarray(columns(paths, cast, (4,)).transpose(0, 2, 1))

    return {
        "assertiveness": path("strategic_culture", "assertiveness"),
        "autonomy": path("strategic_culture", "autonomy"),
        "sovereignty": path("strategic_culture", "sovereignty"),
        "repertoire": per_arena("strategic_culture", "repertoire"),
        "cohesion": path("state_society", "cohesion"),
        "extraction": path("state_society", "extraction"),
        "veto_points": path("domestic_institutions", "veto_points"),
        "centralisation": path("domestic_institutions", "centralisation"),
        "administration": per_arena("domestic_institutions", "administration"),
    }


def state_variables(world, cast: Cast, effects) -> dict[str, np.ndarray]:
    """(T, N) what events may shock in a state; crisis and punishment come from events alone."""
    still = np.zeros(len(cast.quarters))
    result = {}
    for name in ("offence", "need", "credibility", "crisis", "punishment"):
        paths = []
        for code in cast.states:
            coded = getattr(world.states[code], name, None)
            path = still if coded is None else coded.at(cast.quarters)
            paths.append(shocked(path, effects.get((name, code), ()), cast.quarters))
        result[name] = columns(paths, cast)
    return result


def capabilities(world, cast: Cast, scales) -> dict[str, np.ndarray]:
    """K = (share / largest pole's share at the start)^⅓, (T, N) and (T, P); without poles, the largest state's.

    Levers scale the share of a pole; nothing scales that of a state, which is not a driver.
    """
    holders = [world.poles[code] for code in cast.poles] or list(world.states.values())
    largest = max((at_start(holder.capability, cast) for holder in holders), default=0.0) or 1.0

    def convert(shares):
        return np.array([cube_root(share / largest) for share in shares.tolist()])

    def of_pole(code):
        return scaled(world.poles[code].capability.at(cast.quarters), scales["capability", code], cast.freeze)

    return {
        "capability": columns([convert(world.states[code].capability.at(cast.quarters)) for code in cast.states], cast),
        "pole_capability": columns([convert(of_pole(code)) for code in cast.poles], cast),
    }


def pole_drivers(world, cast: Cast, effects, scales) -> dict[str, np.ndarray]:
    """(T, P) policing, bandwidth, legitimacy and (T, P, 4) opposition, patronage: shocked, then scaled by levers."""
    result = {}
    for name in ("policing", "bandwidth", "legitimacy"):
        paths = []
        for code in cast.poles:
            path = shocked(
                getattr(world.poles[code], name).at(cast.quarters), effects.get((name, code), ()), cast.quarters
            )
            paths.append(scaled(path, scales[name, code], cast.freeze))
        result[name] = columns(paths, cast)
    for name, low in (("opposition", -1.0), ("patronage", 0.0)):
        paths = [
            scaled(getattr(world.poles[code], name).at(cast.quarters), scales[name, code], cast.freeze, low)
            for code in cast.poles
        ]
        result[name] = columns(paths, cast, (4,))
    return result


def relations(world, cast: Cast, effects, scales) -> dict[str, np.ndarray]:
    """(T, P, N) distance, dependence, hostility, imminence of a pole and a state; (T, N, P) reliance.

    One driver, ``relations``, holds or scales the last four of a pole together, shocks included; distance is its own.
    """
    shape = (len(cast.quarters), len(cast.poles), len(cast.states))
    distance, dependence, hostility, reliance = (np.zeros(shape) for _ in range(4))
    imminence = np.full(shape, UNCODED_IMMINENCE)
    for code, p in cast.pole.items():
        pole = world.poles[code]
        for state, i in cast.state.items():
            relation = pole.relations.get(state)
            if relation is None or relation.distance is None:
                distance[:, p, i] = great_circle(pole.location, world.states[state].location)
            else:
                path = relation.distance.at(cast.quarters)
                distance[:, p, i] = scaled(path, scales["distance", code], cast.freeze, 0.0, INF)
            if relation is not None:
                dependence[:, p, i] = relation.dependence.at(cast.quarters)
                reliance[:, p, i] = relation.reliance.at(cast.quarters)
                hostility[:, p, i] = relation.hostility.at(cast.quarters)
                imminence[:, p, i] = relation.imminence.at(cast.quarters)
            for array, name in ((hostility, "hostility"), (imminence, "imminence")):
                array[:, p, i] = shocked(array[:, p, i], effects.get((name, (code, state)), ()), cast.quarters)
        for array in (dependence, hostility, reliance, imminence):
            array[:, p] = scaled(array[:, p], scales["relations", code], cast.freeze)
    return {
        "pole_distance": distance,
        "dependence": dependence,
        "pole_hostility": hostility,
        "pole_imminence": imminence,
        "reliance": np.ascontiguousarray(reliance.transpose(0, 2, 1)),
    }


def dyad_paths(world, cast: Cast, effects) -> dict[str, np.ndarray]:
    """(T, N, N) hostility, imminence and complementarity of states, symmetric; events reach unlisted dyads too."""
    states = len(cast.states)
    dyads = {pair(key): dyad for key, dyad in world.dyads.items()}
    result = {}
    for name, uncoded in (("hostility", 0.0), ("imminence", UNCODED_IMMINENCE), ("complementarity", 0.0)):
        array = np.full((len(cast.quarters), states, states), uncoded)
        array[:, np.arange(states), np.arange(states)] = 0.0
        shocks = {target: listed for (variable, target), listed in effects.items() if variable == name}
        for key in {*dyads, *(target for target in shocks if target[0] in cast.state)}:
            i, j = (cast.state[code] for code in key)
            path = getattr(dyads[key], name).at(cast.quarters) if key in dyads else array[:, i, j]
            path = shocked(path, shocks.get(key, ()), cast.quarters)
            array[:, i, j] = array[:, j, i] = path
        result[name] = array
    return result


def leader_in_office(state, cast: Cast) -> tuple[float, float]:
    """Optimism and risk acceptance of the one in office at the start: as coded, else the culture's mean."""
    served = [leader for leader in state.leaders if leader.start <= cast.quarters[0]]
    coded = served[-1] if served and served[-1].optimism is not None else state.leader_images
    return at_start(coded.optimism, cast), at_start(coded.risk_acceptance, cast)


def leader_paths(world, cast: Cast) -> dict[str, np.ndarray]:
    """Scheduled successions after the start, beliefs where they are coded, and turnover after the schedule; (T, N)."""
    shape = (len(cast.quarters), len(cast.states))
    change, optimism, risk = np.zeros(shape, dtype=np.int64), np.zeros(shape), np.zeros(shape)
    hazard = np.zeros(shape)
    for i, code in enumerate(cast.states):
        state = world.states[code]
        for leader in state.leaders:
            t = int(leader.start - cast.quarters[0])
            if 0 < t < shape[0]:
                change[t, i] = BELIEFS_DRAWN if leader.optimism is None else BELIEFS_CODED
                if leader.optimism is not None:
                    at = cast.quarters[t : t + 1]
                    optimism[t, i] = leader.optimism.at(at)[0]
                    risk[t, i] = leader.risk_acceptance.at(at)[0]
        hazard[:, i] = turnover_path(state, cast)
    return {
        "leader_change": change,
        "leader_optimism": optimism,
        "leader_risk_acceptance": risk,
        "turnover_hazard": hazard,
    }


def turnover_path(state, cast: Cast) -> np.ndarray:
    """Hazard of a new leader (T,): 0 until the schedule has ended, that is until its last leader if no end is given."""
    last = state.schedule_end
    if last is None:
        last = state.leaders[-1].start if state.leaders else -1
    return np.where(cast.quarters > last, state.turnover.hazard.at(cast.quarters), 0.0)


def given_environment(scenario, cast: Cast, frozen: bool) -> dict[str, np.ndarray]:
    """(T, N) paths of direct mode, zeros in derived mode. The twin holds them from ``freeze_at`` on, like drivers."""
    result = {}
    for name in ("permissiveness", "clarity"):
        given = getattr(scenario.environment, name)
        array = np.zeros((len(cast.quarters), len(cast.states)))
        if scenario.environment.mode == "direct":
            for i, code in enumerate(cast.states):
                array[:, i] = (given[code] if isinstance(given, dict) else given).at(cast.quarters)
        result[f"{name}_path"] = scaled(array, 0.0, cast.freeze) if frozen else array
    return result

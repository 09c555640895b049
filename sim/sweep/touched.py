"""Which arrays an axis changes: the blocks of ``compile_drivers``, or the constants, or the initial situation."""

from sim.scenario.schema import OFFSETS, WORLD_DRIVER
from sim.sweep.axes import ENVIRONMENT, LEVER, PARAMETER, Axis

ALL = None  # a whole block, instead of one pole, state or dyad of it
EVERYTHING, WORLD, SITUATION = "everything", "world", "situation"
BY_POLE = ("pole_drivers", "relations")
BY_STATE = ("state_attributes", "state_variables", "leader_paths")
SCALED_PATHS = "scaled paths"
# Drivers that a lever scales last of all, so that the path as coded can be kept: (block, array, bounds).
SCALED = {
    **{name: ("pole_drivers", name, 0.0, 1.0) for name in ("policing", "bandwidth", "legitimacy", "patronage")},
    "opposition": ("pole_drivers", "opposition", -1.0, 1.0),
    "distance": ("relations", "pole_distance", 0.0, float("inf")),
}
POLICING_CHANNELS = ("policing_norm", "policing_reliability", "policing_counterbalance")


def touched(axis: Axis) -> list[tuple]:
    """(block, pole, state or dyad of it) of everything that an axis changes; EVERYTHING where that is not known."""
    kind, name = axis.subject.kind, axis.name
    if kind == PARAMETER or name in OFFSETS:
        return []
    if kind == ENVIRONMENT:
        return [("given_environment", ALL)]
    return _of_lever(*axis.subject.declared) if kind == LEVER else _of_attribute(name.split("."))


def _of_lever(driver: str, pole) -> list[tuple]:
    match driver:
        case _ if driver in SCALED:
            return [(SCALED_PATHS, (driver, pole))]
        case "relations":
            return [("relations", pole)]
        case "capability":
            return [("capabilities", ALL)]
        case _ if driver == WORLD_DRIVER:
            return [("fragmentation", ALL)]
    return [(EVERYTHING, ALL)]


def _of_attribute(steps: list[str]) -> list[tuple]:
    match steps:
        case ["normative_fragmentation"]:
            return [("fragmentation", ALL)]
        case ["states", state, "capability"]:
            return [("capabilities", state)]
        case ["states", state, "offence" | "need" | "credibility"]:
            return [("state_variables", state)]
        case ["states", _, "leader_images", _]:
            return [(WORLD, ALL), (SITUATION, ALL)]
        case ["states", state, "leaders", _, _]:
            return [("leader_paths", state), (SITUATION, ALL)]
        case ["states", state, "turnover", _]:
            return [("leader_paths", state)]
        case ["states", state, "strategic_culture" | "state_society" | "domestic_institutions", *_]:
            return [("state_attributes", state)]
        case ["poles", _, "capability"]:  # the largest pole is the unit of everybody's capability
            return [("capabilities", ALL)]
        case ["poles", _, "norm_weight" | "tolerance"]:
            return [(WORLD, ALL)]
        case ["poles", _, "relations", _, "ties", _]:
            return [(SITUATION, ALL)]
        case ["poles", pole, "relations", _, _]:
            return [("relations", pole)]
        case ["poles", pole, "policing" | "bandwidth" | "legitimacy" | "opposition" | "patronage", *_]:
            return [("pole_drivers", pole)]
        case ["dyads", _, "kinship" | "distance"]:
            return [(WORLD, ALL)]
        case ["dyads", _, "ties" | "rungs" | "stakes", _]:
            return [(SITUATION, ALL)]
        case ["dyads", dyad, "hostility" | "imminence" | "complementarity"]:
            return [("dyad_paths", dyad)]
        case ["corridors", _, "gain"]:
            return [(WORLD, ALL)]
        case ["corridors", _, "segments", _, "capacity"]:  # segments stand in the order of their capacities
            return [("segments", ALL), (WORLD, ALL)]
        case ["organisations", *_]:
            return [(WORLD, ALL), (SITUATION, ALL)]
    return [(EVERYTHING, ALL)]  # events, and whatever is added to the world later

"""What is constant within a run: geography, corridors, organisations, assets, switches (``sim.world.World``)."""

import math

import numpy as np

from sim.rules.draws import state_key
from sim.rules.organisations import FOUNDED_SECRETARIAT
from sim.scenario.cast import Cast, at_start
from sim.scenario.levers import pair
from sim.world import ARENAS, FREE_SLOTS, NEVER, World

EARTH_RADIUS = 6.371  # thousand km
FOUNDED_EXIT_COST, FOUNDED_LEGITIMACY = 0.1, 0.5  # of organisations that a run founds; nothing is known of them
OBSERVER = 0.5


def compile_world(scenario, cast: Cast, effects) -> World:
    """Everything that is constant within a run."""
    world = scenario.world
    images = [world.states[code].leader_images for code in cast.states]
    spillover = np.full((4, 4), 1.0 / 3.0)
    np.fill_diagonal(spillover, 0.0)
    return World(
        state_keys=np.array([state_key(code) for code in cast.states], dtype=np.uint32),
        pole_keys=np.array([state_key(code) for code in cast.poles], dtype=np.uint32),
        distance=state_distances(world, cast),
        kinship=pair_matrix(world, cast, "kinship"),
        spillover=spillover,
        norm_weight=np.array([float(world.poles[code].norm_weight) for code in cast.poles]),
        tolerance=np.array([float(world.poles[code].tolerance) for code in cast.poles]),
        culture_optimism=np.array([at_start(image.optimism, cast) for image in images]),
        culture_risk_acceptance=np.array([at_start(image.risk_acceptance, cast) for image in images]),
        **compile_corridors(world, cast),
        **compile_organisations(world, cast),
        **compile_assets(cast, effects),
        direct=int(scenario.environment.mode == "direct"),
        threat_definition=int(scenario.environment.permissiveness_definition == "threat"),
        clarity_certainty=int(scenario.environment.clarity_certainty),
        imposition=0,
        misperception=1,
        resistance=1,
        brokerage=1,
        accession=1,
        full_clarity=0,
        equal_effort=0,
    )


def great_circle(here, there) -> float:
    """Thousand km between two locations, to the metre: trigonometry may differ in the last bit, a metre does not."""
    north, other_north = math.radians(float(here.latitude)), math.radians(float(there.latitude))
    east = math.radians(float(there.longitude) - float(here.longitude))
    half = math.sin((other_north - north) / 2) ** 2 + math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    return round(2.0 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(half))), 6)


def state_distances(world, cast: Cast) -> np.ndarray:
    """(N, N) thousand km between states: as a dyad gives it, else by great circle."""
    places = [world.states[code].location for code in cast.states]
    distance = np.zeros((len(places), len(places)))
    for i in range(len(places)):
        for j in range(i):
            distance[i, j] = distance[j, i] = great_circle(places[j], places[i])
    for key, dyad in world.dyads.items():
        if dyad.distance is not None:
            i, j = (cast.state[code] for code in pair(key))
            distance[i, j] = distance[j, i] = at_start(dyad.distance, cast)
    return distance


def pair_matrix(world, cast: Cast, attribute: str) -> np.ndarray:
    """(N, N) constant attribute of dyads, symmetric, 0 where none is listed."""
    matrix = np.zeros((len(cast.states), len(cast.states)))
    for key, dyad in world.dyads.items():
        i, j = (cast.state[code] for code in pair(key))
        matrix[i, j] = matrix[j, i] = at_start(getattr(dyad, attribute), cast)
    return matrix


def ordered_segments(world, cast: Cast) -> list[tuple]:
    """(corridor index, node, node, segment) of every segment, the lower node first, in one fixed order."""
    node = cast.state | {code: len(cast.states) + k for code, k in cast.pole.items()}
    segments = []
    for c, name in enumerate(cast.corridors):
        for segment in world.corridors[name].segments:
            start, end = sorted(node[code] for code in segment.between)
            segments.append((c, start, end, segment))
    return sorted(segments, key=lambda item: (*item[:3], item[3].capacity.knots))


def compile_corridors(world, cast: Cast) -> dict[str, np.ndarray]:
    """Nodes of segments (S,), gains (C,), and the states that stand on each corridor (C, N)."""
    segments = ordered_segments(world, cast)
    users = np.zeros((len(cast.corridors), len(cast.states)), dtype=bool)
    for c, start, end, _ in segments:
        for node in (start, end):
            if node < len(cast.states):
                users[c, node] = True
    return {
        "segment_from": np.array([item[1] for item in segments], dtype=np.int64),
        "segment_to": np.array([item[2] for item in segments], dtype=np.int64),
        "segment_corridor": np.array([item[0] for item in segments], dtype=np.int64),
        "corridor_gain": np.array([at_start(world.corridors[name].gain, cast) for name in cast.corridors], dtype=float),
        "corridor_users": users,
    }


def compile_organisations(world, cast: Cast) -> dict[str, np.ndarray]:
    """Fields of M slots: the world's organisations by code, then the free ones, which anybody may found and join."""
    listed = [world.organisations[code] for code in cast.organisations]
    slots, states = len(listed) + FREE_SLOTS, len(cast.states)
    fields = {
        "leader": np.full(slots, -1, dtype=np.int64),
        "opens": np.full(slots, NEVER, dtype=np.int64),
        "offered_to": np.zeros((slots, states), dtype=bool),
        "open_to": np.ones((slots, states), dtype=bool),
        "remit": np.ones((slots, 4), dtype=bool),
        "secretariat": np.full(slots, FOUNDED_SECRETARIAT),
        "exit_cost": np.full(slots, FOUNDED_EXIT_COST),
        "organisation_legitimacy": np.full(slots, FOUNDED_LEGITIMACY),
        "exclusive": np.zeros(slots, dtype=bool),
    }
    for m, organisation in enumerate(listed):
        opens = int(organisation.opens - cast.quarters[0])
        fields["opens"][m] = opens if opens < len(cast.quarters) else NEVER
        fields["offered_to"][m, [cast.state[code] for code in organisation.offered_to]] = True
        if organisation.led_by is not None:
            fields["leader"][m] = cast.pole[organisation.led_by]
            members = {cast.state[code] for code in members_at_start(organisation, cast)}
            fields["open_to"][m] = fields["offered_to"][m] | np.isin(np.arange(states), list(members))
        fields["remit"][m] = [arena in organisation.remit for arena in ARENAS]
        fields["secretariat"][m] = at_start(organisation.secretariat, cast)
        fields["exit_cost"][m] = at_start(organisation.exit_cost, cast)
        fields["organisation_legitimacy"][m] = at_start(organisation.legitimacy, cast)
        fields["exclusive"][m] = organisation.exclusive
    return fields


def members_at_start(organisation, cast: Cast) -> dict[str, float]:
    """Membership (½ observer, 1 full) by code in the scenario's first quarter; nobody before the organisation opens."""
    start = int(cast.quarters[0])
    if organisation.opens > start:
        return {}
    return {
        code: OBSERVER if member.status == "observer" else 1.0
        for code, member in organisation.members.items()
        if member.start <= start and (member.end is None or start <= member.end)
    }


def compile_assets(cast: Cast, effects) -> dict[str, np.ndarray]:
    """Stakes that are added after the start (E,), by date, pair and arena. Earlier ones are in the initial stakes."""
    assets = []
    for (variable, target), listed in effects.items():
        if variable == "stakes":
            (first, second), arena = target
            i, j = cast.state[first], cast.state[second]
            for effect in listed:
                quarter = effect.quarter - int(cast.quarters[0])
                if 0 < quarter < len(cast.quarters):
                    assets.append((quarter, i, j, ARENAS.index(arena), effect.size))
    columns = list(zip(*sorted(assets), strict=True)) or [()] * 5
    names = ("asset_quarter", "asset_from", "asset_to", "asset_arena")
    return {
        **{name: np.array(column, dtype=np.int64) for name, column in zip(names, columns, strict=False)},
        "asset_size": np.array(columns[4], dtype=np.float64),
    }

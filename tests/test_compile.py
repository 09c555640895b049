"""From a scenario to arrays: order, isolation, levers, the frozen twin, events, organisations, leaders."""

import copy
import random
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import random_world

from sim.quarters import ordinal
from sim.rules.arithmetic import cube_root
from sim.scenario.compile import compile_scenario, with_parameters
from sim.scenario.levers import POLE_DRIVERS, Effect, scaled
from sim.scenario.schema import Scenario
from sim.world import ARENAS, CONNECTIVITY, FREE_SLOTS, NEVER

TEACHING = Path(__file__).parents[1] / "scenarios" / "teaching"
TWELVE = TEACHING / "twelve.yaml"
ONE_OR_ZERO = {1.0: "as coded", 0.0: "frozen"}


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load(TWELVE)


@pytest.fixture(scope="module")
def compiled(scenario):
    return compile_scenario(scenario)


def differences(first, second) -> list[str]:
    """Names of what is not the same to the bit in two compiled scenarios."""
    found = [
        name
        for name in ("states", "poles", "organisations", "quarters")
        if getattr(first, name) != getattr(second, name)
    ]
    found += [name for name, value in first.parameters._asdict().items() if getattr(second.parameters, name) != value]
    for part in ("world", "drivers", "initial"):
        for name, array in getattr(first, part)._asdict().items():
            other = getattr(getattr(second, part), name)
            if np.asarray(array).tobytes() != np.asarray(other).tobytes() or np.shape(array) != np.shape(other):
                found.append(f"{part}.{name}")
    return found


def row(compiled, date: str) -> int:
    return compiled.quarters.index(ordinal(date))


def write(folder, world: dict) -> Scenario:
    """The teaching scenario on a changed world."""
    (folder / "worlds").mkdir(exist_ok=True)
    (folder / "worlds" / "twelve.yaml").write_text(yaml.safe_dump(world, sort_keys=False), encoding="utf-8")
    (folder / "twelve.yaml").write_text(TWELVE.read_text(encoding="utf-8"), encoding="utf-8")
    return Scenario.load(folder / "twelve.yaml")


@pytest.fixture(scope="module")
def tree():
    return yaml.safe_load((TEACHING / "worlds" / "twelve.yaml").read_text(encoding="utf-8"))


# Order and isolation


def shuffled(tree: dict, draw: random.Random) -> dict:
    """The same world with every table and list whose order has no meaning in another order, and dyads turned round."""

    def reordered(table):
        items = list(table.items())
        draw.shuffle(items)
        return dict(items)

    world = copy.deepcopy(tree)
    world["dyads"] = {"-".join(draw.sample(key.split("-"), 2)): dyad for key, dyad in world["dyads"].items()}
    for name in ("states", "poles", "dyads", "corridors", "organisations", "levers"):
        world[name] = reordered(world[name])
    for pole in world["poles"].values():
        pole["relations"] = reordered(pole["relations"])
    for organisation in world["organisations"].values():
        organisation["members"] = reordered(organisation.get("members", {}))
        draw.shuffle(organisation["offered_to"])
    for corridor in world["corridors"].values():
        draw.shuffle(corridor["segments"])
        for segment in corridor["segments"]:
            draw.shuffle(segment["between"])
    draw.shuffle(world["events"])
    for event in world["events"]:
        draw.shuffle(event["shocks"])
    return reordered(world)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_order_in_the_file_has_no_effect(tree, compiled, tmp_path_factory, seed):
    again = compile_scenario(write(tmp_path_factory.mktemp("shuffled"), shuffled(tree, random.Random(seed))))
    assert differences(compiled, again) == []


@pytest.mark.parametrize("code", ["AAA", "GAA", "ZZZ"])
def test_an_isolated_state_leaves_all_others_alone(tree, compiled, tmp_path, code):
    world = copy.deepcopy(tree)
    apart = copy.deepcopy(world["states"]["ALD"])
    world["states"][code] = {**apart, "name": "Apart", "location": {"latitude": 40, "longitude": 10}}
    wider = compile_scenario(write(tmp_path, world))
    states, new = len(compiled.states), wider.states.index(code)
    nodes = ("segment_from", "segment_to", "asset_from", "asset_to")  # indices of states
    for part in ("world", "drivers", "initial"):
        for name, array in getattr(wider, part)._asdict().items():
            array, old = np.asarray(array), np.asarray(getattr(getattr(compiled, part), name))
            for axis in range(array.ndim):
                if array.shape[axis] in (
                    states + 1,
                    states + len(compiled.poles) + 1,
                ):  # states, or all sources of threat
                    array = np.delete(array, new, axis)
            if name in nodes:
                array = np.where(array > new, array - 1, array)
            assert array.tobytes() == old.tobytes(), name


# Shapes and immutability


def test_shapes_and_types_are_those_of_the_contract(compiled):
    world, drivers, initial, _ = random_world(states=12, poles=3, quarters=len(compiled.quarters), organisations=3)
    free = {"segment_from", "segment_to", "segment_corridor", "segment_capacity", "corridor_gain", "corridor_users"}
    free |= {name for name in world._fields if name.startswith("asset_")}
    for part, pattern in (("world", world), ("drivers", drivers), ("initial", initial)):
        for name, expected in pattern._asdict().items():
            value = getattr(getattr(compiled, part), name)
            assert type(value) is type(expected), name
            if isinstance(expected, np.ndarray):
                assert value.dtype == expected.dtype and value.ndim == expected.ndim, name
                assert name in free or value.shape == expected.shape, name
                assert value.flags.c_contiguous and np.isfinite(value).all(), name
                assert value.flags.writeable == (part == "initial"), name


def test_symmetric_arrays_are_symmetric_and_in_range(compiled):
    drivers = compiled.drivers
    pairs = [
        compiled.world.distance,
        compiled.world.kinship,
        drivers.hostility,
        drivers.imminence,
        drivers.complementarity,
    ]
    for array in [*pairs, compiled.initial.tie, compiled.initial.stakes, compiled.initial.rung]:
        assert (array == np.swapaxes(array, -1, -2)).all()
        assert (np.diagonal(array, axis1=-2, axis2=-1) == 0).all()
    for name, array in drivers._asdict().items():
        low = -1 if name in ("opposition", "assertiveness", "leader_optimism") else 0
        assert name == "pole_distance" or (
            low <= array.min() and array.max() <= (2 if name == "leader_change" else 1)
        ), name


def test_capability_is_the_cube_root_of_the_share_of_the_largest_pole(compiled, scenario):
    start = np.array([scenario.start])
    largest = max(pole.capability.at(start)[0] for pole in scenario.world.poles.values())
    for i, code in enumerate(compiled.states):
        share = scenario.world.states[code].capability.at(start)[0]
        assert compiled.drivers.capability[0, i] == cube_root(share / largest)
    assert compiled.drivers.pole_capability[0].max() == pytest.approx(1.0, abs=1e-15)


def test_distances_are_great_circles_unless_coded(compiled):
    state, pole = compiled.states.index, compiled.poles.index
    degree = 6.371 * np.pi / 180
    assert compiled.world.distance[state("IXA"), state("LOM")] == pytest.approx(12 * degree, abs=1e-6)  # on the equator
    assert compiled.world.distance[state("FEN"), state("GOR")] == 0.6
    assert compiled.drivers.pole_distance[0, pole("OCEAN"), state("DUN")] == 0.8
    assert compiled.drivers.pole_distance[row(compiled, "2009Q4"), pole("OCEAN"), state("FEN")] == 1.0
    assert compiled.drivers.pole_distance[row(compiled, "2010Q1"), pole("OCEAN"), state("FEN")] == 1.6


# Levers and the frozen twin


FIELDS = {name: (name,) for name in POLE_DRIVERS} | {
    "policing": ("policing", "policing_norm", "policing_reliability", "policing_counterbalance"),
    "distance": ("pole_distance",),
    "capability": ("pole_capability",),
    "relations": ("dependence", "pole_hostility", "pole_imminence", "reliance"),
}


def of_pole(compiled, field, p):
    """What a driver array says of one pole, dates first."""
    values = getattr(compiled.drivers, field)
    return values[:, :, p] if field == "reliance" else values[:, p]


def moving(compiled, scenario):
    """(driver, pole) of every driver that moves after the freeze."""
    found = set()
    for name, arrays in FIELDS.items():
        for p, code in enumerate(compiled.poles):
            for field in arrays:
                path = of_pole(compiled, field, p)
                if (path[compiled.freeze :] != path[compiled.freeze]).any():
                    found.add((name, code))
    return found | {("normative_fragmentation", None)}


def test_the_teaching_world_declares_a_lever_for_every_moving_driver(compiled, scenario):
    declared = {(lever.driver, lever.pole) for lever in scenario.world.levers.values()}
    assert declared == moving(compiled, scenario)


@pytest.mark.parametrize("freeze_at", ["2004Q1", "2010Q4", "2019Q4"])
def test_the_frozen_twin_is_the_world_with_every_lever_at_0(scenario, freeze_at):
    late = scenario.replace(freeze_at=freeze_at)
    levers = dict.fromkeys(scenario.world.levers, 0)
    twin = compile_scenario(late, frozen=True)
    assert differences(twin, compile_scenario(late.replace(levers=levers))) == []
    assert differences(twin, compile_scenario(late.replace(levers=levers), frozen=True)) == []
    as_coded = compile_scenario(late)
    held = row(as_coded, freeze_at)
    for name in (
        "policing",
        "bandwidth",
        "legitimacy",
        "opposition",
        "patronage",
        "pole_distance",
        "normative_fragmentation",
    ):
        path, coded = getattr(twin.drivers, name), getattr(as_coded.drivers, name)
        assert (path[: held + 1] == coded[: held + 1]).all() and (path[held:] == coded[held]).all(), name


def test_what_is_not_a_driver_moves_in_the_twin(compiled, scenario):
    twin = compile_scenario(scenario, frozen=True)
    changed = {name.removeprefix("drivers.") for name in differences(compiled, twin)}
    assert changed <= {"normative_fragmentation", *(field for fields in FIELDS.values() for field in fields)}


def test_levers_at_1_are_the_identity_to_the_bit(compiled, scenario):
    assert (
        differences(compiled, compile_scenario(scenario.replace(levers=dict.fromkeys(scenario.world.levers, 1)))) == []
    )
    coded = scenario.world.poles["OCEAN"].policing.at(np.array(compiled.quarters))
    assert compiled.drivers.policing[:, compiled.poles.index("OCEAN")].tobytes() == coded.tobytes()


def test_a_lever_moves_its_driver_of_its_pole_alone(compiled, scenario):
    for name, lever in scenario.world.levers.items():
        changed = compile_scenario(scenario.replace(levers={name: 0.5}))
        fields = FIELDS.get(lever.driver, (lever.driver,))
        found = {item.removeprefix("drivers.") for item in differences(compiled, changed)}
        assert found and (found <= set(fields) if lever.driver == "relations" else found == set(fields))
        for p, code in enumerate(compiled.poles if lever.pole is not None else ()):
            for field in fields if code != lever.pole else ():
                assert (of_pole(changed, field, p) == of_pole(compiled, field, p)).all()


def test_a_lever_exaggerates_and_stays_in_range(compiled, scenario):
    changed = compile_scenario(scenario.replace(levers={"ocean_retrenchment": 1.5, "north_overstretch": 3}))
    ocean, north = compiled.poles.index("OCEAN"), compiled.poles.index("NORTH")
    assert changed.drivers.policing[-1, ocean] == pytest.approx(0.8 + 1.5 * (0.4 - 0.8))
    assert changed.drivers.bandwidth[-1, north] == 0.0


@given(
    path=st.lists(st.floats(0, 1), min_size=3, max_size=12),
    freeze=st.integers(0, 2),
    lever=st.sampled_from([0.0, 1.0]) | st.floats(0, 3),
)
def test_scaling_a_path(path, freeze, lever):
    path = np.array(path)
    result = scaled(path, lever, freeze)
    assert (result[: freeze + 1] == path[: freeze + 1]).all() and 0 <= result.min() and result.max() <= 1
    if lever in ONE_OR_ZERO:
        expected = path[freeze:] if lever == 1.0 else np.full(len(path) - freeze, path[freeze])
        assert result[freeze:].tobytes() == expected.tobytes()


def test_offsets_are_levers_that_reach_the_parameters(compiled, scenario):
    changed = compile_scenario(scenario.replace(levers={"clarity_offset": -0.2, "permissiveness_offset": 0.1}))
    assert changed.parameters.clarity_offset == -0.2 and changed.parameters.permissiveness_offset == 0.1
    assert set(differences(compiled, changed)) == {"clarity_offset", "permissiveness_offset"}


def test_parameters_are_changed_without_a_second_compilation(compiled, scenario):
    assert compile_scenario(scenario.replace(parameters={"w_threat": 2.5})).parameters.w_threat == 2.5
    changed = with_parameters(compiled, {"w_threat": 2.5})
    assert changed.world is compiled.world and differences(compiled, changed) == ["w_threat"]


# Events


def test_an_effect_lasts_decays_or_stays():
    quarters = np.arange(100, 110)
    assert Effect(102, 0.5, None, None).at(quarters).tolist() == [0, 0, *[0.5] * 8]
    assert Effect(102, 0.5, 3, None).at(quarters).tolist() == [0, 0, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0]
    assert Effect(98, 0.5, 3, None).at(quarters).tolist() == [0.5, *[0] * 9]
    decaying = Effect(98, 0.5, None, 2).at(quarters)
    assert decaying == pytest.approx([0.5 * 0.5 ** ((k + 2) / 2) for k in range(10)], rel=1e-14)
    assert Effect(105, -1, None, 2).at(quarters)[:6].tolist() == [0, 0, 0, 0, 0, -1]


def test_events_shock_variables(compiled):
    drivers, at, state, pole = (
        compiled.drivers,
        (lambda date: row(compiled, date)),
        compiled.states.index,
        compiled.poles.index,
    )
    bex, cav, fen, gor, hal = (state(code) for code in ("BEX", "CAV", "FEN", "GOR", "HAL"))
    assert (
        drivers.crisis[:, bex].sum() == 2
        and drivers.crisis[at("2010Q4"), bex] == drivers.crisis[at("2011Q1"), bex] == 1
    )
    assert drivers.offence[at("2008Q4"), hal] == drivers.offence[at("2012Q1"), hal] == 0.35
    assert drivers.offence[at("2011Q4"), hal] == pytest.approx(0.55)
    # permanent, from before the start: coded path .44 in 2004Q1
    assert drivers.credibility[0, fen] == pytest.approx(0.44 + 0.1)
    assert drivers.credibility[-1, fen] == pytest.approx(0.5 + 0.1 + 0.3)
    # decaying, from before the start: six quarters ago with a half-life of six
    assert drivers.imminence[0, bex, cav] == drivers.imminence[0, cav, bex] == pytest.approx(0.6 + 0.15)
    assert drivers.hostility[-1, bex, cav] == pytest.approx(0.4 - 0.2)
    assert drivers.hostility[at("2011Q3"), gor, hal] == pytest.approx(0.3 + 0.2 / 2)
    assert drivers.pole_hostility[-1, pole("NORTH"), fen] == pytest.approx(0.3)
    assert drivers.pole_imminence[at("2010Q4"), pole("NORTH"), fen] == pytest.approx(0.5)
    assert drivers.bandwidth[-1, pole("NORTH")] == pytest.approx(0.4 - 0.3)
    assert drivers.policing[at("2013Q4"), pole("SOUTH")] == pytest.approx(0.8)
    assert drivers.policing[at("2014Q1"), pole("SOUTH")] == 0.6
    assert drivers.normative_fragmentation[-1] == pytest.approx(0.6)
    assert drivers.punishment.sum() == drivers.punishment[at("2012Q1"), state("ELO")] == 0.5


def test_an_event_reaches_an_unlisted_dyad(scenario):
    shock = {"variable": "hostility", "dyad": "LOM-ALD", "size": 0.4}
    event = {"name": "Quarrel", "quarter": "2012Q1", "range": [0, 1], "shocks": [shock]}
    changed = compile_scenario(scenario.replace(events=[event]))
    path = changed.drivers.hostility[:, changed.states.index("ALD"), changed.states.index("LOM")]
    assert path[row(changed, "2011Q4")] == 0 and path[row(changed, "2012Q1")] == 0.4


def test_shocks_to_drivers_are_frozen_with_them(scenario):
    twin = compile_scenario(scenario.replace(freeze_at="2013Q1"), frozen=True)
    south = twin.poles.index("SOUTH")
    assert twin.drivers.policing[-1, south] == pytest.approx(0.8)  # a shock of 2012 that would have ended in 2014


def test_assets_before_the_start_are_initial_stakes(compiled, scenario):
    world, state = compiled.world, compiled.states.index
    assert compiled.initial.stakes[CONNECTIVITY, state("FEN"), state("JUN")] == 0.2
    assert compiled.initial.stakes[CONNECTIVITY, state("BEX"), state("FEN")] == 0.3
    assert world.asset_quarter.tolist() == [row(compiled, "2007Q2")] and world.asset_size.tolist() == [0.4]
    assert (world.asset_from[0], world.asset_to[0]) == (state("BEX"), state("FEN")) and world.asset_arena[
        0
    ] == CONNECTIVITY
    later = compile_scenario(scenario.replace(start="2008Q1", freeze_at=None))
    assert len(later.world.asset_quarter) == 0
    assert later.initial.stakes[CONNECTIVITY, state("BEX"), state("FEN")] == pytest.approx(0.7)


# Organisations, corridors, states, leaders


def test_organisations_exist_or_are_offered(compiled, scenario):
    slot, state = compiled.organisations.index, compiled.states.index
    world, initial = compiled.world, compiled.initial
    council, pact, forum = slot("RIVER_COUNCIL"), slot("NORTH_PACT"), slot("COAST_FORUM")
    assert compiled.organisations[-FREE_SLOTS:] == ("FOUNDED_1", "FOUNDED_2", "FOUNDED_3", "FOUNDED_4")
    assert initial.established.tolist() == [0, 1, 1, 0, 0, 0, 0]
    assert (
        world.opens[pact] < 0
        and world.opens[forum] == row(compiled, "2012Q1")
        and (world.opens[-FREE_SLOTS:] == NEVER).all()
    )
    assert initial.membership[council, state("JUN")] == 0.5 and initial.membership[council].sum() == 3.5
    assert initial.membership[pact].nonzero()[0].tolist() == [state("ALD"), state("CAV")]  # one left in 2003
    assert initial.depth[pact].tolist() == [0.2, 0, 0, 0.1] and initial.depth[council].sum() == 0
    assert world.leader[pact] == compiled.poles.index("NORTH") and world.leader[council] == -1
    assert world.open_to[council].all() and world.open_to[forum].all()
    assert world.open_to[pact].nonzero()[0].tolist() == [state(code) for code in ("ALD", "BEX", "CAV", "ELO")]
    assert world.exclusive.nonzero()[0].tolist() == [forum, pact]
    early = compile_scenario(scenario.replace(start="2000Q1", end="2002Q4", freeze_at=None))
    assert (
        early.initial.established.sum() == 0 and early.initial.membership.sum() == 0 and early.initial.depth.sum() == 0
    )
    assert early.world.opens[council] == NEVER and early.world.opens[pact] == 4


def test_free_slots_can_be_told_from_organisations_that_never_open(scenario):
    early = compile_scenario(scenario.replace(start="2000Q1", end="2002Q4", freeze_at=None))
    assert early.world.offered_to[:-FREE_SLOTS].any(axis=1).all() and not early.world.offered_to[-FREE_SLOTS:].any()


def test_corridors_have_nodes_and_users(compiled):
    world, states = compiled.world, compiled.states
    assert world.corridor_gain.tolist() == [0.3, 0.5]
    users = [{states[i] for i in row.nonzero()[0]} for row in world.corridor_users]
    assert users == [{"IXA", "JUN", "KEL"}, {"BEX", "FEN", "JUN"}]
    assert world.segment_to.max() == len(states) + compiled.poles.index("SOUTH")
    assert (world.segment_from < world.segment_to).all() and (np.diff(world.segment_corridor) >= 0).all()


def test_a_state_exists_from_its_first_quarter(compiled):
    exists = compiled.drivers.exists[:, compiled.states.index("LOM")]
    assert not exists[row(compiled, "2005Q4")] and exists[row(compiled, "2006Q1") :].all()


def test_leaders(compiled):
    drivers, initial, state = compiled.drivers, compiled.initial, compiled.states.index
    bex, gor, dun = state("BEX"), state("GOR"), state("DUN")
    assert (initial.optimism[bex], initial.risk_acceptance[bex]) == (0.3, 0.6)  # in office since 2001
    assert (initial.optimism[gor], initial.risk_acceptance[gor]) == (0.1, 0.5)  # beliefs not coded: the culture's mean
    changes = {
        (int(t), int(i)): int(drivers.leader_change[t, i])
        for t, i in zip(*drivers.leader_change.nonzero(), strict=True)
    }
    second = row(compiled, "2013Q2")
    assert changes == {(second, bex): 1, (row(compiled, "2009Q3"), gor): 2}
    assert drivers.leader_optimism[second, bex] == 0.4 and drivers.leader_risk_acceptance[second, bex] == 0.7
    hazard = drivers.turnover_hazard
    assert hazard[row(compiled, "2009Q3"), gor] == 0 and hazard[row(compiled, "2009Q4"), gor] == 0.04
    assert hazard[row(compiled, "2007Q4"), dun] == 0 and hazard[row(compiled, "2008Q1"), dun] == 0.06
    assert (hazard[:, bex] == 0).all() and (hazard[:, state("CAV")] == 0.02).all()


def test_initial_ties_and_rungs(compiled):
    bex, fen = compiled.states.index("BEX"), compiled.states.index("FEN")
    assert compiled.initial.tie[:, bex, fen].tolist() == [0.3, 0.4, 0.6, 0.3]
    assert compiled.initial.rung[:, fen, bex].tolist() == [1, 0, 0, 1]
    assert compiled.initial.pole_tie[:, compiled.poles.index("NORTH"), compiled.states.index("CAV")].tolist() == [
        0.5,
        0.3,
        0.2,
        0.4,
    ]
    assert (compiled.initial.growth == 1).all()


def test_direct_mode_gives_paths_and_the_twin_holds_them():
    scenario = Scenario.load(TEACHING / "twelve_direct.yaml")
    given_paths, twin = compile_scenario(scenario), compile_scenario(scenario, frozen=True)
    assert given_paths.world.direct == 1
    assert given_paths.drivers.permissiveness_path[row(given_paths, "2010Q1")].tolist() == [0.8] * 12
    assert given_paths.drivers.clarity_path[0, given_paths.states.index("KEL")] == 0.4
    assert (twin.drivers.permissiveness_path == 0.3).all()
    derived = compile_scenario(Scenario.load(TWELVE))
    assert derived.world.direct == 0 and not derived.drivers.permissiveness_path.any()


def test_switches_of_the_environment(scenario):
    changed = compile_scenario(
        scenario.replace(environment={"permissiveness_definition": "threat", "clarity_certainty": True})
    )
    assert changed.world.threat_definition == 1 and changed.world.clarity_certainty == 1


def test_spillover_is_equal_off_the_diagonal(compiled):
    matrix = compiled.world.spillover
    assert (np.diag(matrix) == 0).all() and matrix.sum(axis=1) == pytest.approx(np.ones(len(ARENAS)))

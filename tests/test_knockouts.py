"""Knock-outs, as far as arrays and parameters show them."""

import inspect
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_compile import TEACHING, TWELVE, differences, row

from sim.parameters import parameter_values, prior_sample
from sim.rules import decision_terms
from sim.scenario.compile import compile_scenario, held_parameters, with_parameters
from sim.scenario.knockouts import KNOCKOUTS, cast_mean, cast_quantile
from sim.scenario.schema import Scenario

BENEFITS = "common_threat capability_acquisition autonomy complementarity identity coordination spillover closure vested_interest"
COSTS = "expected_punishment transaction sovereignty congestion entrapment structural_balance norm"
CHANNELS = {
    "channel_policing": "policing",
    "channel_norms": "policing_norm",
    "channel_reliability": "policing_reliability",
    "channel_counterbalance": "policing_counterbalance",
}
CLUSTERS = {
    "strategic_culture": {"assertiveness", "repertoire", "autonomy", "sovereignty"},
    "state_society": {"cohesion", "extraction"},
    "domestic_institutions": {"veto_points", "centralisation", "administration"},
}
LEADERS = {
    "world.culture_optimism", "world.culture_risk_acceptance", "initial.optimism", "initial.risk_acceptance",
    "drivers.leader_optimism", "drivers.leader_risk_acceptance", "belief_spread", "optimism_feedback",
}  # fmt: skip


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load(TWELVE)


@pytest.fixture(scope="module")
def compiled(scenario):
    return compile_scenario(scenario)


@pytest.fixture(scope="module")
def without(scenario):
    return lambda *names: compile_scenario(scenario.replace(knockouts=list(names)))


def test_every_rule_term_channel_and_cluster_has_one():
    assert {rule for knockout in KNOCKOUTS.values() for rule in knockout.rules} == set(range(1, 29))
    wanted = {*BENEFITS.split(), *COSTS.split(), *CHANNELS, *CLUSTERS, "leader_images", "weak_filters", "kinship"}
    assert wanted <= set(KNOCKOUTS)
    assert all(KNOCKOUTS[name].rules in ((12,), (7, 12)) for name in (*BENEFITS.split(), *COSTS.split()))
    assert all(name == knockout.name and knockout.meaning for name, knockout in KNOCKOUTS.items())


def test_every_term_of_the_rules_has_one():
    """A term that is added to decision_terms.py needs a knock-out: its weight must be held at 0 by one."""
    held = {name for knockout in KNOCKOUTS.values() for name, value in knockout.parameters.items() if value == 0.0}
    source = inspect.getsource(decision_terms)
    weights = {name for name in parameter_values()._fields if name.startswith("w_") and name in source}
    assert len(weights) > 12 and weights <= held


def test_parameters_that_are_held_exist():
    for knockout in KNOCKOUTS.values():
        assert set(knockout.parameters) <= set(parameter_values()._fields)


@pytest.mark.parametrize("name", sorted(KNOCKOUTS))
def test_every_knockout_changes_something_and_spoils_nothing(name, compiled, without):
    if name == "given_environment":  # there is nothing to knock out of a derived environment
        compiled = compile_scenario(Scenario.load(TEACHING / "twelve_direct.yaml"))
        changed = compile_scenario(Scenario.load(TEACHING / "twelve_direct.yaml").replace(knockouts=[name]))
    else:
        changed = without(name)
    assert differences(compiled, changed)
    assert changed.knockouts == (name,)
    for part in ("world", "drivers", "initial"):
        for field, array in getattr(changed, part)._asdict().items():
            expected = getattr(getattr(compiled, part), field)
            assert type(array) is type(expected), field
            if isinstance(array, np.ndarray):
                assert array.dtype == expected.dtype, field
                assert array.shape == expected.shape or field.startswith("asset_"), field
                assert array.flags.c_contiguous and np.isfinite(array).all(), field
                assert array.flags.writeable == (part == "initial"), field


def test_a_knockout_does_not_touch_what_it_is_given(scenario, compiled, without):
    for knockout in KNOCKOUTS.values():
        knockout.apply(compiled)
    assert differences(compiled, compile_scenario(scenario)) == []


def test_the_order_in_which_they_are_named_has_no_effect(without):
    names = ["weak_filters", "state_society", "leader_images", "turnover", "events", "channel_norms"]
    assert differences(without(*names), without(*reversed(names))) == []


@pytest.mark.parametrize("name", [*BENEFITS.split(), *COSTS.split()])
def test_a_term_is_knocked_out_by_its_own_weights_alone(name, compiled, without):
    changed = differences(compiled, without(name))
    assert set(changed) == set(KNOCKOUTS[name].parameters)
    assert all(getattr(without(name).parameters, weight) == 0 for weight in changed)


@pytest.mark.parametrize(("name", "field"), CHANNELS.items())
def test_a_channel_is_held_apart_from_the_others(scenario, compiled, without, name, field):
    assert differences(compiled, without(name)) == [f"drivers.{field}"]
    late = compile_scenario(scenario.replace(knockouts=[name], freeze_at="2010Q1"))
    path, coded, held = getattr(late.drivers, field), compiled.drivers.policing, row(compiled, "2010Q1")
    assert (path[: held + 1] == coded[: held + 1]).all() and (path[held:] == coded[held]).all()
    twin = compile_scenario(scenario, frozen=True)
    assert differences(twin, compile_scenario(scenario.replace(knockouts=[name]), frozen=True)) == []


@pytest.mark.parametrize(("name", "attributes"), CLUSTERS.items())
def test_a_cluster_is_set_to_the_mean_of_the_cast(compiled, without, name, attributes):
    changed = without(name)
    assert set(differences(compiled, changed)) == {f"drivers.{attribute}" for attribute in attributes}
    present = compiled.drivers.exists
    for attribute in attributes:
        before, after = getattr(compiled.drivers, attribute), getattr(changed.drivers, attribute)
        assert (after == after[..., :1]).all()
        for t in (0, 7, 8, 63):  # one state comes into being between the second and the third
            assert after[t, ..., 0] == pytest.approx(before[t][..., present[t]].mean(axis=-1))


def test_leaders_are_alike_whoever_comes_to_office(compiled, without):
    changed = without("leader_images")
    assert set(differences(compiled, changed)) == LEADERS
    assert len(set(changed.initial.optimism)) == len(set(changed.world.culture_optimism)) == 1
    assert changed.initial.optimism[0] == pytest.approx(compiled.initial.optimism[compiled.drivers.exists[0]].mean())
    t, i = (indices[0] for indices in (compiled.drivers.leader_change == 1).nonzero())
    assert changed.drivers.leader_optimism[t, i] == changed.initial.optimism[0]


def test_weak_filters_are_the_unfavourable_fifth(compiled, without):
    drivers, weak = compiled.drivers, without("weak_filters").drivers
    present = drivers.exists[-1]
    for name in ("cohesion", "extraction", "centralisation"):
        assert weak[drivers._fields.index(name)][-1, 0] == pytest.approx(
            np.quantile(getattr(drivers, name)[-1, present], 0.2)
        )
    for name in ("veto_points", "sovereignty"):
        assert weak[drivers._fields.index(name)][-1, 0] == pytest.approx(
            np.quantile(getattr(drivers, name)[-1, present], 0.8)
        )
    assert weak.administration[-1, 2, 0] == pytest.approx(np.quantile(drivers.administration[-1, 2, present], 0.2))
    assert (weak.autonomy == drivers.autonomy).all() and (weak.repertoire == drivers.repertoire).all()


@given(
    values=st.lists(st.lists(st.floats(0, 1), min_size=5, max_size=5), min_size=3, max_size=3),
    exists=st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=3, max_size=3),
    share=st.floats(0, 1),
)
def test_means_and_quantiles_are_over_those_that_exist(values, exists, share):
    values, exists = np.array(values), np.array(exists)
    for array in (values, np.repeat(values[:, None, :], 4, axis=1)):
        mean, quantile = cast_mean(array, exists), cast_quantile(array, exists, share)
        for t in range(3):
            here = array[t][..., exists[t]] if exists[t].any() else array[t]
            assert mean[t][..., 0] == pytest.approx(here.mean(axis=-1))
            assert quantile[t][..., 0] == pytest.approx(np.quantile(here, share, axis=-1), abs=1e-12)


def test_events_are_dropped_before_paths_are_made(scenario, without):
    changed = without("events")
    assert not changed.drivers.crisis.any() and not changed.drivers.punishment.any()
    assert len(changed.world.asset_quarter) == 0
    coded = scenario.world.poles["NORTH"].bandwidth.at(np.array(changed.quarters))
    assert (changed.drivers.bandwidth[:, changed.poles.index("NORTH")] == coded).all()


def test_distance_makes_no_difference_without_decay(compiled, without):
    changed = without("distance_decay")
    states = len(compiled.states)
    off = ~np.eye(states, dtype=bool)
    assert np.ptp(changed.world.distance[off]) == 0 and np.diag(changed.world.distance).max() == 0
    assert changed.world.distance[0, 1] == pytest.approx(compiled.world.distance[off].mean())
    assert np.ptp(changed.drivers.pole_distance[5]) == 0
    assert changed.drivers.pole_distance[5, 0, 0] == pytest.approx(compiled.drivers.pole_distance[5].mean())


def test_a_prior_draw_does_not_undo_a_knockout(without):
    changed = without("spillover", "closure")
    draw = type(changed.parameters)(*prior_sample(1, 3)[0])
    held = held_parameters(changed, draw)
    assert held.w_spillover == held.w_closure == held.w_comembership == 0 and held.w_threat == draw.w_threat
    assert with_parameters(changed, {"w_spillover": 0.4, "w_threat": 1.5}).parameters.w_spillover == 0


def test_no_state_or_pole_is_named_in_the_code():
    named = [
        code
        for code in (*Scenario.load(TWELVE).world.states, "NORTH", "OCEAN")
        if f'"{code}"' in Path(inspect.getfile(compile_scenario)).read_text()
    ]
    assert named == []

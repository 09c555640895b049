"""The Mesa face is the same model: bit for bit, through batch_run and DataCollector, without growth of memory."""

import gc
import subprocess
import sys
import weakref
from pathlib import Path

import mesa
import numba
import numpy as np
import pytest

from sim.engine import Engine
from sim.errors import NcrError, ScenarioError
from sim.model import GeopoliticalModel, PoleAgent, StateAgent
from sim.quarters import label
from sim.recording import CLASS_NAMES
from sim.scenario.compile import compile_scenario
from sim.scenario.schema import Scenario
from sim.world import ARENAS

ROOT = Path(__file__).resolve().parent.parent
TEACHING = ROOT / "scenarios/teaching/twelve.yaml"
STATE, POLE = "BEX", "NORTH"


@pytest.fixture(scope="module")
def twelve():
    return Scenario.load(TEACHING)


@pytest.fixture(scope="module")
def short(twelve):
    return twelve.replace(end="2006Q4")  # 12 quarters


def run(model, quarters=None):
    for _ in range(len(model.compiled.quarters) if quarters is None else quarters):
        model.step()
    return model


def engine_run(scenario, replicate, frozen=False):
    """(recording with ties, situation at the end) of the other door."""
    compiled = compile_scenario(scenario, frozen=frozen)
    engine = Engine(compiled)
    return engine.run(compiled.parameters, compiled.seed, replicate, ties=True), engine.situation


def differing(ones, others, without=()):
    pairs = ((name, getattr(ones, name), getattr(others, name)) for name in ones._fields if name not in without)
    return [name for name, one, other in pairs if one.tobytes() != other.tobytes()]


def kept():
    """Models that Mesa's counter of agents keeps alive."""
    return sum(isinstance(model, GeopoliticalModel) for model in mesa.Agent._ids)


# The same numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "replicate", "frozen"), [(0, 0, False), (2**64 - 1, 3, False), (7, 999, True)])
def test_both_doors_give_the_same_bits(twelve, seed, replicate, frozen):
    recording, end = engine_run(twelve.replace(seed=seed), replicate, frozen)
    model = GeopoliticalModel(twelve, seed=seed, replicate=replicate, frozen=frozen)
    for t in range(len(recording.tie)):
        model.step()
        here = model.engine.situation
        assert here.tie.astype(np.float32).tobytes() == recording.tie[t].tobytes()
        assert here.pole_tie.astype(np.float32).tobytes() == recording.pole_tie[t].tobytes()
        assert here.depth.astype(np.float32).tobytes() == recording.depth[t].tobytes()
        assert np.array_equal(2 * here.membership, recording.membership[t])
        assert [np.float32(model.state(code).perceived_permissiveness) for code in model.codes] == list(
            recording.perceived_permissiveness[t]
        )
    assert differing(model.recording, recording, without=("tie",)) == []  # outcomes of windows too
    assert differing(model.engine.situation, end) == []
    assert recording.tie.max() > 0.2 and not recording.failure.any()


def test_the_historical_scenario_gives_the_same_bits():
    scenario = Scenario.load(ROOT / "scenarios/historical.yaml").replace(end="2014Q4")
    recording, end = engine_run(scenario, 5)
    model = run(GeopoliticalModel(scenario, replicate=5))
    assert differing(model.recording, recording, without=("tie",)) == []
    assert differing(model.engine.situation, end) == []


def test_keywords_do_what_the_scenario_would(short):
    lever = next(iter(short.world.levers))
    changed = short.replace(levers={lever: 0.5}, parameters={"w_threat": 2.5}, knockouts=["kinship"])
    recording, _ = engine_run(changed, 1)
    by_keyword = GeopoliticalModel(short, replicate=1, w_threat=np.float64(2.5), knockouts="kinship", **{lever: 0.5})
    by_table = GeopoliticalModel(
        short, replicate=1, parameters={"w_threat": 2.5}, levers={lever: np.float32(0.5)}, knockouts=["kinship"]
    )
    for model in (by_keyword, by_table):
        assert differing(run(model).recording, recording, without=("tie",)) == []
    assert differing(run(GeopoliticalModel(short, replicate=1)).recording, recording, without=("tie",)) != []


def test_a_step_is_a_recorded_quarter_and_nothing_follows_the_last(short):
    model = GeopoliticalModel(str(TEACHING), seed=0)
    assert (model.quarter, model.step_number, model.running, model.scenario.seed) == ("2003Q4", 0, True, 0)
    model.step()
    assert (model.quarter, model.step_number) == (label(short.start), 1)
    model = run(GeopoliticalModel(short))
    assert (model.quarter, model.step_number, model.running, model.status) == ("2006Q4", 12, False, "finished")
    before = [array.copy() for array in model.engine.situation]
    model.step()
    assert model.steps == 12 and len(model.datacollector.model_vars["quarter"]) == 12
    assert all(np.array_equal(one, other) for one, other in zip(before, model.engine.situation, strict=True))


def test_users_draws_differ_between_replicates_and_repeat(short):
    def draw(**which):
        model = GeopoliticalModel(short, **which)
        return model.random.random(), model.rng.random()

    assert draw(replicate=1) == draw(replicate=1)
    assert len({draw(replicate=1), draw(replicate=2), draw(replicate=1, seed=0)}) == 3


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="plain Python raises at the first NaN")
def test_a_value_that_is_not_finite_stops_the_run_and_is_told(short):
    model = GeopoliticalModel(short)
    model.engine.inputs.need[2, 1] = np.nan
    run(model)
    assert model.recording.failure.tolist() == [14, 2] and not model.running
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame["status"]) == ["running", "running", "rule 14 gave a value that is not finite"]
    assert np.isnan(frame["mean_tie"].iloc[-1])


# Writing -------------------------------------------------------------------------------------------------------------

WRITES = {
    "leader_images": ("optimism", "risk_acceptance"),
    "strategic_culture": ("assertiveness", "autonomy", "sovereignty", "repertoire"),
    "state_society": ("cohesion", "extraction"),
    "domestic_institutions": ("veto_points", "centralisation", "administration"),
}


@pytest.mark.parametrize(("cluster", "name"), [(c, name) for c, names in WRITES.items() for name in names])
def test_what_is_written_to_a_state_is_read_by_the_next_quarter_of_this_model_alone(short, cluster, name):
    one, other, untouched = (run(GeopoliticalModel(short), 2) for _ in range(3))
    view = getattr(one.state(STATE), cluster)
    before = getattr(view, name)
    value = 0.05 if not isinstance(before, float) or before > 0.5 else 0.95
    setattr(view, name, value)
    now = getattr(one.state(STATE), cluster)
    assert (dict(getattr(now, name)) if name in ("repertoire", "administration") else getattr(now, name)) == (
        dict.fromkeys(ARENAS, value) if name in ("repertoire", "administration") else value
    )
    for model in (one, other, untouched):
        model.step()
    assert differing(one.engine.situation, other.engine.situation) != []
    assert differing(other.engine.situation, untouched.engine.situation) == []
    run(other)
    assert differing(other.recording, engine_run(short, 0)[0], without=("tie",)) == []


def test_a_dated_attribute_is_written_from_the_next_quarter_on(short):
    model = run(GeopoliticalModel(short), 4)
    before = model.engine.inputs.repertoire.copy()
    model.state(STATE).strategic_culture.repertoire["defence"] = 0.123
    i = model.codes.index(STATE)
    before[4:, 0, i] = 0.123
    assert np.array_equal(model.engine.inputs.repertoire, before)
    assert not np.shares_memory(model.engine.inputs.repertoire, model.compiled.drivers.repertoire)


@pytest.mark.parametrize("name", ["policing", "bandwidth", "legitimacy", "opposition", "patronage"])
def test_what_is_written_to_a_pole_is_read_too(short, name):
    one, other = (run(GeopoliticalModel(short), 2) for _ in range(2))
    before = getattr(one.pole(POLE), name)
    setattr(one.pole(POLE), name, 0.9 if not isinstance(before, float) or before < 0.5 else 0.1)
    for _ in range(2):
        one.step(), other.step()
    assert differing(one.engine.situation, other.engine.situation) != []


def test_policing_is_written_to_every_channel_that_is_not_knocked_out(short):
    model = run(GeopoliticalModel(short, knockouts="channel_norms"), 2)
    held = model.engine.inputs.policing_norm.copy()
    model.pole(POLE).policing = 0.37
    p = model.compiled.poles.index(POLE)
    for name in ("policing", "policing_reliability", "policing_counterbalance"):
        assert (getattr(model.engine.inputs, name)[2:, p] == 0.37).all()
    assert np.array_equal(model.engine.inputs.policing_norm, held)


def test_mistakes_are_named(short):
    for wrong, words in (
        ({"w_thret": 1}, "did you mean `w_threat`"), ({"replicate": -1}, "replicate"), ({"w_threat": 99}, "w_threat"),
        ({"knockouts": "kinshp"}, "kinship"), ({"seed": -1}, "seed"), ({"levers": {"no_such": 1}}, "no_such"),
    ):  # fmt: skip
        with pytest.raises(NcrError, match=words):
            GeopoliticalModel(short, **wrong)
    with pytest.raises(ScenarioError):
        GeopoliticalModel("no/such/file.yaml")
    assert kept() == 0
    model = GeopoliticalModel(short)
    state = model.state(STATE)
    with pytest.raises(NcrError, match="did you mean `BEX`"):
        model.state("BEXX")
    with pytest.raises(NcrError, match="did you mean `BEX`"):
        model.state("Bexland")
    with pytest.raises(NcrError, match="no pole"):
        state.pole_tie(STATE, "defence")
    with pytest.raises(NcrError, match="did you mean `defence`"):
        state.strategic_culture.repertoire["defense"] = 0.1
    with pytest.raises(AttributeError):
        state.state_society.cohesive = 1
    with pytest.raises(AttributeError):
        state.clarity = 1
    for value in (1.5, float("nan"), "much", None):
        with pytest.raises(NcrError, match="cohesion: .* is not a number from 0 to 1"):
            state.state_society.cohesion = value
    run(model)
    for write in (
        lambda: setattr(state.state_society, "cohesion", 0.1),
        lambda: setattr(state.leader_images, "optimism", 0),
    ):
        with pytest.raises(NcrError, match="the run is over"):
            write()
    model.close()
    model.close()
    with pytest.raises(NcrError, match="closed"):
        model.step()
    lonely = GeopoliticalModel(short).state(STATE)
    with pytest.raises(NcrError, match="the model of this agent is gone"):
        _ = lonely.clarity


def test_what_nothing_would_read_cannot_be_set_and_the_message_names_the_place(short):
    model = GeopoliticalModel(short)
    state, pole = model.state(STATE), model.pole(POLE)
    for agent, name, words in (
        (state, "optimism", "write `state.leader_images.optimism`"),
        (state, "autonomy", "write `state.strategic_culture.autonomy`"),
        (state, "autonmy", "did you mean `autonomy`"),
        (state, "repertoire", r"strategic_culture.repertoire\[arena\]"),
        (state, "policing", "attribute of a pole: `pole.policing`"),
        (state, "leader_images", "`leader_images.optimism`"),
        (state, "need", "`overrides`"),
        (state, "clarity", "read only"),
        (state, "tie", "read only"),
        (state.leader_images, "autonomy", "state.strategic_culture.autonomy"),
        (state.leader_images, "zzz", "there are optimism, risk_acceptance"),
        (pole, "polcing", "did you mean `policing`"),
        (pole, "cohesion", "attribute of a state"),
    ):
        with pytest.raises(NcrError, match=words) as caught:
            setattr(agent, name, 0.5)
        assert isinstance(caught.value, AttributeError)
    for value in (7, {"defence": 0.3}):
        with pytest.raises(NcrError, match=r"opposition\[arena\]"):
            pole.opposition = value
    state.opinion, pole.mood, state.pos = 0.3, "sour", (1, 2)  # a user's own
    assert (state.opinion, pole.mood, state.pos) == (0.3, "sour", (1, 2))


# Looking -------------------------------------------------------------------------------------------------------------


def test_views(short):
    model = GeopoliticalModel(short)
    assert len(model.agents_by_type[StateAgent]) == 12 and len(model.agents_by_type[PoleAgent]) == 3
    assert [agent.unique_id for agent in model.agents] == list(range(1, 16))
    for steps in (0, 12):
        run(model, steps)
        for code in model.codes:
            agent = model.state(code)
            assert sum(agent.alignment.values()) == pytest.approx(1) and list(agent.alignment) == list(model.partners)
            assert agent.largest_share == max(list(agent.alignment.values())[:-1])
            assert agent.largest_partner is None or agent.alignment[agent.largest_partner] == agent.largest_share
            for value in (agent.permissiveness, agent.perceived_permissiveness, agent.clarity, agent.hedging):
                assert 0 <= value <= 1
            assert set(agent.memberships.values()) <= {"full", "observer"}
            assert (
                agent.tie(POLE, "defence") == model.pole(POLE).tie(code, "defence") == agent.pole_tie(POLE, "defence")
            )
            assert agent.tie(STATE, "culture") == model.state(STATE).tie(code, "culture")
            assert 0 <= model.pole(POLE).reach(code) <= 1
            assert agent.exists == model.compiled.drivers.exists[model.row, agent.index]
        assert any(model.state(code).memberships for code in model.codes)
        assert 0 < model.mean_tie < 0.5
    assert model.window.window_class in CLASS_NAMES


def test_data_collector_gives_frames(short):
    model = run(GeopoliticalModel(short))
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame["quarter"]) == [label(quarter) for quarter in model.compiled.quarters]
    assert list(frame["status"]) == ["running"] * 11 + ["finished"]
    assert (frame["mean_tie"].to_numpy(np.float32) == model.recording.system[:, 5]).all()
    assert frame["window_class"].isna().tolist() == [True] * 7 + [False] * 5
    depths = frame[[f"depth_{code}" for code in model.compiled.organisations]].to_numpy()
    assert depths == pytest.approx(model.recording.depth.mean(axis=2), abs=1e-6)
    agents = model.datacollector.get_agent_vars_dataframe()
    assert len(agents) == 12 * 12 and agents.index.names == ["Step", "AgentID"]
    for name in ("permissiveness", "perceived_permissiveness", "clarity", "hedging"):
        series = agents[name].unstack("AgentID").to_numpy(np.float32)
        assert (series == getattr(model.recording, name)).all(), name
    assert (
        agents["largest_share"].to_numpy(np.float32).tolist()
        == model.recording.alignment[..., :-1].max(2).ravel().tolist()
    )


def test_a_users_own_collector_and_agents_work(short):
    class Observer(mesa.Agent):
        pass

    model = GeopoliticalModel(short)
    assert Observer(model).unique_id == 16 and kept() == 0
    model.datacollector = mesa.DataCollector({"tie": "mean_tie"}, agenttype_reporters={PoleAgent: {"p": "policing"}})
    run(model, 3)
    assert len(model.datacollector.get_model_vars_dataframe()) == 3
    assert len(model.datacollector.get_agenttype_vars_dataframe(PoleAgent)) == 9


# batch_run and memory ------------------------------------------------------------------------------------------------


def batch(scenario, processes=1, **more):
    options = {"number_processes": processes, "display_progress": False, "data_collection_period": 1} | more
    settings = {"scenario": [scenario], "replicate": range(2), "w_autonomy": np.linspace(0.4, 1.2, 2)}
    return mesa.batch_run(GeopoliticalModel, settings, **options)


def test_batch_run_joins_the_same_quarter_of_model_and_agents(short):
    rows = batch(short)
    assert len(rows) == 2 * 2 * 12 * 12  # runs, quarters, states
    for row in rows:
        row["run"] = (row["replicate"], float(row["w_autonomy"]))
    for replicate, weight in {row["run"] for row in rows}:
        model = GeopoliticalModel(short, replicate=replicate, w_autonomy=weight)
        for t in range(12):
            model.step()
            mine = [row for row in rows if row["run"] == (replicate, weight) and row["Step"] == t]
            assert {(row["quarter"], row["mean_tie"]) for row in mine} == {(model.quarter, model.mean_tie)}
            assert [row["code"] for row in mine] == list(model.codes)
            assert [row["hedging"] for row in mine] == [model.state(code).hedging for code in model.codes]
    assert len({row["mean_tie"] for row in rows if row["Step"] == 11}) == 4


def test_batch_run_ends_with_the_last_quarter(short):
    rows = batch(short, data_collection_period=-1)
    assert {(row["Step"], row["quarter"], row["status"]) for row in rows} == {(11, "2006Q4", "finished")}


def test_batch_run_in_two_processes_gives_the_same_rows(short):
    def ordered(rows):
        return sorted(rows, key=lambda row: (row["RunId"], row["Step"], row["AgentID"]))

    def content(rows):
        return [[repr(value) for name, value in row.items() if name != "scenario"] for row in ordered(rows)]

    assert content(batch(short, processes=2)) == content(batch(short))


def test_batch_run_lets_go_of_every_model(short):
    """It never closes one: without the garbage collector, none may outlive its run, finished or cut short."""
    alive, most = weakref.WeakSet(), []

    class Watched(GeopoliticalModel):
        def __init__(self, scenario, **settings):
            most.append(len(alive))
            super().__init__(scenario, **settings)
            alive.add(self)

    gc.collect()
    gc.disable()
    try:
        for longest in (1000, 3):
            settings = {"scenario": [short], "replicate": range(4)}
            mesa.batch_run(Watched, settings, max_steps=longest, display_progress=False)
    finally:
        gc.enable()
    assert len(most) == 8 and max(most) == 0 and len(alive) == 0
    assert kept() == 0


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_five_hundred_models_do_not_grow(short):
    def models(replicates, close):
        for replicate in replicates:
            model = GeopoliticalModel(short, replicate=replicate)
            model.step()
            if close:
                model.close()
        del model
        return resident()

    warm = models(range(50), close=True)
    assert models(range(50, 300), close=True) - warm < 20e6
    assert models(range(300, 500), close=False) - warm < 20e6
    assert kept() == 0


def test_close_frees_and_keeps_what_was_collected(short):
    with GeopoliticalModel(short) as model:
        run(model, 2)
        agents = weakref.WeakSet(model.agents)
        situation = weakref.ref(model.engine.situation.tie)
    assert not model.running and len(model.agents) == 0
    assert len(agents) == 0 and situation() is None
    assert len(model.datacollector.get_model_vars_dataframe()) == 2
    assert len(model.datacollector.get_agent_vars_dataframe()) == 24


# Mesa's manners ------------------------------------------------------------------------------------------------------


def test_importing_the_face_leaves_the_start_method_alone():
    code = """
import multiprocessing, sys
import sim
assert "mesa" not in sys.modules
for chosen in (None, "fork", "spawn"):
    for name in [name for name in sys.modules if name.split(".")[0] == "mesa" or name in ("sim.model", "sim.agents")]:
        del sys.modules[name]  # so that Mesa, which sets it when imported, is imported anew
    multiprocessing.set_start_method(chosen, force=True)
    import sim.model
    print(multiprocessing.get_start_method(allow_none=True))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == ["None", "fork", "spawn"], done.stderr


def test_solara_shows_the_model(short):
    solara = pytest.importorskip("solara", reason="the extra [app] is not installed")
    from mesa.visualization import SolaraViz, make_plot_component

    model = GeopoliticalModel(short)
    settings = {
        "scenario": short,
        "w_threat": {"type": "SliderFloat", "value": 2.0, "min": 1.0, "max": 3.0, "step": 0.1},
    }
    page = SolaraViz(model, components=[make_plot_component("mean_tie")], model_params=settings)
    _, context = solara.render(page, handle_error=False)
    context.close()

"""The Mesa face is the same model: bit for bit, through batch_run and DataCollector, without growth of memory."""

import gc
import multiprocessing
import subprocess
import sys
from pathlib import Path

import mesa
import numpy as np
import pytest
from sim.engine import Engine
from sim.errors import NcrError
from sim.model import GeopoliticalModel
from sim.scenario.compile import compile_scenario
from sim.scenario.schema import Scenario

ROOT = Path(__file__).resolve().parent.parent
TEACHING = ROOT / "scenarios/teaching/twelve.yaml"


@pytest.fixture(scope="module")
def short():
    return Scenario.load(TEACHING).replace(end="2006Q4")


def test_both_doors_give_the_same_bits():
    scenario = Scenario.load(TEACHING)
    compiled = compile_scenario(scenario)
    engine = Engine(compiled)
    recording = engine.run(compiled.parameters, compiled.seed, 3, ties=True)
    model = GeopoliticalModel(scenario, replicate=3)
    for t in range(len(compiled.quarters)):
        model.step()
        np.testing.assert_array_equal(model.engine.situation.tie.astype(np.float32), recording.tie[t])
        np.testing.assert_array_equal(2 * model.engine.situation.membership, recording.membership[t])
        np.testing.assert_array_equal(model.alignment().astype(np.float32), recording.alignment[t])
    for mine, theirs in zip(model.engine.situation, engine.situation):
        np.testing.assert_array_equal(mine, theirs)
    assert not model.running


def test_a_written_attribute_is_read_by_the_next_quarter_of_this_model_alone(short):
    one, two = GeopoliticalModel(short), GeopoliticalModel(short)
    agent = one.state("BEX")
    agent.leader_images.optimism = 0.9
    agent.strategic_culture.repertoire["culture"] = 0.05
    agent.state_society.cohesion = 0.1
    assert agent.leader_images.optimism == 0.9
    assert agent.strategic_culture.repertoire["culture"] == 0.05
    assert two.state("BEX").state_society.cohesion != 0.1
    for _ in range(3):
        one.step(), two.step()
    assert not np.array_equal(one.engine.situation.intent, two.engine.situation.intent)
    assert np.array_equal(compile_scenario(short).drivers.cohesion, compile_scenario(two.scenario).drivers.cohesion)


def test_mistakes_are_named(short):
    with pytest.raises(NcrError, match="did you mean w_threat"):
        GeopoliticalModel(short, w_thret=1)
    model = GeopoliticalModel(short)
    with pytest.raises(NcrError, match="no state"):
        model.state("XXX")
    with pytest.raises(AttributeError, match="cohesion"):
        model.state("BEX").state_society.cohesive = 1
    with pytest.raises(AttributeError):
        model.state("BEX").leader_images.mood = 1


def kept():
    return sum(isinstance(model, GeopoliticalModel) for model in mesa.Agent._ids)


def test_batch_run_for_real(short):
    before = kept()
    rows = mesa.batch_run(
        GeopoliticalModel, {"scenario": [short], "replicate": range(3), "w_autonomy": [0.4, 1.2]}, number_processes=1,
        data_collection_period=1, display_progress=False,
    )  # fmt: skip
    assert {row["replicate"] for row in rows} == {0, 1, 2}
    last = {(row["RunId"], row["quarter"], row["mean_tie"]) for row in rows if row["quarter"] == "2006Q4"}
    assert len({run for run, _, _ in last}) == 6
    assert len({tie for _, _, tie in last}) > 3
    assert kept() == before


def test_data_collector_gives_frames(short):
    model = GeopoliticalModel(short)
    while model.running:
        model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame["quarter"])[:2] == ["2004Q1", "2004Q2"] and len(frame) == 12
    agents = model.datacollector.get_agent_vars_dataframe()
    assert agents["permissiveness"].between(0, 1).all() and len(agents) == 12 * len(model.codes)


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_five_hundred_models_do_not_grow(short):
    before = kept()

    def models(number):
        for replicate in range(number):
            with GeopoliticalModel(short, replicate=replicate) as model:
                model.step()
        gc.collect()
        return resident()

    warm = models(100)
    assert models(400) - warm < 20e6
    assert kept() == before


def test_views(short):
    model = GeopoliticalModel(short)
    model.step()
    agent = model.state("BEX")
    assert abs(sum(agent.alignment.values()) - 1) < 1e-9
    assert agent.memberships and 0 <= agent.tie("FEN", "culture") <= 1
    assert 0 <= agent.clarity <= 1 and 0 <= agent.perceived_permissiveness <= 1
    assert 0 <= agent.pole_tie(model.compiled.poles[0], "defence") <= 1
    assert model.quarter == "2004Q1"


def test_importing_the_face_leaves_the_start_method_alone():
    script = "import multiprocessing as m; b = m.get_start_method(True); import sim.model; print(b == m.get_start_method(True))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "True", done.stderr
    assert multiprocessing.get_all_start_methods()

"""Sweep files and designs: what is run, and what is refused with its line and the fix."""

import numpy as np
import pandas as pd
import pytest
from sweeps import AXES, FILE, ROOT, TEACHING, plan, teaching

from sim.errors import NcrError, ScenarioError
from sim.scenario.load import check
from sim.scenario.schema import Scenario
from sim.sweep import design, reader
from sim.sweep.inert import inert_levers
from sim.sweep.schema import Sweep


@pytest.fixture(autouse=True)
def scenarios_read_once(monkeypatch):
    """Reading the teaching scenario takes longer than everything else that is tested here."""
    load = reader.load_scenario
    monkeypatch.setattr(reader, "load_scenario", lambda path: teaching() if path == str(TEACHING) else load(path))


PRIORS = {
    "w_threat": "prior",
    "states.BEX.strategic_culture.autonomy": "prior",
    "ocean_retrenchment": {"low": 0, "high": 2},
}


def written(tmp_path, text=FILE):
    path = tmp_path / "sweep.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_grid_has_every_combination_in_order():
    sweep = plan()
    assert list(sweep.axes) == list(AXES) and sweep.runs == 36
    assert sweep.points[:, 0].tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert sweep.points[:5, 1:].tolist() == [[1, 0.2], [1, 0.9], [2, 0.2], [2, 0.9], [1, 0.2]]
    tenths = plan(axes={"ocean_retrenchment": {"low": 0, "high": 2, "levels": 21}}).points[:, 0]
    assert tenths.tolist() == [k / 10 for k in range(21)]


def test_a_latin_hypercube_uses_every_slice_once_and_the_prior_ranges():
    points = plan(design={"kind": "latin_hypercube", "points": 50}, axes=PRIORS).points
    assert points.shape == (50, 3)
    coded = teaching().world.states["BEX"].strategic_culture.autonomy.range
    for column, (low, high) in zip(points.T, [(1, 3), coded, (0, 2)], strict=True):
        slices = np.floor((column - low) / (high - low) * 50).astype(int)
        assert sorted(slices) == list(range(50))


def test_sobol_is_in_the_layout_of_saltelli():
    first = plan(design={"kind": "sobol", "base": 8}, axes=PRIORS).points
    assert first.shape == (8 * 5, 3)
    blocks = first.reshape(8, 5, 3)  # A, A with one column of B each, B
    for k in range(3):
        others = [j for j in range(3) if j != k]
        assert (blocks[:, k + 1, others] == blocks[:, 0, others]).all() and (
            blocks[:, k + 1, k] == blocks[:, 4, k]
        ).all()
    second = plan(design={"kind": "sobol", "base": 8, "second_order": True}, axes=PRIORS).points
    assert second.shape == (8 * 8, 3)


def test_the_estimator_of_sobol_finds_the_analytic_truth_of_ishigami():
    from SALib.analyze import sobol as analyze
    from SALib.test_functions import Ishigami

    values = design.sobol(plan(axes=PRIORS, design={"kind": "sobol", "base": 2}).axes.values(), 1024, False, 3)
    low, high = np.array([1, values[:, 1].min(), 0]), np.array([3, values[:, 1].max(), 2])
    coded = teaching().world.states["BEX"].strategic_culture.autonomy.range
    low[1], high[1] = coded
    angles = (values - low) / (high - low) * 2 * np.pi - np.pi
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[-np.pi, np.pi]] * 3}
    found = analyze.analyze(problem, Ishigami.evaluate(angles), calc_second_order=False)
    np.testing.assert_allclose(found["S1"], [0.314, 0.442, 0.0], atol=0.06)


def test_morris_moves_one_axis_at_a_time():
    points = plan(design={"kind": "morris", "trajectories": 4}, axes=PRIORS).points
    steps = np.diff(points.reshape(4, 4, 3), axis=1)
    assert ((np.abs(steps) > 1e-12).sum(axis=2) == 1).all()


@pytest.mark.parametrize(
    "kind",
    [{"kind": "sobol", "base": 4}, {"kind": "morris", "trajectories": 3}, {"kind": "latin_hypercube", "points": 5}],
)
def test_a_seed_gives_one_design(kind):
    one, again, other = (plan(design=kind, axes=PRIORS, seed=seed).points for seed in (0, 0, 2**32))
    assert one.tobytes() == again.tobytes() != other.tobytes()
    assert plan(design=kind, axes=PRIORS, seed=1).replace(seed=0).points.tobytes() == one.tobytes()


def test_values_are_drawn_evenly_where_they_are_listed():
    axes = {"w_threat": {"values": [1, 1.5, 3]}}
    points = plan(design={"kind": "latin_hypercube", "points": 30}, axes=axes).points
    assert np.unique(points, return_counts=True)[1].tolist() == [10, 10, 10]


def test_a_missing_library_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "SALib.sample.morris", None)
    with pytest.raises(NcrError, match=r"ncr-sim\[analysis\]"):
        plan(design={"kind": "morris", "trajectories": 4}, axes=PRIORS)


def test_an_attribute_moves_as_a_whole_and_stays_possible():
    axis = plan(axes={"poles.OCEAN.policing": {"low": 0.1, "high": 0.9, "levels": 3}}).axes["poles.OCEAN.policing"]
    coded = teaching().world.poles["OCEAN"].policing
    assert coded.dated
    for value in (0.1, 0.5, 0.9):
        moved = axis.subject.moved(value)
        assert moved.value == value
        wanted = np.clip([number + value - coded.value for _, number in coded.knots], 0, 1)
        np.testing.assert_allclose([number for _, number in moved.knots], wanted)


# Tables --------------------------------------------------------------------------------------------------------------


def test_a_table_of_ones_own(tmp_path):
    (tmp_path / "points.csv").write_text("w_threat,dyads.CAV-BEX.hostility\n1,0.25\n2.5,1e-1\n")
    text = FILE.split("design")[0] + "design: {kind: table, file: points.csv}\nreplicates: 2\n"
    sweep = Sweep.load(written(tmp_path, text))
    assert list(sweep.axes) == ["w_threat", "dyads.BEX-CAV.hostility"]
    assert sweep.points.tolist() == [[1, 0.25], [2.5, 0.1]]
    frame = pd.DataFrame({"w_threat": [1, 2.5], "dyads.BEX-CAV.hostility": [0.25, 0.1]})
    assert Sweep.make(teaching(), table=frame, replicates=2).points.tolist() == sweep.points.tolist()


@pytest.mark.parametrize(
    ("table", "line", "expected"),
    [
        ("", 0, "the table is empty"),
        ("w_threat\n", 1, "no points"),
        ("w_thret\n1\n", 1, "did you mean `w_threat`?"),
        ("w_threat,w_threat\n1,2\n", 1, "two columns"),
        ("w_threat;noise\n1;2\n", 1, "separate values by commas"),
        ("w_threat,noise\n1\n", 2, "has 1 values for 2 columns"),
        ("w_threat\n1\n\nmuch\n", 4, "`much` is not a number"),
        ("w_threat\nnan\n", 2, "is not a number"),
        ("w_threat\n1_0\n", 2, "is not a number"),
        ('w_threat\n"1\n', 2, "is not valid CSV"),
        ("w_threat,noise\n1,\n", 2, "nothing is written here"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(tmp_path, table, line, expected):
    (tmp_path / "points.csv").write_text(table)
    text = FILE.split("design")[0] + "design: {kind: table, file: points.csv}\nreplicates: 2\n"
    problem, *_ = check([written(tmp_path, text)])
    assert problem.file.endswith("points.csv") and problem.line == line
    assert expected in str(problem) and problem.fix


@pytest.mark.parametrize("frame", [{"w_threat": ["much"]}, {"w_threat": [np.nan]}, {"w_threat": []}, {"nothing": [1]}])
def test_a_broken_frame_is_refused(frame):
    with pytest.raises(NcrError):
        Sweep.make(teaching(), table=pd.DataFrame(frame))


# Broken files --------------------------------------------------------------------------------------------------------

RETRENCHMENT, THREAT = "{low: 0, high: 2, levels: 3}", "{values: [1, 2]}"
BROKEN = [
    ("replicates: 4\n", "", 1, "`replicates` is missing"),
    ("replicates: 4", "replicates: 0", 7, "out of range"),
    ("replicates: 4", "replicates: many", 7, "is not a number"),
    ("replicates: 4", "replicates: 4\nseed: -1", 8, "out of range"),
    ("replicates: 4", "replicates: 4\nindependent: yes", 8, "write true"),
    ("replicates: 4", "replicates: 4\noutcomes: all", 8, "summary"),
    ("replicates: 4", "replicats: 4", 7, "did you mean `replicates`?"),
    ("replicates: 4", "replicates: 4\nreplicates: 5", 8, "written twice"),
    (str(TEACHING), "nowhere.yaml", 2, "there is no file nowhere.yaml"),
    (str(TEACHING), "[1]", 2, "is not a path"),
    ("kind: grid", "kind: grod", 3, "did you mean `grid`?"),
    ("kind: grid", "kind: grid, points: 5", 3, "does not belong to a design of kind grid"),
    ("{kind: grid}", "grid", 3, "is not a mapping"),
    ("kind: grid", "kind: sobol, base: 100", 3, "write 64 or 128"),
    ("kind: grid", "kind: sobol", 3, "needs `base`"),
    ("kind: grid", "kind: morris, trajectories: 5, levels: 3", 3, "is odd"),
    ("kind: grid", "kind: latin_hypercube, points: 5", 5, "belongs to a grid"),
    ("kind: grid", "kind: table, file: points.csv", 4, "remove `axes:`"),
    ("kind: grid", "kind: grid, levels: 010", 3, "leading zero"),
    ("ocean_retrenchment:", "ocean_retrenchmnt:", 5, "did you mean `ocean_retrenchment`?"),
    ("w_threat:", "w_thret:", 6, "did you mean `w_threat`?"),
    ("w_threat:", "ocean_retrenchment:", 6, "written twice"),
    ("w_threat:", "poles.OCEAN.bandwith:", 6, "did you mean `bandwidth`?"),
    ("w_threat:", "poles.OCEAM.bandwidth:", 6, "OCEAN"),
    ("w_threat:", "poles.OCEAN.opposition:", 6, "name one: poles.OCEAN.opposition.defence"),
    ("w_threat:", "states.BEX.name:", 6, "is not a coded number"),
    ("w_threat:", "environment.clarity:", 6, "derived by the rules"),
    ("w_threat:", "environment.fog:", 6, "environment.clarity or environment.permissiveness"),
    (THREAT, "{values: [1]}", 6, "fewer than two"),
    (THREAT, "{values: [1, 1]}", 6, "twice"),
    (THREAT, "{values: [1, much]}", 6, "is not a number"),
    (THREAT, "{values: 1}", 6, "is not a list"),
    (THREAT, "{values: [1, 2], low: 0}", 6, "keep `values`"),
    (THREAT, "{low: 0}", 6, "only one of `low` and `high`"),
    (THREAT, "{low: 2, high: 1, levels: 3}", 6, "not below its end"),
    (THREAT, "{low: 0, high: 1}", 6, "add `levels:`"),
    (THREAT, "{low: 0, high: 100, levels: 3}", 6, "out of range"),
    (THREAT, "{low: 0, high: 1, levels: 1}", 6, "out of range"),
    (THREAT, "{lo: 0, high: 1, levels: 2}", 6, "did you mean `low`?"),
    (THREAT, "prior", 6, "add `levels:`"),
    (THREAT, "normal", 6, "write `prior`"),
    (RETRENCHMENT, "{levels: 3}", 5, "has no prior range"),
    (RETRENCHMENT, "{low: 0, high: 4, levels: 3}", 5, "from 0 to 3"),
    (RETRENCHMENT, "&a {low: 0, high: 2, levels: 3}", 5, "anchor"),
    ("{low: 0, high: 2, levels: 3}", "{low: 0, high: 2, levels: 10000000}", 3, "the limits are"),
    (FILE[FILE.index("axes") : FILE.index("replicates")], "", 1, "there is nothing to sweep"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"), BROKEN, ids=[f"{k}: {case[1][:30]!r}" for k, case in enumerate(BROKEN)]
)
def test_a_broken_sweep_file_is_refused_with_its_line(tmp_path, old, new, line, expected):
    assert old in FILE
    path = written(tmp_path, FILE.replace(old, new, 1))
    problems = check([path])
    assert any(expected in str(problem) and problem.line == line for problem in problems), [str(p) for p in problems]
    assert all(problem.fix for problem in problems)


def test_problems_of_sweep_scenario_and_table_come_together(tmp_path):
    (tmp_path / "bad.yaml").write_text(
        TEACHING.read_text().replace("worlds/", f"{TEACHING.parent}/worlds/") + "sed: 1\n"
    )
    text = FILE.replace(str(TEACHING), "bad.yaml").replace("replicates: 4", "replicates: none")
    said = "\n".join(map(str, check([written(tmp_path, text)])))
    assert "bad.yaml" in said and "did you mean `seed`?" in said and "replicates" in said


# Axes that do nothing ------------------------------------------------------------------------------------------------


def test_an_axis_that_another_one_overwrites_is_refused():
    scenario = Scenario.load(ROOT / "scenarios/clear_and_restrictive.yaml")
    axes = {
        "environment.permissiveness.KAZ": {"low": 0, "high": 1},
        "environment.permissiveness": {"values": [0.2, 0.8]},
    }
    for order in (list(axes), list(axes)[::-1]):
        with pytest.raises(ScenarioError, match="is also moved by the axis `environment.permissiveness`"):
            given = {name: axes[name] for name in order}
            Sweep.make(scenario, design={"kind": "latin_hypercube", "points": 8}, axes=given, replicates=1)


def test_an_axis_that_does_nothing_is_refused():
    frozen_late = teaching().replace(freeze_at="2018Q4")
    with pytest.raises(ScenarioError, match="ocean_retrenchment: does nothing in this scenario"):
        plan(frozen_late, axes={"ocean_retrenchment": {"low": 0, "high": 2, "levels": 3}})
    with pytest.raises(ScenarioError, match="w_threat: does nothing"):
        plan(teaching().replace(knockouts=["common_threat"]), axes={"w_threat": {"values": [1, 2]}})


def test_an_axis_that_another_one_switches_off_is_not_refused(tmp_path):
    world = (TEACHING.parent / "worlds/twelve.yaml").read_text()
    head = "  ocean_retrenchment:"
    again = "  ocean_again: {pole: OCEAN, driver: policing}\n"
    (tmp_path / "world.yaml").write_text(world.replace(head, again + head, 1))
    text = TEACHING.read_text().replace("worlds/twelve.yaml", "world.yaml")
    (tmp_path / "scenario.yaml").write_text(text)
    from sim.scenario.schema import Scenario

    scenario = Scenario.load(tmp_path / "scenario.yaml").replace(levers={"ocean_again": 0})
    alone = {"ocean_retrenchment": {"low": 0, "high": 2, "levels": 3}}
    with pytest.raises(ScenarioError, match="does nothing"):
        plan(scenario, axes=alone)
    assert plan(scenario, axes=alone | {"ocean_again": {"low": 0, "high": 1, "levels": 2}}).runs == 18


def test_levers_and_knockouts_that_do_nothing_are_listed():
    scenario = teaching()
    assert inert_levers(scenario) == []
    assert inert_levers(scenario.replace(levers={"ocean_retrenchment": 0.5}, knockouts=["threat"])) == []
    late = scenario.replace(freeze_at="2018Q4", levers={"ocean_retrenchment": 0.5, "clarity_offset": 0.1})
    assert inert_levers(late) == ["ocean_retrenchment"]
    masked = scenario.replace(levers={"clarity_offset": 0.1}, knockouts=["given_environment"])
    assert inert_levers(masked) == ["clarity_offset"]

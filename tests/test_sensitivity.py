"""Sensitivity: indices are those of functions whose truth is known, with noise and without; what would mislead is refused or said."""

import json
from dataclasses import replace
from functools import cache

import matplotlib.pyplot
import numpy as np
import pandas as pd
import pytest
from images import made_boxes, made_sweep
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol
from SALib.sample import morris as sample_morris
from SALib.sample import sobol as sample_sobol
from SALib.test_functions import Ishigami, Sobol_G
from sweeps import TEACHING, ncr, plan, rows, same, teaching

from analysis import sensitivity
from analysis.history import retained_sample
from analysis.plots import phase
from analysis.plots import sensitivity as figures
from analysis.plots.boxes import boxes_of
from analysis.plots.kinds import KINDS
from analysis.sensitivity import analysis, report, screening
from analysis.sensitivity.report import render
from analysis.sweep_outcomes import FailedRun, point_values, read_outcome
from sim.engine import simulate
from sim.errors import NcrError
from sim.parameters import PARAMETERS
from sim.sweep import results as sweep_results
from sim.sweep.runner import run_sweep
from sim.sweep.schema import Sweep

PI = np.pi
NAMES = ["a", "b", "c", "nothing"]
ONE, TWO, BOTH = (
    0.5 * (1 + 0.1 * PI**4 / 5) ** 2,
    49 / 8,
    0.01 * PI**8 * (1 / 18 - 1 / 50),
)  # parts of Ishigami's variance
VARIANCE = ONE + TWO + BOTH
FIRST = np.array([ONE, TWO, 0, 0]) / VARIANCE
TOTAL = np.array([ONE + BOTH, TWO, BOTH, 0]) / VARIANCE
G = [0, 1, 4.5, 99]


@cache
def ishigami(base=512, second_order=False):
    """(points, values) of Ishigami's function over a Sobol design with a fourth axis that does nothing."""
    problem = {"num_vars": 4, "names": NAMES, "bounds": [[-PI, PI]] * 4}
    points = sample_sobol.sample(problem, base, calc_second_order=second_order, seed=7)
    return points, Ishigami.evaluate(points[:, :3])


@cache
def g_function(base=512):
    problem = {"num_vars": 4, "names": NAMES, "bounds": [[0, 1]] * 4}
    points = sample_sobol.sample(problem, base, calc_second_order=False, seed=7)
    return points, Sobol_G.evaluate(points, a=np.array(G))


def noisy(values, replicates, size, seed=0):
    return values[:, None] + size * np.random.default_rng(seed).normal(size=(len(values), replicates))


def measure(table, name):
    return table[table["measure"] == name].reset_index(drop=True)


def inside(rows, truth):
    return ((rows["low"] - 1e-9 <= truth) & (truth <= rows["high"] + 1e-9)).all()


# Truths --------------------------------------------------------------------------------------------------------------


def test_without_noise_and_replicates_the_indices_are_those_of_salib():
    problem = {"num_vars": 4, "names": NAMES, "bounds": [[0, 1]] * 4}
    _, values = ishigami()
    theirs = salib_sobol.analyze(problem, values, calc_second_order=False, seed=1)
    ours = sensitivity.sobol_table(values, NAMES)
    for name, key in (("first", "S1"), ("total", "ST")):
        np.testing.assert_allclose(measure(ours, name)["value"], theirs[key], atol=1e-12)
        np.testing.assert_allclose(measure(ours, name)["salib"], theirs[key], atol=1e-12)
    assert measure(ours, "noise")["value"].isna().all()  # nothing is known of it


@pytest.mark.parametrize("common", [False, True])
@pytest.mark.parametrize("size", [0.0, 1.0])
def test_ishigami_is_recovered_with_unit_noise_and_without(size, common):
    _, values = ishigami()
    table = sensitivity.sobol_table(noisy(values, 4, size), NAMES, common=common)
    assert inside(measure(table, "total"), TOTAL) and inside(measure(table, "first"), FIRST)
    widths = measure(table, "total").eval("high - low")
    assert (widths < 0.3).all()  # intervals that hold everything recover nothing
    assert measure(table, "total")["name"][measure(table, "total")["rank"].argmin()] == "a"
    for name, share in (("noise", 0.25 * size / (VARIANCE + 0.25)), ("noise_single", size / (VARIANCE + size))):
        assert measure(table, name)["value"][0] == pytest.approx(share, abs=0.01)


def test_common_draws_whose_effect_depends_on_the_point_are_noise_and_their_level_is_not():
    points, values = ishigami()
    draw = np.random.default_rng(3).normal(size=(2, 12))
    runs = values[:, None] + 5 * draw[0] + 2 * draw[1] * np.cos(points[:, [1]])
    table = sensitivity.sobol_table(runs, NAMES, common=True)
    assert inside(measure(table, "total"), TOTAL)
    assert measure(table, "noise_single")["value"][0] == pytest.approx(
        2 / (2 + VARIANCE), abs=0.1
    )  # cos² is ½ on average


def test_the_g_function_is_recovered():
    _, values = g_function()
    table = sensitivity.sobol_table(values, NAMES)
    assert inside(measure(table, "total"), Sobol_G.total_sensitivity_index(np.array(G)))
    assert inside(measure(table, "first"), Sobol_G.sensitivity_index(np.array(G)))


def test_noise_inflates_what_salib_gives_for_means_not_what_is_reported_and_intervals_hold_the_truth():
    _, values = g_function(256)
    truth = {"total": Sobol_G.total_sensitivity_index(np.array(G)), "first": Sobol_G.sensitivity_index(np.array(G))}
    without = measure(sensitivity.sobol_table(values, NAMES), "total")["value"]
    held, ours, salib = [], [], []
    for seed in range(20):
        table = sensitivity.sobol_table(noisy(values, 3, 0.5, seed), NAMES, common=False, resamples=60, seed=seed)
        for name, index in truth.items():
            rows = measure(table, name)
            held.append((rows["low"] <= index) & (index <= rows["high"]))
        total = measure(table, "total")
        ours.append(total["value"] - without)
        salib.append(total["salib"] - without)
    assert np.mean(held) > 0.9 and np.mean(held, axis=0).min() > 0.8
    assert np.abs(np.mean(ours, axis=0)).max() < 0.02 and np.mean(salib, axis=0)[3] > 0.1


def test_as_many_replicates_as_by_default_give_intervals_that_hold_the_truth():
    points, values = ishigami(64)
    shares, held = np.sqrt(2) * np.cos(points), {2: [], screening.REPLICATES: []}
    for seed in range(12):
        for replicates, kept in held.items():  # draws that points share, as large as the function's own spread
            draws = 4 * shares @ np.random.default_rng(seed).normal(size=(4, replicates)) / 2
            table = sensitivity.sobol_table(values[:, None] + draws, NAMES, resamples=60, seed=seed)
            for name, truth in (("total", TOTAL), ("first", FIRST)):
                rows = measure(table, name)
                kept.append((rows["low"] - 1e-9 <= truth) & (truth <= rows["high"] + 1e-9))
    assert np.mean(held[screening.REPLICATES]) > 0.9 and np.mean(held[2]) < 0.8


def test_second_order_finds_the_pair_and_nothing_where_an_axis_does_nothing():
    _, values = ishigami(second_order=True)
    pairs = measure(sensitivity.sobol_table(noisy(values, 4, 1.0), NAMES, second_order=True), "second")
    truth = [BOTH / VARIANCE if pair == ("a", "c") else 0 for pair in zip(pairs["name"], pairs["other"], strict=True)]
    assert inside(pairs, np.array(truth))
    exact = measure(sensitivity.sobol_table(values, NAMES, second_order=True), "second")
    assert exact[exact["other"] == "nothing"]["value"].abs().max() < 1e-12


def test_second_order_is_the_mean_of_salib_over_both_roles_of_the_base_samples():
    problem = {"num_vars": 4, "names": NAMES, "bounds": [[0, 1]] * 4}
    _, values = ishigami(64, True)
    swapped = values.reshape(64, 10)[:, [9, 5, 6, 7, 8, 1, 2, 3, 4, 0]].ravel()
    theirs = [salib_sobol.analyze(problem, each, seed=1) for each in (values, swapped)]
    ours = sensitivity.sobol_table(values, NAMES, second_order=True)
    for name, key in (("first", "S1"), ("total", "ST")):
        np.testing.assert_allclose(
            measure(ours, name)["value"], np.mean([each[key] for each in theirs], axis=0), atol=1e-12
        )


def trajectories(number=20, seed=1):
    problem = {"num_vars": 3, "names": NAMES[:3], "bounds": [[0, 1], [0, 10], [-1, 1]]}
    points = sample_morris.sample(problem, number, num_levels=4, seed=seed)
    return problem, points


def test_morris_gives_the_effects_of_a_linear_function_and_says_what_noise_alone_gives():
    problem, points = trajectories()
    values = 2 * points[:, 0] - 0.3 * points[:, 1]
    table = sensitivity.morris_table(points, values, NAMES[:3])
    np.testing.assert_allclose(measure(table, "mu")["value"], [2, -3, 0], atol=1e-12)
    np.testing.assert_allclose(measure(table, "mu_star")["value"], [2, 3, 0], atol=1e-12)
    assert measure(table, "mu_star")["rank"].tolist() == [2, 1, 3]
    runs = noisy(values, 6, 1.0)
    table = sensitivity.morris_table(points, runs, NAMES[:3], common=False)
    theirs = salib_morris.analyze(problem, points, runs.mean(axis=1), num_levels=4, seed=1)
    np.testing.assert_allclose(measure(table, "mu_star")["value"], theirs["mu_star"])
    np.testing.assert_allclose(measure(table, "sigma")["value"], theirs["sigma"])
    expected = np.sqrt(2 / PI) * np.sqrt(2 / 6) * 1.5  # two runs, six replicates, steps of two thirds of the range
    assert measure(table, "floor")["value"].mean() == pytest.approx(expected, rel=0.25)
    assert measure(table, "mu_star")["value"][2] == pytest.approx(expected, rel=0.4)


def test_intervals_narrow_and_convergence_ends_at_the_whole():
    _, values = ishigami()
    runs = noisy(values, 3, 1.0)
    growing = sensitivity.convergence_table("sobol", runs, NAMES, resamples=50)
    assert sorted(set(growing["points"])) == [384, 768, 1536, 3072]
    whole = growing[growing["points"] == 3072]
    np.testing.assert_allclose(whole["value"], measure(sensitivity.sobol_table(runs, NAMES), "total")["value"])
    width = growing.assign(width=growing["high"] - growing["low"]).groupby("points")["width"].mean()
    assert width[3072] < width[384] / 1.8


# What would mislead --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_value_that_is_not_finite_is_refused_by_its_place(bad):
    _, values = ishigami(64)
    runs = noisy(values, 3, 1.0)
    runs[17, 2] = bad
    with pytest.raises(NcrError, match="replicate 2 at point 17"):
        sensitivity.sobol_table(runs, NAMES)
    _, points = trajectories(4)
    with pytest.raises(NcrError, match="replicate 0 at point 3"):
        sensitivity.morris_table(points, np.where(np.arange(16) == 3, bad, 1.0), NAMES[:3])


def test_zero_is_a_seed_and_nothing_depends_on_the_global_random_state():
    _, values = ishigami(32)
    runs = noisy(values, 2, 1.0)
    np.random.seed(1)
    first, state = sensitivity.sobol_table(runs, NAMES, seed=0), np.random.get_state()[1].tolist()
    np.random.seed(2)
    assert sensitivity.sobol_table(runs, NAMES, seed=0).equals(first)
    assert not sensitivity.sobol_table(runs, NAMES, seed=1).equals(first)
    np.random.seed(1)
    assert np.random.get_state()[1].tolist() == state


def test_points_of_another_design_are_refused():
    _, values = ishigami(64)
    with pytest.raises(NcrError, match="no Sobol design"):
        sensitivity.sobol_table(values[:-1], NAMES)
    _, points = trajectories(4)
    with pytest.raises(NcrError, match="no Morris design"):
        sensitivity.morris_table(np.random.default_rng(0).random(points.shape), np.ones(16), NAMES[:3])


def test_an_outcome_that_varies_by_noise_alone_has_no_index():
    table = sensitivity.sobol_table(noisy(np.zeros(64 * 6), 3, 1.0), NAMES, common=False)
    assert measure(table, "total")["value"].isna().all()
    constant = sensitivity.sobol_table(np.ones((64 * 6, 3)), NAMES)
    assert measure(constant, "total")["value"].isna().all()


# Over sweeps ---------------------------------------------------------------------------------------------------------

VARIED = ["north_overstretch=0:1.5", "threshold_base", "norms"]


@pytest.fixture(scope="module")
def screened(tmp_path_factory):
    """A folder of eight trajectories over three axes, and what is found in it."""
    axes, _ = sensitivity.named_axes(teaching(), VARIED)
    folder = tmp_path_factory.mktemp("screened") / "out"
    sweep = sensitivity.screening_plan(teaching(), axes, trajectories=8, replicates=3, seed=0)
    results = run_sweep(sweep, folder)
    return results, sensitivity.analyse(results, ["bloc_index", "mean_permissiveness", "focus_class==none"])


def test_a_sweep_is_analysed_by_outcome(screened):
    results, found = screened
    assert found.outcomes == ["bloc_index", "mean_permissiveness", "focus_class==none"]
    values = point_values(results, read_outcome("bloc_index"))
    assert values.shape == (32, 3) and np.isfinite(values).all()
    again = sensitivity.morris_table(results.design[results.axes].to_numpy(), values, results.axes, seed=0)
    assert found.of("bloc_index").drop(columns="outcome").reset_index(drop=True).equals(again)
    effects = found.of("mean_permissiveness", "mu_star")
    assert effects["name"].iloc[0] == "north_overstretch" and effects.set_index("name")["value"]["threshold_base"] == 0
    text = render(found)
    assert max(map(len, text.splitlines())) <= 100 and "noise is" in text and "north_overstretch" in text
    assert report._noise(0.25, 0.5) == "noise is 25.0% of the variance over points (50.0% in single runs)"
    assert report._noise(3.66, 1.9).endswith(
        "all of the variance over points, and is estimated at 3.7 times it: the axes explain none"
    )


def test_notes_say_what_a_reader_must_know(screened):
    results, _ = screened
    leader = {"measure": "mu_star", "name": "a", "value": 1.0, "low": 0.9, "high": 1.1, "rank": 1.0, "rank_high": 1.0}
    rest = [leader | {"name": str(k), "value": 0.1, "rank": 2.0, "rank_high": 9.0} for k in range(8)]
    noise = {"measure": "noise", "name": "noise", "value": 0.01}

    def notes(**changes):
        table = pd.DataFrame([leader | changes, *rest, noise])
        return " ".join(analysis._about(np.arange(8.0).reshape(4, 2), table, analysis.facts_of(results)))

    assert notes() == ""
    assert "too wide to rank" in notes(rank_high=6.0) and "--trajectories" in notes(rank_high=6.0)
    assert "too wide to rank" in notes(low=-0.1)
    one = analysis.facts_of(results) | {"replicates": 1, "trajectories": 2}
    assert "--replicates 2" in " ".join(analysis._about_all(one)) and "--trajectories 8" in " ".join(
        analysis._about_all(one)
    )
    assert "does not vary" in analysis._about(np.ones((4, 2)), measure(pd.DataFrame([noise]), "noise"), one)[0]


def test_a_run_that_failed_is_named_with_its_reason(tmp_path):
    axes = {"w_threat": {"values": [1, 20]}, "hurdle": "prior"}
    results = run_sweep(plan(design={"kind": "morris", "trajectories": 2}, axes=axes, replicates=2))
    with pytest.raises(
        FailedRun, match=r"run \d+ \(replicate 0 at point \d+: w_threat=20.*failed: w_threat.*from 0 to 10"
    ):
        sensitivity.analyse(results, ["bloc_index"])


def test_designs_without_indices_and_unfinished_sweeps_are_refused(screened, monkeypatch):
    results, _ = screened
    with pytest.raises(NcrError, match="kind grid has no sensitivity indices"):
        changed = {**results.manifest, "identity": {**results.manifest["identity"], "design": {"kind": "grid"}}}
        sensitivity.analyse(sweep_results.SweepResults(results.folder, changed))
    monkeypatch.setattr(sweep_results.SweepResults, "files", lambda self: [])
    with pytest.raises(NcrError, match="unfinished .0 of 96 runs"):
        sensitivity.analyse(results)


def test_by_default_all_levers_that_move_and_few_parameters_are_varied():
    axes, left_out = sensitivity.default_axes(teaching())
    parameters = [name for name in axes if name in PARAMETERS and name not in teaching().levers]
    assert 0 < len(parameters) <= 14 and parameters == list(screening.SCREENED)
    assert {*axes, *left_out} == {*teaching().levers, *parameters}
    Sweep.make(teaching(), design={"kind": "morris", "trajectories": 1}, axes=axes)  # none of them is refused as idle


def test_patterns_stand_for_what_has_a_range_and_moves():
    axes, left_out = sensitivity.named_axes(teaching(), ["states.BEX.strategic_culture.*", "w_threat=0:9"])
    assert "states.BEX.strategic_culture.autonomy" in axes and axes["w_threat"] == {"low": 0.0, "high": 9.0}
    assert len(axes) > 4 and not set(axes) & set(left_out)


def test_what_mattered_most_is_known_of_every_kind_of_folder(screened, tmp_path):
    results, found = screened
    table = sensitivity.most_influential(results.folder, "mean_permissiveness")
    assert table["name"].tolist()[0] == "north_overstretch" and table["clear"].tolist()[0]
    assert table.equals(sensitivity.ranked(found, "mean_permissiveness"))
    axes = {"north_overstretch": {"low": 0, "high": 1.5}, "threshold_base": "prior"}
    cube = run_sweep(plan(design={"kind": "latin_hypercube", "points": 12}, axes=axes, replicates=1), tmp_path / "cube")
    table = sensitivity.most_influential(cube.folder, "mean_permissiveness")
    assert table["measure"].unique().tolist() == ["rank correlation"] and table["clear"].tolist() == [True, False]
    assert table["value"][0] > 0.9 and table["name"][0] == "north_overstretch"
    simulate(teaching(), replicates=2, twin=False).save(tmp_path / "run")
    assert sensitivity.most_influential(tmp_path / "run").empty  # nothing varied
    with pytest.raises(NcrError, match="no run and no sweep"):
        sensitivity.most_influential(tmp_path)


def test_figures_show_what_they_say(screened, tmp_path):
    _, found = screened
    axes = figures.tornado(found.table, "mean_permissiveness")
    assert [label.get_text() for label in axes.get_yticklabels()] == list(
        found.of("mean_permissiveness", "mu_star").query("value > 0")["name"]
    )
    assert "mean_permissiveness" in axes.get_xlabel() and "mean permissiveness" in axes.figure.texts[0].get_text()
    _, values = ishigami(64)
    table = sensitivity.sobol_table(noisy(values, 2, 1.0), NAMES)
    bars = figures.sobol_bars(table)
    assert [label.get_text() for label in bars.get_yticklabels()] == ["a", "b", "c", "nothing", "(noise)"]
    settling = figures.convergence(sensitivity.convergence_table("sobol", values, NAMES, resamples=20))
    assert "No bands up to 96 points: too few to resample" in settling.figure.texts[-1].get_text().replace("\n", " ")
    lines = settling.get_lines()
    assert len({(line.get_linestyle(), line.get_marker()) for line in lines if len(line.get_xdata()) > 2}) == 4
    with pytest.raises(NcrError, match="no mu_star"):
        figures.tornado(table)
    with pytest.raises(NcrError, match="there are bloc_index"):
        figures.tornado(found.table, "mean_tie")
    for draw in (figures.bars, figures.settling):  # what the table prints stands in the figure too
        said = " ".join(text.get_text() for text in draw(found, "mean_permissiveness").figure.texts).replace("\n", " ")
        assert "Note: 3 replicates a point: intervals leave out much of what the draws do" in said
    one = replace(found, table=found.of("bloc_index"), convergence=found.convergence.query("outcome == 'bloc_index'"))
    drawn = figures.draw_sensitivity(one, tmp_path)
    assert {path.name for path in drawn} == {"sensitivity-bloc_index.png", "convergence-bloc_index.png"}


def test_every_figure_of_a_sweep_says_where_its_parameters_come_from(screened):
    _, found = screened
    drawn = {
        "phase": phase(made_sweep()), "boxes": boxes_of(*made_boxes()), "sensitivity": figures.bars(found, "bloc_index"),
        "convergence": figures.settling(found, "bloc_index"),
    }  # fmt: skip
    assert set(drawn) == {name for name, kind in KINDS.items() if kind.needs == "sweep"}
    for name, axes in drawn.items():
        said = " ".join(text.get_text() for text in axes.figure.texts).replace("\n", " ")
        assert "Parameters that are no axis: start values or the scenario's" in said, name
        matplotlib.pyplot.close(axes.figure)


# The command ---------------------------------------------------------------------------------------------------------


def test_the_command_writes_tables_and_figures_and_reads_them_again(tmp_path, monkeypatch, capsys):
    out = tmp_path / "out"
    words = [
        "sensitivity",
        TEACHING,
        "--vary",
        "north_overstretch",
        "--vary",
        "threshold_base",
        "--outcome",
        "mean_tie",
    ]
    words += ["--trajectories", 4, "--replicates", 2, "--seed", 0, "--out", out]
    code, shown, said = ncr(monkeypatch, capsys, *words)
    assert code == 0, said
    assert "north_overstretch" in shown and "--trajectories 8" in shown and "24 runs" in said
    assert {path.name for path in (out / "figures").iterdir()} == {
        "sensitivity-mean_tie.png",
        "convergence-mean_tie.png",
    }
    table = (out / "sensitivity.csv").read_text()
    code, again, said = ncr(monkeypatch, capsys, *words, "--no-figures")
    assert (
        code == 0
        and "nothing is left to do" in said
        and again.replace(" and figures", "") == shown.replace(" and figures", "")
    )
    code, shown, _ = ncr(monkeypatch, capsys, "sensitivity", out, "--outcome", "mean_tie", "--json")
    found = json.loads(shown, parse_constant=lambda constant: pytest.fail(f"{constant} is no JSON"))
    assert code == 0 and found["seed"] == 0 and found["method"] == "morris" and found["replicates"] == 2
    first = found["outcomes"][0]["rows"][0]
    assert f"{first['value']}" in table


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--method", "fast"], "write morris or sobol"),
        (["--base", "64"], "--base: does not belong to morris"),
        (["--method", "sobol", "--trajectories", "4"], "--trajectories: does not belong to sobol"),
        (["--method", "sobol", "--base", "48"], "write 32 or 64"),
        (["--vary", "w_thret"], "did you mean `w_threat`"),
        (["--vary", "w_threat=3:1"], "two numbers, the lower first"),
        (["--vary", "transaction"], "--vary transaction=0:1"),
        (["--vary", "hurdle", "--vary", "hurdle=0:1"], "named twice"),
        (["--vary", "nowhere.*"], "nothing that matches it has a range"),
        (["--vary", "w_threat=-5:2"], "from 0 to 10"),
        (["--outcome", "bloc_indx"], "did you mean `bloc_index`"),
        (["--outcome", "reason"], "is text"),
        (["--outcome", "class>=soft"], "did you mean `class>=soft bloc`?"),
        (["--outcome", "bloc_index>=much"], "is not a number"),
        (["--parameters", "some"], "--parameters some: write retained, prior or fixed"),
        (["--replicates", "0"], "--replicates 0"),
        (["--trajectories", "1"], "--trajectories 1: one has nothing to be compared with; write 2 or more"),
        (["--trajectories", "-3"], "--trajectories -3: write a whole number from 2 on"),
        (["--method", "sobol", "--base", "1"], "--base 1: one has nothing to be compared with"),
        (["--threads", "0"], "--threads 0"),
        (["--seed", "-1"], "write a number from 0"),
    ],
)
def test_a_mistake_is_named_with_its_fix_and_nothing_is_written(words, expected, tmp_path, monkeypatch, capsys):
    code, shown, said = ncr(monkeypatch, capsys, "sensitivity", TEACHING, *words, "--out", tmp_path / "out")
    assert (code, shown) == (1, "") and expected in said and " runs: " not in said and not (tmp_path / "out").exists()


def test_the_command_draws_parameters_if_told(tmp_path, monkeypatch, capsys):
    words = (
        "--vary",
        "w_threat",
        "--vary",
        "north_overstretch=0:1.5",
        "--trajectories",
        2,
        "--replicates",
        2,
        "--no-figures",
    )
    out = tmp_path / "out"
    code, shown, _ = ncr(monkeypatch, capsys, "sensitivity", TEACHING, *words, "--parameters", "retained", "--out", out)
    assert code == 0 and "2 sets of those that meet Eurasian facts to 2019" in " ".join(shown.split())
    axes, _ = sensitivity.named_axes(teaching(), ["w_threat", "north_overstretch=0:1.5"])
    same_plan = sensitivity.screening_plan(teaching(), axes, trajectories=2, replicates=2)
    mine = run_sweep(same_plan, tmp_path / "mine", parameters=retained_sample(2, same_plan.seed))
    assert same(rows(sweep_results.SweepResults.load(out)), rows(mine))
    code, _, said = ncr(monkeypatch, capsys, "sensitivity", out, "--parameters", "retained")
    assert code == 1 and "--parameters: the sweep in" in said


def test_options_that_a_finished_sweep_cannot_take_are_refused(screened, monkeypatch, capsys):
    code, shown, said = ncr(monkeypatch, capsys, "sensitivity", screened[0].folder, "--seed", 0, "--vary", "w_threat")
    assert (code, shown) == (1, "") and "--vary, --seed" in said


def test_a_run_that_failed_ends_the_command_with_two(monkeypatch, capsys):
    words = [
        "sensitivity",
        TEACHING,
        "--vary",
        "states.BEX.capability=0.001:0.99",
        "--vary",
        "w_threat",
        "--trajectories",
        2,
    ]
    code, shown, said = ncr(monkeypatch, capsys, *words, "--replicates", 1)
    assert (code, shown) == (2, "") and "sum to more than 1" in said and "replicate 0 at point" in said

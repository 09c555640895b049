"""Discovery finds a rule that was planted and none in noise; the model serves the tools of others; the page's examples run."""

import json
import pickle
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from images import made_boxes
from sweeps import ROOT, TEACHING, ncr, plan, teaching

from analysis.adapters import PointModel
from analysis.discovery import Box, Discovery, Limit, boxes, discover, find_boxes, find_leaves, inside
from analysis.discovery.report import _boxes, box_in_words, doubt_in_words, no_box, plain
from analysis.plots.boxes import boxes_of
from analysis.sweep_outcomes import FailedRun, read_outcome
from sim.errors import NcrError
from sim.parameters import prior_sample
from sim.sweep.runner import run_sweep
from sim.sweep.schema import Sweep

NAMES = ["first", "second", "third", "fourth"]


def points(number=220, seed=0):
    return pd.DataFrame(np.random.default_rng(seed).random((number, 4)), columns=NAMES)


def sides(box):
    return {(limit.axis, limit.above): limit.value for limit in box.limits}


def planted(x):
    return ((x["first"] > 0.62) & (x["third"] < 0.4)).to_numpy()


def test_the_box_found_on_a_planted_rule_is_the_planted_rule():
    x = points()
    found = find_boxes(x, planted(x))
    assert len(found) == 1 and set(sides(found[0])) == {("first", True), ("third", False)}
    assert sides(found[0])["first", True] == pytest.approx(0.62, abs=0.02)
    assert sides(found[0])["third", False] == pytest.approx(0.4, abs=0.02)
    assert (inside(found[0].limits, x) != planted(x)).sum() <= 2
    box = found[0]
    assert box.coverage > 0.9 and box.density > 0.9 and box.out_density > 0.8 and box.p < 1e-10
    assert all(limit.quasi_p < 1e-6 for limit in box.limits)
    mask = inside(box.limits, x)
    assert (mask.sum(), (mask & planted(x)).sum()) == (box.points, box.interest)


def test_the_tree_finds_it_too():
    x = points()
    first, *others = find_leaves(x, planted(x))
    assert set(sides(first)) == {("first", True), ("third", False)} and first.density > 0.95 and first.coverage > 0.95
    assert sides(first)["first", True] == pytest.approx(0.62, abs=0.03)
    assert sum(leaf.points for leaf in (first, *others)) == len(x) and all(leaf.density < 0.1 for leaf in others)


def test_a_rule_that_holds_sometimes_is_found():
    x = points(400, 5)
    limits = boxes.search(x, np.random.default_rng(1).random(len(x)) < np.where(planted(x), 0.75, 0.05))
    assert {(limit.axis, limit.above) for limit in limits} == {("first", True), ("third", False)}


@pytest.mark.parametrize("density", [None, 0.6])
def test_noise_gives_no_box_though_prim_finds_one(density):
    draw = np.random.default_rng(13)
    x = pd.DataFrame(draw.random((100, 5)), columns=list("abcde"))
    noise = draw.random(100) < 0.3
    if density:
        assert (
            noise[inside(boxes.search(x, noise, density), x)].mean() > density
        )  # twice the whole, where it was searched for
    assert find_boxes(x, noise, least_density=density) == []


def lucky(draw, points, replicates):
    """Points and runs of an outcome that is as likely everywhere, but whose luck in a replicate is alike at points that are close."""
    x = pd.DataFrame(draw.random((points, 2)), columns=["a", "b"])
    slopes = np.column_stack([np.ones(points), 6 * (x - 0.5)])
    slopes /= np.linalg.norm(
        slopes, axis=1, keepdims=True
    )  # (points, 3): so the sum below is standard normal at every point
    return x, (slopes @ draw.normal(size=(3, replicates)) > 0.3) * 1.0


@pytest.fixture
def quick(monkeypatch):
    """The densest half of one axis instead of PRIM, which takes a second: what is held out does not care."""

    def search(x, interest, least_density=None):
        limits = [Limit(name, above, 0.5) for name in x for above in (True, False)]
        best = max(limits, key=lambda limit: interest[inside((limit,), x)].mean())
        return (best,) if interest[inside((best,), x)].mean() > interest.mean() else ()

    monkeypatch.setattr(boxes, "search", search)


def test_luck_that_points_share_gives_no_box_where_it_is_held_out(quick):
    draw = np.random.default_rng(2)
    tried = [lucky(draw, 60, 10) for _ in range(25)]
    found = [find_boxes(x, boxes.of_interest(runs, 0.4), shared=runs, share=0.4, most=1) for x, runs in tried]
    assert sum(box.confirmed for boxes_ in found for box in boxes_) <= 1
    assert sum(bool(find_boxes(x, boxes.of_interest(runs, 0.4), most=1)) for x, runs in tried) > 15  # what was wrong


def test_a_rule_is_found_through_luck_that_points_share(quick):
    draw = np.random.default_rng(3)
    x, runs = lucky(draw, 100, 20)
    rule = (x["a"] > 0.5).to_numpy()
    often = draw.random(runs.shape) < np.where(rule, 0.6, 0.1)[:, None]
    runs = np.where(draw.random(runs.shape) < 0.4, runs, often)
    runs[:3, :15] = np.nan  # failed
    found = find_boxes(x, boxes.of_interest(runs, 0.4), shared=runs, share=0.4, most=1)
    assert found and sides(found[0]) == {("a", True): 0.5} and found[0].p <= boxes.CHANCE


def shifting(points, replicates, shift, seed=0):
    """A rule that holds at all points with a above a half and at no other, in most of the runs; draws shift where it begins."""
    draw = np.random.default_rng(seed)
    x = pd.DataFrame(draw.random((points, 2)), columns=["a", "b"])
    return x, (x["a"].to_numpy()[:, None] + shift * draw.normal(size=replicates) > 0.5) * 1.0


@pytest.mark.parametrize(
    ("points", "replicates", "shift", "seed", "doubt"),
    [
        (60, 10, 0.05, 0, ""),
        (60, 10, 0.5, 5, boxes.LUCK_OF_DRAWS),
        (boxes.ENOUGH_POINTS, boxes.ENOUGH_REPLICATES, 0.15, 0, ""),
        (60, 9, 0.05, 0, boxes.NOT_TRIED),
        (60, 1, 0.05, 0, boxes.NOT_TRIED),
        (28, 10, 0.15, 1, boxes.NO_HALF),
    ],
)
def test_a_perfect_rule_is_found_and_confirmed_only_by_draws_enough(points, replicates, shift, seed, doubt, quick):
    x, runs = shifting(points, replicates, shift, seed)
    interest = boxes.of_interest(runs, 0.5)
    (alone,) = find_boxes(x, interest, most=1)
    (box,) = find_boxes(x, interest, shared=runs, most=1)
    assert (box.doubt, box.confirmed, box.limits) == (doubt, not doubt, alone.limits)
    assert alone.confirmed and alone.p == alone.p_points == box.p_points <= boxes.CHANCE
    assert (box.p <= boxes.CHANCE) == (not doubt) and np.isnan(box.p) == (doubt in (boxes.NOT_TRIED, boxes.NO_HALF))
    if doubt:  # what is said of points left out is of points
        assert (box.out_coverage, box.out_density) == (alone.out_coverage, alone.out_density)


def test_no_box_is_confirmed_after_one_in_doubt(monkeypatch):
    x = points(100)
    sides_ = iter([(Limit("first", True, 0.6),), (Limit("second", True, 0.6),), ()])
    monkeypatch.setattr(boxes, "search", lambda *_: next(sides_))
    doubts = iter([boxes.LUCK_OF_DRAWS, ""])
    monkeypatch.setattr(
        boxes, "_tried", lambda *_: (boxes.Trial(1, 1, 0.001), {"p": 0.001, "p_points": 0.001, "doubt": next(doubts)})
    )
    interest = ((x["first"] > 0.6) | (x["second"] > 0.6)).to_numpy()
    found = find_boxes(x, interest, shared=np.zeros((100, 10)))
    assert [box.doubt for box in found] == [boxes.LUCK_OF_DRAWS, boxes.AFTER]


def test_boxes_in_doubt_stand_apart_with_the_reason_and_what_would_confirm_them():
    limits, nan = (Limit("hurdle", True, 0.25, 0.001),), float("nan")
    sure = Box(limits, 12, 12, 1, 1, 1, 1, 0.002, 1e-6)
    facts = {"names": {}, "outcome": "soft_bloc", "replicates": 10, "points": 30, "interest": 12}
    told = {boxes.NOT_TRIED: "cannot be cut into halves (10 can)", boxes.NO_HALF: "in one half of the 10 draws no box is found",
            boxes.LUCK_OF_DRAWS: "its gain is not sure", boxes.LUCK_OF_POINTS: "too few of its points have it"}  # fmt: skip
    for doubt, reason in told.items():
        box = replace(sure, p=nan if doubt in (boxes.NOT_TRIED, boxes.NO_HALF) else 0.04, doubt=doubt)
        found = Discovery([sure, box], [box], [], facts)
        said = " ".join(" ".join(_boxes(found)).split())
        first, second = said.split("Found but NOT confirmed")
        assert "p = 0.002" in first and "Not confirmed" not in first and "none is confirmed" not in said
        assert f"p = 1e-06 on points left out, {'not known' if np.isnan(box.p) else '0.04'} on draws left out" in second
        assert reason in second and "more replicates than 10 (with 20" in second and "`independent: true`" in second
        assert "more points than 30 (60)" in second and max(map(len, _boxes(found))) <= 100
        shown = plain(found)["boxes"]
        assert [one["confirmed"] for one in shown] == [True, False] and shown[0]["doubt_in_words"] == ""
        assert shown[1]["doubt"] == doubt and reason in shown[1]["doubt_in_words"] and shown[1]["p_points"] == 1e-6
        table = found.frame()
        assert table["confirmed"].tolist() == [True, False, None] and table["doubt"].tolist()[1] == doubt
    assert "none is confirmed" in " ".join(_boxes(Discovery([box], [], [], facts)))
    enough = doubt_in_words(box, facts | {"points": 80, "replicates": 40})
    assert "more replicates than 40, or" in enough and "points than" not in enough


def test_why_no_box_is_found_is_the_true_reason():
    few = Discovery([], [], [], {"interest": 12, "points": 30})
    assert "12 points with or without it are few" in no_box(few) and "fewer than the 10" in no_box(few)
    assert "few" not in no_box(Discovery([], [], [], {"interest": 13, "points": 30}))


def test_two_draws_say_nothing_of_how_draws_spread():
    runs = np.zeros((40, 5))
    runs[:20] = 1.0
    mask = np.arange(40) < 20
    assert boxes.luck_of_draws(runs, mask) < 0.01 and boxes.luck_of_draws(runs, ~mask) == 1.0
    runs[:, 2:] = np.nan  # all but two replicates failed
    assert boxes.luck_of_draws(runs, mask) == 1.0
    runs[:] = np.nan
    assert boxes.luck_of_draws(runs, mask) == 1.0


def test_noise_gives_no_leaf():
    grown = [bool(find_leaves(points(150, seed), np.random.default_rng(seed).random(150) < 0.3)) for seed in range(15)]
    assert sum(grown) <= 3


def test_a_wanted_density_is_met_and_few_cases_are_none():
    x = points()
    gradual = x["second"].to_numpy() + 0.3 * np.random.default_rng(2).normal(size=len(x)) > 0.6
    limits = boxes.search(x, gradual, least_density=0.7)
    assert 0.7 <= gradual[inside(limits, x)].mean() < 0.8
    assert boxes.search(x, gradual, least_density=1.0) == ()
    few = np.arange(len(x)) < boxes.LEAST - 1
    assert find_boxes(x, few) == [] and find_leaves(x, few) == [] and find_boxes(x, ~few) == []


def test_boxes_are_said_in_words():
    limits = (
        Limit("russian_overstretch", True, 0.6214), Limit("states.AZE.domestic_institutions.veto_points", False, 0.4),
        Limit("poles.RUS.opposition.defence", True, 0.1), Limit("russian_overstretch", False, 0.9),
        Limit("poles.RUS.relations.AZE.hostility", True, 0.5), Limit("dyads.AZE-TUR.kinship", True, 0.25),
    )  # fmt: skip
    names = {"AZE": "Azerbaijan", "RUS": "Russia", "TUR": "Türkiye"}
    assert box_in_words(Box(limits, 1, 1, 1, 1), names) == (
        "russian_overstretch between 0.621 and 0.9 and veto points of Azerbaijan < 0.4 and opposition in defence of Russia > 0.1 "
        "and hostility of Russia to Azerbaijan > 0.5 and kinship of Azerbaijan and Türkiye > 0.25"
    )


# Over sweeps ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """Eighty points over two axes, one run each with draws of its own."""
    axes = {"north_overstretch": {"low": 0, "high": 1.5}, "hurdle": "prior"}
    design = {"kind": "latin_hypercube", "points": 80}
    folder = tmp_path_factory.mktemp("swept") / "out"
    return run_sweep(plan(design=design, axes=axes, replicates=1, independent=True, seed=0), folder)


def test_conditions_of_a_sweep_are_found_in_words_and_as_json(swept, tmp_path, monkeypatch, capsys):
    middle = swept.runs["mean_permissiveness"].median()
    words = ["discover", swept.folder, "--outcome", f"mean_permissiveness>{middle}", "--out", tmp_path / "out"]
    code, shown, said = ncr(monkeypatch, capsys, *words)
    assert code == 0, said
    assert re.search(r"1\. north_overstretch > 0\.[67]\d+\n", shown) and "40 of 80 points" in shown
    assert max(map(len, shown.splitlines())) <= 100
    table = pd.read_csv(tmp_path / "out/boxes.csv")
    assert table["kind"].tolist()[0] == "box" and table["axis"].tolist()[0] == "north_overstretch"
    code, shown, _ = ncr(monkeypatch, capsys, *words[:2], "--outcome", "class==7", "--json", "--seed", 0)
    found = json.loads(shown, parse_constant=lambda constant: pytest.fail(f"{constant} is no JSON"))
    assert code == 0 and found["boxes"] == [] and found["seed"] == 0 and found["interest"] == 0
    few = Discovery([], [], [], {"interest": 9, "points": 80})
    assert not few.looked and _boxes(few) == ["  not looked for: too few points"]


def test_boxes_are_plain_values_for_json():
    facts = {"names": {}, "outcome": "soft_bloc"}
    box = Box((Limit("hurdle", True, 0.25, 0.001),), 10, 5, 0.5, 0.5)
    shown = plain(Discovery([box], [], [], facts))
    assert shown["boxes"][0]["words"] == "hurdle > 0.25" and shown["boxes"][0]["p"] is None
    assert shown["boxes"][0]["limits"][0] == {"axis": "hurdle", "above": True, "value": 0.25, "quasi_p": 0.001}


def test_a_class_is_named_by_its_number_or_its_name():
    for text in ("class>=4", "class >= soft bloc", "class_number>=4", "class_peak>=soft bloc", "focus_class>=4.0"):
        assert read_outcome(text).value == 4.0
    rows = pd.DataFrame({"class": ["soft bloc", "dyad"], "class_number": [4, 1], "soft_bloc": [True, False]})
    for text in ("class>=4", "class_number>=soft bloc", "soft_bloc==1"):
        assert read_outcome(text).of(rows).tolist() == [1.0, 0.0]


def test_pole_absorbed_and_polarised_are_no_degrees_of_a_bloc():
    rows = pd.DataFrame({"class": ["soft bloc", "pole-absorbed", "polarised", "dyad", None]})
    expected = {
        "class>=4": [1, 0, 0, 0],
        "class<soft bloc": [0, 0, 0, 1],
        "class!=4": [0, 1, 1, 1],
        "class==6": [0, 1, 0, 0],
    }
    for text, holds in expected.items():
        values = read_outcome(text).of(rows)
        assert values[:4].tolist() == holds and np.isnan(values[4])


def test_what_cannot_be_found_is_said(swept):
    found = discover(swept, "class==polarised")
    assert (found.boxes, found.leaves) == ([], []) and "0 points with it are too few" in " ".join(found.notes)
    with pytest.raises(NcrError, match="write for example `bloc_index>0.2`"):
        discover(swept, "bloc_index")
    with pytest.raises(NcrError, match="share 0: write a number above 0"):
        discover(swept, share=0)


def test_points_count_by_the_share_of_their_runs_and_failed_points_are_left_out():
    axes = {"w_threat": {"values": [1, 20]}, "hurdle": "prior"}
    results = run_sweep(plan(design={"kind": "latin_hypercube", "points": 12}, axes=axes, replicates=3))
    found = discover(results, "mean_tie>0", share=1)
    assert (
        found.facts["points"] == found.facts["interest"] == 6 and "6 points of which every run failed" in found.notes[0]
    )
    assert "the same 3 draws" in found.notes[-1] and "p is no test" in found.notes[-1]
    rare = results.runs.query("status == 'ok'")["mean_tie"].quantile(0.9)
    counts = results.runs[results.runs["mean_tie"] > rare].groupby("point").size()
    found = discover(results, f"mean_tie>{rare}", share=1)
    assert found.facts["interest"] == (counts == 3).sum()
    assert found.notes[1] == "6 points are too few to look for conditions: 10 with it and 10 without are needed"


def test_of_a_sobol_design_the_base_samples_count_and_of_morris_nothing():
    axes = {"w_threat": "prior", "hurdle": "prior"}
    results = run_sweep(plan(design={"kind": "sobol", "base": 4}, axes=axes, replicates=1))
    found = discover(results, "mean_tie>0")
    assert found.facts["points"] == 8 and "single draw" in " ".join(found.notes)
    results = run_sweep(plan(design={"kind": "morris", "trajectories": 2}, axes=axes, replicates=1))
    with pytest.raises(NcrError, match="latin_hypercube"):
        discover(results)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--outcome", "soft_blok"], "did you mean `soft_bloc`"),
        (
            ["--outcome", "class>=9"],
            "there is no class 9; classes are 0 none, 1 dyad, 2 talk shop, 3 functional club, 4 soft bloc,",
        ),
        (["--outcome", "class>=2.5"], "there is no class 2.5"),
        (["--outcome", "class_number>nan"], "there is no class nan"),
        (["--outcome", "class>softbloc"], "did you mean `class>soft bloc`? classes are 0 none"),
        (["--outcome", "class==club"], "did you mean `class==functional club`?"),
        (["--outcome", "class=3"], "write `class==3`"),
        (["--outcome", "class=>3"], "write `class>=3`"),
        (["--outcome", "class>"], "there is no class after the sign"),
        (["--outcome", "class>5"], "holds for no degree"),
        (["--outcome", "class>=pole-absorbed"], "pole-absorbed is no degree of a bloc; write `class==…`"),
        (["--outcome", "class>=none"], "holds for every degree"),
        (["--outcome", "soft_bloc==true"], "`soft_bloc` is yes or no; write `soft_bloc`, or `soft_bloc==0`"),
        (["--outcome", "bloc_index>inf"], "write for example `bloc_index>0.2`"),
        (["--share", "1.5"], "share 1.5"),
        (["--density", "0"], "density 0"),
        (["--seed", "-1"], "--seed -1"),
        (["--out", "README.md"], "is a file"),
    ],
)
def test_a_mistake_is_named(words, expected, swept, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    code, shown, said = ncr(monkeypatch, capsys, "discover", swept.folder, *words)
    assert (code, shown) == (1, "") and expected in said


def test_a_folder_without_a_sweep_is_refused(tmp_path, monkeypatch, capsys):
    code, shown, said = ncr(monkeypatch, capsys, "discover", tmp_path)
    assert (code, shown) == (1, "") and ("holds no sweep" in said or "no such folder" in said)


def test_the_figure_sets_boxes_in_doubt_apart_and_shows_points_that_lie_together():
    sweep, found = made_boxes()
    sure, other = found.boxes
    found = replace(found, boxes=[sure, replace(other, p=float("nan"), p_points=0.002, doubt=boxes.NO_HALF)])
    where = sweep.design["noise"] == 0
    twins = sweep.design.loc[where, ["retreat", "strain"]].to_numpy()  # points at the same place, apart in noise alone
    sweep.design.loc[~where, ["retreat", "strain"]] = twins
    axes = boxes_of(sweep, found, "retreat", "strain")
    first, second = (patch for patch in axes.patches if type(patch).__name__ == "Rectangle")
    assert (first.get_linestyle(), second.get_linestyle() != "-") == ("-", True)
    names = [text.get_text() for text in axes.figure.legends[0].get_texts()]
    assert names[2:] == ["both, at points that lie together", "box 1", "box 2, not confirmed"]
    rings, dots = axes.collections
    together = set(map(tuple, rings.get_offsets())) & set(map(tuple, dots.get_offsets()))
    assert together and rings.get_sizes()[0] > 2 * dots.get_sizes()[0] and not len(rings.get_facecolors())
    said = " ".join(" ".join(text.get_text() for text in axes.figure.texts).split())
    assert "Pooled over noise." in said and "A dashed box is not confirmed" in said
    assert "not confirmed: p = 0.002 on points left out, not known on draws left out" in said
    plain_ = boxes_of(*made_boxes())
    said = " ".join(text.get_text() for text in plain_.figure.texts)
    assert "dashed" not in said and "both, at" not in str(plain_.figure.legends[0].get_texts())


# Adapters ------------------------------------------------------------------------------------------------------------

AXES = {"w_threat": "prior", "states.BEX.strategic_culture.autonomy": {"low": 0.2, "high": 0.9}}
OUTCOMES = ["bloc_index", "class>=2"]


@pytest.fixture(scope="module")
def model():
    return PointModel(teaching(), AXES, OUTCOMES, replicates=2, seed=0)


def test_a_point_is_what_a_sweep_of_it_gives(model):
    table = np.array([[1.5, 0.3], [2.5, 0.8]])
    many = model.evaluate(table)
    kept = model.evaluate(table, means=False)
    assert many.shape == (2, 2) and kept.shape == (2, 2, 2) and (kept.mean(axis=2) == many).all()
    for row, values in zip(table, many, strict=True):
        one = model(**dict(zip(AXES, row, strict=True)))
        assert list(one.values()) == values.tolist() and list(one) == OUTCOMES
    frame = pd.DataFrame(table, columns=list(AXES))
    results = run_sweep(Sweep.make(teaching(), table=frame, replicates=2, seed=0))
    assert results.mean("bloc_index")["mean"].tolist() == many[:, 0].tolist()
    assert pickle.loads(pickle.dumps(model))(**dict(zip(AXES, table[0], strict=True)))["bloc_index"] == many[0, 0]


def test_a_model_takes_parameters_for_its_replicates(model):
    table, point = prior_sample(2, 3), [[1.5, 0.3]]
    drawn = PointModel(teaching(), AXES, OUTCOMES, replicates=2, seed=0, parameters=table)
    values = drawn.evaluate(point, means=False)
    assert (values != model.evaluate(point, means=False)).any()
    assert list(drawn(**dict(zip(AXES, point[0], strict=True))).values()) == values.mean(axis=2)[0].tolist()
    with pytest.raises(NcrError, match="parameters: shape"):
        PointModel(teaching(), AXES, parameters=table[:, 1:])


def test_wrong_points_are_refused(model):
    with pytest.raises(NcrError, match="did you mean `w_threat`"):
        model(w_thret=1)
    with pytest.raises(NcrError, match="no value is given for states.BEX"):
        model(w_threat=1)
    for wrong in (float("nan"), float("inf"), "much", None):
        with pytest.raises(NcrError, match=f"w_threat: {wrong!r} is not a finite number"):
            model(**dict(zip(AXES, (wrong, 0.5), strict=True)))
    with pytest.raises(NcrError, match="points: not a table of numbers"):
        model.evaluate([["much", 0.5]])
    with pytest.raises(NcrError, match="no finite number in row 0, column w_threat"):
        model.evaluate([[float("nan"), 0.5]])
    with pytest.raises(FailedRun, match="from 0 to 10"):
        model(**{"w_threat": 20, "states.BEX.strategic_culture.autonomy": 0.5})
    with pytest.raises(NcrError, match="points, 2"):
        model.evaluate([1.0, 2.0])
    listed = PointModel(teaching(), {"w_threat": {"values": [1, 2]}})
    with pytest.raises(NcrError, match="not from listed values"):
        _ = listed.problem


def test_ema_workbench_and_salib_see_the_axes(model):
    assert model.problem == {"num_vars": 2, "names": list(AXES), "bounds": [[1.0, 3.0], [0.2, 0.9]]}
    theirs = model.ema_model()
    assert {u.name: (u.lower_bound, u.upper_bound) for u in theirs.uncertainties} == {
        "w_threat": (1.0, 3.0), "states_BEX_strategic_culture_autonomy": (0.2, 0.9),
    }  # fmt: skip
    from ema_workbench import perform_experiments

    experiments, outcomes = perform_experiments(theirs, scenarios=2)
    for k in range(2):
        row = experiments.iloc[k]
        given = {"w_threat": row["w_threat"], list(AXES)[1]: row["states_BEX_strategic_culture_autonomy"]}
        assert model(**given)["bloc_index"] == outcomes["bloc_index"][k]


def test_the_examples_of_the_page_run(tmp_path, monkeypatch):
    text = (ROOT / "docs/sensitivity.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 3 and str(TEACHING.relative_to(ROOT)) in text
    monkeypatch.chdir(ROOT)
    names: dict = {}
    for block in blocks:
        exec(block, names)
    assert len(names["experiments"]) == 4 and np.isfinite(names["indices"]["ST"]).all()

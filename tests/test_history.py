"""History matching: the design, the rule on made-up waves, runs against facts scored apart, the shipped table."""

import json
from dataclasses import replace

import numpy as np
import pytest

from analysis import history, history_report, history_waves
from analysis.facts_a import FACTS
from analysis.history import (
    REQUIRED,
    candidates,
    is_current,
    latin_hypercube,
    match,
    misses,
    recipe_of_table,
    retained_at,
    retained_sample,
    retained_table,
    rules_hash,
    tolerance,
    volume,
    write_table,
)
from analysis.history_report import discrimination, main, moved, sensitivity, summary
from analysis.history_waves import STRIDE, Waves, arms, codes_of, held
from analysis.plots.retained import SCALE, column, rank_correlation, ridges
from analysis.runs import Runs
from sim.engine import RADIUS_RUNS, run_all
from sim.errors import NcrError
from sim.parameters import PARAMETERS, ParameterValues, parameter_values, uncertain_parameters

CODES = ("A1", "A3", "A6 KAZ", "A6 AZE", "A8")


def waves(shares, never=None, points=None) -> Waves:
    """Waves of candidates 0, 1, … with the given share of 10 replicates for each of CODES; ``never``: criteria of wave 1."""
    shares = np.asarray(shares, float)
    never = np.zeros(len(shares), int) if never is None else np.asarray(never)
    points = len(never) if points is None else points
    wave_1 = np.ones((len(never), 2, len(CODES)), bool)
    for point, number in enumerate(never):
        wave_1[point, :, [0, 1, 4][:number]] = False
    wave_2 = np.arange(10)[None, :, None] < np.round(10 * shares)[:, None, :]
    return Waves(CODES, wave_1, wave_2[:2], np.arange(len(shares)), wave_2)


GOOD, ONE, TWO, THREE = [1, 1, 1, 1, 1], [1, 0, 1, 1, 1], [1, 0, 1, 0, 1], [0, 0, 1, 0, 1]


def test_a_latin_hypercube_fills_every_slice_once():
    design = latin_hypercube(50, 3)
    for name, parameter in PARAMETERS.items():
        values = column(design, name)
        if parameter.high > parameter.low:
            slices = np.floor(50 * (values - parameter.low) / (parameter.high - parameter.low)).astype(int)
            assert sorted(slices) == list(range(50)), name
        else:
            assert (values == parameter.default).all(), name
    assert (design == latin_hypercube(50, 3)).all() and (design != latin_hypercube(50, 4)).any()
    pairs = np.corrcoef(latin_hypercube(2000, 1)[:, [0, 1]].T)[0, 1]
    assert abs(pairs) < 0.07  # columns are shuffled apart
    with pytest.raises(NcrError, match="--points 0"):
        latin_hypercube(0, 1)


def test_a_criterion_is_missed_when_one_of_its_facts_is():
    edge = [REQUIRED[code] - 0.1 for code in CODES]  # .7, .5, .6, .6, .5
    made = waves([GOOD, edge, [0.6, 1, 1, 1, 1], [1, 1, 1, 0.5, 1], [1, 0.4, 0.5, 0.5, 0.4]])
    assert misses(made.wave_2, CODES).tolist() == [
        [False] * 4, [False] * 4, [True, False, False, False], [False, False, True, False], [False, True, True, True],
    ]  # fmt: skip
    assert misses(made.wave_2, CODES, slack=0.0)[1].all()


def test_wave_1_drops_only_what_never_held_and_runs_the_likeliest_first():
    never = [2, 0, 3, 1, 0, 2]
    made = waves([GOOD] * 6, never)
    assert candidates(made.wave_1, CODES).tolist() == [1, 4, 3, 0, 5]
    assert candidates(made.wave_1, CODES, 3).tolist() == [1, 4, 3]
    once = made.wave_1.copy()
    once[2, 0] = True  # held in one replicate: not dropped
    assert 2 in candidates(once, CODES)


def test_the_tolerance_is_the_smallest_that_leaves_enough():
    made = waves([GOOD, ONE, ONE, TWO, TWO, TWO, THREE])
    assert [retained_at(made, k).sum() for k in range(3)] == [1, 3, 6]
    assert [tolerance(made, least) for least in (1, 2, 3, 4, 6, 7)] == [0, 1, 1, 2, 2, None]
    assert [volume(made, k) for k in range(3)] == pytest.approx([1 / 7, 3 / 7, 6 / 7])


def test_every_level_of_wave_1_gives_the_same_share_of_its_points():
    never = [0] * 4 + [1] * 40 + [2] * 40  # 84 points, of which wave 2 has the first 64
    made = waves([GOOD] * 64, never)
    assert retained_at(made, 0).sum() == 4 and retained_at(made, 1).sum() == 44
    two = retained_at(made, 2)  # half of the last level was run: half of each counts
    assert (two[:4].sum(), two[4:44].sum(), two[44:].sum()) == (2, 20, 20)
    assert two[:2].all() and volume(made, 2) == pytest.approx(1.0)
    assert volume(replace(made, wave_2=~made.wave_2), 2) == 0.0


@pytest.fixture(scope="module")
def made():
    return arms(history._scenarios(), 1, None)


def test_what_is_held_is_what_the_facts_say_of_the_same_runs(made):
    table = latin_hypercube(3, 1)
    found = held(made, table, np.array([2, 0]), 1, 2)
    assert found.shape == (2, 2, len(codes_of(made))) and found.dtype == bool
    assert 0 < found.mean() < 1
    assert set(codes_of(made)) == {fact.code for fact in FACTS} - {"A9 trade"}
    start = 0
    for arm in made:
        tasks = [
            (RADIUS_RUNS + point * STRIDE + replicate, ParameterValues(*map(float, table[point])))
            for point in (2, 0)
            for replicate in (1, 2)
        ]
        runs = Runs.from_recordings(arm.scenario, arm.compiled, run_all(arm.compiled, tasks, ties=True))
        for place, fact in enumerate(arm.facts):
            assert found[..., start + place].ravel().tolist() == fact.holds(runs).tolist(), fact.code
        start += len(arm.facts)
    assert (held(made, table, np.array([2]), 2, 1)[0, 0] == found[0, 1]).all()  # a run does not depend on its wave


def test_a_run_that_fails_holds_nothing(made, monkeypatch):
    def failing(*arguments, **options):
        recordings = run_all(*arguments, **options)
        recordings[1].failure[:] = 14, 3
        return recordings

    monkeypatch.setattr(history_waves, "run_all", failing)
    found = held(made[:1], latin_hypercube(3, 1), np.arange(3), 0, 1)
    assert not found[1].any() and found[0].any() and found[2].any()


def test_a_fact_on_trade_is_asked_where_a_file_was_given(made):
    trade = {("AZE", "TUR"): 9.0, ("KAZ", "TUR"): 3.0, ("GEO", "HUN"): 4.0, ("ISR", "SYR"): 1.0}
    with_trade = arms(history._scenarios(), 1, trade)
    assert set(codes_of(with_trade)) - set(codes_of(made)) == {"A9 trade"}
    assert held(with_trade[:1], latin_hypercube(1, 1), np.array([0]), 0, 1).shape == (1, 1, len(with_trade[0].facts))


@pytest.fixture
def few(monkeypatch):
    """Replicates enough to see the machinery work."""
    monkeypatch.setattr(history, "FIRST", 1)
    monkeypatch.setattr(history, "MORE", 2)
    monkeypatch.setattr(history, "SUBSET", 2)


def test_matching_writes_a_table_that_can_be_drawn_from(few, tmp_path, monkeypatch):
    kept, said = tmp_path / "runs.npz", []
    monkeypatch.setattr(history_report, "marginals", lambda table: ridges(table, table))  # forty panels take seconds
    options = ["--points", "4", "--seed", "2", "--least", "1", "--out", str(tmp_path), "--kept", str(kept)]
    assert main([*options, "--page", str(tmp_path / "history.md")], said.append) == 0
    first = (tmp_path / "retained.csv").read_text()
    again = match(4, 2, least=1)  # without the file of runs: the same numbers
    write_table(again, tmp_path / "again")
    assert (tmp_path / "again/retained.csv").read_text() == first
    assert f"{len(again.retained)} points retained" in said[0]
    recipe = recipe_of_table(tmp_path)
    assert recipe["points"] == 4 and recipe["rows"] == len(first.splitlines()) - 1 == len(again.retained)
    assert recipe["rules"] == rules_hash() and is_current(tmp_path)
    text = (tmp_path / "history.md").read_text()
    assert f"**{len(again.retained)} of 4 points are retained" in text and "| A8 |" in text
    assert (tmp_path / "images/retained_pairs.png").stat().st_size > 10_000
    assert main([*options[:3], "3", *options[4:]], said.append) == 1  # the runs are of another seed
    (tmp_path / "retained.json").write_text(json.dumps(recipe | {"rules": "old"}))
    assert not is_current(tmp_path)


def test_history_may_refuse_and_then_nothing_is_written(few, tmp_path):
    said = []
    assert main(["--points", "2", "--least", "99", "--out", str(tmp_path / "new")], said.append) == 3
    assert "History refuses" in said[0] and not (tmp_path / "new").exists()


def test_mistakes_of_the_user_are_said(tmp_path, capsys):
    (tmp_path / "kept.npz").write_text("no runs")
    for options, words in (
        (["--points", "0"], "--points 0"), (["--points", "1", "--kept", str(tmp_path / "kept.npz")], "not the runs"),
        (["--points", "1", "--trade", str(tmp_path / "none.csv")], "no such file"),
    ):  # fmt: skip
        assert main(options) == 1
        assert words in capsys.readouterr().err


def table_file(folder, rows, names=None):
    names = names or uncertain_parameters()
    (folder / "retained.csv").write_text(
        "\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)]) + "\n"
    )
    return folder / "retained.csv"


def test_replicate_k_always_gets_the_same_row(tmp_path):
    width = len(uncertain_parameters())
    path = table_file(tmp_path, np.arange(5)[:, None] + np.zeros(width))
    sample = retained_sample(23, 7, path)
    assert sample.shape == (23, len(PARAMETERS))
    assert (retained_sample(9, 7, path) == sample[:9]).all() and (retained_sample(23, 8, path) != sample).any()
    used = column(sample, uncertain_parameters()[0])
    for turn in range(4):
        assert sorted(used[5 * turn : 5 * turn + 5]) == [0, 1, 2, 3, 4]
    assert (used[:5] != used[5:10]).any()
    fixed = [name for name in PARAMETERS if name not in uncertain_parameters()]
    assert all((column(sample, name) == getattr(parameter_values(), name)).all() for name in fixed)
    assert retained_sample(0, 7, path).shape == (0, len(PARAMETERS))


def test_a_wrong_table_is_named(tmp_path):
    width = len(uncertain_parameters())
    with pytest.raises(NcrError, match="no table of retained parameters"):
        retained_sample(1, 1, tmp_path / "missing.csv")
    for rows, names in (([[1.0] * width], ["x"] * width), ([], None), ([["nan"] * width], None)):
        retained_table.cache_clear()
        with pytest.raises(NcrError, match="not the uncertain parameters"):
            retained_sample(1, 1, table_file(tmp_path, rows, names))
    retained_table.cache_clear()
    with pytest.raises(NcrError, match="no recipe"):
        recipe_of_table(tmp_path)


def test_rules_hash_sees_code_and_not_comments(tmp_path):
    rule = tmp_path / "rules/rule.py"
    rule.parent.mkdir()
    for name in ("parameters.py", "world.py", "recording.py", "handles.py", "workspace.py"):
        (tmp_path / name).write_text("A = 1\n")
    hashes = []
    for text in (
        'def f(x):\n    """One."""\n    return x\n',
        "def f(x):\n    # two\n    return x\n",
        "def f(x):\n    return -x\n",
    ):
        rule.write_text(text)
        hashes.append(rules_hash(tmp_path))
    assert hashes[0] == hashes[1] != hashes[2]


def test_what_discriminates_and_what_moved(few):
    rng = np.random.default_rng(1)
    made = waves([GOOD, ONE, TWO, THREE], points=4)
    subset = np.zeros((2, 10, 5), bool)
    subset[0, :, 0] = True  # between points alone
    subset[:, :5, 1] = True  # within points alone
    made = replace(made, subset=subset, wave_1=np.stack([made.wave_1[:, 0], made.wave_1[:, 0]], 1))
    design = latin_hypercube(400, 1)
    matched = history.Matched(design, made, 2, np.arange(3), {})
    table = discrimination(matched).set_index("fact")
    assert table.loc["A1", "within"] == 0 and table.loc["A1", "between"] == pytest.approx(0.5)
    assert table.loc["A3", "within"] == pytest.approx(0.25 * 10 / 9) and table.loc["A3", "between"] == 0
    assert set(sensitivity(matched).columns) == {"slack", "misses", "points", "volume"}
    assert "3 points retained" in summary(matched)
    low = np.flatnonzero(column(design, "hurdle") < 0.25)
    first = moved(design, low).iloc[0]
    assert first["parameter"] == "hurdle" and first["shift"] < -1 and first["narrowing"] < 0.5
    assert moved(design, rng.permutation(400)[:200])["distance"].max() < 0.15


def test_ridges_are_pairs_of_columns():
    design = latin_hypercube(60, 1)
    assert column(design, SCALE).mean() == pytest.approx(1, abs=0.05)
    rising = np.linspace(0, 1, 9)
    assert rank_correlation(rising, rising**3) == pytest.approx(1) and rank_correlation(
        rising, -rising
    ) == pytest.approx(-1)
    figure = ridges(design, design[:20])
    assert [len(panel.collections[1].get_offsets()) for panel in figure.axes] == [20] * 5


def test_the_shipped_table_is_within_the_prior():
    table, recipe = retained_table(), recipe_of_table()
    assert len(table) == recipe["rows"] <= 500 and recipe["points"] >= 20_000
    for name, parameter in PARAMETERS.items():
        slack = 1e-5 * abs(parameter.high)
        assert (
            column(table, name).min() >= parameter.low - slack and column(table, name).max() <= parameter.high + slack
        )
    design = latin_hypercube(recipe["points"], recipe["seed"])
    wanted = design[:, list(PARAMETERS).index("hurdle")]
    assert all(np.abs(wanted - value).min() < 1e-5 for value in column(table, "hurdle"))

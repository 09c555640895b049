"""The map of ties: outlines load, codes resolve, what is drawn is what the tables say, animations have their frames."""

from itertools import combinations
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest

from analysis.plots.map import animate, tie_map
from analysis.plots.map_stage import MEMBER, SMALL, WIDEST
from analysis.plots.network import matched, quarter_of, shown_at
from analysis.plots.outlines import arc, beyond, centred_on, mismatch, outlines, to_the_edge, view_of, visible
from sim.errors import NcrError
from sim.results import Results
from sim.world import ARENAS

matplotlib.use("Agg")
PLACES = {"ARM": [40.2, 44.5], "AZE": [40.4, 49.9], "GEO": [41.7, 44.8], "TRNC": [35.2, 33.4]}
POLES = {"FAR": [38.9, -77.0], "NEAR": [39.0, 42.0], "NOWHERE": None}


def made(places=PLACES, poles=POLES, runs=3, ties=True, start="2019Q1", end="2020Q4") -> Results:
    """Results of states at ``places``: tie of the k-th pair in arena a and run r is (k + a + r) / 20, and twice that in the last quarter."""
    quarters, states = pd.period_range(start, end, freq="Q"), sorted(places)
    rows = [
        (run, quarter, *pair, arena, (k + a + run) / 20 * (2 if quarter == quarters[-1] else 1))
        for run in range(runs)
        for quarter in quarters
        for k, pair in enumerate(combinations(states, 2))
        for a, arena in enumerate(ARENAS)
    ]
    shares = [
        (run, quarter, state, *[0.2] * len(poles)) for run in range(runs) for quarter in quarters for state in states
    ]
    bodies = [
        (run, quarter, code, ",".join(states[: 2 + (run == 0)]), "alive", 0.5)
        for run in range(runs)
        for quarter in quarters
        for code in ("CLUB", "FOUNDED_1")
    ]  # run 0 has a third member
    tables = {
        "ties": pd.DataFrame(rows if ties else [], columns=["run", "quarter", "state_a", "state_b", "arena", "tie"]),
        "states": pd.DataFrame(shares, columns=["run", "quarter", "state", *poles]),
        "organisations": pd.DataFrame(
            bodies, columns=["run", "quarter", "organisation", "members", "vitality", "bloc_index"]
        ),
        "runs": pd.DataFrame({"run": range(runs), "status": "ok", "organisation": ["FOUNDED_1", *[None] * (runs - 1)]}),
    }
    manifest = {
        "scenario": "Made by hand", "arm": "scenario", "start": start, "end": end, "focus": "CLUB", "changes": [],
        "states": {code: f"State {code}" for code in states}, "poles": {code: f"Pole {code}" for code in poles},
        "organisations": {"CLUB": "The club", "FOUNDED_1": "FOUNDED_1"}, "led_by": {"CLUB": None, "FOUNDED_1": None},
        "locations": places | {code: place for code, place in poles.items() if place},
    }  # fmt: skip
    return Results(manifest, tables)


@pytest.fixture(scope="module")
def results():
    return made()


def all_text(axes):
    return " ".join(text.get_text() for text in axes.figure.findobj(matplotlib.text.Text)).replace("\n", " ")


def test_outlines_load_and_every_ring_is_closed():
    countries = outlines()
    assert {"ARM", "AZE", "GEO", "TUR", "KAZ", "USA", "RUS", "FJI"} <= set(countries)
    assert all(len(code) == 3 and code.isupper() for code in countries if code) and len(countries) > 200
    for rings in countries.values():
        for ring in rings:
            assert np.array_equal(ring[0], ring[-1]) and np.all(np.abs(ring) <= [180.001, 90.001])


def test_neighbours_share_their_border():
    points = [{tuple(point) for ring in outlines()[code] for point in ring.round(2)} for code in ("ARM", "AZE")]
    assert len(points[0] & points[1]) > 10


def test_a_code_is_a_country_only_where_that_country_lies():
    assert all(mismatch(code, PLACES[code]) == "" for code in ("ARM", "AZE", "GEO"))
    assert mismatch("TRNC", PLACES["TRNC"]) == mismatch("", [0, 0]) == "no outline has that code"
    assert mismatch("NOR", [50, 10]) == "the country of that code lies elsewhere"  # the Northland of the README


def test_the_projection_keeps_distances_from_the_middle_and_areas():
    project = centred_on([[40.0, 50.0]])
    assert np.allclose(project(50.0, 40.0), 0.0)
    north = project(50.0, 41.0)
    assert north[0] == pytest.approx(0.0, abs=1e-9) and north[1] == pytest.approx(0.1112, abs=1e-3)  # thousand km
    corners = project(np.array([60, 61, 61, 60]), np.array([45, 45, 46, 46]))
    x, y = corners.T
    area = 0.5 * abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))
    exact = 6.371**2 * np.radians(1) * (np.sin(np.radians(46)) - np.sin(np.radians(45)))
    assert area == pytest.approx(exact, rel=1e-3)


def test_the_middle_of_places_on_both_sides_of_the_antimeridian_lies_between_them():
    middle = centred_on([[0.0, 170.0], [0.0, -170.0]])
    assert abs(middle.east) == pytest.approx(180.0)
    assert centred_on([[0.0, 0.0], [0.0, 180.0]]) == (0.0, 0.0)  # no middle


def test_no_line_is_drawn_where_outlines_were_cut_at_the_antimeridian():
    project = centred_on([[66.0, 180.0]])
    view = view_of(np.array([[-1.0, -1.0], [1.0, 1.0]]))
    filled, lines = visible(outlines()["RUS"], project, view)
    assert filled
    for line in lines:
        seam = np.abs(line[:, 0]) < 1e-3  # the meridian of 180° runs up the middle of this map
        assert not (seam[1:] & seam[:-1]).any()


def test_the_ring_around_the_antipode_does_not_fill_the_map():
    project = centred_on([[-20.0, 178.0]])  # its antipode lies in Mali
    filled, _ = visible(outlines()["MLI"], project, (-99.0, 99.0, -99.0, 99.0))
    assert filled == []


def test_a_dashed_line_leads_to_the_foremost_pole_of_a_state_that_has_one():
    results = made()
    shares = {"ARM": (0.1, 0.5), "AZE": (0.3, 0.2), "GEO": (0.19, 0.1), "TRNC": (0.2, 0.0)}
    for state, (far, near) in shares.items():
        results.states.loc[results.states["state"] == state, ["FAR", "NEAR", "NOWHERE"]] = far, near, 0.0
    shown = shown_at(results, results.quarter("2019Q4"), None, None, None)
    assert shown.foremost == [("ARM", "NEAR", 0.5), ("AZE", "FAR", 0.3), ("GEO", "FAR", 0.19), ("TRNC", "FAR", 0.2)]
    axes = tie_map(results)
    (dashed,) = [lines for lines in axes.collections if lines.get_label() == "poles"]
    assert [round(float(width), 2) for width in dashed.get_linewidths()] == [1.0, 0.6, 0.4]  # Georgia's is too small
    assert "Dashed: to the great power that has the largest share of a state's ties" in all_text(axes)


def test_a_pole_within_the_map_looks_like_no_state_and_like_no_pole_beyond_it(results):
    axes = tie_map(results)
    (poles,) = [one for one in axes.collections if one.get_zorder() == 4]
    (states,) = [one for one in axes.collections if one.get_zorder() == 5]
    corners = [len(path.vertices) for path in poles.get_paths()]
    assert corners[0] == corners[2] == corners[1] < len(states.get_paths()[0].vertices)  # four sides, no circle
    far, near, nowhere = (path.get_extents().width for path in poles.get_paths())
    assert far == nowhere and near == pytest.approx(far * 2**0.5)  # a diamond, and squares
    faces = [tuple(face) for face in poles.get_facecolors()]
    assert faces[0] == faces[2] == matplotlib.colors.to_rgba("white") != faces[1]
    labels = {text.get_text() for text in axes.texts}
    assert {"Pole NEAR (pole)", "Pole FAR", "Pole NOWHERE"} <= labels
    key = [text.get_text() for text in axes.figure.legends[0].get_texts()]
    assert key[-2:] == ["pole", "pole off map"]
    box = axes.figure.legends[0].get_window_extent()
    assert box.x0 > 0 and box.x1 < axes.figure.bbox.width
    no_pole_here = tie_map(made(poles={"FAR": POLES["FAR"]}))
    assert "pole" not in [text.get_text() for text in no_pole_here.figure.legends[0].get_texts()]


def test_poles_beyond_the_view_stand_at_its_edge_in_their_direction():
    view = (-2.0, 2.0, -1.0, 1.0)
    assert beyond(np.array([1.0, 0.5]), view, 0.1) < 1.0 < beyond(np.array([8.0, 2.0]), view, 0.1)
    assert np.allclose(to_the_edge(np.array([8.0, 2.0]), view, 0.1), [1.9, 0.475])


def test_lines_bend_the_same_way_whichever_end_comes_first():
    one, other = (
        arc(np.array([0.0, 0.0]), np.array([2.0, 0.0]), 0.1),
        arc(np.array([2.0, 0.0]), np.array([0.0, 0.0]), 0.1),
    )
    assert np.allclose(one, other) and one[:, 1].max() == pytest.approx(0.2, abs=2e-3)


def test_a_quarter_is_the_median_over_runs_of_the_mean_over_arenas(results):
    shown = shown_at(results, quarter_of(results, "2019Q1"), None, "CLUB", None)
    assert shown.ties["ARM", "AZE"] == pytest.approx((1 + 1.5) / 20)  # run 1, mean of arenas 0–3
    assert shown.members == {"ARM", "AZE"} and shown.states == set(PLACES)
    alone = shown_at(results, quarter_of(results, None), "culture", "CLUB", 0)
    assert alone.ties["ARM", "AZE"] == pytest.approx(2 * 2 / 20) and alone.members == {"ARM", "AZE", "GEO"}
    assert alone.poles == pytest.approx(dict.fromkeys(POLES, 0.2))


def test_the_map_draws_each_tie_by_its_strength_and_marks_members(results):
    axes = tie_map(results)
    ties = shown_at(results, quarter_of(results, None), None, None, None).ties
    lines = next(
        c for c in axes.collections if isinstance(c, matplotlib.collections.LineCollection) and c.get_zorder() == 3
    )
    assert np.allclose(np.sort(lines.get_linewidths()), WIDEST * np.sort(ties[ties >= SMALL]))
    grey = np.asarray(lines.get_colors())[:, :3] @ [0.299, 0.587, 0.114]
    assert np.all(np.diff(grey) > 0)  # from strong to weak: darkest first, and weak ones over strong ones
    states = next(c for c in axes.collections if c.get_zorder() == 5)
    dark = matplotlib.colors.to_rgba(MEMBER)
    marked = [code for code, face in zip(sorted(PLACES), states.get_facecolors(), strict=True) if tuple(face) == dark]
    assert marked == ["ARM", "AZE"]
    said = all_text(axes)
    for words in ("2020Q4", "Made by hand", "median of 3 runs", "The club", "Natural Earth", "State TRNC", "Pole NEAR"):
        assert words in said
    assert "in its direction: Pole FAR, beyond" in said and "without a place in the world's file: Pole NOWHERE" in said
    assert "so not shaded: State TRNC (TRNC: no outline has that code)" in said
    assert axes.figure.get_figwidth() == 6.5


def test_labels_do_not_cover_one_another(results):
    axes = tie_map(results)
    boxes = [text.get_window_extent() for text in axes.texts if text.get_visible()]
    assert len(boxes) == len(PLACES) + len(POLES)
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]


def test_invented_states_stand_on_an_empty_plane():
    axes = tie_map(made({"NOR": [50, 10], "SUD": [45, 12], "EST": [47, 15]}))
    assert axes.patches == [] or all(patch.get_zorder() != 1 for patch in axes.patches)
    assert "No coast is drawn: no state has the ISO 3166-1 alpha-3 code" in all_text(
        axes
    ) and "Natural Earth" not in all_text(axes)


def test_a_map_within_a_larger_figure_has_its_title_on_the_axes(results):
    axes = matplotlib.pyplot.subplots(1, 2)[1][0]
    assert tie_map(results, 2020, axes=axes) is axes
    assert axes.get_title(loc="left") == "Ties between states, 2020Q1"


def test_of_one_run_what_gives_its_class_is_marked(results):
    assert (matched(results, None), matched(results, 0), matched(results, 1)) == ("CLUB", "FOUNDED_1", "CLUB")
    assert "run 0" in all_text(tie_map(results, run=0))


def test_wrong_choices_name_the_fix(results, tmp_path):
    with pytest.raises(NcrError, match=r"hold no ties.*ncr run SCENARIO --ties --out DIR"):
        tie_map(made(ties=False))
    with pytest.raises(NcrError, match="hold no ties"):
        animate(made(ties=False), tmp_path / "a.gif")
    for choice, words in (
        ({"quarter": "2031Q1"}, "run from 2019Q1 to 2020Q4"),
        ({"quarter": "spring"}, "a quarter such as 2019Q4"),
        ({"arena": "trade"}, "there are defence, connectivity"),
        ({"organisation": "CLUBS"}, "no organisation CLUBS here"),
        ({"organisation": "FOUNDED_1"}, "another body in every run"),
        ({"run": 3}, "from 0 to 2"),
    ):
        with pytest.raises(NcrError, match=words):
            tie_map(results, **choice)
    old = made()
    del old.manifest["locations"]
    with pytest.raises(NcrError, match="run the scenario again"):
        tie_map(old)
    for file, words in (("a.mp4", "ends in .gif"), (Path(__file__) / "a.gif", "cannot be written")):
        with pytest.raises(NcrError, match=words):
            animate(results, tmp_path / file)
    with pytest.raises(NcrError, match="1 or more quarters"):
        animate(results, tmp_path / "a.gif", every=0)
    assert list(tmp_path.iterdir()) == []


def test_an_animation_has_a_frame_a_year_and_ends_with_the_last_quarter(results, tmp_path):
    from PIL import Image

    file = animate(results, tmp_path / "ties.gif", dpi=60)
    with Image.open(file) as image:
        frames = []
        for k in range(image.n_frames):
            image.seek(k)
            frames.append((np.asarray(image.convert("L")), image.info["duration"]))
    assert len(frames) == 2  # 2019Q4 and 2020Q4; the last is one frame that stays
    assert frames[1][1] > 2 * frames[0][1]
    assert np.any(frames[0][0] != frames[1][0])
    assert file.stat().st_size < 200_000

"""Figures look as they did (pictures in tests/images, renewed by ``python tests/images.py``), and ``ncr plot`` draws them."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib
import matplotlib.pyplot
import numpy as np
import pandas as pd
import pytest
from images import FOLDER, ORGANISATIONS, draw, drawings, made_boxes, made_results, made_sweep, save, version_of
from matplotlib.testing.compare import compare_images
from PIL import Image
from sweeps import ncr, plan

from analysis import plots
from analysis.discovery.boxes import Box, Limit
from analysis.discovery.sweep import Discovery
from analysis.plots.boxes import boxes_of
from analysis.plots.kinds import KINDS, SORTS, drawing
from analysis.plots.organisation import _first_quarters
from analysis.plots.phase_cells import Cells, carried, cells, cut, interval
from analysis.plots.style import NOT_PARTNERS, OTHERS, PAGE
from analysis.plots.triangle import HEIGHT, place
from analysis.sweep_outcomes import read_outcome, unfinished
from sim.errors import NcrError
from sim.results import Results
from sim.statistics import clustered_share, wilson

matplotlib.use("Agg")
TOLERANCE = 3.0  # root of the mean squared difference, of 255
NEW = "python tests/images.py draws new ones"


def words(axes) -> str:
    """All text of the figure of ``axes``."""
    texts = np.ravel(axes)[0].figure.findobj(matplotlib.text.Text)
    return " ".join(text.get_text() for text in texts).replace("\n", " ").replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(autouse=True)
def _closed():
    """No figure stays open after the test that drew it."""
    yield
    matplotlib.pyplot.close("all")


@pytest.mark.parametrize("name", drawings())
def test_picture_is_as_it_was_as_wide_as_a_page_and_readable(name, tmp_path):
    figure = draw(name)
    texts = [text for text in figure.findobj(matplotlib.text.Text) if text.get_text()]
    assert figure.get_size_inches()[0] == PAGE and figure.get_size_inches()[1] <= 9.0
    assert figure.texts[0].get_fontsize() == 13 and min(text.get_fontsize() for text in texts) >= 5.5
    assert not [text.get_text() for text in figure.texts if text.get_window_extent().x1 > figure.bbox.width + 1]
    kept, here = FOLDER / f"{name}.png", ".".join(matplotlib.__version__.split(".")[:2])
    if version_of(kept) != here:
        pytest.skip(f"pictures were drawn by matplotlib {version_of(kept)}, here is {here}; {NEW}")
    assert compare_images(str(kept), str(save(figure, tmp_path / "new.png")), tol=TOLERANCE) is None


def test_pictures_are_small_and_all_have_a_drawing():
    files = list(FOLDER.glob("*.png"))
    assert {file.stem for file in files} == set(drawings())
    assert max(file.stat().st_size for file in files) < 10_000


def test_a_picture_of_other_results_is_told_apart(tmp_path, monkeypatch):
    monkeypatch.setattr("images.made_results", lambda *args, **settings: made_results(0.5, **settings))
    told = compare_images(
        str(FOLDER / "depth.png"), str(save(draw("depth"), tmp_path / "new.png")), tol=TOLERANCE, in_decorator=True
    )
    assert told and told["rms"] > 2 * TOLERANCE


def test_lines_of_an_alignment_are_told_apart_in_grey():
    axes = plots.alignment(made_results(), "BEX")
    lines = [line for line in axes.get_lines() if not line.get_label().startswith("_")]
    looks = {(str(line._unscaled_dash_pattern), line.get_marker()) for line in lines}
    assert len(lines) == 5 and len(looks) == len(lines)


def many_partners():
    """Eight bodies: BEX is tied to the first six, ever less, all else to the last two; a ninth is of no weight."""
    results = made_results(twin=False)
    bodies = [f"BODY_{k}" for k in range(9)]
    shares = {"BEX": [0.2, 0.18, 0.16, 0.14, 0.12, 0.1, 0.05, 0.04, 0.001]}
    for k, code in enumerate(bodies):
        results.manifest["organisations"] = results.manifest["organisations"] | {code: f"Body {k}"}
        results.states[code] = [shares.get(state, [0] * 7 + [0.5, 0.3])[k] for state in results.states["state"]]
    results.states[["NORTH", "SOUTH", "LEAGUE", "PACT"]] = 0.0
    return results


def drawn_by_name(axes) -> set[str]:
    return {label for label in axes.get_legend_handles_labels()[1] if label not in (OTHERS, "no common organisation")}


def test_no_partner_is_hidden_that_is_larger_in_its_panel_than_one_drawn_there():
    grid = plots.alignment_panels(many_partners(), ["BEX", "CAV"])
    assert drawn_by_name(grid[0]) == {*(f"Body {k}" for k in range(5)), "League"}  # the focus always
    assert drawn_by_name(grid[1]) == {"Body 7", "Body 8", "League"}
    said = words(grid)
    assert (
        "In each panel the 5 partners with the largest median shares there have lines of their own (League always)"
        in said
    )
    assert "the largest of them Body 5, at most 0.10 (Bexland)" in said
    legend = [text.get_text() for text in grid[0].figure.legends[0].get_texts()]
    assert len(set(legend)) == len(legend) == 10 and legend[0] == "League" and legend[-2] == OTHERS


def test_a_single_partner_is_never_called_others():
    results = many_partners()
    results.states[["BODY_6", "BODY_7"]] = 0.0
    axes = plots.alignment(results, "BEX")
    assert drawn_by_name(axes) == {*(f"Body {k}" for k in range(6)), "League"}
    assert OTHERS not in axes.get_legend_handles_labels()[1] and "below 0.01 are left out" in words(axes)


def test_long_names_in_a_legend_stay_within_the_page():
    results = many_partners()
    for code in results.manifest["organisations"]:
        results.manifest["organisations"][code] = f"Organisation for the good of all coasts and of all hills, {code}"
    figure = plots.alignment_panels(results, ["BEX", "CAV"])[0].figure
    figure.draw_without_rendering()
    frame, legend = figure.bbox, figure.legends[0].get_window_extent()
    assert legend.x1 <= frame.x1 and legend.y0 >= frame.y0
    notes = max(text.get_window_extent().y1 for text in figure.texts if text.get_fontsize() == 6.5)
    assert notes <= legend.y0 + 1 and legend.y1 <= min(axes.get_tightbbox().y0 for axes in figure.axes) + 1


def test_organisations_have_lines_that_differ_from_those_of_others_in_colour_or_dash():
    from analysis.plots.style import partner_style

    results = many_partners()
    looks = [repr(partner_style(results, code)) for code in results.partners]
    assert len(set(looks)) == len(looks)
    assert len({repr(partner_style(results, f"BODY_{k}")[1]) for k in (1, 3, 5)}) == 3  # neighbours but one, in grey


def test_alignment_marks_dated_changes_of_leader_and_says_how_many_come_by_chance():
    results = made_results()
    results.states.loc[5, "leader_change"] = "by chance"
    marks = [line for line in plots.alignment(results, "BEX").get_lines() if line.get_marker() == "^"]
    assert [list(line.get_xdata()) for line in marks] == [[2006.25]]
    assert "0.1 more a run come by chance" in words(plots.alignment(results, results.states["state"][5]))
    assert "by chance" not in words(plots.alignment(results, "BEX"))


def test_the_sum_of_other_partners_has_a_band_and_a_twin():
    axes = plots.alignment(made_results(), "BEX", partners=["LEAGUE", OTHERS])
    others = [line for line in axes.get_lines() if line.get_color() == NOT_PARTNERS[OTHERS][0]]
    assert [line.get_linewidth() for line in others if line.get_marker() != "^"] == [1.6, 0.7]


def test_stacked_shares_sum_to_one():
    for axes in plots.shares(made_results()):
        top = max(path.get_extents().y1 for area in axes.collections for path in area.get_paths())
        assert top == pytest.approx(1.0, abs=1e-6)


def test_corners_of_the_triangle():
    assert place(np.eye(3)) == pytest.approx(np.array([[0, 0], [1, 0], [0.5, HEIGHT]]))
    assert place([[1 / 3, 1 / 3, 1 / 3]])[0] == pytest.approx([0.5, HEIGHT / 3])


def test_the_triangle_leaves_out_who_has_no_ties_to_the_three_and_says_so():
    results = made_results()
    none = results.states["state"] == "DUN"
    results.states.loc[none, ["NORTH", "SOUTH", "LEAGUE"]] = 0.0
    text = words(plots.triangle(results))
    assert "Left out, with less than 5%: Dunmere" in text and "ALD Aldmark 59%" in text
    with pytest.raises(NcrError, match="a triangle has two poles"):
        plots.triangle(results, poles=["NORTH"])
    with pytest.raises(NcrError, match="no pole EAST here"):
        plots.triangle(results, poles=["NORTH", "EAST"])


def overlapping(texts) -> list[tuple[str, str]]:
    """Pairs of texts of which one lies on the other."""
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts if text.get_text() and text.get_visible()]
    return [(a, b) for k, (a, one) in enumerate(boxes) for b, other in boxes[k + 1 :] if one.overlaps(other)]


@pytest.mark.parametrize(
    "names", [{}, {"LEAGUE": "League of all the states of the long coast and the far hills, later Union"}]
)
def test_headings_of_the_triangle_and_of_membership_lie_on_nothing(names):
    results = made_results(
        organisations=ORGANISATIONS | names, poles={"NORTH": "The great power of the north", "SOUTH": "South"}
    )
    results.organisations["members"] = "BEX,CAV"  # two rows: a low figure
    results.twin.organisations["members"] = "BEX,CAV"
    for grid in (plots.triangle(results), plots.membership(results)):
        figure = grid[0].figure
        figure.draw_without_rendering()
        titles = [axes.title for axes in grid] + [axes._left_title for axes in grid]
        assert not overlapping([*figure.texts, *titles, *grid[0].get_yticklabels()])
        corners = [text for axes in grid for text in axes.texts if text.get_text().startswith("only")]
        assert not overlapping([*corners, *titles])
    assert (
        plots.triangle(results)[0]
        .figure.texts[0]
        .get_text()
        .startswith("Between The great power of the north, South and")
    )


def test_labels_of_paths_that_end_at_one_place_stand_apart():
    results = made_results(twin=False)
    shares = ["NORTH", "SOUTH", "LEAGUE"]
    for state in ("CAV", "DUN"):
        results.states.loc[results.states["state"] == state, shares] = results.states.loc[
            results.states["state"] == "BEX", shares
        ].to_numpy()
    axes = plots.triangle(results)[0]
    axes.figure.draw_without_rendering()
    labels = [text for text in axes.texts if text.get_text() in ("BEX", "CAV", "DUN")]
    assert len(labels) == 3 and not overlapping(labels)


def test_figures_say_how_they_are_to_be_read():
    results = made_results()
    assert "half of the runs lie in the darker band and 90 % in the paler one" in words(plots.alignment(results, "BEX"))
    assert "Bands show how runs differ, not how sure a median is." in words(plots.alignment_panels(results))
    assert "Bands show how runs differ" in words(plots.depth(results))
    said = words(plots.triangle(results, poles=["SOUTH", "NORTH"]))
    assert "of North along the bottom, of League up the right side, of South down the left side" in said
    assert "from the open mark (the first) to the filled one (the last)" in said
    assert ("In rows: at the left all South" in said) == ("Rows below" in said)
    said = words(plots.plane(results))
    assert "the open circle is 2004Q1, the filled one 2009Q4. The cross there stretches over the middle half" in said


def test_joining_shows_the_share_of_runs_that_join_and_when():
    axes = plots.joining(made_results())
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Bexland", "Cavia", "Dunmere"]
    assert [text.get_text() for text in axes.texts if "%" in text.get_text()] == [
        "100%",
        "100%",
        "100%",
        "100%",
        "88%",
        "62%",
    ]
    nobody = made_results(twin=False)
    nobody.organisations["members"] = ""
    first = nobody.organisations["quarter"].min()
    nobody.organisations.loc[nobody.organisations["quarter"] == first, "members"] = "BEX"
    said = words(plots.joining(nobody))
    assert "no state joins for a year" in said and "Nobody joins or leaves" not in said


@pytest.mark.parametrize("members", ["BEX,CAV", ""])
def test_where_nobody_ever_joins_or_leaves_the_figure_says_so(members):
    results = made_results()
    for arm in (results, results.twin):
        arm.organisations["members"] = members
    drawn = plots.joining, plots.membership
    assert all("Nobody joins or leaves in any run" in words(draw(results)) for draw in drawn)
    results.twin.organisations.loc[5, "members"] = "DUN"  # one quarter of one run of the twin
    assert not any("Nobody joins or leaves" in words(draw(results)) for draw in drawn)
    results.twin.organisations["members"] = members
    results.organisations = results.organisations.drop(index=0)  # it does not exist in one quarter of one run
    assert not any("Nobody joins or leaves" in words(draw(results)) for draw in drawn)


def test_who_leaves_within_a_year_has_not_joined():
    results = made_results(twin=False)
    quarters = sorted(set(results.organisations["quarter"]))
    for k, members in enumerate(["BEX", "BEX", "BEX", *[""] * 5, *["BEX,CAV"] * 4, *[""] * 10, "DUN", "DUN"]):
        results.organisations.loc[results.organisations["quarter"] == quarters[k], "members"] = members
    found = _first_quarters(results, "LEAGUE")
    assert {state: set(years) for state, years in found.items()} == {"BEX": {2006.0}, "CAV": {2006.0}, "DUN": {2009.5}}


def test_cells_of_a_grid_have_the_mean_and_wilsons_interval():
    sweep = made_sweep()
    sweep.design["noise"] = 0.0
    found = cells(sweep, "retreat", "strain", read_outcome("soft_bloc"))
    table = found.table
    assert len(table) == 36 and not (found.x.bins or found.y.bins) and (table["runs"] == 8).all()
    assert found.x.edges == pytest.approx([0, 0.1, 0.3, 0.5, 0.7, 0.9, 1])  # not beyond what was swept
    assert found.x.at == pytest.approx(np.linspace(0, 1, 6))
    cell = table[(table["column"] == 3) & (table["row"] == 3)].iloc[0]  # 0.6 and 0.6
    count = round(8 * cell["mean"])
    assert 0 < count < 8 and (cell["low"], cell["high"]) == pytest.approx(wilson(count, 8))


def test_runs_of_one_replicate_are_no_independent_evidence():
    rows = next(iter(made_sweep(levels=4).shards()))
    rows = rows.assign(value=rows["soft_bloc"].astype(float))[["replicate", "value"]]
    by_replicate = rows.groupby("replicate")["value"]
    mean, low, high = interval(rows, True, True)
    assert (low, high) == pytest.approx(clustered_share(by_replicate.sum(), by_replicate.count()))
    alone = interval(rows, True, False)
    assert alone[1:] == pytest.approx(wilson(round(rows["value"].sum()), len(rows)))
    assert high - low > alone[2] - alone[1] and mean == alone[0]


def test_an_unfinished_sweep_is_told_what_goes_on_with_it_and_what_can_be_drawn():
    sweep = made_boxes()[0]
    sweep.made = 100
    said = unfinished(sweep)
    assert "is unfinished (100 of 576 runs); go on with the command that began it" in said and "--out made)" in said
    assert said.endswith("`ncr plot made phase` draws what there is")
    sweep.manifest["identity"]["design"]["kind"] = "morris"  # of which there is no phase diagram
    assert "phase" not in unfinished(sweep)


def test_a_phase_diagram_names_what_is_wrong():
    for settings, told in (
        ({"x": "other"}, "no axis other"), ({"x": "strain", "y": "strain"}, "are both strain"),
        ({"outcome": "blocs"}, "no outcome is called `blocs`"),
    ):  # fmt: skip
        with pytest.raises(NcrError, match=told):
            plots.phase(made_sweep(), **settings)
    lonely = made_sweep()
    lonely.design["strain"] = 1.0
    with pytest.raises(NcrError, match="strain has one value"):
        plots.phase(lonely)
    for levels in (2, 3):  # a small grid is a grid, not bins
        found = cells(made_sweep(levels), "retreat", "strain", read_outcome("bloc_index"))
        assert not found.x.bins and len(found.x.edges) == levels + 1 and len(found.table) == levels**2
    trajectories = made_sweep()
    trajectories.manifest["identity"] = {"independent": False, "design": {"kind": "morris"}}
    with pytest.raises(NcrError, match="Morris design are too few points"):
        plots.phase(trajectories)


def test_boxes_are_drawn_where_discovery_finds_them(monkeypatch):
    sweep = made_sweep(12, 1, scattered=True)
    sweep.manifest["identity"] = {"independent": True, "design": {"kind": "latin_hypercube"}}
    rows = next(sweep.shards())
    rows["soft_bloc"] = (rows["strain"] > 0.4) & (rows["retreat"] < 0.7)  # the shards give this frame
    limits = Limit("strain", True, 0.4), Limit("retreat", False, 0.7), Limit("noise", True, 0.1)
    facts = {"sweep": "Made by hand", "scenario": "Made by hand", "outcome": "soft_bloc", "share": 0.5, "replicates": 1}
    facts |= {"points": 144, "interest": int(rows["soft_bloc"].sum()), "names": {}, "parameters": "As set"}
    found = Discovery([Box(limits, 60, 50, 0.8, 0.9, 0.7, 0.85, 1e-5)], [], ["a warning"], facts)
    monkeypatch.setattr("analysis.discovery.discover", lambda *_, **__: found)
    axes = plots.boxes(sweep)
    (box,) = [patch for patch in axes.patches if type(patch).__name__ == "Rectangle"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("strain", "retreat")  # the first two that a box restricts
    assert box.get_x() == 0.4 and box.get_y() + box.get_height() == 0.7 and box.get_y() < 0.01
    assert len(axes.collections[1].get_offsets()) == rows["soft_bloc"].sum()
    for said in ("points have it. As set. 1: strain > 0.4 and retreat < 0.7 and noise > 0.1; coverage 80%, density 90%; left out 70% and 85%.",
                 "Boxes are also bounded in noise, which is not drawn.", "Note: a warning."):  # fmt: skip
        assert said in words(axes)
    monkeypatch.setattr("analysis.discovery.discover", lambda *_, **__: replace(found, boxes=[]))
    axes = plots.boxes(sweep, x="noise")
    assert not axes.patches and "No box: none is denser" in words(axes) and axes.get_xlabel() == "noise"
    few = replace(found, boxes=[], facts=facts | {"interest": 9})
    monkeypatch.setattr("analysis.discovery.discover", lambda *_, **__: few)
    assert "No box" not in words(plots.boxes(sweep))  # none was looked for; a note says why
    monkeypatch.setattr(
        "analysis.discovery.discover", lambda *_, **__: pytest.fail("a misspelt axis is told before the search")
    )
    with pytest.raises(NcrError, match="no axis other"):
        plots.boxes(sweep, y="other")


def test_points_of_boxes_are_filled_by_the_share_that_was_asked_for(folders, monkeypatch, capsys):
    filled = [len(boxes_of(*made_boxes(share)).collections[1].get_offsets()) for share in (0.25, 0.5, 1.0)]
    assert filled[0] > filled[1] > filled[2] > 0
    assert "in at least 25% of their 4 runs" in words(boxes_of(*made_boxes(0.25)))
    asked = []
    module = sys.modules["analysis.plots.boxes"]  # the package gives the function of that name
    monkeypatch.setattr(module, "boxes", lambda _, **given: asked.append(given) or boxes_of(*made_boxes()))
    code, out, _ = ncr(monkeypatch, capsys, "plot", folders / "sweep", "boxes", "--share", 0.25, "--json")
    assert code == 0 and asked == [{"share": 0.25}] and json.loads(out)["file"].endswith("boxes-0.25.png")
    code, out, err = ncr(monkeypatch, capsys, "plot", folders / "sweep", "phase", "--share", 0.25)
    assert (code, out) == (1, "") and "--share: “phase” has no such choice" in err
    monkeypatch.undo()
    code, out, err = ncr(monkeypatch, capsys, "plot", folders / "sweep", "boxes", "--share", 0)
    assert (code, out) == (1, "") and "share 0: write a number above 0" in err


def test_a_flat_surface_has_no_contour_and_says_so():
    said = words(plots.phase(made_sweep(4, flat=True)))
    assert (
        "The same in every cell: 0 (95 % intervals are 0.32 wide): no contour. Intervals reach up to 0.32: what" in said
    )
    assert "No run has a soft bloc (intervals of cells reach 0.32): retreat and strain" in said
    none = words(plots.phase(made_sweep(4, flat=True), outcome="bloc_index>0.5"))
    assert "No run has bloc_index>0.5 (intervals of cells reach 0.32): retreat and strain" in none
    rising = plots.phase(made_sweep())
    assert contours(rising) == 2 and "No " not in words(rising) and "no contour" not in words(rising)


def test_no_run_so_far_is_not_no_run_in_any_cell():
    rows = next(made_sweep(4, flat=True).shards())
    for point, runs, told, measured in (  # the first points alone, all their runs or one of them
        (6, 8, "No run so far has a soft bloc (intervals of cells reach 0.32)", "bloc_index is 0 in every cell that has runs so far"),
        (16, 1, "No run so far has a soft bloc (too few for an interval)", "bloc_index is 0 in every cell so far"),
    ):  # fmt: skip
        sweep, part = made_sweep(4, flat=True), rows[(rows["point"] < point) & (rows["replicate"] < runs)]
        sweep.finished = False
        sweep.shards = lambda columns=None, part=part: iter([part[columns]])
        said = words(plots.phase(sweep))
        assert told in said and ("The same in every cell that has runs: 0" in said) == ("Hatched: no run" in said)
        part = part.assign(bloc_index=0.0)
        sweep.shards = lambda columns=None, part=part: iter([part[columns]])
        assert measured in words(plots.phase(sweep, outcome="bloc_index"))


def test_outer_cells_are_told_of_where_an_axis_has_levels():
    assert "outer cells end at their level" in words(plots.phase(made_sweep()))
    assert "outer cells" not in words(plots.phase(made_sweep(12, 2, scattered=True), outcome="bloc_index"))


def contours(axes) -> int:
    """How many sets of contours are drawn."""
    return len([line for line in axes.collections if type(line).__name__ == "QuadContourSet"])


def test_contours_are_drawn_only_where_the_runs_carry_them():
    for sweep, told, title in (
        (
            made_sweep(6, 2),
            "No contour is sure at this number of runs: at no level do the",
            "retreat and strain: no contour is sure",
        ),
        (made_sweep(2, 50), "No contours: an axis with fewer than 3 cells has none", "emerge? retreat and strain"),
    ):
        axes = plots.phase(sweep)
        assert contours(axes) == 0 and told in words(axes)
        assert axes.figure.texts[0].get_text().replace("\n", " ").endswith(title)
    found = cells(made_sweep(), "retreat", "strain", read_outcome("soft_bloc"))
    assert carried(found, (0.05, 0.5, 0.95)) == [
        0.5
    ]  # eight runs without a bloc do not say that it is rarer than 1 in 20
    one_sure_cell = found.table.assign(low=[0.6, *[0.0] * 35])
    assert carried(found._replace(table=one_sure_cell), (0.5,)) == []
    assert carried(found._replace(table=found.table.assign(runs=3)), (0.5,)) == []


def test_cells_of_the_same_chances_have_no_contour_where_a_class_is_drawn():
    draw = np.random.default_rng(1)
    drawn = 0
    for runs in (2, 3, 4, 8):
        for _ in range(10):
            sure = pd.DataFrame({"column": np.tile(range(5), 5), "row": np.repeat(range(5), 5), "runs": runs})
            values = pd.Series(
                draw.choice([3.0, 4.0], (25, runs)).tolist()
            )  # a class: runs of a cell are often all alike
            ends = [interval(pd.DataFrame({"value": v, "replicate": range(runs)}), False, False) for v in values]
            sure[["mean", "low", "high"]] = ends
            axis = cut("x", np.repeat(np.arange(5.0), 2), 10)
            drawn += bool(carried(Cells(sure, axis, axis, 0), (3.2, 3.4, 3.6, 3.8)))
    assert (
        drawn <= 4
        and np.isnan(interval(pd.DataFrame({"value": [3.0] * 9, "replicate": range(9)}), False, False)[1:]).all()
    )


def test_a_phase_diagram_says_how_many_runs_failed_and_keeps_the_height_of_a_single_row():
    sweep = made_sweep()
    rows = next(sweep.shards())
    gone = rows["strain"] > 0.1
    rows.loc[gone, "status"] = "failed"
    rows.loc[gone, ["soft_bloc", "bloc_index"]] = None
    with pytest.warns(UserWarning, match="240 of 288 runs failed and are left out"):
        axes = plots.phase(sweep)
    assert "240 of 288 runs failed and are left out" in words(axes) and "Hatched: no run" in words(axes)
    assert axes.get_ylim() == pytest.approx((0, 1)) and axes.get_xlim() == pytest.approx((0, 1))
    assert cut("x", np.array([0.0, 0.0, 1.0, 1.0, 4.0, 4.0]), 6).edges.tolist() == [0.0, 0.5, 2.5, 4.0]


def test_every_kind_has_a_function_and_a_sort():
    for name, kind in KINDS.items():
        assert kind.needs in SORTS and callable(drawing(name)) and kind.shows


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    place = tmp_path_factory.mktemp("plots")
    made_results().save(place / "run")
    from sim.sweep.runner import run_sweep

    run_sweep(plan(replicates=2), place / "sweep")
    (place / "compared").mkdir()
    (place / "compared/comparison.json").write_text("{}")
    return place


def test_plot_draws_every_kind_of_a_run_into_its_folder(folders, monkeypatch, capsys):
    code, out, err = ncr(monkeypatch, capsys, "plot", folders / "run", "triangle", "--state", "BEX,CAV", "--json")
    assert code == 0 and err == ""
    said = json.loads(out)
    assert said["options"] == {"states": ["BEX", "CAV"]}
    assert Path(said["file"]) == folders / "run/figures/triangle-BEX-CAV.png" and Path(said["file"]).is_file()
    code, out, _ = ncr(
        monkeypatch,
        capsys,
        "plot",
        folders / "sweep",
        "phase",
        "--outcome",
        "bloc_index",
        "--out",
        folders / "new/p.pdf",
    )
    assert code == 0 and (folders / "new/p.pdf").read_bytes().startswith(b"%PDF")


def test_plot_lists_its_kinds(folders, monkeypatch, capsys):
    for sort in SORTS:  # those that can be drawn of the folder, and no other
        _, out, _ = ncr(monkeypatch, capsys, "plot", folders / sort)
        assert [name for name in KINDS if f" {name} " in out] == [name for name in KINDS if KINDS[name].needs == sort]
    code, out, err = ncr(monkeypatch, capsys, "plot", folders)
    assert (
        (code, out) == (1, "")
        and "holds no finished run and no sweep" in err
        and all(f" {name} " in err for name in KINDS)
    )
    code, _, err = ncr(monkeypatch, capsys, "plot", folders / "run", "aligment")
    assert code == 1 and "did you mean “alignment”?" in err
    code, _, err = ncr(monkeypatch, capsys, "plot", folders / "run", "pie")
    assert code == 1 and "no figure is called “pie”" in err and all(f" {name} " in err for name in KINDS)
    code, _, err = ncr(monkeypatch, capsys, "plot", "depth", folders / "run")
    assert code == 1 and f"the folder comes first: `ncr plot {folders / 'run'} depth`" in err


def test_a_folder_may_be_called_like_a_figure(tmp_path, monkeypatch, capsys):
    made_results().save(tmp_path / "depth")
    (tmp_path / "membership").mkdir()
    monkeypatch.chdir(tmp_path)
    code, out, err = ncr(monkeypatch, capsys, "plot", "depth", "membership")
    assert (code, err) == (0, "") and Path("depth/figures/membership.png").is_file()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("sweep", "depth"), "holds what `ncr sweep SWEEP --out DIR` wrote; “depth” is drawn from a folder of `ncr run"),
        (("run", "phase"), "of this folder draw one of alignment,"),
        (("nowhere", "depth"), "there is no such folder"),
        (("compared", "difference"), "holds a comparison of two results, with its figure (difference.png) and tables beside it"),
        (("compared",), "holds a comparison of two results"),
        (("run/twin", "plane"), "is a part of the run in"),
        (("run/manifest.json", "plane"), "is a file"),
        (("run", "depth", "--state", "BEX"), "--state: “depth” has no such choice; it takes --organisation"),
        (("run", "depth", "--organisation", "CLUB"), "no organisation CLUB here; there are LEAGUE, PACT"),
        (("run", "alignment", "--state", "XXX"), "no state XXX here"),
        (("run", "depth", "--out", "/proc/x.png"), "/proc: cannot be written to"),
        (("run", "depth", "--out", "x.jpg"), "name a file that ends in .png or .pdf or .svg"),
    ],
)  # fmt: skip
def test_plot_names_what_is_wrong_and_writes_nothing(folders, monkeypatch, capsys, given, told):
    before = sorted(folders.rglob("*"))
    if "--out" in given:  # is refused before anything is read
        monkeypatch.setattr("sim.results.Results.load", lambda _: pytest.fail("it was read"))
    code, out, err = ncr(monkeypatch, capsys, "plot", folders / given[0], *given[1:])
    assert code == 1 and out == "" and told in err and "Traceback" not in err
    assert sorted(folders.rglob("*")) == before


def founding_results(runs: int, arm: str = "scenario") -> Results:
    """Results with places for two bodies of a run's own, of which ``runs`` runs of an arm found the first."""
    own = {"FOUNDED_1": "FOUNDED_1", "FOUNDED_2": "FOUNDED_2"}
    results = made_results(
        organisations=ORGANISATIONS | own, led_by={"LEAGUE": None, "PACT": "NORTH"} | dict.fromkeys(own)
    )
    for one in (results, results.twin):
        one.__dict__["states"] = one.states.assign(**dict.fromkeys(own, 0.0))
    one = results if arm == "scenario" else results.twin
    mine = one.organisations[one.organisations["run"] < runs].assign(organisation="FOUNDED_1")
    one.__dict__["organisations"] = pd.concat([one.organisations, mine], ignore_index=True)
    return results


def test_a_body_that_no_run_founded_is_neither_offered_nor_drawn(tmp_path, monkeypatch, capsys):
    founding_results(3).save(tmp_path / "run")
    before = sorted(tmp_path.rglob("*"))
    for kind in ("depth", "membership", "joining", "triangle"):
        code, out, err = ncr(monkeypatch, capsys, "plot", tmp_path / "run", kind, "--organisation", "FOUNDED_2")
        assert (code, out) == (1, "") and "no run founded FOUNDED_2, nor one of the twin" in err
        assert "there are LEAGUE, PACT, FOUNDED_1\n" in err
    assert sorted(tmp_path.rglob("*")) == before
    code, _, _ = ncr(monkeypatch, capsys, "plot", tmp_path / "run", "depth", "--organisation", "FOUNDED_1")
    assert code == 0
    only_in_twin = founding_results(1, "twin")
    for drawing_of in (plots.depth, plots.membership, plots.joining, plots.triangle):
        axes = drawing_of(only_in_twin, organisation="FOUNDED_1")
        assert "with other members in every run; 0 of 8 runs founded one" in words(axes)
    nowhere = founding_results(0)
    nowhere.manifest["focus"], nowhere.organisations["bloc_index"] = None, 0.0
    with pytest.raises(NcrError, match="name one of LEAGUE, PACT$"):
        plots.depth(nowhere)


def test_figures_count_the_runs_that_ended(tmp_path, monkeypatch, capsys):
    results = made_results()
    results.runs.loc[[1, 3], "status"] = "failed"
    assert all("6 runs (2 more failed)" in words(draw(results)) for draw in (plots.plane, plots.joining, plots.shares))
    results.runs["status"], results.runs["reason"] = "failed", "rule 4"
    results.save(tmp_path / "failed")
    code, _, err = ncr(monkeypatch, capsys, "plot", tmp_path / "failed", "plane")
    assert code == 1 and "every run failed; nothing to draw. The first: rule 4" in err


def test_a_new_result_keeps_no_figure_of_the_earlier_one(tmp_path):
    for name in ("plane.png", "alignment-BEX.png", "mine.png"):
        (tmp_path / name).write_bytes(b"")
    plots.remove_figures(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.png"]


def test_results_read_back_draw_the_same_picture(folders, tmp_path):
    files = []
    for number, results in enumerate((made_results(), Results.load(folders / "run"))):
        files.append(tmp_path / f"{number}.png")
        plots.joining(results).figure.savefig(files[-1], dpi=40)
    one, two = (np.asarray(Image.open(file)) for file in files)
    assert np.array_equal(one, two)


def test_the_page_of_figures_has_a_command_for_every_kind():
    page = (Path(__file__).resolve().parent.parent / "docs/figures.md").read_text()
    rows = {line.split("|")[1].strip(): line for line in page.splitlines() if line.startswith("| ")}
    assert set(rows) - {"figure"} == set(KINDS)
    assert all(f"DIR {name}" in rows[name] for name in KINDS)

"""Figures: each draws what it says, on Axes that it returns."""

from pathlib import Path

import matplotlib
import pytest

from analysis import plots
from analysis.plots.style import marked_events, partner_style
from sim.engine import simulate
from sim.errors import NcrError
from sim.results import TABLES, Results
from sim.scenario.schema import Scenario

matplotlib.use("Agg")
TEACHING = Path(__file__).resolve().parent.parent / "scenarios/teaching/twelve.yaml"


@pytest.fixture(scope="module")
def results():
    """Four runs with one parameter that is not the default."""
    return simulate(Scenario.load(TEACHING).replace(parameters={"w_threat": 1.5}, replicates=4))


def test_alignment_of_one_state_shows_medians_bands_and_twin(results):
    axes = plots.alignment(results, "BEX")
    assert "Bexland" in axes.get_title(loc="left")
    assert len(axes.collections) >= 2 * 4  # a 50 and a 90 % band a partner
    assert axes.figure.legends


def test_an_unknown_state_is_named(results):
    for draw in (lambda: plots.alignment(results, state="AZR"), lambda: plots.alignment_panels(results, ["AZR"])):
        with pytest.raises(NcrError, match="no state AZR here; there are"):
            draw()


@pytest.fixture(scope="module")
def panels(results):
    return plots.alignment_panels(results)


def test_panels_take_the_members_of_the_focus_first(results, panels):
    assert len(panels) == 6
    assert set(plots.leading_states(results, 2)) <= set(results.manifest["states"])


def test_a_partner_looks_the_same_everywhere(results, panels):
    lines = {}
    for axes in (*panels, plots.alignment(results, "BEX")):
        for line in axes.get_lines():
            if not line.get_label().startswith("_"):
                lines.setdefault(line.get_label(), set()).add((line.get_color(), str(line.get_linestyle())))
    assert all(len(styles) == 1 for styles in lines.values())
    partners = [partner_style(results, partner) for partner in results.partners]
    assert len(set(map(str, partners))) == len(partners)  # the remainder of alignment among them


def test_every_figure_says_what_was_changed_and_without_a_twin_speaks_of_none(results):
    alone = Results(results.manifest, {name: getattr(results, name) for name in TABLES})
    for axes in (plots.alignment_panels(alone), plots.depth(alone, alone.focus), plots.membership(alone, alone.focus)):
        said = " ".join(text.get_text() for text in axes[0].figure.texts)
        assert "w_threat = 1.5" in said and "Twelve states" in said and "twin" not in said


def test_depth_has_a_panel_an_arena_and_membership_a_row_a_member(results):
    titles = [axes.get_title(loc="left") for axes in plots.depth(results, results.focus)]
    assert titles == ["defence", "connectivity", "culture", "institutions"]
    panels = plots.membership(results, results.focus)
    assert [axes.get_title(loc="left") for axes in panels] == ["scenario", "twin in which no great power changed"]
    shown = [label.get_text() for label in panels[0].get_yticklabels()]
    ever = set(
        ",".join(results.organisations.query("organisation == @results.focus")["members"].astype(str)).split(",")
    )
    assert shown and set(shown) <= {results.manifest["states"].get(code) for code in ever}


def test_draw_all_writes_every_figure_of_an_organisation_that_never_opens_too(tmp_path):
    scenario = Scenario.load(TEACHING).replace(end="2008Q4", focus="COAST_FORUM", replicates=2)
    files = plots.draw_all(simulate(scenario), tmp_path / "figures")
    assert [file.name for file in files] == ["alignment.png", "depth.png", "membership.png"]
    assert all(file.stat().st_size > 20_000 for file in files)


def test_events_are_marked_once_a_quarter_and_in_order(results):
    years = [year for year, _, _ in marked_events(results)]
    assert years == sorted(set(years))


def all_text(axes):
    return " ".join(text.get_text() for text in axes.figure.findobj(matplotlib.text.Text)).replace("\n", " ")


def test_figures_say_what_lies_flat_what_is_hidden_and_which_events_are_marked(results):
    axes = plots.depth(results, "COAST_FORUM")
    assert all("never deepens" in " ".join(text.get_text() for text in panel.texts) for panel in axes)
    tables = {name: getattr(results, name) for name in TABLES}
    first, second, *_ = results.manifest["poles"]
    twins = Results(results.manifest, tables | {"states": results.states.assign(**{second: results.states[first]})})
    text = all_text(plots.alignment(twins, state=plots.leading_states(results)[0], partners=[first, second]))
    assert "Lines that lie under another: " in text
    assert "largest shocks" in text

"""The report: what it says of a run and of a sweep, that nothing in it is loaded or runs, and how a browser shows it."""

import base64
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from images import made_boxes, made_sweep
from sweeps import ncr

from analysis.cli_report import report as write_report
from analysis.plots.kinds import KINDS
from analysis.plots.phase_cells import cells
from analysis.report import make
from analysis.report.design import bloc_share_sentence, boxes_in_words, phase_in_words
from analysis.report.twin import short_sentence
from analysis.report.words import UNIT, bloc_sentence, number, percent
from analysis.sweep_outcomes import read_outcome
from sim.cli import _write as write_results
from sim.engine import simulate
from sim.errors import NcrError
from sim.parameters import prior_sample
from sim.results import MANIFEST, Results
from sim.scenario.schema import Scenario
from sim.sweep.runner import run_sweep
from sim.sweep.schema import Sweep

ROOT = Path(__file__).resolve().parent.parent
TEACHING = ROOT / "scenarios/teaching/twelve.yaml"
NASTY = """<script>document.title="run"</script> & "two" 'one' ]]> <img src=x onerror=alert(1)>"""
MOST_BYTES = 3_000_000
DRAWN = ("depth", "membership", "joining", "map", "animation")
RUNS = 10  # as few as a correlation is shown of
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: the report is not opened in a browser")


class Page(HTMLParser):
    """What is in a page: its tags with their attributes, its text, and whether every element is closed in order."""

    def __init__(self, text: str):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\N{NO-BREAK SPACE}", " ").split())

    def all(self, name: str) -> list[dict]:
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load(TEACHING)


@pytest.fixture(scope="module")
def folder(scenario, tmp_path_factory):
    """A run in which much was changed, under a title that is no friend."""
    paths = {"states.BEX.need": 0.9, "dyads.ALD-KEL.hostility": 0.2}
    changed = scenario.replace(
        title=NASTY, description=NASTY, overrides=paths, levers={"south_rise": 0}, parameters={"w_threat": 1.5}, knockouts=["events"]
    )  # fmt: skip
    place = tmp_path_factory.mktemp("run")
    simulate(changed, replicates=RUNS, parameters=prior_sample(RUNS, 1)).save(place)
    return place


@pytest.fixture(scope="module")
def sweep(scenario, tmp_path_factory):
    axes = {
        "north_overstretch": {"low": 0, "high": 1.5},
        "w_threat": "prior",
        "states.BEX.domestic_institutions.veto_points": "prior",
    }
    plan = Sweep.make(scenario, design={"kind": "morris", "trajectories": 3}, axes=axes, replicates=2)
    return run_sweep(plan, tmp_path_factory.mktemp("sweep"), threads=2).folder


@pytest.fixture(scope="module")
def made(folder):
    """With some of the figures of a run, one of them that needs ties: all of them take long, and have tests of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.report.figures.KINDS", {name: KINDS[name] for name in DRAWN})
        return make(folder)


@pytest.fixture(scope="module")
def page(made):
    return Page(made.text)


def test_the_page_is_whole_html_with_its_parts_in_order(made, page):
    assert made.text.startswith("<!DOCTYPE html>") and not page.open
    assert [one["id"] for one in page.all("section")] == [
        "set", "answer", "sure", "figures", "health", "basis", "words", "manifest",
    ]  # fmt: skip
    anchors = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    assert {one["href"].removeprefix("#") for one in page.all("a")} <= anchors
    assert page.all("html")[0]["lang"] == "en" and any(one.get("name") == "viewport" for one in page.all("meta"))
    assert len(page.all("h1")) == 1 and len(page.all("table")) == made.text.count("<caption>")


def test_nothing_is_loaded_and_nothing_runs(made, page):
    assert not page.all("script") and not page.all("link") and not page.all("iframe")
    assert all(not name.startswith("on") for _, attributes in page.tags for name in attributes)
    sources = [one["src"] for one in page.all("img")]
    assert sources and all(source.startswith("data:image/png;base64,") for source in sources)
    assert not re.search(r"(src|href|action)=[\"']?(https?:)?//|url\(|@import", made.text)
    assert any("default-src 'none'" in one.get("content", "") for one in page.all("meta"))
    assert len(made.text.encode()) < MOST_BYTES


def test_a_nasty_title_is_shown_as_it_is(page):
    assert NASTY in page.text and NASTY in " ".join(page.words)
    assert page.all("title") and not page.all("script") and all("onerror" not in one for one in page.all("img"))


def test_every_figure_of_a_run_is_there_or_said_to_be_missing(made, page):
    assert made.figures == ["depth", "membership", "joining"] and list(made.left_out) == [
        "map"
    ]  # an animation is no picture
    images = page.all("img")
    assert len(images) == len(made.figures) and all(len(one["alt"]) > 20 for one in images)
    assert all(base64.b64decode(one["src"].partition(",")[2]).startswith(b"\x89PNG") for one in images)
    assert all(f"{kind} : {reason}" in page.text for kind, reason in made.left_out.items())


def test_it_says_what_was_set_against_the_world_as_coded(page):
    for words in (
        "lever south_rise 0 1 this run", "parameter w_threat 1.5 2 this run weight of common threat", "knock-out events left out there",
        "Bexland: need 0.6 0.9", "Aldmark–Kelmoor: hostility not coded 0.2", "It is what south_rise as set here make of it",
    ):  # fmt: skip
        assert words in page.text


def test_it_says_what_came_out_and_how_sure(folder, page):
    results = Results.load(folder)
    ran = results.runs[results.runs["status"] == "ok"]
    shares = ran["class"].value_counts(normalize=True)
    assert (
        f"in {100 * shares.iloc[0]:.0f} % of runs (95 % interval" in page.text
        and f"as “{shares.index[0]}”" in page.text
    )
    assert bloc_sentence(int(ran["soft_bloc"].sum()), len(ran)).replace("\N{NO-BREAK SPACE}", " ") in page.text
    for words in (
        "a difference of",
        "never a forecast",
        f"{RUNS} runs: a share near one half",
        "parameters of its own, given in Python",
        "River Council exists",
    ):
        assert words in page.text


def test_health_is_told_in_words(made, page, folder):
    from sim.health import health

    failed = health(Results.load(folder)).query("not ok")
    assert (f"{len(failed)} of 7 checks" in page.text) if len(failed) else ("All 7 checks pass" in page.text)
    assert all(look in page.text for look in failed["look"])


def test_it_says_what_it_rests_on(page, scenario):
    assert "No sensitivity analysis was given" in page.text and "parameters that differ between runs" in page.text
    assert "are judgement alone, set by hand" in page.text
    assert "Coded for River Council." in page.text and scenario.world.states["BEX"].need.note in page.text
    declared = scenario.world.levers["north_overstretch"]
    assert declared.description in page.text and "set in code" in page.text


def test_the_manifest_is_there(folder, page):
    m = json.loads((folder / MANIFEST).read_text())
    for words in (m["inputs"], m["code"], m["version"], m["versions"]["numba"], "made from Python", str(m["seed"])):
        assert words in page.text


def test_the_same_folder_gives_the_same_page(folder):
    assert make(folder, figures=False).text == make(folder, figures=False).text


@pytest.fixture(scope="module")
def historical(tmp_path_factory):
    """One run of another world, without a twin; of its drivers some move as coded, those of China by no lever."""
    place = tmp_path_factory.mktemp("historical")
    scenario = Scenario.load(ROOT / "scenarios/historical.yaml")
    held = {name: 0.0 for name, lever in scenario.world.levers.items() if lever.pole == "USA"}
    simulate(scenario.replace(levers=held), replicates=1, twin=False).save(place)
    return place


def test_the_question_says_what_was_set_and_whose_levers_are_at_0(historical):
    text = Page(make(historical, figures=False).text).text
    question = text[text.index("Question:") : text.index("?", text.index("Question:"))]
    names = json.loads((historical / MANIFEST).read_text())["poles"]
    assert "in this scenario with what is set" in question and f"; all levers of {names['USA']} are at 0" in question
    assert question.count(names["USA"]) == 1 and names["RUS"] in question.partition(";")[0]
    assert 0 < text.index("Set for this run: ") < text.index("Question:") and "us_retrenchment = 0 (default: 1)" in text


def test_sources_are_cited_in_full(historical):
    sources = json.loads((historical / MANIFEST).read_text())["sources"]
    text = Page(make(historical, figures=False).text).text
    assert f"cow-nmc-7 {sources['cow-nmc-7']}" in text and "rows of the project's table of evidence" in text
    assert "run without its twin" in text and "parameters the same in every run" in text
    assert "0.75 → 0.35" in text  # Russian bandwidth: what the lever russian_overstretch scales


def test_with_a_sensitivity_the_numbers_are_ranked_with_their_sources(folder, sweep, monkeypatch):
    monkeypatch.setattr("analysis.report.figures.KINDS", {})  # those of the run have been drawn above
    made = make(folder, sensitivity=sweep)
    page = Page(made.text)
    text = page.text
    assert len(page.all("img")) == 2  # the ranking, and how it settles
    assert "What moved bloc index most" in text and "No sensitivity analysis was given" not in text
    assert re.search(
        r"[123]\. states\.BEX\.domestic_institutions\.veto_points Bexland: domestic institutions, veto points", text
    )
    assert made.warnings and "other inputs than this run" in text  # the run has overrides, the sweep has none


def test_a_sweep_of_the_same_inputs_needs_no_warning(scenario, sweep, tmp_path):
    simulate(scenario, replicates=1, twin=False).save(tmp_path)
    assert make(tmp_path, sensitivity=sweep, figures=False).warnings == []


def test_a_sweep_of_another_world_is_refused(historical, sweep):
    with pytest.raises(NcrError, match="another world.*this run has no north_overstretch"):
        make(historical, sensitivity=sweep, figures=False)


def test_a_sweep_has_a_report_too(sweep):
    page = Page(make(sweep).text)
    assert not page.open and not page.all("script") and len(page.all("img")) == 2  # its indices, and how they settle
    for words in (
        "12 points × 2 replicates = 24 runs",
        "north_overstretch",
        "one step at a time (Morris)",
        "What mattered most",
    ):
        assert words in page.text
    axes = "north_overstretch, w_threat and states.BEX.domestic_institutions.veto_points"
    assert all("bloc index" in one["alt"] and axes in one["alt"] for one in page.all("img"))
    with pytest.raises(NcrError, match="is a sweep itself"):
        make(sweep, sensitivity=sweep)


def test_a_grid_shows_every_point_and_its_figure(scenario, tmp_path):
    axes = {name: {"low": 0, "high": 1.5, "levels": 2} for name in ("north_overstretch", "ocean_retrenchment")}
    run_sweep(Sweep.make(scenario, design={"kind": "grid"}, axes=axes, replicates=2), tmp_path, threads=2)
    made = make(tmp_path, outcome="mean_tie")
    assert "Mean mean tie at each point" in Page(made.text).text and "phase" in made.figures


@pytest.fixture(scope="module")
def grid(scenario, tmp_path_factory):
    """Eighteen points over three axes, one of them a lever of a path that moves, one an offset."""
    axes = {
        "north_overstretch": {"values": [0, 1, 2]},
        "w_threat": {"values": [1, 2, 3]},
        "clarity_offset": {"values": [0, 0.1]},
    }
    plan = Sweep.make(scenario, design={"kind": "grid"}, axes=axes, replicates=2)
    return run_sweep(plan, tmp_path_factory.mktemp("grid"), threads=2).folder


def test_figures_of_a_sweep_name_outcome_and_axes_and_the_answer_says_what_they_show(grid):
    page = Page(make(grid).text)
    alts = [one["alt"] for one in page.all("img")]
    assert len(alts) == 2 and all(
        "over north_overstretch (across) and w_threat (up), pooled over clarity_offset" in alt for alt in alts
    )
    assert all("a soft bloc or deeper at the end" in alt for alt in alts)
    answer = page.text[page.text.index("Answer Over the whole design") :].partition("Class of the region at the end")[0]
    for words in ("Phase diagram: share of runs with a soft bloc", "Boxes: ", "of 18 points have", "no box was found"):
        assert words in answer
    assert "soft bloc or deeper" in page.text[: page.text.index("What was varied")]  # in the short answer too
    assert Page(make(grid, figures=False).text).text.count("Phase diagram: share of runs") == 1


def test_axes_of_a_sweep_say_what_their_values_stand_for(grid):
    text = Page(make(grid, figures=False).text).text
    start = json.loads((grid / "sweep.json").read_text())["start"]
    assert (
        "what they stand for" in text
        and f"0, 1, 2 0 holds the path as it is at its start ({start}), 1 is as coded: " in text
    )
    assert "1, 2, 3 the scenario has 2, prior" in text and "added to what the model derives; the scenario has 0" in text


def rows_of(soft, replicates: int, independent: bool = False):
    """A finished sweep of one point after another with these outcomes (points, replicates); None failed."""
    sweep = made_sweep(3, replicates)
    rows = next(sweep.shards()).head(len(soft) * replicates).assign(soft_bloc=[one for row in soft for one in row])
    rows["status"] = ["failed" if one is None else "ok" for one in rows["soft_bloc"]]
    sweep.manifest |= {"points": len(soft), "runs": len(rows), "identity": {"independent": independent}}
    sweep.shards = lambda columns=None: iter([rows[columns]])
    return sweep


def test_the_share_of_soft_blocs_over_a_design_has_its_interval():
    def said(soft, **settings):
        return bloc_share_sentence(rows_of(soft, len(soft[0]), **settings)).replace(" ", " ")

    none, every = said([[False] * 10] * 3), said([[True] * 10] * 3)
    assert none.startswith(
        "No run ends with a soft bloc or deeper, of 30; over the whole design a share of up to 28 % cannot be ruled out"
    )
    assert (
        every.startswith("Every run ends")
        and "only 72 % cannot be ruled out (95 % interval over 10 replicates)" in every
    )
    assert "up to 11 % cannot be ruled out (95 % interval over 30 runs)" in said([[False] * 10] * 3, independent=True)
    some = said([[True, False, False, False], [True, True, False, None]])
    assert "at the end of 43 % of runs (95 % interval 0–100 %, over 4 replicates)" in some
    assert "of 1 replicate no interval can be given" in said([[True], [False]])
    assert said([[None, None]]) == "Every run failed: of soft blocs nothing is known."


def test_a_phase_diagram_in_words():
    soft, axes = read_outcome("soft_bloc"), ("retreat", "strain")
    found = cells(made_sweep(6, 16), *axes, soft)
    said = phase_in_words(found, axes, [0.25, 0.5])
    assert said == f"it goes from 0{UNIT} to 100{UNIT} by cell; contours are sure at 25{UNIT} and 50{UNIT}"
    assert phase_in_words(found, axes, []).endswith("; no contour is sure")
    found.table.loc[found.table.index[7], "mean"] = 2.0
    assert "highest at retreat = 0.2 and strain = 0.2" in phase_in_words(found, axes, [])
    found.table["mean"], found.table["high"] = 0.0, 0.19
    assert phase_in_words(found, axes, []) == f"no cell has such a run (95{UNIT} intervals of cells reach 19{UNIT})"


def test_boxes_in_words():
    _, found = made_boxes()
    said = boxes_in_words(found)
    assert "retreat > 0.6 and strain > 0.55, which holds 75" in said and f"and 90{UNIT} of its points are such" in said
    none = replace(found, boxes=[], facts=found.facts | {"interest": 0, "highest_share": 0.25})
    assert boxes_in_words(none).endswith(
        f"no box was found: there is no such point (the highest share of a point's runs is 25{UNIT})"
    )
    never = replace(none, facts=none.facts | {"highest_share": 0.0})
    assert boxes_in_words(never).endswith("no box was found: no run of any point has it")
    few = replace(none, facts=none.facts | {"interest": 4})
    assert boxes_in_words(few).endswith("no box was found: 4 with it are too few points to look for one")


def test_words_do_not_say_more_than_the_numbers():
    row = {"outcome": "bloc index", "pairs": 16, "scenario": 0.2, "twin": 0.1, "difference": 0.1}
    whole = f"Over 16 pairs of runs with 95{UNIT} intervals, the change of all drivers of the great powers together (the twin holds them) "
    raised, lowered = row | {"low": 0.01, "high": 0.2}, row | {"difference": -0.1, "low": -0.2, "high": -0.01}
    assert short_sentence([raised]) == f"{whole}raised the bloc index by 0.100 (0.010 to 0.200)."
    assert short_sentence([lowered]) == f"{whole}lowered the bloc index by 0.100 (0.010 to 0.200)."
    assert short_sentence([row | {"low": 0.0, "high": 0.0}]) == f"{whole}did not touch the bloc index."
    share = {"outcome": "P(soft bloc or deeper)", "pairs": 16, "difference": 0.25, "low": 0.05, "high": 0.4}
    said = short_sentence([share, raised | {"outcome": "mean tie", "low": -0.05}])
    assert "raised the share of soft blocs by 25 percentage points (5 to 40)" in said
    assert said.endswith("; whether it moved the mean tie (+0.100, −0.050 to +0.200) cannot be told.")
    tiny = short_sentence([row | {"difference": 0.0004, "low": 0.0001, "high": 0.0007}])
    assert "by 0.0004 (0.0001 to 0.0007)" in tiny and "(in all pairs alike)" in short_sentence(
        [row | {"low": 0.1, "high": 0.1}]
    )
    for low, high in ((-0.1, 0.1), (None, None)):
        assert "cannot be told" in short_sentence([row | {"low": low, "high": high}])
    assert "one pair of runs" in short_sentence([row | {"pairs": 1, "low": None, "high": None}])
    assert "cannot be ruled out" in bloc_sentence(0, 40) and "cannot be ruled out" in bloc_sentence(40, 40)
    assert percent(0.004).startswith("under 1") and percent(0.999).startswith("over 99") and percent(0).startswith("0")
    assert number(-0.0001, "+.2f") == "0.00" and number(None) == "–"


# The command ---------------------------------------------------------------------------------------------------------


def test_the_command_writes_the_file_and_a_new_run_takes_the_old_report_away(folder, tmp_path, monkeypatch, capsys):
    place = shutil.copytree(folder, tmp_path / "run")
    code, out, err = ncr(monkeypatch, capsys, "report", place, "--no-figures", "--json")
    assert code == 0, err
    told, file = json.loads(out), place / "report.html"
    assert told["file"] == str(file) and told["bytes"] == file.stat().st_size and told["figures"] == []
    assert Page(file.read_text()).all("h1")
    assert write_results(Results.load(place), place, False) == "" and not file.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"folder": "nothing"}, "there is no such folder"),
        ({"folder": "empty"}, "holds no finished run and no sweep"),
        ({"out": "page.txt"}, "ends in .html"),
        ({"out": "folder.html"}, "is a folder"),
        ({"out": Path("/proc/page.html")}, "/proc: cannot be written to"),
        ({"sensitivity": "empty"}, "holds no sweep"),
        (
            {"outcome": "mean_tie"},
            "--outcome mean_tie: says by which outcome a sweep ranks what this run rests on; name that sweep",
        ),
        ({"sensitivity": "sweep", "outcome": "bloc_idx"}, "did you mean `bloc_index`"),
        ({"folder": "broken"}, "cannot be read"),
        ({"folder": "compared"}, "holds a comparison of two results, with its figure (difference.png)"),
        ({"folder": "half"}, "go on with the command that began it (`ncr sweep` or `ncr sensitivity`, with --out "),
    ],
)
def test_a_mistake_is_said_and_nothing_is_written(options, said, folder, sweep, tmp_path, capsys, monkeypatch):
    for name in ("empty", "broken", "folder.html", "compared"):
        (tmp_path / name).mkdir()
    (tmp_path / "compared/comparison.json").write_text("{}")
    half = shutil.copytree(sweep, tmp_path / "half")
    next((half / "runs").glob("*.parquet")).unlink()
    (tmp_path / "broken" / MANIFEST).write_text("{")
    known = {"run": folder, "sweep": sweep}
    given = {"folder": "run", **options}
    given |= {name: known.get(value, tmp_path / value) for name, value in given.items() if name != "outcome"}
    places = (tmp_path, folder, sweep)
    before = contents(places)
    if "out" in options:  # is refused before anything is made
        monkeypatch.setattr("analysis.report.make", lambda *_: pytest.fail("it was made"))
    with pytest.raises(NcrError, match=re.escape(said)):
        write_report(**given)
    assert capsys.readouterr().out == ""
    assert contents(places) == before


def contents(folders) -> list:
    """Every path, of files with the time at which they were written."""
    return [
        (path, path.is_file() and path.stat().st_mtime_ns) for place in folders for path in sorted(place.rglob("*"))
    ]


# In a browser --------------------------------------------------------------------------------------------------------

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
PROBE = """<script>
window.addEventListener("load", () => {
  const images = [...document.images].map(image => image.complete && image.naturalWidth > 0);
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const loaded = performance.getEntriesByType("resource").map(entry => entry.name).filter(name => !name.startsWith("data:"));
  document.body.setAttribute("data-seen", JSON.stringify({images, wide, loaded, title: document.title}));
});
</script></body>"""


@pytest.fixture(scope="module")
def file(made, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(made.text)
    return path


def chromium(tmp_path, *words):
    """(stdout, stderr) of Chromium with a profile of its own."""
    command = [CHROMIUM, *QUIET, f"--user-data-dir={tmp_path / 'profile'}", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout, done.stderr


@browser
@pytest.mark.parametrize("width", [1200, 500])
def test_images_load_and_nothing_is_wider_than_the_window(file, tmp_path, width):
    """A script that looks is put into a copy, whose policy must then let it run."""
    copy = tmp_path / "copy.html"
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", file.read_text())
    copy.write_text(text.replace("</body>", PROBE))
    dom, _ = chromium(
        tmp_path, f"--window-size={width},900", "--virtual-time-budget=10000", "--dump-dom", copy.as_uri()
    )
    body = next(one for one in Page(dom.replace("<script>", "<!--").replace("</script>", "-->")).all("body"))
    seen = json.loads(body["data-seen"])
    assert seen["images"] and all(seen["images"]) and len(seen["images"]) == len(Page(file.read_text()).all("img"))
    assert seen["wide"] <= 0 and seen["loaded"] == [] and seen["title"].startswith("<script>")


@browser
def test_the_console_stays_empty(file, tmp_path):
    _, said = chromium(
        tmp_path, "--enable-logging=stderr", "--v=0", "--virtual-time-budget=5000", "--dump-dom", file.as_uri()
    )
    assert "CONSOLE" not in said
    loud = tmp_path / "loud.html"
    loud.write_text(
        file.read_text().replace("</body>", "<script>1</script></body>")
    )  # the policy refuses it, and says so
    _, said = chromium(
        tmp_path, "--enable-logging=stderr", "--v=0", "--virtual-time-budget=5000", "--dump-dom", loud.as_uri()
    )
    assert "CONSOLE" in said


@browser
def test_it_prints(file, tmp_path):
    pdf = tmp_path / "report.pdf"
    chromium(tmp_path, f"--print-to-pdf={pdf}", "--no-pdf-header-footer", file.as_uri())
    data = pdf.read_bytes()
    assert data.startswith(b"%PDF") and 4 < len(re.findall(rb"/Type\s*/Page\b", data)) < 40

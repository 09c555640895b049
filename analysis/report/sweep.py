"""The report of a sweep: what was varied, what came out over the design, what mattered most, and what that rests on."""

from analysis.report.answer import figures
from analysis.report.basis import OLD, ranking_parts
from analysis.report.design import bloc_share_sentence
from analysis.report.figures import Picture
from analysis.report.html import Html, bullets, code, element, joined, pairs, paragraph, section, table
from analysis.report.ranking import Ranking, axes_in_words, described
from analysis.report.setup import changes_table
from analysis.report.sources import NO_ROWS, citations_of, kinds_of_source, with_moves
from analysis.report.terms import terms
from analysis.report.words import UNIT, interval, listed, number, percent, share_of_runs, span
from analysis.sweep_outcomes import CLASSES, NUMERIC
from sim.scenario.schema import OFFSETS
from sim.summary import plain_values
from sim.sweep.drawn import about_parameters

LEVER = "lever"
MOST = 8  # values of an axis, reasons of failure
POINTS = 60  # of a design of which every one is shown
DESIGNS = {
    "grid": "every combination of the values below", "latin_hypercube": "points spread evenly over the ranges below (Latin hypercube)",
    "sobol": "Saltelli's layout over the ranges below, for Sobol indices", "morris": "trajectories through the ranges below, one step at a time (Morris)",
    "table": "points given by hand",
}  # fmt: skip
SURE = (
    "Shares and means are over a design that was chosen, not over what is likely: they are properties of the ranges below, never a forecast.",
    "Replicates are runs of one point with other draws; points share them, so that differences between points are paired.",
)


def sweep_sections(
    results, summary: dict, drawn: list[Picture], left_out: dict[str, str], found: Ranking, said: list[str]
) -> tuple[Html, dict[str, tuple[str, Html]]]:
    """(header, sections by anchor) of the report of ``results`` (SweepResults). summary: of ``sim.sweep.summary.summarise``.

    said: what its figures show, in sentences.
    """
    m = results.manifest
    names = m.get("names", {})
    coded = None if results.coded is None else with_moves(results.coded, m["start"], m["end"])
    blocs = bloc_share_sentence(results)
    asked = (
        f"Question: what becomes of the region of “{m['scenario']}” as {axes_in_words(results.axes)} {'varies' if len(results.axes) == 1 else 'vary'}, "
        "and which of them matters most?"
    )
    header = joined((
        paragraph("Report of a sweep · ncr-sim", class_="kind"), element("h1", m["sweep"]), paragraph(asked),
        paragraph(m["description"]) if m["description"] else "", _short(summary, blocs, found),
    ))  # fmt: skip
    sections = {
        "set": ("What was varied", _varied(results, coded, names)),
        "answer": ("Answer", _answer(results, summary, found.outcome, (blocs, *said))),
        "sure": ("How sure", section("sure", "How sure is it?", bullets(_sure(summary)))),
        "figures": ("Figures", figures(drawn, left_out)),
        "basis": ("What it rests on", _basis(found, coded, m, names)),
        "words": ("Words", terms()),
        "manifest": ("Manifest", _manifest(m)),
    }
    return header, sections


def _short(summary: dict, blocs: str, found: Ranking) -> Html:
    """Classes of the region, the share of soft blocs, and what mattered most."""
    said = [_class_sentence(summary), blocs]
    clear = list(found.table.loc[found.table["clear"], "name"].head(3)) if len(found.table) else []
    outcome = found.outcome.replace("_", " ")
    said.append(
        f"What moves the {outcome} most: {listed(clear)}."
        if clear
        else f"Nothing moves the {outcome} clearly more than noise does."
    )
    return element("div", *map(paragraph, said), class_="answer", role="note", aria_label="Short answer")


def _class_sentence(summary: dict) -> str:
    rows = sorted((row for row in summary["classes"] if row["runs"]), key=lambda row: -row["runs"])
    if not rows:
        return "Every run failed: there is no answer."
    words = [f"in {share_of_runs(row)} as “{row['class']}”" for row in rows]
    return f"Over the whole design the region ends {listed(words)}."


def _varied(results, coded, names: dict) -> Html:
    m = results.manifest
    rows: list[tuple] = []
    points = results.design
    for name, axis in m["identity"]["axes"].items():
        what, value, _, _ = described(name, NO_ROWS if coded is None else coded, m, names)
        column = results.axes[len(rows)]
        rows.append(
            (
                joined((code(name), f" {what}")),
                axis["kind"],
                _values(points[column]),
                _stands_for(name, axis["kind"], value, m),
            )
        )
    design = DESIGNS.get(m["identity"]["design"]["kind"], m["identity"]["design"]["kind"])
    size = f"{m['points']:,} points × {m['replicates']:,} replicates = {m['runs']:,} runs, seed {m['seed']}"
    listed_rows = [("scenario", m["scenario"]), ("design", design), ("size", size)]
    return section(
        "set", "What was varied",
        pairs(listed_rows), table("Axes.", ("axis", "kind", "values swept", "what they stand for"), rows, texts=(0, 1, 2, 3)),
        changes_table(m), paragraph(f"{about_parameters(m)}. Everything else stands as the scenario has it."),
    )  # fmt: skip


def _stands_for(name: str, kind: str, value: str, m: dict) -> str:
    """What the values of an axis are: of a lever its 0 and 1, of others what the scenario has. value: of ``ranking.described``."""
    if name in OFFSETS:
        return "added to what the model derives; the scenario has 0"
    if kind != LEVER:
        return f"the scenario has {value}"
    as_coded = "1 is as coded" if value == "–" else f"1 is as coded: {value}"
    return f"0 holds the path as it is at its start ({m.get('freeze_at', m['start'])}), {as_coded}"


def _values(column) -> str:
    """The values of an axis over the points: all, if they are few, else from where to where."""
    values = sorted(set(column))
    few = len(values) <= MOST
    return ", ".join(number(value, ".4g") for value in values) if few else interval(values[0], values[-1], ".4g")


def _answer(results, summary: dict, outcome: str, said) -> Html:
    rows = [
        (row["class"], f"{row['runs']:,}", percent(row["share"]), span(row["low"], row["high"]))
        for row in summary["classes"] if row["runs"]
    ]  # fmt: skip
    caption = f"Class of the region at the end, over all points; intervals over {summary['intervals_over']}."
    parts = [
        paragraph(_class_sentence(summary)),
        *map(paragraph, said),
        table(caption, ("class", "runs", "share", f"95{UNIT}"), rows),
    ]
    if summary["failed"]:
        reasons = (
            f"{row['runs']:,} runs at {row['points']:,} points: {row['reason']}" for row in summary["reasons"][:MOST]
        )
        parts += [
            paragraph(f"{summary['failed']:,} of {summary['runs']:,} runs failed and are left out.", class_="bad"),
            bullets(reasons),
        ]
    return section("answer", "Answer", *parts, _by_point(results, outcome))


def _by_point(results, outcome: str) -> Html | None:
    """The mean of the outcome at every point, where they are few."""
    if len(results.design) > POINTS or outcome not in NUMERIC or outcome in CLASSES:
        return None
    rows = [
        (row["point"], *(number(row[name], ".4g") for name in results.axes), number(row["mean"]), interval(row["low"], row["high"]))
        for row in plain_values(results.mean(outcome).to_dict("records"))
    ]  # fmt: skip
    heads = ("point", *results.axes, "mean", f"95{UNIT}")
    return table(f"Mean {outcome.replace('_', ' ')} at each point, with intervals over its replicates.", heads, rows)


def _sure(summary: dict) -> list[str]:
    over = {
        "runs": "Intervals of shares are over runs, each with draws of its own.",
        "replicates": "Intervals of shares are over replicates, since runs of one replicate share their draws.",
    }
    missing = " With one replicate there is none." if summary["replicates"] == 1 else ""
    return [over[summary["intervals_over"]] + missing, *SURE]


def _basis(found: Ranking, coded, m: dict, names: dict) -> Html:
    used: list[str] = []
    parts = ranking_parts(found._replace(pictures=[]), coded, m, names, used)  # they stand among the figures
    if coded is None:
        return section("basis", "What mattered most, and what it rests on", *parts, paragraph(OLD, class_="look"))
    return section(
        "basis", "What mattered most, and what it rests on",
        *parts, paragraph(kinds_of_source(coded, m["sources"])), citations_of(used, m["sources"]),
    )  # fmt: skip


def _manifest(m: dict) -> Html:
    rows = [
        ("scenario file", m.get("file", "")), ("package", f"{m['package']} {m['version']}"), ("seed", m["seed"]),
        ("finished", m.get("finished", "")), ("hash of inputs", code(m["identity"]["scenario"])), ("hash of code", code(m["identity"]["code"])),
        ("hash of points", code(m["identity"]["points"])),
    ]  # fmt: skip
    return section("manifest", "Manifest", pairs(rows))

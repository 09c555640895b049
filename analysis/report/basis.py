"""What an answer rests on: what mattered most, the coded numbers behind it, and their sources."""

import pandas as pd

from analysis.report.answer import picture_of
from analysis.report.html import Html, bullets, code, element, joined, paragraph, section, table
from analysis.report.ranking import Ranking, ranking_table
from analysis.report.sources import (
    NO_ROWS,
    citations_of,
    coded_table,
    kinds_of_source,
    lever_table,
    moved_by,
    sources_in,
    under,
    with_moves,
)  # fmt: skip
from analysis.report.words import interval, listed, number
from sim.parameters import PARAMETERS
from sim.scenario.schema import OFFSETS
from sim.sweep.drawn import about_parameters

MEMBERS = 6  # states whose coded numbers are listed
CORRELATIONS = 8
NAMED = 6  # in a sentence
OLD = "This folder was made by a version that did not keep the coded numbers; make it again to have them here."


def basis(results, summary: dict, found: Ranking | None, influence: pd.DataFrame | str) -> Html:
    """The section; see ``run.run_sections`` for what it is given."""
    m, names = results.manifest, results.names
    coded = None if results.coded is None else with_moves(results.coded, m["start"], m["end"])
    parts: list = [element("h3", "What mattered most")]
    used: list[str] = []
    if found is None:
        parts += _no_sensitivity(m, influence)
    else:
        parts += ranking_parts(found, coded, m, names, used)
    if coded is None:
        return section("basis", "What it rests on", *parts, paragraph(OLD, class_="look"))
    chosen = _chosen(summary)
    parts += [
        element("h3", "Numbers coded for whom the answer speaks of"),
        paragraph(kinds_of_source(coded, m["sources"])),
    ]
    for caption, rows, cut in _groups(coded, summary["organisation"], chosen, names):
        parts.append(coded_table(caption, rows, names, cut))
        used += sources_in(rows)
    parts += [element("h3", "The great powers and events"), lever_table(coded, m["declared"], names), _events(m, names)]
    used += sources_in(*(moved_by(coded, lever) for lever in m["declared"].values()))
    used += [source for event in m["events"] for source in event.get("sources", ())]
    return section("basis", "What it rests on", *parts, citations_of(used, m["sources"]))


def _no_sensitivity(m: dict, influence: pd.DataFrame | str) -> list:
    file = m.get("file") or "SCENARIO"
    parts = [
        paragraph(
            "No sensitivity analysis was given, so which of the coded numbers below matter most is not known here. To know it: ",
            code(f"ncr sensitivity {file} --out SENSITIVITY"), ", then ", code("ncr report DIR --sensitivity SENSITIVITY"), ".",
        )
    ]  # fmt: skip
    if isinstance(influence, str):
        return [*parts, paragraph(influence)]
    clear = influence[influence["clear"]]
    said = (
        f"Of the {len(influence)} parameters that differ between runs, {listed(map(_signed, clear.itertuples()))} "
        f"{'goes' if len(clear) == 1 else 'go'} with the bloc index clearly; of the others these runs are too few to say."
        if len(clear)
        else f"None of the {len(influence)} parameters that differ between runs goes clearly with the bloc index in these few runs."
    )
    rows = [
        (joined((code(row.name), f" {PARAMETERS[row.name].meaning}")), number(row.value, "+.2f"), interval(row.low, row.high, "+.2f"),
         "yes" if row.clear else "no")
        for row in influence.head(CORRELATIONS).itertuples()
    ]  # fmt: skip
    caption = (
        "What these runs alone say: rank correlation of a run's parameters with its bloc index; 95 % intervals, corrected for the number of "
        "parameters. Parameters are numbers of the rules, not of the world."
    )
    return [*parts, paragraph(said), table(caption, ("parameter", "correlation", "95 %", "clear"), rows, texts=(0, 3))]


def _signed(row) -> str:
    return f"{row.name} ({'more with more' if row.value > 0 else 'less with more'})"


def ranking_parts(found: Ranking, coded: pd.DataFrame | None, manifest: dict, names: dict, used: list[str]) -> list:
    """Paragraphs, table and figure of a ranking; adds the sources that it names to ``used``."""
    parts: list = [paragraph(f"From the sweep in {found.folder}. {found.size}. {about_parameters(found.manifest)}.")]
    if found.table.empty:
        return [
            *parts,
            paragraph(f"Nothing there moved {found.outcome.replace('_', ' ')}, or too few points ran to say."),
        ]
    parts += [paragraph(words) for words in clear_sentences(found)]
    if found.notes:
        parts.append(bullets(f"Note: {note}." for note in found.notes))
    shown, sources = ranking_table(found, NO_ROWS if coded is None else coded, manifest, names)
    used += sources
    return [*parts, shown, *map(picture_of, found.pictures)]


def clear_sentences(found: Ranking) -> list[str]:
    """What stands out from noise: of the rules, of the world, and of the offsets by which an experiment shifts the environment."""
    names = found.table["name"]
    offset, of_rules = names.isin(OFFSETS), names.isin(PARAMETERS)
    groups = (
        ("parameters of the rules", of_rules & ~offset), ("levers and coded numbers", ~of_rules & ~offset),
        ("offsets of the environment", offset),
    )  # fmt: skip
    said = []
    for words, mine in groups:
        rows = found.table[mine]
        clear = list(rows.loc[rows["clear"], "name"])
        named = ", ".join(clear[:NAMED]) + (f" and {len(clear) - NAMED} more" if len(clear) > NAMED else "")
        verb = "stands" if len(clear) < 2 else "stand"
        if len(rows):
            said.append(
                f"Of the {words} {len(clear) or 'none'} of {len(rows)} {verb} out from noise clearly{f': {named}' if named else ''}."
            )
    return said


def _chosen(summary: dict) -> list[str]:
    """States that are full members at the end in half of the runs or more, the surest first."""
    return [row["state"] for row in summary["members"] if row["member"] >= 0.5][:MEMBERS]


def _groups(coded: pd.DataFrame, organisation: str | None, states: list[str], names: dict):
    """(caption, rows, what the caption says of a path) of the organisation, its members, and what is between them."""
    if organisation:
        rows, name = under(coded, f"organisations.{organisation}"), names.get(organisation, organisation)
        if len(rows):
            yield f"Coded for {name}.", rows, f"{name}: "
    for state in states:
        rows = under(coded, f"states.{state}")
        rows = rows[~rows["path"].str.contains(".leaders.", regex=False)]
        yield f"Coded for {names[state]} (beliefs of single leaders left out).", rows, f"{names[state]}: "
    codes = coded["path"].str.extract(r"^dyads\.([^.-]+)-([^.]+)\.")
    between = coded[codes[0].isin(states) & codes[1].isin(states)]
    if len(between):
        yield "Coded between these states.", between, ""


def _events(m: dict, names: dict) -> Html:
    rows = []
    for event in m["events"]:
        shocks = [
            f"{shock['variable']} of {_whom(shock['of'], names)} {number(shock['size'], '+g')}"
            for shock in event.get("shocks", ())
        ]
        rows.append((f"{event['name']} ({event['quarter']})", "; ".join(shocks), ", ".join(event.get("sources", ()))))
    if not rows:
        return paragraph("No event acted in these runs.")
    caption = "Events up to the end, those before the start included: they happen in the scenario and in the twin."
    return table(caption, ("event", "what it shocks", "rests on"), rows, texts=(0, 1, 2))


def _whom(codes: str, names: dict) -> str:
    words = ["–".join(names.get(code, code) for code in word.split("-")) for word in codes.split()]
    return ", ".join(words) or "the world"

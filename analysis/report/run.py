"""The report of a run: question, what was set, answer, figures, health, what it rests on, and how to make it again."""

import pandas as pd

from analysis.report import twin
from analysis.report.answer import answer, figures, health
from analysis.report.basis import basis
from analysis.report.figures import Picture
from analysis.report.html import Html, bullets, element, joined, paragraph, section
from analysis.report.manifest import manifest
from analysis.report.ranking import Ranking
from analysis.report.setup import setup
from analysis.report.terms import terms
from analysis.report.words import bloc_of, ends_sentence, listed, sureness
from sim.manifest import changes_in_words


def run_sections(
    results,
    summary: dict,
    drawn: list[Picture],
    left_out: dict[str, str],
    found: Ranking | None,
    influence: pd.DataFrame | str,
) -> tuple[Html, dict[str, tuple[str, Html]]]:
    """(header, sections by anchor) of the report of ``results``.

    summary: of ``sim.summary.summarise``. drawn, left_out: of ``figures.pictures``. found: the ranking of a sweep, if one was
    given. influence: rank correlations of parameters that were drawn for each run, or why there are none.
    """
    m, names = results.manifest, results.names
    header = joined((
        paragraph("Report of a simulation · ncr-sim", class_="kind"), element("h1", m["scenario"]),
        *(paragraph(f"{words}.") for words in changes_in_words(m["changes"])), question(m, names),
        short_answer(results, summary),
    ))  # fmt: skip
    sections = {
        "set": ("What was set", setup(results)),
        "answer": ("Answer", answer(results, summary, names)),
        "sure": ("How sure", section("sure", "How sure is it?", bullets(sureness(results, summary)))),
        "figures": ("Figures", figures(drawn, left_out)),
        "health": ("Health", health(summary["health"])),
        "basis": ("What it rests on", basis(results, summary, found, influence)),
        "words": ("Words", terms()),
        "manifest": ("Manifest", manifest(results)),
    }
    return header, sections


def question(m: dict, names: dict) -> Html:
    """What was asked, in a sentence or two, and the scenario's own description."""
    focus = f", and of {names.get(m['focus'], m['focus'])} in particular," if m["focus"] else ""
    asked = (
        f"Question: what becomes of alignment among the {len(m['states'])} states of {m.get('world', 'this world')}{focus} from {m['start']} to "
        f"{m['end']} in this scenario{' with what is set' if m['changes'] else ''}, and what of it is due to the change of the great powers "
        f"({_powers(m)})?"
    )
    return joined((paragraph(asked), paragraph(m["description"]) if m["description"] else Html("")))


def _powers(m: dict) -> str:
    """The great powers; apart, those of which every lever is at 0: what it moves does not change in this run."""
    levers: dict[str, list[float]] = {}
    for name, lever in m.get("declared", {}).items():
        levers.setdefault(lever.get("pole"), []).append(m["levers"][name])
    held = [code for code in m["poles"] if code in levers and not any(levers[code])]
    free = [name for code, name in m["poles"].items() if code not in held]
    apart = f"all levers of {listed(m['poles'][code] for code in held)} are at 0" if held else ""
    return "; ".join(words for words in (listed(free) if free else "", apart) if words)


def short_answer(results, summary: dict) -> Html:
    """The answer in three sentences, and whether the checks of health passed."""
    said = [ends_sentence(summary), bloc_of(results), twin.short_sentence(summary["paired"])]
    failed = [row["check"] for row in summary["health"] if not row["ok"]]
    warning = paragraph(f"Checks that do not pass: {listed(failed)}; see Health.", class_="bad") if failed else None
    return element(
        "div", *(paragraph(words) for words in said), warning, class_="answer", role="note", aria_label="Short answer"
    )

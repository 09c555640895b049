"""From a folder to a page."""

from pathlib import Path
from typing import NamedTuple

from analysis.plots.kinds import SORTS, found_in, sort_in
from analysis.report.figures import pictures
from analysis.report.html import page
from analysis.report.ranking import NEEDS, Ranking, ranking
from sim.errors import NcrError

FILE = "report.html"
LEVER, CODED_OF = (
    "lever",
    ("states", "poles", "organisations", "dyads"),
)  # kind of an axis; what begins a path with codes in it
OUTCOME = "bloc_index"


class Report(NamedTuple):
    """text: the page. figures: kinds drawn. left_out: why others are not there. warnings: what the page says of its parts."""

    text: str
    figures: list[str]
    left_out: dict[str, str]
    warnings: list[str]


def sort_of(folder) -> str:
    """run or sweep; NcrError for a folder that holds neither."""
    folder = Path(folder)
    sort = sort_in(folder)
    if sort is None:
        raise NcrError(
            f"{folder}: {found_in(folder)}; name a folder of `{SORTS['run'].made_by}` or `{SORTS['sweep'].made_by}`"
        )
    return sort


def make(folder, sensitivity=None, outcome: str = OUTCOME, figures: bool = True) -> Report:
    """The report of a folder of ``ncr run`` or ``ncr sweep``.

    figures: draw them, which takes most of the time. sensitivity: folder of a sweep by which the numbers of a run are ranked. outcome: of that sweep, or of ``folder`` if it is one.
    Raises NcrError for a folder that holds neither, an unfinished or unreadable result, and a sweep of another world.
    """
    folder, sort = Path(folder), sort_of(folder)
    if sort == "run":
        return _of_run(folder, sensitivity, outcome, figures)
    if sensitivity is not None:
        raise NcrError(f"--sensitivity: {folder} is a sweep itself and is ranked by its own runs; leave that out")
    return _of_sweep(folder, outcome, figures)


def _of_run(folder: Path, sensitivity, outcome: str, figures: bool) -> Report:
    from analysis.report.run import run_sections
    from sim.results import Results
    from sim.summary import summarise

    try:
        results = Results.load(folder)
        if not (results.runs["status"] == "ok").any():
            raise NcrError(
                f"{folder}: every run failed, there is nothing to report; the first: {results.runs['reason'].iloc[0]}"
            )
        summary, _ = summarise(results), results.coded
    except (OSError, ValueError, KeyError) as error:  # of json, pyarrow and what was written by another version
        raise NcrError(f"{folder}: cannot be read ({_reason(error)}); run the scenario again") from error
    found, warnings = None, []
    if sensitivity is not None:
        found = ranking(sensitivity, outcome, figures)
        if other := _other_inputs(found, results.manifest):
            found, warnings = found._replace(notes=[other, *found.notes]), [other]
    drawn, left_out = pictures(results, "run") if figures else ([], {})
    influence = _influence(folder) if found is None else ""
    header, sections = run_sections(results, summary, drawn, left_out, found, influence)
    text = page(f"{results.manifest['scenario']}: report", header, sections)
    return Report(text, [one.kind for one in drawn], left_out, warnings)


def _of_sweep(folder: Path, outcome: str, figures: bool) -> Report:
    from analysis.report.design import shown
    from analysis.report.sweep import sweep_sections
    from analysis.sensitivity.indices import LEADING
    from analysis.sweep_outcomes import unfinished
    from sim.sweep.results import SweepResults
    from sim.sweep.summary import summarise

    results = SweepResults.load(folder)
    if not results.finished:
        raise NcrError(unfinished(results))
    found = ranking(folder, outcome, figures)
    indexed = results.manifest["identity"]["design"]["kind"] in LEADING
    said, drawn, left_out = ([], found.pictures, {}) if indexed else shown(results, figures)
    header, sections = sweep_sections(results, summarise(results), drawn, left_out if figures else {}, found, said)
    text = page(f"{results.manifest['sweep']}: report", header, sections)
    return Report(text, [one.kind for one in drawn], left_out if figures else {}, [])


def _other_inputs(found: Ranking, manifest: dict) -> str:
    """What to say where the sweep is not of the same inputs as the run; NcrError where it is of another world."""
    scenario, axes = found.manifest["scenario"], found.manifest["identity"]["axes"]
    codes = {*manifest["states"], *manifest["poles"], *manifest["organisations"]}
    if strange := [name for name, axis in axes.items() if not _known(name, axis["kind"], manifest, codes)]:
        raise NcrError(
            f"{found.folder}: is a sweep of another world (“{scenario}”): this run has no {', '.join(strange[:3])}; name a sweep of "
            f"“{manifest['scenario']}”"
        )
    if found.manifest["identity"]["scenario"] == manifest["inputs"]:
        return ""
    return f"the ranking is of other inputs than this run: of “{scenario}” as it stood when {found.folder} was made"


def _known(name: str, kind: str, manifest: dict, codes: set) -> bool:
    if kind == LEVER:
        return name in manifest["levers"]
    part, _, rest = name.partition(".")
    return part not in CODED_OF or set(rest.split(".")[0].split("-")) <= codes


def _influence(folder: Path):
    """Rank correlations of parameters that differ between runs with the bloc index; or why there are none, in words."""
    from analysis.sensitivity import most_influential

    try:
        found = most_influential(folder, number=None)
    except ModuleNotFoundError:
        return f"What these runs alone say of parameters is left out: {NEEDS}."
    return (
        found
        if len(found)
        else "These runs alone do not say: they have the same parameters, are too few, or end alike."
    )


def _reason(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]

"""What a sweep shows of soft blocs over its whole design: their share, its phase diagram and its boxes, in sentences and as pictures."""

from typing import NamedTuple

import numpy as np

from analysis.report.figures import Picture, picture
from analysis.report.ranking import axes_in_words
from analysis.report.words import UNIT, listed, number, percent, span
from analysis.sweep_outcomes import point_values, read_outcome
from sim.errors import NcrError
from sim.statistics import clustered_share, wilson

OUTCOME = "soft_bloc"
HAVE_IT = "a soft bloc or deeper at the end"
CLOSE = 1e-9  # cells whose shares differ by less have the same


class Shown(NamedTuple):
    """said: a sentence of the phase diagram, and one of the boxes. drawn: the two; left_out: why one is not there, by kind."""

    said: list[str]
    drawn: list[Picture]
    left_out: dict[str, str]


def bloc_share_sentence(results) -> str:
    """In what share of all runs of a finished sweep a soft bloc or deeper stands at the end, and how sure that is."""
    values = point_values(results, read_outcome(OUTCOME), failed="leave")
    ran = np.isfinite(values)
    counts, totals = np.where(ran, values, 0).sum(axis=0), ran.sum(axis=0)
    count, runs = int(counts.sum()), int(totals.sum())
    if not runs:
        return "Every run failed: of soft blocs nothing is known."
    low: float | None
    high: float | None
    if results.manifest["identity"]["independent"]:
        (low, high), over = wilson(count, runs), f"{runs:,} runs"
    else:
        replicates = int((totals > 0).sum())
        over = f"{replicates} {'replicate' if replicates == 1 else 'replicates'}"
        low, high = clustered_share(counts, totals)
    if low is None or high is None:
        sure = f"of {over} no interval can be given"
    elif count == 0:
        sure = f"over the whole design a share of up to {percent(high)} cannot be ruled out (95{UNIT} interval over {over})"
    elif count == runs:
        sure = (
            f"over the whole design a share of only {percent(low)} cannot be ruled out (95{UNIT} interval over {over})"
        )
    else:
        sure = f"95{UNIT} interval {span(low, high)}, over {over}"
    if count in (0, runs):
        return f"{'No run ends' if count == 0 else 'Every run ends'} with a soft bloc or deeper, of {runs:,}; {sure}."
    return f"Over the whole design a soft bloc or deeper stands at the end of {percent(count / runs)} of runs ({sure})."


def shown(results, figures: bool) -> Shown:
    """The phase diagram over the first two axes and the boxes of a finished sweep; ``figures``: with pictures of them."""
    found = Shown([], [], {})
    for kind, look in (("phase", _phase), ("boxes", _boxes)):
        try:
            said, drawn = look(results, figures)
        except NcrError as reason:
            found.left_out[kind] = str(reason)
            continue
        found.said.append(said)
        found.drawn.extend([drawn] if drawn else [])
    return found


def _phase(results, figures: bool) -> tuple[str, Picture | None]:
    from analysis.plots.phase import LEVELS, phase, two_axes
    from analysis.plots.phase_cells import carried, cells

    x, y = two_axes(results, None, None)
    found = cells(results, x, y, read_outcome(OUTCOME))
    what = (
        f"share of runs with {HAVE_IT}, {_over(results, x, y)}: {phase_in_words(found, (x, y), carried(found, LEVELS))}"
    )
    return f"Phase diagram: {what}.", picture("phase", what, lambda: phase(results)) if figures else None


def _over(results, x: str, y: str) -> str:
    others = [name for name in results.axes if name not in (x, y)]
    return f"over {x} (across) and {y} (up){f', pooled over {axes_in_words(others)}' if others else ''}"


def phase_in_words(found, axes: tuple[str, str], levels: list[float]) -> str:
    """What a phase diagram shows. found: ``phase_cells.Cells`` of a share. levels: of the contours that its runs can carry."""
    mean, high = found.table["mean"], found.table["high"]
    if not mean.any():
        known = high.notna().any()
        reach = f"95{UNIT} intervals of cells reach {percent(high.max())}" if known else "too few runs for intervals"
        return f"no cell has such a run ({reach})"
    least, most = mean.min(), mean.max()
    if most - least < CLOSE:
        spread = f"it is {percent(most)} in every cell"
    else:
        spread = f"it goes from {percent(least)} to {percent(most)} by cell"
        top = found.table[mean > most - CLOSE]
        if len(top) == 1:
            at = found.x.at[top["column"].iloc[0]], found.y.at[top["row"].iloc[0]]
            where = (f"{name} = {number(value, '.3g')}" for name, value in zip(axes, at, strict=True))
            spread += f", highest at {listed(where)}"
    if not levels:
        return f"{spread}; no contour is sure"
    at_levels = listed(percent(level) for level in levels)
    return f"{spread}; {'a contour is' if len(levels) == 1 else 'contours are'} sure at {at_levels}"


def _boxes(results, figures: bool) -> tuple[str, Picture | None]:
    from analysis.discovery import discover
    from analysis.plots.boxes import boxes_of
    from analysis.plots.phase import two_axes

    two_axes(results, None, None)  # that there are two is told before the search
    found, axes = discover(results, OUTCOME), []

    def draw():
        axes.append(boxes_of(results, found))
        return axes[0]

    what = boxes_in_words(found)
    if not figures:
        return f"Boxes: {what}.", None
    drawn = picture("boxes", "", draw)
    over = _over(results, axes[0].get_xlabel(), axes[0].get_ylabel())
    shows = f"points of the design {over}, filled where they have it: {what}"
    return f"Boxes: {what}.", drawn._replace(shows=shows)


def _in_most_runs(facts: dict) -> str:
    often = f" in at least {percent(facts['share'])} of their {facts['replicates']} runs"
    return often if facts["replicates"] > 1 else ""


def boxes_in_words(found) -> str:
    """What a Discovery found, box by box, or why it found none."""
    from analysis.discovery.report import box_in_words, no_box

    facts = found.facts
    said = f"{facts['interest']:,} of {facts['points']:,} points have {HAVE_IT}{_in_most_runs(facts)}"
    if not found.boxes:
        return f"{said}; no box was found: {no_box(found) if found.looked else _too_few(facts)}"
    boxes = [
        f"box {k}{'' if box.confirmed else ' (not confirmed)'}: {box_in_words(box, facts['names'])}, which holds {percent(box.coverage)} of "
        f"them, and {percent(box.density)} of its points are such"
        for k, box in enumerate(found.boxes, start=1)
    ]
    return "; ".join([said, *boxes])


def _too_few(facts: dict) -> str:
    """Why no box was looked for."""
    without = facts["points"] - facts["interest"]
    if not facts["highest_share"]:
        return "no run of any point has it"
    if not facts["interest"]:
        return f"there is no such point (the highest share of a point's runs is {percent(facts['highest_share'])})"
    few = f"{facts['interest']} with it" if facts["interest"] <= without else f"{without} without it"
    return f"{few} are too few points to look for one"

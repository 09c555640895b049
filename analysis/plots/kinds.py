"""The figures of ``ncr plot`` by name: what each shows, what it is drawn from, and the function that draws it.

A new figure is one line in ``KINDS``. Functions are named, not imported, so that listing the kinds loads no figure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from sim.errors import NcrError
from sim.scenario.reading import nearest


@dataclass(frozen=True)
class Sort:
    """A sort of finished work: ``marker`` is the file that every folder of it has, ``made_by`` the command, ``loader`` module:name."""

    marker: str
    made_by: str
    loader: str


@dataclass(frozen=True)
class Kind:
    """A figure. shows: one line. needs: key of ``SORTS``. draw: module:function.

    The function takes what the loader of that sort gives, and by keyword those of ``options`` that the user gave: states (a list
    of codes), organisation (a code), poles (two codes), quarter (such as "2019Q4"), arena, x, y, outcome (columns of a sweep), share (0–1). It returns Axes, or an array
    of them. Where ``ending`` is not png it is ``draw(results, file, …)``, which makes its folder and writes it.
    """

    shows: str
    needs: str
    draw: str
    options: tuple[str, ...] = ()
    ending: str = "png"


SORTS = {
    "run": Sort("manifest.json", "ncr run SCENARIO --out DIR", "sim.results:Results.load"),
    "sweep": Sort("sweep.json", "ncr sweep SWEEP --out DIR", "sim.sweep.results:SweepResults.load"),
}
COMPARISON, COMPARED = "comparison.json", "difference.png"  # what `ncr compare --out` writes
KINDS = {
    "alignment": Kind(
        "to whom states are tied, over time: medians with bands", "run",
        "analysis.plots.alignment:trajectories", ("states",),
    ),
    "shares": Kind(
        "how the ties of states are divided among partners: shares stacked to 1", "run",
        "analysis.plots.shares:shares", ("states",),
    ),
    "triangle": Kind(
        "where states stand between two poles and an organisation, from start to end", "run",
        "analysis.plots.triangle:triangle", ("states", "organisation", "poles"),
    ),
    "plane": Kind(
        "how much room great powers leave states, and how clear it is: paths over time", "run",
        "analysis.plots.plane:plane", ("states",),
    ),
    "depth": Kind(
        "how deep an organisation is, arena by arena", "run", "analysis.plots.organisation:depth", ("organisation",)
    ),
    "membership": Kind(
        "who belongs to an organisation, over time", "run", "analysis.plots.organisation:membership", ("organisation",)
    ),
    "joining": Kind(
        "who joins an organisation, and when", "run", "analysis.plots.organisation:joining", ("organisation",)
    ),
    "difference": Kind(
        "what the change of the great powers did: scenario minus twin, outcome by outcome", "run",
        "analysis.plots.difference:difference",
    ),
    "map": Kind(
        "ties between states on a map, in one quarter (of a run with --ties)", "run",
        "analysis.plots.map:tie_map", ("quarter", "arena", "organisation"),
    ),
    "animation": Kind(
        "the map of ties over time, a GIF (of a run with --ties)", "run",
        "analysis.plots.map:animate", ("arena", "organisation"), "gif",
    ),
    "phase": Kind(
        "an outcome over two axes of a sweep, with contours and lines of equal uncertainty", "sweep",
        "analysis.plots.phase:phase", ("x", "y", "outcome"),
    ),
    "boxes": Kind(
        "under what conditions an outcome holds: points of a sweep and the boxes of `ncr discover`", "sweep",
        "analysis.plots.boxes:boxes", ("x", "y", "outcome", "share"),
    ),
    "sensitivity": Kind(
        "what moves an outcome: tornado (a Morris design) or Sobol bars (a Sobol design)", "sweep",
        "analysis.plots.sensitivity:of_sweep", ("outcome",),
    ),
    "convergence": Kind(
        "whether the sensitivity has settled with the size of the design", "sweep",
        "analysis.plots.sensitivity:convergence_of_sweep", ("outcome",),
    ),
}  # fmt: skip


def kind_called(name: str) -> Kind:
    """The figure of that name; NcrError lists what there is."""
    if name not in KINDS:
        near = nearest(name, KINDS)
        raise NcrError(
            f"no figure is called “{name}”; {f'did you mean “{near}”? There' if near else 'there'} are\n{listing()}"
        )
    return KINDS[name]


def listing(only: str | None = None) -> str:
    """One line a figure, by what it needs; ``only``: those of one sort."""
    lines = []
    for name, sort in SORTS.items():
        if only not in (None, name):
            continue
        mine = {kind: figure for kind, figure in KINDS.items() if figure.needs == name}
        lines += [f"  from a folder of `{sort.made_by}`:"] if mine else []
        lines += [f"    {kind:<14} {figure.shows}" for kind, figure in mine.items()]
    return "\n".join(lines)


def check_sort(name: str, folder) -> Sort:
    """The sort of work that the figure ``name`` is drawn from. NcrError if ``folder`` holds another, or nothing."""
    folder, sort = Path(folder), SORTS[kind_called(name).needs]
    if not (folder / sort.marker).is_file():
        raise NcrError(
            f"{folder}: {found_in(folder)}; “{name}” is drawn from a folder of `{sort.made_by}`{_instead(folder)}"
        )
    return sort


def load_for(name: str, folder):
    """What the figure ``name`` is drawn from, read from ``folder``. NcrError as of :func:`check_sort`, and if every run failed."""
    sort = check_sort(name, folder)
    results = _named(sort.loader)(folder)
    if sort is SORTS["run"] and not (results.runs["status"] == "ok").any():
        raise NcrError(f"{folder}: every run failed; nothing to draw. The first: {results.runs['reason'].iloc[0]}")
    return results


def drawing(name: str) -> Callable:
    """The function of the figure ``name``."""
    return _named(kind_called(name).draw)


def kinds_of(folder) -> list[str]:
    """Names of the figures that can be drawn of ``folder``. NcrError with all there are if it holds no finished work."""
    folder = Path(folder)
    sort = sort_in(folder)
    if sort is None:
        raise NcrError(f"{folder}: {found_in(folder)}; figures are\n{listing()}")
    return [name for name, kind in KINDS.items() if kind.needs == sort]


def sort_in(folder: Path) -> str | None:
    """Key of ``SORTS`` of the work that a folder holds; None if it holds none."""
    return next((name for name, sort in SORTS.items() if (folder / sort.marker).is_file()), None)


def found_in(folder: Path) -> str:
    """What is at a path, in words that say where to look instead, if it is known."""
    if not folder.exists():
        return "there is no such folder"
    if not folder.is_dir():
        return "is a file"
    if sort := sort_in(folder):
        return f"holds what `{SORTS[sort].made_by}` wrote"
    if (folder / COMPARISON).is_file():
        return f"holds a comparison of two results, with its figure ({COMPARED}) and tables beside it"
    if (folder.parent / SORTS["run"].marker).is_file():
        return f"is a part of the run in {folder.parent}, which is the folder to name"
    return "holds no finished run and no sweep"


def _instead(folder: Path) -> str:
    sort = sort_in(folder)
    return f"; of this folder draw one of {', '.join(kinds_of(folder))}" if sort else ""


def _named(place: str):
    module, names = place.split(":")
    found = import_module(module)
    for name in names.split("."):
        found = getattr(found, name)
    return found

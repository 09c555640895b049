"""``ncr plot``: every figure of ``analysis.plots.kinds`` on a finished run or sweep. :func:`register` adds it to ``sim.cli``."""

import json as json_library
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli_show import show, tell
from sim.errors import NcrError
from sim.writable import check_file

FIGURES = "figures"  # folder within a result
ENDINGS = (".png", ".pdf", ".svg")  # of drawn figures
DPI = 150

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished run or sweep.", show_default=False)]
Wanted = Annotated[str | None, typer.Argument(metavar="[KIND]", help="Figure; without it, those of DIR are listed.")]
Out = Annotated[Path | None, typer.Option(help="File (png, pdf or svg); default: DIR/figures/KIND.png.")]
States = Annotated[list[str] | None, typer.Option("--state", metavar="CODE", help="A state; may be repeated.")]
Organisation = Annotated[str | None, typer.Option(metavar="CODE", help="An organisation; default: the focus.")]
Poles = Annotated[list[str] | None, typer.Option("--pole", metavar="CODE", help="A pole; twice for the triangle.")]
Quarter = Annotated[str | None, typer.Option(metavar="2019Q4", help="A quarter; default: the last.")]
Arena = Annotated[str | None, typer.Option(metavar="NAME", help="An arena, such as defence; default: the mean of all.")]
X = Annotated[str | None, typer.Option("--x", metavar="AXIS", help="Axis of a sweep; default: the first.")]
Y = Annotated[str | None, typer.Option("--y", metavar="AXIS", help="Axis of a sweep; default: the second.")]
Outcome = Annotated[str | None, typer.Option(metavar="NAME", help="Outcome of a sweep; default: soft_bloc.")]
Share = Annotated[
    float | None,
    typer.Option(help="Of boxes: a point counts if it holds in this share of its runs, 0–1; default: 0.5."),
]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def plot(
    folder: Folder, kind: Wanted = None, out: Out = None, state: States = None, organisation: Organisation = None,
    pole: Poles = None, quarter: Quarter = None, arena: Arena = None, x: X = None, y: Y = None, outcome: Outcome = None,
    share: Share = None, json: Json = False,
) -> None:  # fmt: skip
    """Draw a figure of a finished run or sweep; without KIND, list those that can be drawn of it."""
    from analysis.plots.kinds import KINDS, check_sort, kind_called, kinds_of, listing, load_for

    if kind is None:
        mine = {name: KINDS[name] for name in kinds_of(folder)}
        known = [{"kind": name, "needs": figure.needs, "shows": figure.shows} for name, figure in mine.items()]
        show(json_library.dumps(known, indent=2, ensure_ascii=False) if json else listing(known[0]["needs"]))
        return
    if str(folder) in KINDS and Path(kind).is_dir() and not folder.is_dir():
        raise NcrError(f"the folder comes first: `ncr plot {kind} {folder}`")
    figure = kind_called(kind)
    given: dict[str, Any] = {
        "states": _listed(state),
        "organisation": organisation,
        "poles": _listed(pole),
        "quarter": quarter,
    }
    given |= {"arena": arena, "x": x, "y": y, "outcome": outcome, "share": share}
    given = {name: value for name, value in given.items() if value is not None}
    _refuse_idle(kind, figure, given)
    check_sort(kind, folder)
    file = out or folder / FIGURES / "-".join([kind, *(_words(value) for value in given.values())])
    file = file if out else file.with_name(f"{file.name}.{figure.ending}")
    check_file(file, ENDINGS if figure.ending == "png" else (f".{figure.ending}",))
    results = load_for(kind, folder)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        _draw(kind, figure, results, file, given)
    notes = list(dict.fromkeys(str(warning.message) for warning in caught if warning.category is UserWarning))
    for words in notes:
        tell(words)
    described = {
        "kind": kind,
        "shows": figure.shows,
        "folder": str(folder),
        "options": given,
        "file": str(file),
        "notes": notes,
    }
    show(json_library.dumps(described, indent=2, ensure_ascii=False) if json else f"{file}: {figure.shows}")


def _draw(kind: str, figure, results, file: Path, given: dict) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np

    from analysis.plots.kinds import drawing

    try:
        if figure.ending != "png":
            drawing(kind)(results, file, **given)
            return
        drawn = np.ravel(drawing(kind)(results, **given))[0].figure
        file.parent.mkdir(parents=True, exist_ok=True)
        drawn.savefig(file, dpi=DPI)
        plt.close(drawn)
    except OSError as error:
        raise NcrError(f"{file}: cannot be written ({error.strerror or error}); choose another --out") from error


def _refuse_idle(kind: str, figure, given: dict) -> None:
    """NcrError for an option that this figure does not have: it would be ignored without a word."""
    idle = [_option(name) for name in given if name not in figure.options]
    if idle:
        has = [_option(name) for name in figure.options]
        raise NcrError(f"{', '.join(idle)}: “{kind}” has no such choice; it takes {', '.join(has) or 'none'}")


def _listed(items: list[str] | None) -> list[str] | None:
    """Codes of an option that may be repeated, or hold several with commas between; None if it was not given."""
    return [code.strip() for item in items for code in item.split(",")] if items else None


def _option(name: str) -> str:
    return {"states": "--state", "poles": "--pole"}.get(name, f"--{name}")


def _words(value) -> str:
    """An option's value as part of a file's name."""
    text = "-".join(value) if isinstance(value, list) else str(value)
    return "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in text)


def register(app: typer.Typer) -> None:
    """Add ``plot`` to ``app``."""
    app.command()(plot)

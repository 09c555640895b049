"""``ncr discover``: conditions under which an outcome emerges. :func:`register` adds it to the app of ``sim.cli``."""

import json as json_library
from pathlib import Path
from typing import Annotated

import typer

from sim.cli_show import show, tell
from sim.errors import NcrError
from sim.writable import check_folder

Folder = Annotated[Path, typer.Argument(metavar="SWEEP_DIR", help="Folder of a finished sweep.", show_default=False)]
Wanted = Annotated[
    str,
    typer.Option(metavar="NAME", help='A true/false column of the runs, or a condition: "class>=4", "bloc_index>0.2".'),
]
Share = Annotated[float, typer.Option(help="A point counts if it holds in this share of its runs, 0–1.")]
Density = Annotated[
    float | None, typer.Option(help="The widest box at least so dense, 0–1; default: the best balance.")
]
Seed = Annotated[int | None, typer.Option(help="Seed of the parts left out; default: the sweep's. 0 is a seed.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the boxes as a table (csv).")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def discover(
    folder: Folder, outcome: Wanted = "soft_bloc", share: Share = 0.5, density: Density = None, seed: Seed = None,
    out: Out = None, json: Json = False,
) -> None:  # fmt: skip
    """Say under what conditions an outcome emerges in a sweep: boxes (PRIM) and a shallow tree, in words."""
    from analysis.discovery import discover as search
    from analysis.discovery.report import plain, render
    from analysis.discovery.sweep import BOXES
    from sim.sweep.results import SweepResults

    if out is not None:
        check_folder(out)
    if seed is not None and seed < 0:
        raise NcrError(f"--seed {seed}: write a whole number from 0 on")
    found = search(SweepResults.load(folder), outcome, share=share, least_density=density, seed=seed)
    failure = ""
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)
            found.frame().to_csv(out / BOXES, index=False)
        except OSError as error:
            failure = f"{out}: cannot be written ({error.strerror or error})"
    show(json_library.dumps(plain(found), indent=2, ensure_ascii=False, allow_nan=False) if json else render(found))
    if failure:
        tell(failure)
        raise typer.Exit(2)


def register(app: typer.Typer) -> None:
    """Add ``discover`` to ``app``."""
    app.command()(discover)

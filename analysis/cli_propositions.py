"""``ncr propositions``: the command line of ``analysis.propositions``. :func:`register` adds it to the app of ``sim.cli``."""

from pathlib import Path
from typing import Annotated

import typer

from sim.cli_show import live, say_if_cold, tell

Wanted = Annotated[
    list[str] | None, typer.Argument(metavar="[P1 P3 ...]", help="Propositions by number; all if none is named.")
]
Draws = Annotated[int, typer.Option(help="Draws of the parameters.")]
Replicates = Annotated[int, typer.Option(help="Runs of each draw in each arm.")]
Seed = Annotated[int, typer.Option(help="Seed of draws and runs.")]
Second = Annotated[int | None, typer.Option(help="Run again under a second seed and show its verdicts.")]
Threads = Annotated[int | None, typer.Option(help="Threads; default: all cores. Results do not depend on it.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
Out = Annotated[Path | None, typer.Option(help="Folder for a page and a figure of each.")]
DRAWS, REPLICATES = 150, 4  # as in analysis.propositions.laboratory, which is heavy to import


def propositions(
    wanted: Wanted = None, draws: Draws = DRAWS, replicates: Replicates = REPLICATES, seed: Seed = 1, also_seed: Second = None,
    threads: Threads = None, json: Json = False, out: Out = None,
) -> None:  # fmt: skip
    """Try the theory's 25 propositions, each an experiment that can fail, and say which hold in this model."""
    from analysis.propositions.command import FEW, FEW_IN_WORDS, run_propositions

    if draws < FEW:
        tell(f"{draws} draws: {FEW_IN_WORDS}")
    say_if_cold()
    run_propositions(
        print, wanted or (), draws=draws, replicates=replicates, seed=seed, also_seed=also_seed, threads=threads, json=json,
        out=out, progress=live(),
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add ``propositions`` to ``app``."""
    app.command()(propositions)

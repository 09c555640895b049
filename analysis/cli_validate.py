"""``ncr validate``: the command line of ``analysis.validation``. :func:`register` adds it to the app of ``sim.cli``."""

from pathlib import Path
from typing import Annotated

import typer

from sim.cli_show import say_if_cold, show

Own = Annotated[
    Path | None, typer.Argument(metavar="[SCENARIO]", help="A scenario of yours, against --data; default: the shipped history.")
]  # fmt: skip
Replicates = Annotated[int, typer.Option(help="Runs of each scenario.")]
Seed = Annotated[int, typer.Option(help="Seed of runs, draws from the prior and resamples.")]
Volume = Annotated[
    str, typer.Option("--parameters", metavar="retained|prior|fixed", help="Where each run's parameters come from.")
]
Data = Annotated[
    list[Path] | None, typer.Option(metavar="PATH", help="Dataset file, or folder of some; may be repeated (docs/datasets.md).")
]  # fmt: skip
AnyVersion = Annotated[bool, typer.Option("--any-version", help="Read releases of datasets that were not tried.")]
Trade = Annotated[Path | None, typer.Option(help="Correlates of War trade file, for one part of A9.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def validate(
    scenario: Own = None, replicates: Replicates = 100, seed: Seed = 1, volume: Volume = "retained", data: Data = None,
    any_version: AnyVersion = False, trade: Trade = None, json: Json = False,
) -> None:  # fmt: skip
    """Score the shipped history on facts up to 2019 (calibration) and after (test); with --data, runs against public datasets."""
    from analysis.validation import validate as score

    say_if_cold()
    score(
        show, scenario=scenario, data=data or (), any_version=any_version, replicates=replicates, parameters=volume, trade=trade,
        json=json, seed=seed,
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add ``validate`` to ``app``."""
    app.command()(validate)

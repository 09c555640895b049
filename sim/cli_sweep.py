"""``ncr sweep``: run a sweep file, or what is left of it. Registered in ``sim.cli``; prints like it.

Exit codes: 0 done (failed runs are rows, and said), 1 your input is wrong (nothing is written), 2 the sweep could not go
on or every run failed, 130 interrupted; after 2 and 130 the same command goes on.
"""

import json as json_library
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli_show import live, say_if_cold, show, tell
from sim.errors import NcrError


def sweep(
    file: Annotated[Path, typer.Argument(metavar="SWEEP", help="Sweep file (YAML).", show_default=False)],
    out: Annotated[
        Path, typer.Option(help="Folder for shards and manifest; of an unfinished sweep, to go on.", show_default=False)
    ],
    threads: Annotated[
        int | None, typer.Option(help="Threads, or workers of --dask local; default: all cores.")
    ] = None,
    shard_size: Annotated[int | None, typer.Option(help="Runs a file; the tables do not depend on it.")] = None,
    replicates: Annotated[int | None, typer.Option(help="Runs of each design point; default: the sweep's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed; default: the sweep's. 0 is a seed.")] = None,
    dask: Annotated[
        str | None, typer.Option(metavar="local|ADDRESS", help="Run on a Dask cluster, e.g. tcp://host:8786.")
    ] = None,
    volume: Annotated[
        str,
        typer.Option(
            "--parameters",
            metavar="retained|prior|fixed",
            help="Where the parameters of each replicate come from; axes come before them.",
        ),
    ] = "fixed",
    json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False,
) -> None:
    """Run a sweep: many runs of a scenario over a design. Stop it at any time; the same command goes on."""
    from sim.cli import table_of_sweep
    from sim.sweep.schema import Sweep
    from sim.sweep.store import StoreError, check_folder

    for option, number in (("--threads", threads), ("--shard-size", shard_size)):
        if number is not None and number < 1:
            raise NcrError(f"{option} {number}: write a whole number from 1 on")
    plan = Sweep.load(file).replace(seed=seed, replicates=replicates)
    table = table_of_sweep(volume, plan)
    check_folder(out)
    from sim.sweep.runner import run_sweep

    say_if_cold()
    options: dict[str, Any] = {
        "threads": threads, "shard_size": shard_size, "parameters": table, "parameters_from": volume, "progress": live(), "say": tell,
    }  # fmt: skip
    try:
        if dask is None:
            results = run_sweep(plan, out, **options)
        else:
            from sim.sweep.cluster import dask_executor

            with dask_executor(dask, threads) as executor:
                results = run_sweep(plan, out, executor=executor, **options)
    except KeyboardInterrupt:
        tell(f"\nstopped; what is finished is in {out}, and the same command goes on from there")
        raise typer.Exit(130) from None
    except StoreError as error:
        tell(str(error))
        raise typer.Exit(2) from None
    from sim.sweep.summary import render, summarise

    summary = summarise(results)
    show(json_library.dumps(summary, indent=2, ensure_ascii=False) if json else render(summary))
    if summary["failed"] == summary["runs"]:
        raise typer.Exit(2)

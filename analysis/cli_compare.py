"""``ncr compare``: two scenarios, or one and its frozen-driver twin, pair by pair. :func:`register` adds it to ``sim.cli``."""

import json as json_library
from pathlib import Path
from typing import Annotated

import typer

from sim.cli_show import live, say_if_cold, say_if_few, show, tell
from sim.errors import NcrError
from sim.writable import check_folder

DOCUMENT, FIGURE = "comparison.json", "difference.png"
TABLES = ("differences", "alignment")  # written as CSV
VOLUME = "retained"

First = Annotated[
    Path, typer.Argument(metavar="A", help="Scenario file, or folder of `ncr run --out`.", show_default=False)
]
Second = Annotated[
    Path | None, typer.Argument(metavar="[B]", help="Another one; without it, A against its frozen-driver twin.")
]
Setting = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Set a lever or parameter in B; without B, B is A with it."),
]
Replicates = Annotated[int | None, typer.Option(help="Runs of each; default: those of A.")]
Seed = Annotated[int | None, typer.Option(help="Seed of both; default: that of A. 0 is a seed.")]
Volume = Annotated[
    str | None,
    typer.Option("--parameters", metavar="retained|prior|fixed", help="Where each run's parameters come from; default: retained."),
]  # fmt: skip
Threads = Annotated[int | None, typer.Option(help="Threads; default: all cores. Results do not depend on it.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the table (CSV and JSON) and the figure.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def compare(
    a: First, b: Second = None, setting: Setting = None, replicates: Replicates = None, seed: Seed = None,
    volume: Volume = None, threads: Threads = None, out: Out = None, json: Json = False,
) -> None:  # fmt: skip
    """Compare two scenarios (B − A), or one with its frozen-driver twin, run by run under the same draws."""
    if threads is not None and threads < 1:
        raise NcrError(f"--threads {threads}: write a whole number from 1 on")
    if out is not None:
        _check_out(out)
    given = {"--set": setting, "--replicates": replicates, "--seed": seed, "--parameters": volume, "--threads": threads}
    finished = [path.is_dir() for path in (a, *([b] if b else []))]
    if any(finished):
        if not all(finished):
            raise NcrError(f"compare {a} {b}: name two scenario files or two folders, not one of each")
        if idle := [option for option, value in given.items() if value is not None]:
            raise NcrError(f"{', '.join(idle)}: folders hold finished runs; give it to the `ncr run` that makes them")
        first, other = _loaded(a, b)
    else:
        first, other = _simulated(a, b, setting or [], replicates, seed, volume or VOLUME, threads)
    from analysis.compare_report import render, summarise

    summary = summarise(first, other)
    names = other.names | first.names
    show(json_library.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False) if json else render(summary, names))
    if out is not None:  # the table first: a disk that fails must not take it along
        _write(out, summary, first, other)
        if not json:
            show(f"\nTables and figure are in {out}")


def _loaded(a: Path, b: Path | None):
    from sim.results import Results

    first = Results.load(a)
    if b is not None:
        return Results.load(b), first
    if first.twin is None:
        raise NcrError(f"{a}: was run without its twin (--no-twin); run it with, or name a second folder")
    return first, first.twin


def _simulated(a: Path, b: Path | None, given: list[str], replicates, seed, volume: str, threads):
    """(first, other): A and its twin, or B and A, run under one seed with the same draws. given: of --set, for B."""
    from sim.cli import parameter_table
    from sim.engine import simulate
    from sim.sweep.inert import inert_levers

    scenarios = _scenarios(a, b, given, {"replicates": replicates, "seed": seed}, volume)
    for scenario in scenarios:
        for lever in inert_levers(scenario):
            tell(f"{lever} is set in “{scenario.title}” and changes nothing: what it moves does not move there")
    tables = [parameter_table(volume, scenario.replicates, scenario.seed) for scenario in scenarios]
    say_if_few(scenarios[0].replicates)
    say_if_cold()
    results = [
        simulate(scenario, twin=len(scenarios) == 1, threads=threads, parameters=table, progress=live())
        for scenario, table in zip(scenarios, tables, strict=True)
    ]
    for arm in results:
        arm.manifest["parameters_from"] = volume
        if (arm.runs["status"] == "failed").all():
            tell(f"every run of “{arm.manifest['scenario']}” failed; the first: {arm.runs['reason'].iloc[0]}")
            raise typer.Exit(2)
    return (results[0], results[0].twin) if len(results) == 1 else (results[1], results[0])


def _scenarios(a: Path, b: Path | None, given: list[str], wanted: dict, volume: str) -> list:
    """A alone, or A and B, with one seed and one number of replicates; NcrError if their runs would be no pairs."""
    from analysis.compare import refuse, unlike
    from sim.cli_settings import settings, without_effect
    from sim.quarters import label
    from sim.scenario.schema import Scenario

    scenarios = [Scenario.load(path) for path in (a, *([b] if b else []))]
    if given:
        as_filed = scenarios[-1]
        levers, parameters = settings(given, as_filed)
        for line in without_effect(as_filed, levers, parameters, volume):
            tell(line)
        scenarios = [scenarios[0], as_filed.replace(levers=levers, parameters=parameters)]
    common = {name: getattr(scenarios[0], name) if value is None else value for name, value in wanted.items()}
    for name, value in common.items():
        if wanted[name] is None and any(getattr(scenario, name) != value for scenario in scenarios):
            tell(f"the two have other {name}: both run with {name} {value}, as in {a}; --{name} sets another")
    scenarios = [scenario.replace(**common) for scenario in scenarios]
    spans = [common | {end: label(getattr(one, end)) for end in ("start", "end")} for one in scenarios]
    refuse(unlike(spans[-1], spans[0]))
    return scenarios


def _check_out(out: Path) -> None:
    """NcrError unless a comparison can be written to ``out``: a folder that is new, empty, or holds an earlier one."""
    if (out / "manifest.json").exists():
        raise NcrError(f"{out}: holds a finished run; name another folder after --out")
    check_folder(out, DOCUMENT, "earlier comparison")


def _write(out: Path, summary: dict, first, other) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np
    import pandas as pd

    from analysis.plots.difference import difference

    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            pd.DataFrame(summary[name]).to_csv(out / f"{name}.csv", index=False)
        figure = np.ravel(difference(first, other))[0].figure
        figure.savefig(out / FIGURE, dpi=150)
        plt.close(figure)
        document = json_library.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
        (out / DOCUMENT).write_text(document + "\n", encoding="utf-8")
    except OSError as error:
        tell(f"{out}: cannot be written ({error.strerror or error}); choose another --out")
        raise typer.Exit(2) from None


def register(app: typer.Typer) -> None:
    """Add ``compare`` to ``app``."""
    app.command()(compare)

"""``ncr sensitivity``: what an outcome answers to. :func:`register` adds it to the app of ``sim.cli``.

Exit codes are those of ``ncr sweep``: what is swept resumes with the same command.
"""

import json as json_library
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli_show import live, say_if_cold, show, tell
from sim.errors import NcrError
from sim.writable import check_folder

Target = Annotated[
    Path,
    typer.Argument(
        metavar="SCENARIO|DIR", help="Scenario file, or folder of a sobol or morris sweep.", show_default=False
    ),
]
Method = Annotated[str | None, typer.Option(metavar="morris|sobol", help="Default: morris, the cheaper one.")]
Vary = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME[=LOW:HIGH]", help="A lever, parameter or dotted path; * matches many; may be repeated. Default: all levers and 14 parameters."),
]  # fmt: skip
Wanted = Annotated[
    list[str] | None,
    typer.Option("--outcome", metavar="NAME", help='A column of the runs, or a condition such as "class>=4"; may be repeated.'),
]  # fmt: skip
Trajectories = Annotated[int | None, typer.Option(help="Of morris; default 20. Points: trajectories × (axes + 1).")]
Base = Annotated[int | None, typer.Option(help="Of sobol, a power of two; default 64. Points: base × (axes + 2).")]
Second = Annotated[bool, typer.Option("--second-order", help="Of sobol: pairs of axes too, at twice the points.")]
Replicates = Annotated[int | None, typer.Option(help="Runs of each point, with the same draws at all; default 8.")]
Seed = Annotated[int | None, typer.Option(help="Seed of design and runs; default: the scenario's. 0 is a seed.")]
Out = Annotated[Path | None, typer.Option(help="Folder for sweep, tables (csv) and figures.")]
Figures = Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures into --out.")]
Threads = Annotated[int | None, typer.Option(help="Threads; default: all cores. Results do not depend on it.")]
Volume = Annotated[
    str | None,
    typer.Option("--parameters", metavar="retained|prior|fixed", help="Where the parameters of each replicate come from that are no axis; default: fixed, the start values."),
]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def sensitivity(
    target: Target, method: Method = None, vary: Vary = None, outcome: Wanted = None, trajectories: Trajectories = None,
    base: Base = None, second_order: Second = False, replicates: Replicates = None, seed: Seed = None, out: Out = None,
    figures: Figures = True, threads: Threads = None, volume: Volume = None, json: Json = False,
) -> None:  # fmt: skip
    """Say which levers, parameters and coded numbers move an outcome, with intervals, and how much of it is noise."""
    from analysis.sensitivity import OUTCOMES, analyse
    from analysis.sensitivity.report import plain, render
    from analysis.sweep_outcomes import FailedRun, read_outcome

    wanted = [read_outcome(text).name for text in outcome or OUTCOMES]
    of_sweep = {
        "method": method, "vary": vary, "trajectories": trajectories, "base": base, "second-order": second_order or None,
        "replicates": replicates, "seed": seed, "threads": threads, "parameters": volume,
    }  # fmt: skip
    given = {name: value for name, value in of_sweep.items() if value is not None}
    if target.is_dir():
        results, left_out = _finished(target, given, out), []
    else:
        results, left_out = _swept(target, given, out)
    try:
        found = analyse(results, wanted)
    except FailedRun as error:
        tell(error)
        raise typer.Exit(2) from None
    failure = ""
    try:
        failure = _write(found, out, figures) if out is not None else ""
    finally:
        shown = plain(found, left_out) if json else None
        show(
            json_library.dumps(shown, indent=2, ensure_ascii=False, allow_nan=False)
            if json
            else render(found, left_out)
        )
    if failure:
        tell(failure)
        raise typer.Exit(2)
    if out is not None and not json:
        show(f"\nTables{' and figures' if figures else ''} are in {out}")


def _finished(folder: Path, given: dict, out: Path | None):
    """The sweep in a folder; NcrError for options that would be ignored."""
    from sim.sweep.results import SweepResults

    if given:
        options = ", ".join(f"--{name}" for name in given)
        raise NcrError(
            f"{options}: the sweep in {folder} is finished as it is; leave that out, or name a scenario file"
        )
    results = SweepResults.load(folder)
    if out is not None:
        check_folder(out)
    return results


def _swept(file: Path, given: dict, out: Path | None):
    """(results, axes left out) of the sweep that the options ask for, run now or gone on with."""
    from analysis.sensitivity import default_axes, named_axes, screening_plan
    from sim.cli import table_of_sweep
    from sim.scenario.schema import Scenario
    from sim.sweep.runner import run_sweep
    from sim.sweep.store import StoreError
    from sim.sweep.store import check_folder as check_sweep

    vary, threads, method = given.pop("vary", None), given.pop("threads", None), given.get("method", "morris")
    of_others = {"morris": ("base", "second-order"), "sobol": ("trajectories",)}
    idle = [f"--{name}" for name in of_others.get(method, ()) if name in given]
    if idle:
        raise NcrError(f"{', '.join(idle)}: does not belong to {method}; leave it out or choose another --method")
    for name, number in {**given, "threads": threads}.items():
        if name in ("replicates", "threads") and number is not None and number < 1:
            raise NcrError(f"--{name} {number}: write a whole number from 1 on")
    scenario = Scenario.load(file)
    axes, left_out = named_axes(scenario, vary) if vary else default_axes(scenario)
    given["second_order"] = given.pop("second-order", False)
    volume = given.pop("parameters", "fixed")
    plan = screening_plan(scenario, axes, **given)
    table = table_of_sweep(volume, plan)
    if out is not None:
        check_sweep(out)
    tell(
        f"{plan.runs:,} runs: {len(plan.points):,} points × {plan.replicates} replicates over {len(axes)} axes ({method})"
    )
    say_if_cold()
    options: dict[str, Any] = {
        "threads": threads, "parameters": table, "parameters_from": volume, "progress": live(), "say": tell,
    }  # fmt: skip
    try:
        return run_sweep(plan, out, **options), left_out
    except KeyboardInterrupt:
        tell(
            f"\nstopped; what is finished is in {out}, and the same command goes on from there" if out else "\nstopped"
        )
        raise typer.Exit(130) from None
    except StoreError as error:
        tell(str(error))
        raise typer.Exit(2) from None


def _write(found, out: Path, figures: bool) -> str:
    """Tables and figures into ``out``; what went wrong, or ""."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        found.save(out)
        if figures:
            from analysis.plots.sensitivity import draw_sensitivity

            draw_sensitivity(found, out / "figures")
    except OSError as error:
        return f"{out}: cannot be written ({error.strerror or error})"
    return ""


def register(app: typer.Typer) -> None:
    """Add ``sensitivity`` to ``app``."""
    app.command()(sensitivity)

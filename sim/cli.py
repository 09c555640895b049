"""The command ``ncr``. Only this module prints; heavy libraries are imported by the command that needs them.

Exit codes: 0 done, 1 the user's input is wrong (nothing is written), 2 the run failed, 130 interrupted.
"""

import json as json_library
import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from analysis.cli_compare import register as register_compare
from analysis.cli_discovery import register as register_discovery
from analysis.cli_plot import register as register_plot
from analysis.cli_propositions import register as register_propositions
from analysis.cli_report import register as register_report
from analysis.cli_sensitivity import register as register_sensitivity
from analysis.cli_validate import register as register_validate
from sim.cli_check import check
from sim.cli_settings import settings, without_effect
from sim.cli_show import Unbroken, live, say_if_cold, say_if_few, show, tell
from sim.cli_sweep import sweep
from sim.errors import NcrError

app = typer.Typer(
    help="Agent-based simulation of alignment among states under great powers.",
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
)  # fmt: skip

INTERRUPTED = 130
MOST_ROWS = 2_000  # of parameters in a sweep: they travel with every block of its runs; then the first comes again
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def main() -> None:
    """Entry point: one message and an exit code, never a traceback (unless NCR_DEBUG is set)."""
    sys.stderr = Unbroken(sys.stderr)
    try:
        code = app(standalone_mode=False)
    except NcrError as error:
        code = _say(error, 1)
    except typer.TyperException as error:
        error.show() if hasattr(error, "show") else _say(error, 1)
        code = 1  # typer's own code for a wrong option is 2, which here means that a run failed
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:
        if os.environ.get("NCR_DEBUG"):
            raise
        words = (
            f"failed: {type(error).__name__}: {error}\nThis is not your mistake; NCR_DEBUG=1 shows where it happened."
        )
        code = INTERRUPTED if _from_interrupt(error) else _say(words, 2)
    if code == INTERRUPTED:  # typer turns Ctrl-C into this code without a word
        tell("\ninterrupted")
    sys.exit(code if isinstance(code, int) else 0)


def _from_interrupt(error: BaseException | None) -> bool:
    """Whether Ctrl-C is behind an error: compiled code reports it as an error of its own."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _say(message, code: int) -> int:
    tell(message)
    return code


def _version(wanted: bool) -> None:
    if wanted:
        from sim import __version__

        show(f"ncr-sim {__version__}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def parameter_table(volume: str, replicates: int, seed: int):
    """Parameters of each replicate, (replicates, len(PARAMETERS)); None for the scenario's own in all. NcrError for no volume.

    retained: from the points that meet the facts to 2019 (analysis.history); prior: from the whole ranges.
    """
    from sim.parameters import prior_sample

    if volume == "fixed":
        return None
    if volume == "prior":
        return prior_sample(replicates, seed)
    if volume != "retained":
        raise NcrError(f"--parameters {volume}: write retained, prior or fixed")
    from analysis.history import retained_sample

    return retained_sample(replicates, seed)


def table_of_sweep(volume: str, plan):
    """:func:`parameter_table` of a sweep: a row for each of its draws, at most MOST_ROWS."""
    return parameter_table(volume, min(plan.draws, MOST_ROWS), plan.seed)


@app.command()
def run(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (YAML).", show_default=False)],
    replicates: Annotated[int | None, typer.Option(help="Runs; default: the scenario's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed; default: the scenario's. 0 is a seed.")] = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a lever or parameter.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for tables (parquet), manifest and figures.")] = None,
    twin: Annotated[bool, typer.Option("--twin/--no-twin", help="Run the frozen-driver twin beside it.")] = True,
    ties: Annotated[bool, typer.Option("--ties", help="Keep every tie of every quarter.")] = False,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures into --out.")] = True,
    threads: Annotated[
        int | None, typer.Option(help="Threads; default: all cores. Results do not depend on it.")
    ] = None,
    volume: Annotated[
        str, typer.Option("--parameters", metavar="retained|prior|fixed", help="Where each run's parameters come from.")
    ] = "retained",
    json: Json = False,
) -> None:
    """Run a scenario, compare it with its frozen-driver twin, show a table, and write tables and figures."""
    from sim.results import MANIFEST, check_writable
    from sim.scenario.schema import Scenario

    loaded = Scenario.load(scenario)
    levers, parameters = settings(setting or [], loaded)
    if threads is not None and threads < 1:
        raise NcrError(f"--threads {threads}: write a whole number from 1 on")
    changes = {"levers": levers, "parameters": parameters, "replicates": replicates, "seed": seed}
    changes = {name: value for name, value in changes.items() if value not in (None, {})}
    as_filed, loaded = loaded, loaded.replace(**changes) if changes else loaded
    if out is not None:
        check_writable(out)
        if (out / MANIFEST).exists():
            tell(f"replacing the earlier result in {out} when the runs are done")
    from sim.engine import simulate
    from sim.summary import summarise
    from sim.summary_table import render
    from sim.sweep.inert import inert_levers

    inert = inert_levers(loaded)  # a lever that does nothing must not look like a finding
    for line in without_effect(as_filed, levers, parameters, volume):
        tell(line)
    for name in inert:
        tell(f"{name} is set and changes nothing: what it moves does not move in this scenario")
    say_if_few(loaded.replicates)
    say_if_cold()
    table = parameter_table(volume, loaded.replicates, loaded.seed)
    results = simulate(loaded, twin=twin, ties=ties, threads=threads, parameters=table, progress=live())
    results.manifest["parameters_from"] = volume
    results.manifest["inert"] = inert
    results.manifest["command"] = shlex.join(["ncr", *sys.argv[1:]])
    failed = results.runs["status"] == "failed"
    if failed.all():
        tell(f"every run failed; the first: {results.runs['reason'].iloc[0]}")
        raise typer.Exit(2)
    summary = summarise(results)
    failure = ""
    try:  # to write first: whoever reads the table may go away; and whatever happens to the folder, the table is shown
        failure = _write(results, out, figures) if out is not None else ""
    finally:
        text = json_library.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False) if json else ""
        show(text or render(summary, results.names))
    if failure:
        tell(failure)
        raise typer.Exit(2)
    if out is not None and not json:
        show(f"\nTables{' and figures' if figures else ''} are in {out}")


def _write(results, out: Path, figures: bool) -> str:
    """Save tables and figures; what went wrong, or "": a disk that fails after the run is a failure of the run."""
    from analysis.plots import draw_all, remove_figures
    from analysis.report import FILE as REPORT

    try:
        results.save(out)
        remove_figures(out / "figures")
        (out / REPORT).unlink(missing_ok=True)  # of the earlier result
        if figures:
            draw_all(results, out / "figures")
    except (NcrError, OSError) as error:
        return str(error)
    return ""


@app.command()
def schema(kind: Annotated[str, typer.Argument(help="scenario, world or sweep.")] = "scenario") -> None:
    """Print the JSON Schema of a scenario file (or `world`, or `sweep`), for completion in an editor."""
    from sim.scenario.load import json_schema

    if kind not in ("world", "scenario", "sweep"):
        raise NcrError(f"schema {kind}: write `ncr schema world`, `ncr schema scenario` or `ncr schema sweep`")
    show(json_library.dumps(json_schema(kind), indent=2, ensure_ascii=False))


app.command()(check)
app.command()(sweep)
register_compare(app)
register_discovery(app)
register_plot(app)
register_propositions(app)
register_report(app)
register_sensitivity(app)
register_validate(app)
for command in app.registered_commands:  # whole in `ncr --help`, where it would be cut
    command.short_help = (command.callback.__doc__ or "").partition("\n")[0]

if __name__ == "__main__":
    main()

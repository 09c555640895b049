"""Scoreboards: the facts of the evidence ledger on many runs, those that may choose a number apart from those that test.

Facts are read from two scenarios, one that starts in 2009 and one that starts in 1992. A miss is a result like any other.
"""

import json as json_library
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import facts_a, facts_sf
from analysis.dataset_scores import as_records, dataset_board
from analysis.dataset_scores import render as render_datasets
from analysis.datasets import load_all
from analysis.facts import CALIBRATION, FORWARD, NO, NOT_SCORED, TEST, UNDECIDED, VACUOUS, YES, Fact, Score, score
from analysis.runs import Runs, capability_paths
from analysis.trade import load_trade, mean_trade
from sim.engine import parameter_draws, run_all
from sim.errors import NcrError
from sim.parameters import prior_sample
from sim.quarters import label, ordinal
from sim.scenario.compile import compile_scenario
from sim.scenario.schema import Scenario

FACTS: tuple[Fact, ...] = (*facts_a.FACTS, *facts_sf.FACTS)
LAST_READ = {2009: "2026Q4", 1992: "2019Q4"}  # last quarter that a fact reads, by start; what follows is not run
VOLUMES = ("retained", "prior", "fixed")
SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
BOARDS = {
    "Calibration: facts up to 2019Q4 (set A)": (CALIBRATION,),
    "Test: facts on 2020-25 (set B)": (TEST,),
    "Not yet history: 2026 (set F)": (FORWARD,),
}


def recorded(
    scenario: Scenario,
    replicates: int,
    parameters: str | np.ndarray | None,
    seed: int,
    last: str,
    threads: int | None = None,
) -> Runs:
    """Run ``scenario`` up to quarter ``last`` with ties kept.

    parameters: None for those of the scenario, "retained" or "prior" for a draw of its own for each replicate, or a table
    (replicates, len(PARAMETERS)). seed: of the runs and of the draws.
    """
    scenario = scenario.replace(replicates=replicates, seed=seed)
    compiled = compile_scenario(scenario)
    if compiled.quarters[-1] > ordinal(last):
        scenario = scenario.replace(end=last)
        compiled = compile_scenario(scenario)
    if isinstance(parameters, str):
        from analysis.history import retained_sample  # which asks this module in turn

        if parameters not in ("retained", "prior"):
            raise NcrError(f"parameters: {parameters!r} is unknown; write None, 'retained', 'prior' or a table")
        parameters = (retained_sample if parameters == "retained" else prior_sample)(replicates, seed)
    tasks = list(enumerate(parameter_draws(scenario, compiled, parameters)))
    recordings = run_all(compiled, tasks, ties=True, threads=threads)
    runs = Runs.from_recordings(scenario, compiled, recordings)
    return replace(runs, capability=capability_paths(compiled, tasks, recordings))


def score_runs(runs: dict[int, Runs], facts: tuple[Fact, ...] = FACTS) -> pd.DataFrame:
    """The scoreboard of runs that were made before, by year of the start. Columns: those of ``facts.Score``."""
    rows = [score(fact, runs[fact.start]) for fact in facts]
    return pd.DataFrame(rows, columns=list(Score.__annotations__))


def historical_runs(
    historical: Scenario,
    historical_1992: Scenario,
    replicates: int,
    parameters: str | np.ndarray | None = None,
    seed: int = 1,
    trade: dict[tuple[str, str], float] | None = None,
    threads: int | None = None,
) -> dict[int, Runs]:
    """The runs that facts are read from, by year of the start. trade: of pairs of states, for a part of A9."""
    runs = {}
    for year, scenario in ((2009, historical), (1992, historical_1992)):
        made = recorded(scenario, replicates, parameters, seed, LAST_READ[year], threads)
        if made.quarters[0] > ordinal(f"{year}Q4"):
            raise NcrError(f"{scenario.title}: starts in {label(made.quarters[0])}; the facts need a start in {year}")
        runs[year] = replace(made, trade=trade)
    return runs


def scoreboard(
    historical: Scenario,
    historical_1992: Scenario,
    replicates: int,
    parameters: str | np.ndarray | None = None,
    seed: int = 1,
    trade: str | Path | None = None,
    threads: int | None = None,
) -> pd.DataFrame:
    """One row a fact: fact, set, statement, share, low, high, required, met, note, could_fail.

    share: of runs in which the fact holds, with Wilson's 95 % interval; met: yes, no, undecided, vacuous or not scored (``facts.score``). trade: path of the
    Correlates of War trade file, which is not part of this repository; without it one part of A9 is not scored.
    ``attrs`` of the frame holds replicates, seed, parameters, and failed runs by start.
    """
    flows = load_trade(trade, *facts_a.TRADE_YEARS) if trade is not None else None  # a wrong path is known at once
    return board_of(
        historical_runs(historical, historical_1992, replicates, parameters, seed, flows, threads),
        replicates, parameters, seed,
    )  # fmt: skip


def board_of(runs: dict[int, Runs], replicates: int, parameters: str | np.ndarray | None, seed: int) -> pd.DataFrame:
    """The scoreboard of ``historical_runs``, with how they were made in ``attrs``."""
    board = score_runs(runs)
    kind = parameters if isinstance(parameters, str) else "those of the scenarios" if parameters is None else "a table"
    failed = {str(year): made.failed for year, made in runs.items()}
    board.attrs = {"replicates": replicates, "seed": seed, "parameters": kind, "failed": failed}
    return board


def render(board: pd.DataFrame) -> str:
    """The boards as text, notes below each; calibration, test and what is not yet history are never counted together."""
    lines = [", ".join(f"{name}: {value}" for name, value in board.attrs.items() if name != "failed")]
    failed = sum(board.attrs.get("failed", {}).values())
    lines += [f"{failed} runs failed and are left out"] if failed else []
    for title, sets in BOARDS.items():
        part = board[board["set"].isin(sets)]
        if len(part):
            lines += ["", title, *_table(part), "", *_notes(part)]
    return "\n".join(lines)


def _table(part: pd.DataFrame) -> list[str]:
    counts = part["met"].value_counts()
    rows = [f"{'fact':12}{'share':>6}  {'95 %':>10}{'needed':>8}  {'met':10}  statement"]
    for row in part.itertuples():
        known = np.isfinite(row.share)
        share = f"{row.share:.2f}" if known else "-"
        interval = f"{row.low:.2f}-{row.high:.2f}" if known else ""
        rows.append(f"{row.fact:12}{share:>6}  {interval:>10}{row.required:>8.2f}  {row.met:10}  {row.statement}")
    rows.append(f"met {counts.get(YES, 0)}, missed {counts.get(NO, 0)}, undecided at this number of runs {counts.get(UNDECIDED, 0)}; "
                f"vacuous (held where it could not fail) {counts.get(VACUOUS, 0)}, not scored {counts.get(NOT_SCORED, 0)}")  # fmt: skip
    return rows


def _notes(part: pd.DataFrame) -> list[str]:
    return [f"{row.fact}: {row.note}" for row in part.itertuples() if row.note]


def records(board: pd.DataFrame) -> dict:
    """The scoreboard as plain values: ``attrs`` and a list of rows; None where nothing was computed."""
    return {**board.attrs, "facts": board.astype(object).where(board.notna(), None).to_dict("records")}


def as_json(board: pd.DataFrame, more: dict | None = None) -> str:
    """The scoreboard as JSON, and ``more`` beside it; null where nothing was computed."""
    return json_library.dumps(records(board) | (more or {}), indent=2, ensure_ascii=False, allow_nan=False)


def validate(
    write: Callable[[str], object],
    *,
    scenario: str | Path | None = None,
    data: Sequence[str | Path] = (),
    any_version: bool = False,
    replicates: int = 100,
    parameters: str = "retained",
    trade: str | Path | None = None,
    json: bool = False,
    seed: int = 1,
    historical: str | Path = SCENARIOS / "historical.yaml",
    historical_1992: str | Path = SCENARIOS / "historical_1992.yaml",
    threads: int | None = None,
) -> int:
    """``ncr validate``: score all facts, and runs against public datasets, and hand the text to ``write``; returns the exit code.

    parameters: ``retained`` or ``prior``, a draw of its own for each run, or ``fixed``, those of the scenario in all.
    data: files and folders of datasets. scenario: compare this one with them and leave the facts, which speak of the two
    shipped scenarios, aside. The code is 0 however much is missed: a miss is a finding. Wrong input raises NcrError.
    """
    if replicates < 1:
        raise NcrError(f"--replicates {replicates}: write a whole number from 1 on")
    if scenario is not None and not data:
        raise NcrError(
            f"{scenario}: the facts are of the shipped scenarios; for one of yours name datasets with --data"
        )
    if scenario is not None and trade is not None:
        raise NcrError(
            "--trade is for a fact of the shipped scenarios; with a scenario of yours name the file with --data"
        )
    from analysis.provenance import stale  # which asks this module in turn

    if parameters not in VOLUMES:
        raise NcrError(f"--parameters {parameters}: write retained, prior or fixed")
    volume = None if parameters == "fixed" else parameters
    datasets, aside = load_all(data, any_version) if data else ({}, [])
    if scenario is not None:
        loaded = Scenario.load(scenario)
        write(_compare(loaded, datasets, aside, replicates, volume, seed, json, threads))
        return 0
    flows = load_trade(trade, *facts_a.TRADE_YEARS) if trade is not None else None
    if flows is None and "trade" in datasets:
        flows = mean_trade(datasets["trade"], *facts_a.TRADE_YEARS)
    scenarios = Scenario.load(historical), Scenario.load(historical_1992)
    old = stale(scenarios)  # before the runs: nothing that is stored can undo them
    runs = historical_runs(*scenarios, replicates, volume, seed, flows, threads)
    board = board_of(runs, replicates, volume, seed)
    if not datasets:
        write(as_json(board, {"stale": old}) if json else "\n".join([render(board), *_stale_lines(old)]))
        return 0
    found = dataset_board({f"start {year}": made for year, made in runs.items()}, datasets, seed)
    if json:
        write(as_json(board, {"stale": old, "datasets": as_records(found, datasets, aside)}))
    else:
        write("\n".join([render(board), "", render_datasets(found, datasets, aside), *_stale_lines(old)]))
    return 0


def _stale_lines(old: dict[str, str]) -> list[str]:
    """Stored results of other trials that rest on what has changed since, one a line."""
    return (
        ["", "Stored results that no longer count", *(f"{name}: {words}" for name, words in old.items())] if old else []
    )


def _compare(scenario, datasets, aside, replicates, parameters, seed, json, threads) -> str:
    """A scenario of the user's against the datasets alone, as text or JSON."""
    last_year = max(dataset.years[1] for dataset in datasets.values())
    last = f"{last_year}Q4"
    if ordinal(last) <= scenario.start:
        files = ", ".join(data.file for data in datasets.values())
        raise NcrError(
            f"--data: {files} ends in {last_year}, and {scenario.title} starts in {label(scenario.start)}: no year to compare; "
            "name data that go on after the start"
        )
    runs = recorded(scenario, replicates, parameters, seed, last, threads)
    found = dataset_board({scenario.title: runs}, datasets, seed)
    how = {"scenario": scenario.title, "replicates": replicates, "seed": seed, "parameters": parameters or "its own",
           "failed": runs.failed}  # fmt: skip
    if json:
        content = how | {"datasets": as_records(found, datasets, aside)}
        return json_library.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    line = ", ".join(f"{name}: {value}" for name, value in how.items())
    return f"{line}\n\n{render_datasets(found, datasets, aside)}"

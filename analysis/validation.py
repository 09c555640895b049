"""Scoreboards: the facts of the evidence ledger on many runs, those that may choose a number apart from those that test.

Facts are read from two scenarios, one that starts in 2009 and one that starts in 1992. A miss is a result like any other.
"""

import json as json_library
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import facts_a, facts_sf
from analysis.facts import CALIBRATION, FORWARD, TEST, Fact, Score, score
from analysis.runs import Runs
from analysis.trade import load_trade
from sim.engine import parameter_draws, run_all
from sim.errors import NcrError
from sim.parameters import prior_sample
from sim.quarters import label, ordinal
from sim.scenario.compile import compile_scenario
from sim.scenario.schema import Scenario

FACTS: tuple[Fact, ...] = (*facts_a.FACTS, *facts_sf.FACTS)
LAST_READ = {2009: "2026Q4", 1992: "2019Q4"}  # last quarter that a fact reads, by start; what follows is not run
SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
BOARDS = {
    "Calibration: facts up to 2019Q4 (set A)": (CALIBRATION,),
    "Test: facts on 2020-25 (B) and 2026 (F)": (TEST, FORWARD),
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

    parameters: None for those of the scenario, "prior" for a draw of its own for each replicate, or a table
    (replicates, len(PARAMETERS)). seed: of the runs and of the draws from the prior.
    """
    scenario = scenario.replace(replicates=replicates, seed=seed)
    compiled = compile_scenario(scenario)
    if compiled.quarters[-1] > ordinal(last):
        scenario = scenario.replace(end=last)
        compiled = compile_scenario(scenario)
    if isinstance(parameters, str):
        if parameters != "prior":
            raise NcrError(f"parameters: {parameters!r} is unknown; write None, 'prior' or a table")
        parameters = prior_sample(replicates, seed)
    tasks = list(enumerate(parameter_draws(scenario, compiled, parameters)))
    return Runs.from_recordings(scenario, compiled, run_all(compiled, tasks, ties=True, threads=threads))


def score_runs(runs: dict[int, Runs], facts: tuple[Fact, ...] = FACTS) -> pd.DataFrame:
    """The scoreboard of runs that were made before, by year of the start. Columns: those of ``facts.Score``."""
    rows = [score(fact, runs[fact.start]) for fact in facts]
    return pd.DataFrame(rows, columns=list(Score.__annotations__))


def scoreboard(
    historical: Scenario,
    historical_1992: Scenario,
    replicates: int,
    parameters: str | np.ndarray | None = None,
    seed: int = 1,
    trade: str | Path | None = None,
    threads: int | None = None,
) -> pd.DataFrame:
    """One row a fact: fact, set, statement, share, low, high, required, met, note.

    share: of runs in which the fact holds, with Wilson's 95 % interval; met: yes, no or not scored. trade: path of the
    Correlates of War trade file, which is not part of this repository; without it one part of A9 is not scored.
    ``attrs`` of the frame holds replicates, seed, parameters, and failed runs by start.
    """
    flows = load_trade(trade, *facts_a.TRADE_YEARS) if trade is not None else None  # a wrong path is known at once
    runs = {}
    for year, scenario in ((2009, historical), (1992, historical_1992)):
        made = recorded(scenario, replicates, parameters, seed, LAST_READ[year], threads)
        if made.quarters[0] > ordinal(f"{year}Q4"):
            raise NcrError(f"{scenario.title}: starts in {label(made.quarters[0])}; the facts need a start in {year}")
        runs[year] = replace(made, trade=flows)
    board = score_runs(runs)
    kind = parameters if isinstance(parameters, str) else "those of the scenarios" if parameters is None else "a table"
    failed = {str(year): made.failed for year, made in runs.items()}
    board.attrs = {"replicates": replicates, "seed": seed, "parameters": kind, "failed": failed}
    return board


def render(board: pd.DataFrame) -> str:
    """The two boards as text, notes below each; calibration and test are never counted together."""
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
    rows.append(f"met {counts.get('yes', 0)}, missed {counts.get('no', 0)}, not scored {counts.get('not scored', 0)}")
    return rows


def _notes(part: pd.DataFrame) -> list[str]:
    return [f"{row.fact}: {row.note}" for row in part.itertuples() if row.note]


def as_json(board: pd.DataFrame) -> str:
    """The scoreboard as JSON: ``attrs`` and a list of rows; null where nothing was computed."""
    rows = board.astype(object).where(board.notna(), None).to_dict("records")
    return json_library.dumps({**board.attrs, "facts": rows}, indent=2, ensure_ascii=False)


def validate(
    write: Callable[[str], object],
    *,
    replicates: int = 100,
    prior: bool = False,
    trade: str | Path | None = None,
    json: bool = False,
    seed: int = 1,
    historical: str | Path = SCENARIOS / "historical.yaml",
    historical_1992: str | Path = SCENARIOS / "historical_1992.yaml",
    threads: int | None = None,
) -> int:
    """``ncr validate``: score all facts and hand the text to ``write``; returns the exit code.

    The code is 0 however many facts are missed: a miss is a finding. Wrong input raises NcrError.
    """
    if replicates < 1:
        raise NcrError(f"--replicates {replicates}: write a whole number from 1 on")
    scenarios = Scenario.load(historical), Scenario.load(historical_1992)
    board = scoreboard(*scenarios, replicates, "prior" if prior else None, seed, trade, threads)
    write(as_json(board) if json else render(board))
    return 0

"""The third scoreboard: rank correlations of runs with public datasets, up to 2019 and from 2020 on apart.

Each half compares changes within it: those up to 2019 since the start of the scenario, those from 2020 on since 2019.
A reading is taken from the correlation over units; that within units stands beside it.
"""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from analysis.dataset_measures import CONTROL, INPUT, MEASURES, Measure, calendar, during
from analysis.datasets import Dataset
from analysis.rank_correlation import LEAST_POLES, LEAST_UNITS, Correlation, Panel, correlate, fewer_poles
from analysis.runs import Runs
from sim.errors import NcrError

CALIBRATION_ENDS = 2019
HALVES = ("to 2019", "from 2020")
LEAST_EVENTS = 5  # units in which something came; fewer say nothing of a rank correlation
NOT_TESTED, TOO_FEW, CODED = "not tested", "too few came", "coded"
AGREES, DISAGREES, UNDECIDED = "agrees", "disagrees", "undecided"
QUIET, LOUD = "quiet", "not quiet"
COLUMNS = (
    "scenario", "half", "measure", "dataset", "kind", "simulated", "observed", "years", "units", "came",
    "across", "across_low", "across_high", "within", "within_low", "within_high", "reading", "why", "caution", "unknown",
)  # fmt: skip


@dataclass(frozen=True)
class Half:
    """First year (that changes are counted from) and last year of a half, and its name."""

    name: str
    first: int
    last: int


def halves(runs: Runs) -> list[Half]:
    """The halves that the runs reach; the second starts from the last year of the first, or with the runs."""
    years, _ = calendar(runs)
    start, end = int(years[0]), int(years[-1])
    found = [Half(HALVES[0], start, min(end, CALIBRATION_ENDS))] if start <= CALIBRATION_ENDS else []
    return found + ([Half(HALVES[1], max(start, CALIBRATION_ENDS), end)] if end > CALIBRATION_ENDS else [])


def score_datasets(
    runs: Runs, datasets: dict[str, Dataset], scenario: str, seed: int, measures: tuple[Measure, ...] = MEASURES
) -> pd.DataFrame:
    """COLUMNS, a row for each half and measure of a dataset that is there. seed: of the resamples."""
    rows = []
    for half in halves(runs):
        part = during(runs, half.first, half.last)
        for measure in measures:
            if measure.dataset in datasets:
                rows.append({"scenario": scenario, **score(measure, part, datasets[measure.dataset], half, seed)})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def score(measure: Measure, runs: Runs, data: Dataset, half: Half, seed: int) -> dict:
    """One row, without the scenario."""
    base = {"half": half.name, "measure": measure.name, "dataset": measure.dataset, "kind": measure.kind,
            "simulated": measure.simulated, "observed": measure.observed}  # fmt: skip
    panel = measure.build(runs, data)
    counts = panel.years > CALIBRATION_ENDS if half.name == HALVES[1] else np.full(len(panel.years), True)
    known = panel.known() & counts[:, None]
    came = int((np.nansum(np.where(known, panel.observed, 0), axis=0) > 0).sum()) if measure.events else None
    found = correlate(panel, counts, seed)
    if measure.events:  # within a unit an event is one step
        found = Correlation(**(asdict(found) | dict.fromkeys(("within", "within_low", "within_high"), float("nan"))))
    years = panel.years[known.any(axis=1)]
    span = "–".join(dict.fromkeys((str(years[0]), str(years[-1])))) if len(years) else ""
    reading, why = read(measure, found, came, half)
    if reading not in (CODED, TOO_FEW) and np.isfinite(found.across) and (poles := fewer_poles(panel, known)):
        reading, why = NOT_TESTED, f"no interval: too few poles in the data: {poles}; {LEAST_POLES} are wanted"
    words = {"why": why or _silence(panel, known, data, half), "caution": measure.note, "unknown": panel.note}
    return {**base, **asdict(found), "years": span, "came": came, "reading": reading, **words}


def read(measure: Measure, found: Correlation, came: int | None, half: Half) -> tuple[str, str]:
    """(reading, why): what a correlation says, given what kind of measure it is."""
    if not np.isfinite(found.across):
        return NOT_TESTED, ""
    if measure.kind == INPUT or half.last <= measure.coded_to:
        return CODED, ""
    if came is not None and came < LEAST_EVENTS:
        return TOO_FEW, f"{came} came; {LEAST_EVENTS} are wanted"
    if not np.isfinite(found.across_low):
        return NOT_TESTED, "no interval: too few units differ in the runs or the data"
    if measure.kind == CONTROL:
        low = np.nanmax([found.across_low, found.within_low, -1.0])
        against = np.nanmin([found.across_high, found.within_high, 1.0]) < 0
        return (LOUD, "") if low > 0 else (QUIET, "points the other way" if against else "")
    if found.across_low > 0 or found.across_high < 0:
        return (AGREES if found.across_low > 0 else DISAGREES), ""
    return UNDECIDED, ""


def _silence(panel: Panel, known: np.ndarray, data: Dataset, half: Half) -> str:
    """Why there is no correlation; nothing if there is one."""
    if data.years[1] <= half.first or (half.name == HALVES[1] and data.years[1] <= CALIBRATION_ENDS):
        return f"the file ends in {data.years[1]}"
    if known.sum(axis=1).max(initial=0) < LEAST_UNITS:
        return f"fewer than {LEAST_UNITS} known units in any year"
    values = np.where(known, panel.observed, np.nan)
    if np.nanmax(values) == np.nanmin(values):
        return "nothing differs in the data"
    means = np.where(known, panel.simulated.mean(axis=0), np.nan)
    return "nothing differs in the runs" if np.nanmax(means) == np.nanmin(means) else ""


def render(board: pd.DataFrame, datasets: dict[str, Dataset], aside: list[str]) -> str:
    """The board as text: halves apart, notes below, then what became of the files."""
    lines = ["Public datasets: rank correlations (Spearman) with 95 % intervals over states and runs; agreement is plus",
             "across: over units, mean of years; within: over years, mean of units; changes since the first year of a half"]  # fmt: skip
    for (scenario, half), part in board.groupby(["scenario", "half"], sort=False):
        whys = [f"{row.measure}: {row.why}" for row in part.itertuples() if row.why]
        lines += ["", f"{scenario}, {half}", *_rows(part), *([""] if whys else []), *whys]
    measures = board.drop_duplicates("measure")
    lines += ["", "Measures", *(f"{m.measure}: {m.simulated} with {m.observed}{'; ' * bool(m.caution)}{m.caution}"
                               for m in measures.itertuples())]  # fmt: skip
    unknown = dict.fromkeys(f"{row.dataset}: {row.unknown}" for row in board.itertuples() if row.unknown)
    lines += ["", "Files", *(line for data in datasets.values() for line in data.lines()), *unknown]
    return "\n".join([*lines, *([f"not used: {', '.join(aside)}"] if aside else [])])


def _rows(part: pd.DataFrame) -> list[str]:
    rows = [f"{'measure':21}{'kind':8}{'years':>10}{'units':>6}{'came':>5}  {'across':>20}  {'within':>20}  reading"]
    for row in part.to_dict("records"):
        came = "" if row["came"] is None or np.isnan(row["came"]) else f"{row['came']:.0f}"
        numbers = (f"{_number(row, name):>20}" for name in ("across", "within"))
        rows.append(f"{row['measure']:21}{row['kind']:8}{row['years']:>10}{row['units']:>6}{came:>5}  "
                    f"{'  '.join(numbers)}  {row['reading']}")  # fmt: skip
    return rows


def _number(row: dict, name: str) -> str:
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if not np.isfinite(value):
        return "-"
    return f"{value:+.2f}" + (f" [{low:+.2f}, {high:+.2f}]" if np.isfinite(low) else "")


def as_records(board: pd.DataFrame, datasets: dict[str, Dataset], aside: list[str]) -> dict:
    """The board and the files as plain values; None where nothing was computed. Names of files only, no folders."""
    rows = board.astype(object).where(board.notna(), None).to_dict("records")
    files = {
        name: {"file": data.file, "version": data.version, "years": list(data.years), "states": len(data.states), "rows": data.rows,
               "skipped": data.skipped, "missing": data.missing, "remarks": list(data.remarks)}
        for name, data in datasets.items()
    }  # fmt: skip
    return {"correlations": rows, "files": files, "not_used": aside}


def dataset_board(runs: dict[str, Runs], datasets: dict[str, Dataset], seed: int) -> pd.DataFrame:
    """The board of several scenarios, by name. NcrError if the data know none of a world's states."""
    known = set().union(*(data.states for data in datasets.values()))
    for made in runs.values():
        if not set(made.states) & known:
            codes = ", ".join(made.states)
            raise NcrError(f"no state of this world ({codes}) is in the data; codes there are ISO alpha-3")
    boards = [score_datasets(made, datasets, name, seed) for name, made in runs.items()]
    return pd.concat(boards, ignore_index=True)

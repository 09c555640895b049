"""Writes ``docs/validity.md``: ``python docs/make_validity.py [--data FOLDER …]``. A minute or two once the rules are compiled.

Facts are scored anew over the retained volume and over the prior. With ``--data`` runs are compared with the datasets, and what
comes of it is kept in ``docs/validity.json`` with the date; without, the last comparison is shown again. Propositions, rivals and
robustness are read from the JSON beside their pages, so make those first.
"""

import argparse
import datetime
import json
import sys
from pathlib import Path

from analysis.dataset_scores import as_records, dataset_board
from analysis.datasets import load_all
from analysis.facts_a import TRADE_YEARS
from analysis.history import DATA, RECIPE, retained_sample
from analysis.provenance import CONTENT, FILES, changed, grounds, history_changed, inputs_of, said, stored
from analysis.trade import mean_trade
from analysis.validation import SCENARIOS, board_of, historical_runs, records
from analysis.validity import page
from sim.errors import NcrError
from sim.scenario.schema import Scenario

DOCS = Path(__file__).resolve().parent
RUNS, PRIOR_RUNS, SEED = 200, 500, 1
VOLUME = "retained volume"
KEPT = "datasets"  # the result that this script keeps
NEEDS_FILE = "A9 trade"  # the one fact that needs a dataset
DIGITS = 4


def gather(docs: Path, data=(), any_version: bool = False, runs: int = RUNS, prior_runs: int = PRIOR_RUNS) -> dict:
    """All results for the page; the comparison with datasets is written to ``docs/validity.json`` if ``data`` names some."""
    datasets, aside = load_all(data, any_version) if data else ({}, [])
    scenarios = [Scenario.load(SCENARIOS / f"{name}.yaml") for name in ("historical", "historical_1992")]
    flows = mean_trade(datasets["trade"], *TRADE_YEARS) if "trade" in datasets else None
    others = {
        name: stored(docs / file, CONTENT[name]) for name, file in FILES.items() if not (datasets and name == KEPT)
    }
    history = stored(DATA / RECIPE, "retained")  # before the runs: what cannot be read is known at once
    table = retained_sample(runs, SEED)
    made = historical_runs(*scenarios, runs, table, SEED, flows)
    rows = records(board_of(made, runs, table, SEED))["facts"]
    if datasets:
        found = as_records(
            dataset_board({f"start {year}": of for year, of in made.items()}, datasets, SEED), datasets, aside
        )
        trade = next(row for row in rows if row["fact"] == NEEDS_FILE) if flows else None
        keep(docs, found, trade, runs, scenarios)
    del made
    prior = records(board_of(historical_runs(*scenarios, prior_runs, "prior", SEED), prior_runs, "prior", SEED))[
        "facts"
    ]
    shares = {row["fact"]: row["share"] for row in prior}
    inputs = inputs_of(scenarios)
    others[KEPT] = stored(docs / FILES[KEPT], CONTENT[KEPT])
    for result in filter(None, others.values()):
        result["changed"] = changed(result, inputs)
    if history:
        history["changed"] = history_changed()
    compared = others[KEPT]
    rows = [with_file(row, compared) | {"prior": shares[row["fact"]]} for row in rows]
    facts = {"volume": VOLUME, "replicates": runs, "prior_replicates": prior_runs, "seed": SEED, "rows": rows}
    return {"facts": facts, "history": history, **others}


def keep(docs: Path, found: dict, trade: dict | None, runs: int, scenarios) -> None:
    """Write the comparison with the date and what it rests on; names of files only."""
    rounded = [{name: round(value, DIGITS) if isinstance(value, float) else value for name, value in row.items()}
               for row in found["correlations"]]  # fmt: skip
    content = {
        "made": datetime.date.today().isoformat(), "replicates": runs, "volume": VOLUME,
        "grounds": grounds(KEPT, scenarios, "retained"),
        "correlations": rounded, "files": found["files"], NEEDS_FILE: trade,
    }  # fmt: skip
    (docs / FILES[KEPT]).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def with_file(row: dict, compared: dict | None) -> dict:
    """A fact that needs a file, as it was scored when there was one; not scored if that was with other rules, parameters or inputs."""
    if row["fact"] != NEEDS_FILE or row["met"] != "not scored" or not compared or not compared.get(NEEDS_FILE):
        return row
    if compared["changed"]:
        return row | {"note": said(KEPT, compared["changed"])}
    return compared[NEEDS_FILE] | {"dated": compared["made"]}


def main(arguments=None) -> int:
    """0, or 1 after a mistake of the user, said on standard error."""
    parser = argparse.ArgumentParser(prog="python docs/make_validity.py", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", nargs="+", default=[], type=Path, help="folder or files of datasets (docs/datasets.md)"
    )
    parser.add_argument("--any-version", action="store_true", help="read releases that were not tried")
    parser.add_argument("--replicates", type=int, default=RUNS, help="runs over the retained volume")
    parser.add_argument("--prior-replicates", type=int, default=PRIOR_RUNS, help="runs over the prior")
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder of the page and of what it reads")
    given = parser.parse_args(arguments)
    try:
        if min(given.replicates, given.prior_replicates) < 1:
            raise NcrError("--replicates, --prior-replicates: write whole numbers from 1 on")
        results = gather(given.docs, given.data, given.any_version, given.replicates, given.prior_replicates)
        (given.docs / "validity.md").write_text(page(results), encoding="utf-8")
    except (NcrError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

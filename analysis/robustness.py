"""How far the outcome rests on its own definition, on the start, and on this cast. ``python -m analysis.robustness --pair AAA-BBB``.

Every row is a setting against its reference with the same draws and seeds, one run a draw: threshold sweep, the test against nulls, the frozen
twin, placebo casts, both definitions of permissiveness, both starts. The length of the window (eight quarters) is a constant of
compiled code and is not swept. No name of a state stands here: the pair whose part is tried is an argument.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.propositions import changes as do
from analysis.propositions import measures as read
from analysis.propositions.arms import Arm
from analysis.propositions.laboratory import check_seed, run_arm
from analysis.provenance import grounds
from analysis.volume import parameter_volume, volume_key, volume_name
from sim.errors import NcrError
from sim.outcomes import OutcomeThresholds
from sim.scenario.levers import pair as sorted_pair
from sim.scenario.schema import Scenario
from sim.statistics import paired_difference, paired_share_difference, wilson

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
DEEP, SIZES = (0.2, 0.3, 0.4, 0.5), (3, 4, 5)
NO_NULLS = -2.0  # below every percentile, also that of a body for which none was worked out
SHARES = {"soft bloc": read.soft_bloc, "club or deeper": read.club}
NUMBERS = {"bloc index": read.bloc_index, "mean tie": read.mean_tie}
COLUMNS = [
    "check",
    "setting",
    "reference",
    "measure",
    "value",
    "low",
    "high",
    "difference",
    "difference_low",
    "difference_high",
    "runs",
]
AS_CODED = "as coded"
Row = tuple[str, str, Arm, Arm | None, str]
OF_CLASSES_ALONE = ("thresholds", "label permutation")  # they change what a class is, not what happens


def checks(pair: tuple[str, ...] | None) -> list[Row]:
    """(check, setting, arm, reference arm or None, name of the reference)."""
    base, twin = Arm(), Arm(frozen=True)
    listed: list[Row] = [("baseline", AS_CODED, base, None, "")]
    for deep in DEEP:
        for size in SIZES:
            arm = Arm(thresholds=OutcomeThresholds(deep=deep, size=size))
            setting = f"deep above {deep:g}, {size} members"
            listed.append(("thresholds", setting, arm, arm.but(frozen=True), "its frozen twin"))
    no_nulls = Arm(thresholds=OutcomeThresholds(contrast=NO_NULLS))
    listed.append(
        ("label permutation", "without the test against permuted labels and rewirings", no_nulls, base, AS_CODED)
    )
    listed.append(("frozen twin", AS_CODED, base, twin, "frozen twin"))
    listed.append(
        ("placebo cast", "kinship permuted among all states", Arm(changes=(do.permuted_kinship(),)), base, AS_CODED)
    )
    if pair:
        words = "-".join(pair)
        listed.append(
            ("placebo cast", f"{words} with nothing in common", Arm(changes=(do.pair_copied(pair),)), base, AS_CODED)
        )
        listed.append(("placebo cast", f"without {words}", Arm(changes=do.without_states(pair)), base, AS_CODED))
    for definition in ("policing", "threat"):
        arm = Arm(definition=definition)
        listed.append(("definition of permissiveness", definition, arm, arm.but(frozen=True), "its frozen twin"))
    for words, early in (("late", False), ("early", True)):
        arm = Arm(early=early)
        listed.append(("start", words, arm, arm.but(frozen=True), "its frozen twin"))
    return listed


def robustness(
    scenario: Scenario, early: Scenario, pair: tuple[str, str] | None = None, draws: int = 200, seed: int = 1, *,
    threads: int | None = None, done: Callable[[int, int], object] = lambda ran, total: None,
) -> pd.DataFrame:  # fmt: skip
    """COLUMNS, a row for each check, setting and measure; differences are paired, setting minus reference.

    value: a share of runs with Wilson's interval, or a mean with a t interval. ``done(ran, total)`` after each arm. Raises
    NcrError for a state that does not exist and for fewer than two draws.
    """
    if draws < 2:
        raise NcrError(f"{draws} draws: an interval needs two")
    check_seed(seed)
    for code in pair or ():
        if code not in scenario.world.states:
            raise NcrError(f"there is no state {code} in this world; it has {', '.join(scenario.world.states)}")
    listed = checks(tuple(sorted(pair)) if pair else None)
    arms = list(dict.fromkeys(one for row in listed for one in row[2:4] if isinstance(one, Arm)))
    table, functions = parameter_volume(draws, seed), {**SHARES, **NUMBERS}
    found = {}
    for number, arm in enumerate(arms, start=1):
        found[arm] = run_arm(arm, early if arm.early else scenario, table, seed, 1, functions, threads)
        done(number, len(arms))
    rows = []
    for check, setting, arm, reference, name in listed:
        for measure in SHARES if check in OF_CLASSES_ALONE else functions:
            mine = found[arm][measure][:, 0]
            theirs = found[reference][measure][:, 0] if reference else None
            rows.append((check, setting, name, measure, *_numbers(mine, theirs, measure in SHARES)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _numbers(mine: np.ndarray, theirs: np.ndarray | None, share: bool) -> tuple:
    known = np.isfinite(mine) & (np.isfinite(theirs) if theirs is not None else True)
    mine = mine[known]
    none = (float("nan"),) * 3
    if share:
        value = (float(mine.mean()) if len(mine) else float("nan"), *wilson(int(mine.sum()), len(mine)))
        return *value, *(none if theirs is None else paired_share_difference(mine > 0, theirs[known] > 0)), len(mine)
    value = paired_difference(mine, np.zeros(len(mine)))
    return *value, *(none if theirs is None else paired_difference(mine, theirs[known])), len(mine)


def render(table: pd.DataFrame, heading: str = "") -> str:
    """The table as Markdown."""
    lines = [heading, ""] if heading else []
    lines += [
        "| check | setting | measure | value | 95 % | against | difference | 95 % |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for r in table.itertuples():
        difference = "", "", ""
        if np.isfinite(r.difference):
            difference = r.reference, f"{r.difference:+.3f}", f"{r.difference_low:+.3f} … {r.difference_high:+.3f}"
        lines.append(
            f"| {r.check} | {r.setting} | {r.measure} | {r.value:.3f} | {r.low:.3f} … {r.high:.3f} | "
            + " | ".join(difference)
            + " |"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """``python -m analysis.robustness``; a user's mistake gives one line and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m analysis.robustness", description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default=SCENARIOS / "historical.yaml")
    parser.add_argument(
        "--early", default=SCENARIOS / "historical_1992.yaml", help="the same world from an earlier start"
    )
    parser.add_argument(
        "--pair", metavar="AAA-BBB", help="two states whose part is tried; without it two rows are left out"
    )
    parser.add_argument(
        "--draws", type=int, default=200, help="runs in every arm, each with its own parameters (default %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--document", help="file for the table as a page")
    options = parser.parse_args(arguments)
    try:
        scenario, early = Scenario.load(options.scenario), Scenario.load(options.early)
        if options.pair and len(set(options.pair.split("-"))) != 2:
            raise NcrError(f"--pair {options.pair}: write two different states, AAA-BBB")
        rests_on = grounds("robustness", (scenario, early), volume_key())
        table = robustness(
            scenario, early, sorted_pair(options.pair) if options.pair else None, options.draws, options.seed
        )
    except NcrError as error:
        print(error, file=sys.stderr)
        return 1
    facts = (
        f"{options.draws} runs in every arm, each with its own draw; seed {options.seed}; parameters: {volume_name()}."
    )
    records = table.astype(object).where(table.notna(), None).to_dict("records")
    if options.json:
        print(json.dumps(records, indent=2, ensure_ascii=False))
    else:
        print(render(table, facts))
    if options.document:
        text = DOCUMENT.strip().replace("PAIR", f" --pair {options.pair}" if options.pair else "")
        Path(options.document).write_text(f"{text}\n\n{render(table, facts)}\n", encoding="utf-8")
        content = {
            "draws": options.draws,
            "seed": options.seed,
            "parameters": volume_name(),
            "grounds": rests_on,
            "rows": records,
        }
        data = json.dumps(content, indent=2, ensure_ascii=False)
        Path(options.document).with_suffix(".json").write_text(data + "\n", encoding="utf-8")  # for make_validity.py
    return 0


DOCUMENT = """
# Robustness of the outcome

Generated by `python -m analysis.robustnessPAIR --document docs/robustness.md`. Settings are paired with what stands under *against*: the same
draws, seeds and replicate numbers; differences are setting minus reference. *soft bloc* and *club or deeper*: share of runs in which a body that no pole leads
has that class in any window. *bloc index* and *mean tie*: at the end. The frozen twin holds all drivers of poles at the start. The length of
a window (eight quarters) is a constant of compiled code and was not swept.
"""


if __name__ == "__main__":
    sys.exit(main())

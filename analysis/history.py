"""History matching: the part of the prior that is not at odds with the facts up to 2019Q4, and a sample of it.

``python -m analysis.history --points 20000 --seed 1`` draws a Latin hypercube of the prior, runs the starts of 1992 and
2009 to 2019Q4, and writes ``data/retained.csv`` and its recipe ``data/retained.json``.

The rule, written down before the 20,000 points were run. What was known: 500 prior draws scored in docs/results.md, where
A3 held in 5 % of runs, A5 in none, A8 in 38 %, and a pilot of 200 points, of which none missed one criterion alone. The
last item was added while the points ran, before any of their results was seen.

- A *fact* is missed at a point if its share among ``MORE`` replicates is more than ``SLACK`` below the share that the
  ledger requires. The slack stands for the noise of that share and for what a model of this kind may be off.
- A *criterion* (A1 … A12) is missed if one of its facts is. A point is retained if it misses at most k criteria.
- k is the smallest of 0, 1, 2 that leaves ``LEAST`` points or more. If 2 leaves fewer, the history refuses this model over
  this prior: nothing is written, and the command says so. Two or three misses are what history matching customarily
  tolerates (the second or third largest implausibility; Vernon, Goldstein and Bower 2010, from memory).
- Wave 1 has ``FIRST`` replicates at every point and drops a point only where more than two criteria have a fact that held
  in none of them. Of what is left ``CANDIDATES`` at most are run again in wave 2, those with the fewest such criteria first,
  in the order of the design. Only wave 2 decides: the noise that let a candidate through wave 1 does not count for it.
- At k only points with at most k never-held criteria in wave 1 are considered, and from each number of such criteria the
  same share of points, so that the sample is spread evenly over the volume though the likeliest points were run first.

No fact after 2019Q4 enters. A9's rank correlation with trade needs a file that is not part of the repository; it is
left out of the rule unless ``--trade`` names it, so that the table can be made again from the repository alone.
"""

import ast
import csv
import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from analysis.facts_a import FACTS, TRADE_YEARS
from analysis.history_waves import FIRST, MORE, SUBSET, Waves, arms, codes_of, held, latin_hypercube, with_fixed
from analysis.trade import load_trade
from analysis.validation import SCENARIOS
from sim.errors import NcrError
from sim.manifest import inputs_hash
from sim.parameters import PARAMETERS, uncertain_parameters
from sim.rules.compiled import PACKAGE, sources
from sim.scenario.schema import Scenario

SLACK = 0.1
MOST_MISSES = 2
LEAST = 100  # points
CANDIDATES = 1000
ROWS = 500  # of the table that is shipped
DATA = Path(__file__).resolve().parent / "data"
TABLE, RECIPE = "retained.csv", "retained.json"
REQUIRED = {fact.code: fact.required for fact in FACTS}
AGAIN = "make it again with `python -m analysis.history`"


class Matched(NamedTuple):
    """What came of it. design: (n, len(PARAMETERS)). misses: k, or None if history refuses. retained: rows of design."""

    design: np.ndarray
    waves: Waves
    misses: int | None
    retained: np.ndarray
    recipe: dict


# The rule ------------------------------------------------------------------------------------------------------------


def criteria(codes) -> tuple[str, ...]:
    """A1 … A12 of facts such as "A6 KAZ", in their order, each once."""
    return tuple(dict.fromkeys(code.split()[0] for code in codes))


def missed_criteria(missed: np.ndarray, codes) -> np.ndarray:
    """(R, F) bool of facts → (R, criteria) bool: is one of its facts missed?"""
    of = np.array([code.split()[0] for code in codes])
    return np.stack([missed[:, of == name].any(axis=1) for name in criteria(codes)], axis=1)


def never_held(wave_1: np.ndarray, codes) -> np.ndarray:
    """(n,) number of criteria with a fact that held in no replicate of wave 1 (n, FIRST, F)."""
    return missed_criteria(np.logical_not(wave_1.any(axis=1)), codes).sum(axis=1)


def candidates(wave_1: np.ndarray, codes, most: int = CANDIDATES) -> np.ndarray:
    """Points for wave 2: at most MOST_MISSES criteria never held; the fewest first, then in the order of the design."""
    never = never_held(wave_1, codes)
    order = np.argsort(never, kind="stable")
    return order[never[order] <= MOST_MISSES][:most]


def misses(wave_2: np.ndarray, codes, slack: float = SLACK) -> np.ndarray:
    """(C, criteria) bool from (C, MORE, F): which criteria a point misses."""
    required = np.array([REQUIRED[code] for code in codes])
    return missed_criteria(wave_2.mean(axis=1) < required - slack - 1e-9, codes)


def retained_at(waves: Waves, most: int, slack: float = SLACK) -> np.ndarray:
    """(C,) bool: candidates retained at ``most`` missed criteria, an equal share of the points of every level of wave 1.

    A level is a number of criteria that never held; levels above ``most`` are left out.
    """
    never = never_held(waves.wave_1, waves.codes)
    level = never[waves.candidates]
    considered, share = np.zeros(len(level), bool), share_run_again(waves, most)
    for value in range(most + 1):
        here = np.flatnonzero(level == value)  # in the order of the design
        considered[here[: round(share * int((never == value).sum()))]] = True
    return considered & (misses(waves.wave_2, waves.codes, slack).sum(axis=1) <= most)


def share_run_again(waves: Waves, most: int) -> float:
    """Smallest share of the points of a level of wave 1, up to ``most``, that wave 2 has; 0 if no point has such a level."""
    never = never_held(waves.wave_1, waves.codes)
    shares = [
        (never[waves.candidates] == value).sum() / (never == value).sum()
        for value in range(most + 1)
        if (never == value).any()
    ]
    return float(min(shares, default=0.0))


def volume(waves: Waves, most: int | None, slack: float = SLACK) -> float:
    """Share of the prior that is retained at ``most`` (None: refused); a point that wave 1 left out counts as refused, so it is a little too small."""
    if most is None:
        return 0.0
    share = share_run_again(waves, most)
    return float(retained_at(waves, most, slack).sum() / (share * len(waves.wave_1))) if share else 0.0


def tolerance(waves: Waves, least: int = LEAST) -> int | None:
    """The smallest number of missed criteria that leaves ``least`` points, None if MOST_MISSES leaves fewer."""
    return next((k for k in range(MOST_MISSES + 1) if retained_at(waves, k).sum() >= least), None)


# The runs ------------------------------------------------------------------------------------------------------------


def match(
    points: int,
    seed: int,
    trade: str | Path | None = None,
    *,
    least: int = LEAST,
    most: int = CANDIDATES,
    kept: Path | None = None,
    threads: int | None = None,
    progress: bool = False,
) -> Matched:
    """Draw, run, retain. kept: a file for the runs, read instead of running where it exists. seed: of design and runs."""  # fmt: skip
    flows = load_trade(trade, *TRADE_YEARS) if trade is not None else None
    design = latin_hypercube(points, seed)  # wrong input is known before anything runs
    made = arms(_scenarios(), seed, flows)
    codes = codes_of(made)
    recipe = {
        "points": points, "seed": seed, "facts": list(codes), "candidates": most,
        "replicates": {"wave 1": FIRST, "subset": MORE, "wave 2": MORE}, "slack": SLACK, "rules": rules_hash(),
        "inputs": {arm.scenario.title: inputs_hash(arm.compiled) for arm in made},
    }  # fmt: skip
    text = json.dumps(recipe)
    if kept is not None and kept.exists():
        waves = Waves.load(kept, text)
    else:
        waves = _run(made, design, codes, most, threads, progress)
        if kept is not None:
            waves.save(kept, text)
    k = tolerance(waves, least)
    retained = np.sort(waves.candidates[retained_at(waves, k)]) if k is not None else np.zeros(0, int)
    return Matched(design, waves, k, retained, recipe | {"least": least})


def _run(made, design, codes, most, threads, progress) -> Waves:
    points = np.arange(len(design))
    subset = points[:SUBSET]

    def wave(name, places, first, number):
        with tqdm(total=2 * len(places) * number, desc=name, unit="run", disable=not progress, mininterval=10) as bar:
            return held(made, design, places, first, number, threads, bar.update)

    wave_1 = wave("wave 1", points, 0, FIRST)
    more = wave("subset", subset, FIRST, MORE)
    chosen = candidates(wave_1, codes, most)
    return Waves(codes, wave_1, more, chosen, wave("wave 2", chosen, FIRST, MORE))


def rules_hash(package: Path = PACKAGE) -> str:
    """SHA-256 of the code that compiled rules depend on, without comments and docstrings: what a retained table rests on."""
    return code_hash(sources(package))


def code_hash(paths: Iterable[Path]) -> str:
    """SHA-256 of modules, in the order given, without comments, docstrings and layout."""
    digest = hashlib.sha256()
    for path in paths:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list) and len(body) > 1 and isinstance(body[0], ast.Expr):
                if isinstance(body[0].value, ast.Constant):
                    del body[0]
        digest.update(path.name.encode() + ast.unparse(tree).encode())
    return digest.hexdigest()


# The table -----------------------------------------------------------------------------------------------------------


def write_table(matched: Matched, folder: Path = DATA) -> list[Path]:
    """Write the retained rows (the first ROWS of the design, 6 significant digits) and the recipe; returns the files."""
    names = uncertain_parameters()
    rows = matched.design[matched.retained[:ROWS]]
    recipe = matched.recipe | {
        "misses": matched.misses, "retained": len(matched.retained), "rows": len(rows),
        "volume": float(f"{volume(matched.waves, matched.misses):.3g}"),
        "command": f"python -m analysis.history --points {matched.recipe['points']} --seed {matched.recipe['seed']}",
    }  # fmt: skip
    places = [list(PARAMETERS).index(name) for name in names]
    folder.mkdir(parents=True, exist_ok=True)
    lines = [",".join(names), *(",".join(f"{value:.6g}" for value in row[places]) for row in rows)]
    (folder / TABLE).write_text("\n".join(lines) + "\n")
    (folder / RECIPE).write_text(json.dumps(recipe, indent=2) + "\n")
    return [folder / TABLE, folder / RECIPE]


@lru_cache(maxsize=4)
def retained_table(path: Path = DATA / TABLE) -> np.ndarray:
    """(rows, len(PARAMETERS)) the shipped sample, fixed parameters at their start values. Raises NcrError if unusable."""
    names = uncertain_parameters()
    try:
        with open(path, newline="") as file:
            head, *rows = csv.reader(file)
        table = np.array(rows, float)
    except (OSError, ValueError) as error:
        raise NcrError(f"{path}: no table of retained parameters ({error}); {AGAIN}") from None
    if head != names or table.shape[1:] != (len(names),) or not np.isfinite(table).all():
        raise NcrError(f"{path}: not the uncertain parameters of this model; {AGAIN}")
    result = with_fixed(table)
    result.flags.writeable = False
    return result


def retained_sample(number: int, seed: int, path: Path = DATA / TABLE) -> np.ndarray:
    """(number, len(PARAMETERS)) rows of the retained sample for ``simulate(parameters=…)``.

    Row k depends on ``seed`` and k alone, not on ``number``: replicate k always gets the same parameters. Every row of
    the table is used once before any is used again, in an order shuffled anew each time round.
    """
    table = retained_table(path)
    rounds = range(-(-number // len(table)))
    order = [np.random.default_rng([seed, turn]).random(len(table)).argsort(kind="stable") for turn in rounds]
    return table[np.concatenate([np.zeros(0, int), *order])[:number]]


def recipe_of_table(folder: Path = DATA) -> dict:
    """The recipe beside the shipped table. Raises NcrError if there is none."""
    try:
        return json.loads((folder / RECIPE).read_text())
    except (OSError, ValueError) as error:
        raise NcrError(f"{folder / RECIPE}: no recipe ({error}); {AGAIN}") from None


def is_current(folder: Path = DATA) -> bool:
    """Was the table made by the rules and with the inputs that are here now? If not, it should be made again."""
    recipe = recipe_of_table(folder)
    inputs = {arm.scenario.title: inputs_hash(arm.compiled) for arm in arms(_scenarios(), recipe["seed"], None)}
    return recipe["rules"] == rules_hash() and recipe["inputs"] == inputs


@lru_cache(maxsize=1)
def _scenarios() -> list[Scenario]:
    return [Scenario.load(SCENARIOS / f"{name}.yaml") for name in ("historical", "historical_1992")]


if __name__ == "__main__":
    from analysis.history_report import main

    raise SystemExit(main())

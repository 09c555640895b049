"""Rivals of the theory on the same data: seven models forecast what was new in 2020–25, and are scored.

``python -m analysis.rivals`` prints one table. M6 is this model; M1–M5 are the same kernel with the causes of other
theories alone (knock-outs below, each with its reason); M0 has no mechanism: what is there stays, and what is new comes as
often as in 2010–19. Stated before it was run:

- All kernel models share draws, seeds, world, events and rules. A forecast is the share of the draws at risk in which the
  thing happens, (k + ½)/(n + 1), so that no forecast is 0 or 1.
- A rival is not made to lose by silence: the weights of the causes that it has left are multiplied by one factor, the same
  for all draws, chosen from ``FACTORS`` so that its mean tie at 2019Q4 is nearest to that of M6 (``level=False``: 1). Nothing
  after 2019 enters that choice. M6 alone was matched to history further (``history.py``), which favours it.
- Scores: Brier (p − o)² and logarithmic −ln p(o), lower is better, mean over the items of a category; ``all`` is the mean
  over categories, so that hundreds of things that did not happen do not drown the few that did.
- Intervals: 95 %, bootstrap over draws, the same resamples for all models. They say how sure a score is given the
  items, not how it would come out for other events, of which there are few.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.facts_sf import NOW
from analysis.history import retained_sample
from analysis.provenance import grounds
from analysis.rivals_items import Item, items
from analysis.runs import Runs
from analysis.validation import SCENARIOS
from sim.engine import run_all
from sim.errors import NcrError
from sim.parameters import PARAMETERS, ParameterValues, prior_sample
from sim.quarters import label
from sim.recording import SYSTEM_MEASURES
from sim.scenario.compile import compile_scenario, held_parameters
from sim.scenario.schema import Scenario

DRAWS, RESAMPLES = 300, 1000
LEVEL_DRAWS = 40
FACTORS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0)
LEVEL_AT = "2019Q4"
CLUSTERS = ("domestic_institutions", "leader_images", "state_society", "strategic_culture")
ALL = "all"
FULL_MODEL, NO_MODEL = "M6", "M0"


@dataclass(frozen=True)
class Rival:
    """A theory as a setting of the kernel. frozen: poles as at the start. scaled: weights of the causes that are left."""

    code: str
    name: str
    why: str
    knockouts: tuple[str, ...] = ()
    frozen: bool = False
    scaled: tuple[str, ...] = ()


MODELS = (
    Rival(
        "M1", "structure only",
        "the system acts on like units: poles, threats, geography, economic size as coded; no filter differs between states, "
        "perception is the truth, leaders stay, nothing is shared but interest",
        (*CLUSTERS, "thresholds", "misperception", "social_learning", "turnover", "kinship"),
        scaled=("w_threat", "w_supply", "w_autonomy", "w_complement", "w_coordination", "w_spillover", "w_closure"),
    ),
    Rival(
        "M2", "domestic only",
        "states do what their leaders, cultures, societies and institutions want: no pole reaches anybody, nobody threatens, "
        "signals are clear, the norm order costs nothing, and the poles stay as they were in 2009",
        ("reach", "threat", "imminence", "clarity", "norm"), frozen=True,
        scaled=("w_supply", "w_autonomy", "w_complement", "w_identity", "w_coordination", "w_spillover", "w_closure"),
    ),
    Rival(
        "M3", "identity only",
        "kin cooperate: kinship in culture and as lower friction, carried to other arenas by spillover and shared partners; no "
        "threat, supply, autonomy, economy or common rules, no punishment, like filters, poles as in 2009",
        (*CLUSTERS, "common_threat", "capability_acquisition", "autonomy", "complementarity", "corridors", "coordination",
         "vested_interest", "expected_punishment", "norm", "misperception"), frozen=True,
        scaled=("w_identity", "w_spillover", "w_closure"),
    ),
    Rival(
        "M4", "balance of threat",
        "states ally against common threats and buy arms (Walt 1987); they fear entrapment, the friends of enemies and "
        "punishment; no kinship, economy, autonomy, rules, spillover or routine; like filters, true perception",
        (*CLUSTERS, "misperception", "social_learning", "kinship", "autonomy", "complementarity", "corridors",
         "coordination", "spillover", "closure", "vested_interest", "norm", "preemption"),
        scaled=("w_threat", "w_supply"),
    ),
    Rival(
        "M5", "functionalist",
        "exchange and common rules spill over and make constituencies (Mitrany, Haas); high politics is away: no threat, "
        "reach, supply, autonomy, kinship, entrapment or enemies' friends; like filters, true perception",
        (*CLUSTERS, "misperception", "common_threat", "capability_acquisition", "autonomy", "kinship", "reach", "threat",
         "norm", "entrapment", "structural_balance"),
        scaled=("w_complement", "w_coordination", "w_spillover", "w_closure", "w_vested"),
    ),
    Rival(FULL_MODEL, "full model", "the theory: structure, perception, decision, implementation, all filters"),
)  # fmt: skip
NAMES = {NO_MODEL: "persistence and base rate"} | {rival.code: rival.name for rival in MODELS}


# Runs ----------------------------------------------------------------------------------------------------------------


def scaled(table: np.ndarray, weights: Sequence[str], factor: float) -> np.ndarray:
    """``table`` (R, len(PARAMETERS)) with ``weights`` times ``factor``, held within what a scenario may set."""
    result, names = table.copy(), list(PARAMETERS)
    for name in weights:
        limits = PARAMETERS[name].minimum, PARAMETERS[name].maximum
        result[:, names.index(name)] = np.clip(result[:, names.index(name)] * factor, *limits)
    return result


def recordings_of(scenario: Scenario, rival: Rival, table: np.ndarray, last: str, ties: bool, threads: int | None):
    """(scenario, compiled, recordings) of a rival to quarter ``last``, one run for each row of ``table``."""
    arm = scenario.replace(end=last, knockouts=tuple({*scenario.knockouts, *rival.knockouts}))
    compiled = compile_scenario(arm, rival.frozen)
    tasks = [(r, held_parameters(compiled, ParameterValues(*map(float, row)))) for r, row in enumerate(table)]
    return arm, compiled, run_all(compiled, tasks, series=ties, ties=ties, threads=threads)


def mean_tie(scenario: Scenario, rival: Rival, table: np.ndarray, threads: int | None = None) -> float:
    """Mean tie at 2019Q4 over the rows of ``table``."""
    made = recordings_of(scenario, rival, table, LEVEL_AT, False, threads)[2]
    return float(np.mean([recording.system[-1, SYSTEM_MEASURES.index("mean_tie")] for recording in made]))


def level_factor(
    scenario: Scenario, rival: Rival, table: np.ndarray, wanted: float, threads: int | None = None
) -> float:
    """The factor of FACTORS at which a rival's mean tie is nearest to ``wanted``; the first of equals."""
    distance = [abs(mean_tie(scenario, rival, scaled(table, rival.scaled, f), threads) - wanted) for f in FACTORS]
    return FACTORS[int(np.argmin(distance))]


def answers(scenario: Scenario, rival: Rival, table: np.ndarray, asked: Sequence[Item], threads: int | None = None):
    """((R, I) happens while at risk, (R, I) at risk), both bool: what each run says to each item; a failed run nothing."""
    arm, compiled, made = recordings_of(scenario, rival, table, NOW, True, threads)
    ran = np.array([recording.failure[0] == 0 for recording in made])
    happens, at_risk = (np.zeros((len(table), len(asked)), bool) for _ in range(2))
    runs = Runs.from_recordings(arm, compiled, made)
    at_risk[ran] = np.stack([item.at_risk(runs) for item in asked], axis=1)
    happens[ran] = np.stack([item.happens(runs) for item in asked], axis=1)
    return happens & at_risk, at_risk


# Scores --------------------------------------------------------------------------------------------------------------


def forecast(happens: np.ndarray, at_risk: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(B, I) chance of each item, (k + ½)/(n + 1), under each row of ``weights`` (B, R), how often a draw counts."""
    return (weights @ happens + 0.5) / (weights @ at_risk + 1.0)


def brier(chance: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """(p − o)², 0–1, lower is better."""
    return (chance - observed) ** 2


def logarithmic(chance: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """−ln of the chance given to what came, in nats, lower is better."""
    return -np.log(np.where(observed, chance, 1.0 - chance))


def by_category(values: np.ndarray, asked: Sequence[Item]) -> dict[str, np.ndarray]:
    """(B, I) → category: (B,) mean over its items; ALL: mean over categories."""
    of = np.array([item.category for item in asked])
    means = {name: values[:, of == name].mean(axis=1) for name in dict.fromkeys(of)}
    return means | {ALL: np.mean(list(means.values()), axis=0)}


def score_table(chances: dict[str, np.ndarray], asked: Sequence[Item]) -> pd.DataFrame:
    """One row a model and category from (1 + B, I) forecasts by model, the first row being that of all draws.

    brier, log, each with low and high; *_lead: score minus that of M6 (positive: M6 is better), with low and high.
    """
    observed = np.array([item.observed for item in asked])
    scores = {
        name: {code: by_category(rule(chance, observed), asked) for code, chance in chances.items()}
        for name, rule in (("brier", brier), ("log", logarithmic))
    }
    rows = []
    for code in chances:
        for category in scores["brier"][code]:
            row: dict[str, object] = {"model": code, "category": category}
            for name, by_model in scores.items():
                own, full = by_model[code][category], by_model[FULL_MODEL][category]
                row |= _interval(name, own) | _interval(f"{name}_lead", own - full)
            rows.append(row)
    return pd.DataFrame(rows)


def _interval(name: str, values: np.ndarray) -> dict[str, float]:
    low, high = np.quantile(values[1:], [0.025, 0.975]) if len(values) > 1 else (np.nan, np.nan)
    return {name: float(values[0]), f"{name}_low": float(low), f"{name}_high": float(high)}


@dataclass(frozen=True)
class Trial:
    """Scores, forecasts (one row an item, one column a model), the factor of each rival, what was run, and hashes of what it rests on."""

    scores: pd.DataFrame
    forecasts: pd.DataFrame
    factors: dict[str, float]
    settings: dict
    grounds: dict


def trial(
    draws: int = DRAWS,
    seed: int = 1,
    parameters: str = "retained",
    *,
    level: bool = True,
    resamples: int = RESAMPLES,
    threads: int | None = None,
    scenario: str | Path = SCENARIOS / "historical.yaml",
    models: Sequence[Rival] = MODELS,
) -> Trial:
    """Run and score all models. parameters: ``retained`` or ``prior``. seed: of draws, runs and resamples."""  # fmt: skip
    if draws < 1:
        raise NcrError(f"--draws {draws}: write a whole number from 1 on")
    if parameters not in ("retained", "prior"):
        raise NcrError(f"--parameters {parameters}: write retained or prior")
    table = retained_sample(draws, seed) if parameters == "retained" else prior_sample(draws, seed)
    start = Scenario.load(scenario).replace(seed=seed)
    compiled = compile_scenario(start)
    if label(compiled.quarters[0]) != "2009Q4":
        raise NcrError(f"{start.title}: starts in {label(compiled.quarters[0])}; the items need a start in 2009Q4")
    rests_on = grounds("rivals", [start], parameters)
    asked = items(compiled)
    full, few = next(rival for rival in models if rival.code == FULL_MODEL), table[:LEVEL_DRAWS]
    wanted = mean_tie(start, full, few, threads)
    factors = {
        rival.code: level_factor(start, rival, few, wanted, threads) if level and rival.scaled else 1.0
        for rival in models
    }
    counts = np.random.default_rng([seed, draws]).multinomial(draws, np.full(draws, 1.0 / draws), resamples)
    weights = np.concatenate([np.ones((1, draws)), counts])
    chances = {NO_MODEL: np.tile([item.base for item in asked], (1 + resamples, 1))}
    for rival in models:
        own = scaled(table, rival.scaled, factors[rival.code])
        happens, at_risk = answers(start, rival, own, asked, threads)
        chances[rival.code] = forecast(happens, at_risk, weights)
    forecasts = pd.DataFrame(
        {"item": [item.code for item in asked], "category": [item.category for item in asked],
         "rows": [item.rows for item in asked], "observed": [item.observed for item in asked]}
        | {code: chance[0] for code, chance in chances.items()}
    )  # fmt: skip
    settings = {"draws": draws, "seed": seed, "parameters": parameters, "level": level, "resamples": resamples}
    return Trial(score_table(chances, asked), forecasts, factors, settings, rests_on)


def losses(scores: pd.DataFrame, rule: str) -> list[tuple[str, str, bool]]:
    """(model, category, sure) wherever a model scores better than M6; sure: the 95 % interval of the lead is below 0."""
    worse = scores[(scores["model"] != FULL_MODEL) & (scores[f"{rule}_lead"] < 0)]
    return [(row.model, row.category, bool(getattr(row, f"{rule}_lead_high") < 0)) for row in worse.itertuples()]


def main(arguments: Sequence[str] | None = None, write: Callable[[str], object] = print) -> int:
    """The command: 0, or 1 after a mistake of the user, which is said on standard error."""
    from analysis.rivals_page import as_json, page, render

    parser = argparse.ArgumentParser(prog="python -m analysis.rivals", description="Rival models forecast 2020-25.")
    parser.add_argument("--draws", type=int, default=DRAWS, help="parameter draws, one run of each model for each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parameters", default="retained", help="retained (default) or prior")
    parser.add_argument("--as-drawn", action="store_true", help="do not bring rivals to the level of M6")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--json", action="store_true", help="everything as JSON")
    parser.add_argument("--page", type=Path, help="also write the page (docs/rivals.md)")
    given = parser.parse_args(arguments)
    try:
        made = trial(given.draws, given.seed, given.parameters, level=not given.as_drawn, threads=given.threads)
        if given.page:
            drawn = trial(given.draws, given.seed, given.parameters, level=False, threads=given.threads)
            given.page.write_text(page(made, drawn))
            given.page.with_suffix(".json").write_text(as_json(made) + "\n")  # what docs/make_validity.py reads
    except (NcrError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    write(as_json(made) if given.json else render(made))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

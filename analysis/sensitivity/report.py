"""A sensitivity analysis in words: the table of the terminal, and plain values for ``--json``."""

import textwrap
from collections.abc import Sequence

import numpy as np

from analysis.sensitivity.analysis import Sensitivity
from analysis.sensitivity.indices import LEADING
from sim.statistics import Z95

WIDTH = 100
SHOWN = 10  # axes of an outcome; all are in the CSV
NAME = 34
METHOD = {"sobol": "Sobol indices", "morris": "Morris screening"}
HEADS = {
    "sobol": "rank    axis                               total  95 %               first  95 %",
    "morris": "rank    axis                               effect 95 %               mean    spread  noise alone",
}
MEANING = {
    "sobol": "total, first: share of the variance without noise that an axis explains with and without its interactions.",
    "morris": (
        "effect: mean size of the change of the outcome when an axis crosses its whole range; mean: the same with its sign; spread: "
        "how much it depends on the other axes; noise alone: the effect that noise would give."
    ),
}  # fmt: skip


def render(found: Sensitivity, left_out: Sequence[str] = ()) -> str:
    """The table, at most WIDTH columns wide."""
    facts = found.facts
    draws = "the same draws at every point" if facts["common_draws"] else "draws of its own for every run"
    size = f"{facts['points']:,} points × {facts['replicates']} replicates over {len(facts['axes'])} axes"
    out = [
        *textwrap.wrap(f"{METHOD[facts['method']]} of {facts['scenario']}", WIDTH),
        *textwrap.wrap(f"{size}, seed {facts['seed']}, {draws}", WIDTH),
        *textwrap.wrap(f"{facts['parameters']} (see --parameters).", WIDTH),
        *(line for note in found.notes[""] for line in _note(note)),
    ]
    for outcome in found.outcomes:
        out += ["", *_outcome(found, outcome)]
    out += ["", *textwrap.wrap(MEANING[facts["method"]], WIDTH)]
    out += textwrap.wrap(
        "rank: range in 95 % of resamples; noise: what differs between replicates beyond their level.", WIDTH
    )
    if left_out:
        out += textwrap.wrap(f"Left out, since they change nothing in this scenario: {', '.join(left_out)}.", WIDTH)
    out += textwrap.wrap(
        "Shares and effects are of the ranges that were swept, chosen by you, not of the world.", WIDTH
    )
    return "\n".join(out)


def _outcome(found: Sensitivity, outcome: str) -> list[str]:
    method = found.facts["method"]
    leading = found.of(outcome, LEADING[method])
    lines = [outcome, *(line for note in found.notes[outcome] for line in _note(note))]
    if leading["value"].isna().all() or leading["value"].eq(0).all():
        return lines
    beside = {
        measure: found.of(outcome, measure).set_index("name") for measure in ("first", "mu", "sigma", "floor")
    }  # fmt: skip
    lines.append(f"  {HEADS[method]}")
    moving = leading[leading["value"] != 0] if method == "morris" else leading
    for row in moving.head(SHOWN).itertuples():
        name = row.name if len(row.name) <= NAME else f"…{row.name[1 - NAME :]}"
        ranks = f"{row.rank_low:.0f}–{row.rank_high:.0f}" if row.rank_low != row.rank_high else f"{row.rank_low:.0f}"
        text = f"  {ranks:<7} {name:<{NAME}} {_number(row.value)} {_interval(row)}"
        if method == "sobol":
            first = beside["first"].loc[row.name]
            text += f" {_number(first.value)} {_interval(first)}"
        else:
            text += "".join(f" {_number(beside[measure].loc[row.name].value)}" for measure in ("mu", "sigma", "floor"))
        lines.append(text.rstrip())
    if len(moving) > SHOWN:
        lines.append(f"          and {len(moving) - SHOWN} others")
    if idle := len(leading) - len(moving):
        lines.append(f"          {idle} others change nothing in it")
    if found.facts["second_order"]:
        lines += _pairs(found, outcome)
    noise, single = (found.of(outcome, measure)["value"].iloc[0] for measure in ("noise", "noise_single"))
    if np.isfinite(noise):
        lines.append(f"          {_noise(noise, single)}")
    return lines


def _noise(means: float, single: float) -> str:
    """Shares of the variance over points that are noise, in words; an estimate above 1 is no share any more."""
    if means >= 1:
        return (
            f"noise is all of the variance over points, and is estimated at {means:.1f} times it: the axes explain none"
        )
    return f"noise is {max(means, 0):.1%} of the variance over points ({max(single, 0):.1%} in single runs)"


def _pairs(found: Sensitivity, outcome: str) -> list[str]:
    """The largest interactions that stand out among as many pairs as there are (Bonferroni)."""
    from scipy.stats import norm

    pairs = found.of(outcome, "second")
    wider = float(norm.ppf(1 - 0.025 / max(1, len(pairs)))) / Z95
    clear = pairs[pairs["value"] - wider * (pairs["high"] - pairs["value"]) > 0]
    if clear.empty:
        return [f"          second order: none of {len(pairs)} pairs stands out"]
    largest = clear.sort_values("value", ascending=False, kind="stable").head(5)
    return [
        f"          second order: {r.name} with {r.other} {_number(r.value).strip()} {_interval(r).strip()}"
        for r in largest.itertuples()
    ]


def _note(text: str) -> list[str]:
    return textwrap.wrap(f"  ! {text}", WIDTH, subsequent_indent="    ")


def _number(value: float) -> str:
    return f"{value:>7.0e}" if 0 < abs(value) < 0.0005 else f"{value:>7.3f}"


def _interval(row) -> str:
    return f"{f'[{row.low:.3f}, {row.high:.3f}]':<18}"


def plain(found: Sensitivity, left_out: Sequence[str] = ()) -> dict:
    """Everything for ``--json``: None where a number is not known."""
    from sim.summary import plain_values

    rows = {outcome: found.of(outcome).drop(columns="outcome").to_dict("records") for outcome in found.outcomes}
    shown = {
        **found.facts, "left_out": list(left_out), "notes": found.notes[""],
        "outcomes": [{"outcome": name, "notes": found.notes[name], "rows": rows[name]} for name in found.outcomes],
        "convergence": found.convergence.to_dict("records"),
    }  # fmt: skip
    return plain_values(shown)

"""Figures of the retained volume: marginals against the prior, and the pairs that model.md names as ridges."""

import matplotlib
import numpy as np

from sim.parameters import PARAMETERS, uncertain_parameters

RETAINED, PRIOR = "#0072B2", "#7F7F7F"
COLUMNS, BINS = 7, 12
BENEFITS = (
    "w_threat",
    "w_supply",
    "w_autonomy",
    "w_complement",
    "w_identity",
    "w_coordination",
    "w_spillover",
    "w_closure",
)
SCALE = "scale of benefits"
RIDGES = (
    ("reach_distance", "reach_slope"), ("temperature_base", SCALE), ("build_rate", "decay_rate"),
    ("threshold_base", SCALE), ("stakes_growth", "stakes_half"),
)  # fmt: skip


def column(table: np.ndarray, name: str) -> np.ndarray:
    """(R,) a parameter of ``table`` (R, len(PARAMETERS)); SCALE: mean of the weights of benefits over their prior middles."""
    names = list(PARAMETERS)
    if name == SCALE:
        middles = [(PARAMETERS[weight].low + PARAMETERS[weight].high) / 2 for weight in BENEFITS]
        return np.mean(
            [column(table, weight) / middle for weight, middle in zip(BENEFITS, middles, strict=True)], axis=0
        )
    return table[:, names.index(name)]


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's correlation of two samples without ties; NaN below three."""
    if len(first) < 3:
        return float("nan")
    ranks = np.array([values.argsort(kind="stable").argsort(kind="stable") for values in (first, second)], float)
    return float(np.corrcoef(ranks)[0, 1])


def marginals(retained: np.ndarray):
    """One panel a parameter: the retained density over the prior range; the prior is flat at 1."""
    plt = _pyplot()
    names = uncertain_parameters()
    rows = -(-len(names) // COLUMNS)
    figure, axes = plt.subplots(rows, COLUMNS, figsize=(13, 1.75 * rows), sharey=True)
    for panel, name in zip(axes.flat, names, strict=False):
        low, high = PARAMETERS[name].low, PARAMETERS[name].high
        share = (column(retained, name) - low) / (high - low)
        panel.hist(share, bins=BINS, range=(0, 1), density=True, color=RETAINED, alpha=0.75)
        panel.axhline(1, color=PRIOR, linestyle="--", linewidth=1.4)
        panel.set_title(name, fontsize=8)
        panel.set_xticks([0, 1], [f"{low:g}", f"{high:g}"], fontsize=7)
        panel.tick_params(axis="y", labelsize=7)
    for panel in list(axes.flat)[len(names) :]:
        panel.set_visible(False)
    figure.suptitle(
        f"Retained volume, {len(retained)} points (bars) against the prior (dashed); density over the prior range",
        fontsize=11,
    )
    figure.subplots_adjust(left=0.04, right=0.99, bottom=0.03, top=0.91, wspace=0.15, hspace=0.45)
    return figure


def ridges(prior: np.ndarray, retained: np.ndarray):
    """The pairs of RIDGES: points of the prior in grey, retained points in blue, rank correlation of the latter on top."""
    plt = _pyplot()
    figure, axes = plt.subplots(1, len(RIDGES), figsize=(15, 3.5))
    for panel, (x, y) in zip(axes, RIDGES, strict=True):
        panel.scatter(column(prior, x), column(prior, y), s=5, color=PRIOR, alpha=0.35, linewidth=0, label="prior")
        panel.scatter(
            column(retained, x), column(retained, y), s=14, marker="^", color=RETAINED, linewidth=0, label="retained"
        )
        panel.set_xlabel(x)
        panel.set_ylabel(y)
        panel.set_title(
            f"rank correlation {rank_correlation(column(retained, x), column(retained, y)):+.2f}", fontsize=9
        )
    figure.legend(
        *axes[0].get_legend_handles_labels(), fontsize=9, loc="upper left", ncols=2, frameon=False, markerscale=2
    )
    figure.tight_layout(rect=(0, 0, 1, 0.93))
    return figure


def _pyplot():
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt

"""One figure a proposition: each component with its draws, mean and interval. Marks and colours hold in grey."""

import textwrap
from pathlib import Path

import numpy as np

from analysis.propositions.experiment import Finding, Proposition
from analysis.propositions.rule import FALSIFIED, HOLDS, UNDETERMINED

COLOURS = {HOLDS: "#0072B2", FALSIFIED: "#D55E00", UNDETERMINED: "#7F7F7F"}  # Okabe and Ito
MET, MISSED, BESIDE = ("#0072B2", "o"), ("#D55E00", "s"), ("#7F7F7F", "D")
ROW = 0.42  # inches


def draw(proposition: Proposition, finding: Finding, path: Path, note: str) -> Path:
    """Write the figure of one finding to ``path`` (PNG)."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    shown = [component for component in finding.components if component.draws]
    figure, panels = plt.subplots(
        max(1, len(shown)), 1, figsize=(8, 1.25 + ROW * 1.75 * max(1, len(shown))), squeeze=False, layout="constrained"
    )
    for component, axes in zip(shown, panels[:, 0], strict=False):
        _row(axes, component)
    if not shown:
        panels[0, 0].text(0.5, 0.5, "no value in any run", ha="center", va="center")
        panels[0, 0].set_axis_off()
    figure.suptitle(
        f"{proposition.id}  {finding.verdict}: {textwrap.fill(proposition.claim, 85)}", color=COLOURS[finding.verdict], fontsize=10.5,
        x=0.01, ha="left", weight="bold",
    )  # fmt: skip
    figure.supxlabel(
        textwrap.fill(
            "each dot is a draw of the parameters; mark and bar: mean and 95 % interval. Blue circle: met, orange square: not met, grey "
            f"diamond: stands beside the verdict. Thin line: zero, or the bound of a level. {note}", 125,
        ), fontsize=7, x=0.01, ha="left",
    )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130)
    plt.close(figure)
    return path


def _row(axes, component) -> None:
    colour, marker = BESIDE if component.beside else MET if component.met else MISSED
    values = component.by_draw[np.isfinite(component.by_draw)]
    spread = np.linspace(-0.28, 0.28, len(values)) if len(values) > 1 else np.zeros(len(values))
    order = np.random.default_rng(0).permutation(len(values))  # jitter that does not follow the order of draws
    axes.scatter(values, spread[order], s=6, color="#999999", alpha=0.55, linewidths=0)
    axes.axvline(0.0 if component.kind == "contrast" else component.bound, color="black", linewidth=0.7)
    if np.isfinite(component.low):
        axes.plot([component.low, component.high], [0, 0], color=colour, linewidth=2.4, solid_capstyle="butt")
    axes.plot(
        [component.mean], [0], marker=marker, color=colour, markersize=6, markeredgecolor="white", markeredgewidth=0.6
    )
    axes.set_ylim(-0.5, 0.5)
    axes.set_yticks([])
    axes.tick_params(labelsize=7)
    axes.set_title(component.name, fontsize=8, loc="left", pad=2)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)

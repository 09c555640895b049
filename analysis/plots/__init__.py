"""Figures: each takes Results and returns matplotlib Axes. Colours hold for the colour-blind, line styles in grey."""

from pathlib import Path

from analysis.plots.alignment import alignment, alignment_panels, leading_states
from analysis.plots.map import animate, tie_map
from analysis.plots.organisation import depth, membership

__all__ = [
    "alignment", "alignment_panels", "animate", "depth", "draw_all", "leading_states", "membership", "remove_figures", "tie_map",
]  # fmt: skip
FIGURES = ("alignment", "depth", "membership")


def draw_all(results, folder) -> list[Path]:
    """Draw the figures of ``ncr run`` into ``folder`` (made if missing); returns the files."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    figures = {"alignment": alignment_panels(results)[0].figure}
    if results.focus:
        figures["depth"] = depth(results, results.focus)[0].figure
        figures["membership"] = membership(results, results.focus)[0].figure
    files = []
    for name, figure in figures.items():
        files.append(folder / f"{name}.png")
        figure.savefig(files[-1], dpi=150)
        plt.close(figure)
    return files


def remove_figures(folder) -> None:
    """Delete what :func:`draw_all` drew into ``folder``: figures of an earlier result must not stand beside another's tables."""
    for name in FIGURES:
        (Path(folder) / f"{name}.png").unlink(missing_ok=True)

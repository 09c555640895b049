"""Figures: each takes Results (or those of a sweep) and returns matplotlib Axes. Colours hold for the colour-blind, line styles in grey."""

from pathlib import Path

from analysis.plots.alignment import alignment, alignment_panels, leading_states
from analysis.plots.boxes import boxes
from analysis.plots.difference import difference
from analysis.plots.kinds import KINDS
from analysis.plots.map import animate, tie_map
from analysis.plots.organisation import depth, joining, membership
from analysis.plots.phase import phase
from analysis.plots.plane import plane
from analysis.plots.shares import shares
from analysis.plots.triangle import triangle

__all__ = [
    "alignment", "alignment_panels", "animate", "boxes", "depth", "difference", "draw_all", "joining", "leading_states", "membership",
    "phase", "plane", "remove_figures", "shares", "tie_map", "triangle",
]  # fmt: skip


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
    """Delete what :func:`draw_all` and ``ncr plot`` drew into ``folder``: figures must not stand beside the tables of another result."""
    for name, kind in KINDS.items():
        for pattern in (f"{name}.{kind.ending}", f"{name}-*.{kind.ending}"):
            for file in Path(folder).glob(pattern):
                file.unlink()

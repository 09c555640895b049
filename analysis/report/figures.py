"""Every figure that ``ncr plot`` draws of a folder without being told more, as pictures within the page."""

import base64
import io
import warnings
from typing import NamedTuple

from analysis.plots.kinds import KINDS, drawing
from sim.errors import NcrError

DPI = 150  # of a page 6.5 inches wide: sharp on paper, and on a phone
COLOURS = 256  # a palette makes a figure a third as large, and nothing in them needs more


class Picture(NamedTuple):
    """A figure: its kind, what it shows, what was said while it was drawn, and its address as data."""

    kind: str
    shows: str
    notes: tuple[str, ...]
    address: str


def pictures(results, needs: str) -> tuple[list[Picture], dict[str, str]]:
    """The figures of every kind that ``needs`` (run or sweep), and why others were left out, by kind."""
    drawn, left_out = [], {}
    for kind, figure in KINDS.items():
        if figure.needs != needs or figure.ending != "png":
            continue
        try:
            drawn.append(picture(kind, figure.shows, lambda kind=kind: drawing(kind)(results)))
        except NcrError as reason:
            left_out[kind] = str(reason)
    return drawn, left_out


def picture(kind: str, shows: str, draw) -> Picture:
    """What ``draw()`` draws (it returns Axes, or an array of them)."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np

    before = set(plt.get_fignums())
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UserWarning)
            figure = np.ravel(draw())[0].figure
            address = inline(figure)
    finally:  # also of a figure that failed half-way
        for one in set(plt.get_fignums()) - before:
            plt.close(one)
    said = dict.fromkeys(str(warning.message) for warning in caught if warning.category is UserWarning)
    return Picture(kind, shows, tuple(said), address)


def inline(figure) -> str:
    """A matplotlib figure as the address of a PNG: ``data:image/png;base64,…``."""
    from PIL import Image

    raw, small = io.BytesIO(), io.BytesIO()
    figure.savefig(raw, format="png", dpi=DPI)
    image = Image.open(raw).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(small, format="png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(small.getvalue()).decode("ascii")

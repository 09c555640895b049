"""The stage of a map of ties: land, states and poles, drawn once; :func:`show` puts one quarter on it."""

from typing import Any, NamedTuple

import numpy as np

from analysis.plots.outlines import arc, beyond, centred_on, mismatch, outlines, to_the_edge, view_of, visible
from sim.errors import NcrError

SMALL = 0.05  # weaker ties are not drawn
WIDEST = 7.0  # points, of a tie of 1
LEAST_SHARE = 0.2  # of a state's ties that go to a pole, for a line to be drawn
POLE_WIDEST, POLE_DASH = 2.0, (0, (3, 1.5))  # points, of a share of 1
MEMBER, OTHER, POLE = "#08306B", "white", "#B34700"
LAND, CAST_LAND, MEMBER_LAND, COAST = "#F4F4F4", "#E4E4E4", "#C9DAEA", "#A8A8A8"
EDGE = 0.04  # poles beyond the map stand this far inside its edge, as a share of its height
STATE_SIZE, POLE_SIZE, POLE_GROWTH = 34.0, 34.0, 420.0  # points²; a pole's grows with its share of ties
POLE_HERE, POLE_FAR = (
    ("D", POLE),
    ("s", "white"),
)  # marker and face: of a pole at its place, which must not look like a state; off the map
BULGE = 0.05  # of lines
NAMED = 24  # with more states than this, labels are codes
AROUND = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))  # where a label may stand, best first


class Stage(NamedTuple):
    """The artists of a map. View: left, right, bottom, top in thousand km from its middle."""

    axes: Any
    view: tuple[float, float, float, float]
    codes: list[str]  # of states, in the order of their markers
    at: dict[str, np.ndarray]  # x, y by code of a state or pole
    geographic: bool  # whether land is drawn
    unplaced: list[str]  # poles without a place in the world's file, put into the lower left corner
    beyond: list[str]  # poles that lie beyond the map, put at its edge
    lines: Any
    pole_lines: Any
    states: Any
    poles: Any
    lands: dict[str, Any]  # the land of the states that have an outline, by code
    labels: dict[str, Any]


def stage(results, axes) -> Stage:
    """Land and empty artists on ``axes``. Then :func:`show` a quarter, and once the axes have their size :func:`label`."""
    from matplotlib.collections import LineCollection
    from matplotlib.markers import MarkerStyle

    m = results.manifest
    places = places_of(results)
    projection = centred_on([places[code] for code in m["states"]])
    at = {code: projection(place[1], place[0]) for code, place in places.items()}
    view = view_of(np.array([at[code] for code in m["states"]]))
    real = {code for code in m["states"] if not mismatch(code, places[code])}
    lands = _land(axes, projection, view, real) if real else {}
    height = view[3] - view[2]
    inside = EDGE * height
    far = [code for code in m["poles"] if code in at and beyond(at[code], view, inside) > 1.0]
    at |= {code: to_the_edge(at[code], view, inside) for code in far}
    unplaced = [code for code in m["poles"] if code not in at]
    at |= {code: np.array([view[0] + inside, view[2] + (1 + 1.5 * k) * inside]) for k, code in enumerate(unplaced)}
    lines = axes.add_collection(LineCollection([], zorder=3, capstyle="round"), autolim=False)
    pole_lines = axes.add_collection(
        LineCollection([], zorder=2.5, colors=POLE, linestyles=[POLE_DASH], alpha=0.75, label="poles"), autolim=False
    )
    spots = {kind: np.array([at[code] for code in m[kind]]) for kind in ("states", "poles")}
    states = axes.scatter(*spots["states"].T, s=STATE_SIZE, edgecolors=MEMBER, linewidths=1.1, zorder=5)
    poles = axes.scatter(*spots["poles"].T, edgecolors=POLE, linewidths=1.5, zorder=4)
    looks = [POLE_FAR if code in (*far, *unplaced) else POLE_HERE for code in m["poles"]]
    shapes = {mark: MarkerStyle(mark).get_path().transformed(MarkerStyle(mark).get_transform()) for mark, _ in looks}
    poles.set_paths([shapes[mark] for mark, _ in looks])
    poles.set_facecolors([face for _, face in looks])
    axes.set(xlim=view[:2], ylim=view[2:], xticks=[], yticks=[], aspect="equal")
    axes.spines[:].set(color=COAST, linewidth=0.6)
    return Stage(
        axes, view, list(m["states"]), at, bool(real), unplaced, far, lines, pole_lines, states, poles, lands, {}
    )


def places_of(results) -> dict[str, list[float]]:
    """Degrees north and east by code; poles may lack one. NcrError where a state does: only older results do."""
    places = results.manifest.get("locations", {})
    if missing := [code for code in results.manifest["states"] if code not in places]:
        raise NcrError(
            f"these results do not say where {', '.join(missing)} lies: an earlier version of ncr-sim wrote them; "
            "run the scenario again"
        )
    return places


def _land(axes, projection, view, real) -> dict[str, Any]:
    """Fill all countries and draw their borders; returns the land of the ``real`` states by code."""
    from matplotlib.collections import LineCollection
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    lands, borders = {}, []
    for code, rings in outlines().items():
        filled, lines = visible(rings, projection, view)
        borders += lines
        if filled:
            shape = Path.make_compound_path(*(Path(ring, closed=True) for ring in filled))  # holes are wound backwards
            land = axes.add_patch(PathPatch(shape, facecolor=LAND, edgecolor="none", zorder=1))
            if code in real:
                lands[code] = land
    axes.add_collection(LineCollection(borders, colors=COAST, linewidths=0.4, zorder=2), autolim=False)
    return lands


def show(drawn: Stage, shown) -> None:
    """Put a quarter (``network.Shown``) on the stage: ties, members, the states that exist, the weight of poles."""
    ties = shown.ties[shown.ties >= SMALL].sort_values(ascending=False, kind="stable")  # thin lines over thick ones
    drawn.lines.set_segments([arc(drawn.at[a], drawn.at[b], BULGE) for a, b in ties.index])
    drawn.lines.set_linewidths(WIDEST * ties.to_numpy())
    drawn.lines.set_color(shades(ties.to_numpy()))
    led = [(state, pole, share) for state, pole, share in shown.foremost if share >= LEAST_SHARE]
    drawn.pole_lines.set_segments([np.array([drawn.at[state], drawn.at[pole]]) for state, pole, _ in led])
    drawn.pole_lines.set_linewidths([POLE_WIDEST * share for _, _, share in led])
    codes = drawn.codes
    drawn.states.set_facecolors([MEMBER if code in shown.members else OTHER for code in codes])
    drawn.states.set_sizes([STATE_SIZE if code in shown.states else 0.0 for code in codes])
    drawn.poles.set_sizes([POLE_SIZE + POLE_GROWTH * share for share in shown.poles.values()])
    for code, land in drawn.lands.items():
        land.set_facecolor(MEMBER_LAND if code in shown.members else CAST_LAND if code in shown.states else LAND)
    for code, text in drawn.labels.items():
        text.set_visible(code in shown.states or code in shown.poles)


def shades(ties):
    """Colours of ties: blues that are never so light that they fade into the land, darker with strength in grey too."""
    import matplotlib

    return matplotlib.colormaps["Blues"](0.45 + 0.55 * np.asarray(ties))


def label(drawn: Stage, results) -> None:
    """Write names beside states and poles, each where it hides least of names, markers and lines that are there already."""
    import matplotlib.patheffects as effects

    m = results.manifest
    halo = [effects.withStroke(linewidth=2.2, foreground="white")]
    frame = drawn.axes.get_window_extent()
    point = drawn.axes.figure.dpi / 72
    pixels = {code: drawn.axes.transData.transform(drawn.at[code]) for code in (*m["states"], *m["poles"])}
    sizes = dict(zip(m["poles"], np.sqrt(drawn.poles.get_sizes()), strict=True))
    sizes |= {code: size + 4.0 for code, size in sizes.items()}  # poles grow and shrink in an animation
    half = {code: point * (0.5 * float(sizes.get(code, STATE_SIZE**0.5)) + 1.0) for code in pixels}
    taken = [_box(spot, half[code], half[code]) for code, spot in pixels.items()]
    segments = (*drawn.lines.get_segments(), *drawn.pole_lines.get_segments())
    lines = [drawn.axes.transData.transform(line) for line in segments]
    dots = np.concatenate([np.zeros((0, 2)), *(_dense(line) for line in lines)])
    for code, spot in pixels.items():
        pole = code in m["poles"]
        here = " (pole)" if pole and code not in (*drawn.beyond, *drawn.unplaced) else ""
        text = drawn.axes.annotate(
            code if len(m["states"]) > NAMED and not pole else results.names[code] + here, drawn.at[code], (0, 0),
            textcoords="offset points", fontsize=7, ha="center", va="center", zorder=8, path_effects=halo,
            color=POLE if pole else "black", style="italic" if pole else "normal",
        )  # fmt: skip
        size = text.get_window_extent()
        reach = np.array([size.width / 2 + point, size.height / 2 - point]) + half[code]
        boxes = [
            _box(spot + np.array(way) * (reach if 0 in way else 0.9 * reach), size.width / 2, size.height / 2)
            for way in AROUND
        ]
        hidden = [
            4 * sum(_overlap(box, other) for other in taken) + 9 * _outside(box, frame) + 20 * _inside(box, dots)
            for box in boxes
        ]
        best = boxes[int(np.argmin(hidden))]
        taken.append(best)
        text.set_position(tuple((best.mean(axis=0) - spot) / point))
        drawn.labels[code] = text


def _dense(line: np.ndarray) -> np.ndarray:
    """Points along a line about every 3 pixels."""
    steps = max(2, int(np.hypot(*(line[-1] - line[0])) / 3))
    place = np.linspace(0, len(line) - 1, steps)
    return np.stack([np.interp(place, np.arange(len(line)), line[:, k]) for k in (0, 1)], axis=1)


def _inside(box: np.ndarray, dots: np.ndarray) -> int:
    return int(np.all((dots > box[0]) & (dots < box[1]), axis=1).sum())


def _box(middle, half_width: float, half_height: float) -> np.ndarray:
    """Lower left and upper right corner in pixels, (2, 2)."""
    half = np.array([half_width, half_height])
    return np.array([middle - half, middle + half])


def _overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.prod(np.maximum(0.0, np.minimum(one[1], other[1]) - np.maximum(one[0], other[0]))))


def _outside(box: np.ndarray, frame) -> float:
    """Area of a box that lies outside the axes."""
    return float(np.prod(box[1] - box[0])) - _overlap(box, np.array([frame.min, frame.max]))

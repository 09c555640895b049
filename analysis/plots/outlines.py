"""Where states lie: outlines of countries, the projection of a map, and the part of the world that a cast needs."""

import json
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

FILE = Path(__file__).resolve().parent.parent / "data/outlines.json"
EARTH = 6.371  # radius, thousand km
FAR = 2.6  # radians from the centre; outlines that go beyond are drawn as if they ended there
SEAM = 179.9  # degrees east and west at which outlines that cross the antimeridian were cut
NEAR = 1.0  # degrees by which a capital may lie outside the box around its outline
MARGIN, LEAST_SPAN = 0.12, 0.8  # of a view: beyond the states as a share of its span; thousand km
NARROWEST = 0.75, 0.45  # least width as a share of height, and height as a share of width


@lru_cache(maxsize=1)
def outlines() -> dict[str, list[np.ndarray]]:
    """Rings (n, 2) of degrees east and north by ISO 3166-1 alpha-3 code; "" holds those that have no code."""
    stored = json.loads(FILE.read_text())
    arcs = [np.cumsum(np.reshape(arc, (-1, 2)), axis=0) * stored["unit"] for arc in stored["arcs"]]
    directed = arcs + [arc[::-1] for arc in reversed(arcs)]  # arc −k−1 is arc k backwards
    return {
        code: [np.concatenate([directed[arc] for arc in ring]) for ring in rings]
        for code, rings in stored["countries"].items()
    }


def mismatch(code: str, place) -> str:
    """Why a state has no outline, in words: none bears its code, or that country lies elsewhere; "" where it has one.

    place: degrees north, east; it must lie within the box around the outline. An invented state may bear a real code; it must not be
    drawn as that country.
    """
    rings = outlines().get(code) if code else None
    if not rings:
        return "no outline has that code"
    points, (north, east) = np.concatenate(rings), place
    west_south, east_north = points.min(axis=0) - NEAR, points.max(axis=0) + NEAR
    inside = np.all(west_south <= (east, north)) and np.all((east, north) <= east_north)
    return "" if inside else "the country of that code lies elsewhere"


class Projection(NamedTuple):
    """Lambert's azimuthal equal-area projection about a centre, in thousand km."""

    north: float
    east: float

    def __call__(self, east, north) -> np.ndarray:
        """(n, 2) x and y of points in degrees; those more than FAR radians away are drawn at FAR."""
        phi, turn = np.radians(north), np.radians(np.asarray(east) - self.east)
        middle = np.radians(self.north)
        x = np.cos(phi) * np.sin(turn)
        y = np.cos(middle) * np.sin(phi) - np.sin(middle) * np.cos(phi) * np.cos(turn)
        away = np.arctan2(np.hypot(x, y), np.sin(middle) * np.sin(phi) + np.cos(middle) * np.cos(phi) * np.cos(turn))
        radius = 2.0 * EARTH * np.sin(np.minimum(away, FAR) / 2.0)
        return np.stack([x, y], axis=-1) * (radius / np.maximum(np.hypot(x, y), 1e-12))[..., None]


def centred_on(places) -> Projection:
    """The projection about the middle of places (degrees north, east); about 0, 0 where they have none."""
    north, east = np.radians(np.asarray(places, float)).T
    x, y, z = np.mean([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1)
    if np.hypot(np.hypot(x, y), z) < 1e-9:
        return Projection(0.0, 0.0)
    return Projection(float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x))))


def view_of(points: np.ndarray) -> tuple[float, float, float, float]:
    """Left, right, bottom, top of a map that shows (n, 2) points with a margin, neither flat nor narrow."""
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.maximum(high - low, LEAST_SPAN)
    half = 0.5 * np.maximum(span, np.array(NARROWEST) * span[::-1]) + MARGIN * span.max()
    middle = (low + high) / 2
    return (middle[0] - half[0], middle[0] + half[0], middle[1] - half[1], middle[1] + half[1])


def visible(rings, projection: Projection, view) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """What of ``rings`` touches the view, projected: whole rings to fill, and their lines without the seam of the antimeridian.

    The ring around the antipode of the centre has its inside out there, and is not filled.
    """
    from matplotlib.path import Path

    left, right, bottom, top = view
    antipode = ((projection.east + 360.0) % 360.0 - 180.0, -projection.north)
    filled: list[np.ndarray] = []
    lines: list[np.ndarray] = []
    for ring in rings:
        flat = projection(ring[:, 0], ring[:, 1])
        low, high = flat.min(axis=0), flat.max(axis=0)
        if low[0] <= right and high[0] >= left and low[1] <= top and high[1] >= bottom:
            filled += [] if Path(ring).contains_point(antipode) else [flat]
            cut = np.flatnonzero((np.abs(ring[1:, 0]) > SEAM) & (np.abs(ring[:-1, 0]) > SEAM)) + 1
            lines += [line for line in np.split(flat, cut) if len(line) > 1]
    return filled, lines


def beyond(point: np.ndarray, view, inside: float) -> float:
    """How far a point lies outside: 1 at ``inside`` of the view's edge, 2 at twice that distance from its middle."""
    left, right, bottom, top = view
    middle, half = np.array([left + right, bottom + top]) / 2, np.array([right - left, top - bottom]) / 2 - inside
    return float(np.max(np.abs(point - middle) / half))


def to_the_edge(point: np.ndarray, view, inside: float) -> np.ndarray:
    """The place ``inside`` of the view's edge on the straight line from its middle to a point beyond it."""
    middle = np.array([view[0] + view[1], view[2] + view[3]]) / 2
    return middle + (point - middle) / beyond(point, view, inside)


def arc(start: np.ndarray, end: np.ndarray, bulge: float, points: int = 16) -> np.ndarray:
    """A slightly bent line (points, 2), so that it does not run through what lies straight between its ends.

    bulge: height over the straight line as a share of its length, to the left on the way from west to east.
    """
    if start[0] > end[0]:
        start, end = end, start
    along = np.linspace(0.0, 1.0, points)[:, None]
    left = np.array([start[1] - end[1], end[0] - start[0]])
    return start + along * (end - start) + 4.0 * bulge * along * (1.0 - along) * left

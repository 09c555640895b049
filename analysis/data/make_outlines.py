"""Makes ``outlines.json``, the coast lines and borders of the tie map: ``python analysis/data/make_outlines.py TOPOJSON CODES``.

TOPOJSON: ``countries-50m.json`` of the npm package world-atlas 2.0.2, which is Natural Earth 4.1.0 (public domain), admin 0
countries at 1:50 million. CODES: ``codes.json`` of the npm package i18n-iso-countries, which pairs the numeric codes of
ISO 3166-1 with the alpha-3 codes. Lines are simplified arc by arc, so that neighbours still share their border.
"""

import json
import sys
from pathlib import Path

import numpy as np

ABOUT = (
    "Natural Earth 4.1.0, admin 0 countries 1:50m, public domain; by way of world-atlas 2.0.2. Simplified by make_outlines.py: "
    "arcs in hundredths of a degree, [x, y, dx, dy, ...]; rings are lists of arcs, ~k backwards; by ISO 3166-1 alpha-3, '' without one"
)
TOLERANCE = 0.06  # degrees of latitude that a simplified line may stray
LEAST = 0.03  # square degrees of latitude; smaller islands and lakes are left out unless they are all of a country
UNIT = 0.01  # degrees


def decoded(topology: dict) -> list[np.ndarray]:
    """Arcs as (n, 2) arrays of longitude and latitude: TopoJSON stores differences on an integer grid."""
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(arc, axis=0) * scale + shift for arc in topology["arcs"]]


def simplified(line: np.ndarray) -> np.ndarray:
    """Douglas and Peucker (1973): the fewest of the points of a line that stay within TOLERANCE of all. (n, 2)."""
    flat = line * [np.cos(np.radians(line[:, 1].mean())), 1.0]
    keep = np.zeros(len(line), bool)
    keep[[0, -1]] = True
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first > 1:
            away = distances(flat[first + 1 : last], flat[first], flat[last])
            if away.max() > TOLERANCE:
                middle = first + 1 + int(away.argmax())
                keep[middle] = True
                spans += [(first, middle), (middle, last)]
    return line[keep]


def distances(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Distance of points (n, 2) from the line through start and end; from start, where the two are one (an island)."""
    along = end - start
    length = np.hypot(*along)
    if length == 0.0:
        return np.hypot(*(points - start).T)
    return np.abs(along[0] * (points[:, 1] - start[1]) - along[1] * (points[:, 0] - start[0])) / length


def area(ring: np.ndarray) -> float:
    """Area inside a ring in square degrees of latitude."""
    x, y = ring[:, 0] * np.cos(np.radians(ring[:, 1].mean())), ring[:, 1]
    return 0.5 * abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])))


def joined(arcs: list[np.ndarray], ring: list[int]) -> np.ndarray:
    """The points of a ring of arcs; ~k is arc k backwards."""
    return np.concatenate([arcs[k] if k >= 0 else arcs[~k][::-1] for k in ring])


def rings_of(geometry: dict) -> list[list[int]]:
    """Rings of a polygon or of several, holes included."""
    parts = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    return [ring for part in parts for ring in part]


def outlines(topology: dict, codes: dict[str, str]) -> dict:
    """What the file holds: ``about``, ``unit``, ``arcs`` and ``countries``."""
    arcs = decoded(topology)
    chosen: dict[str, list[list[int]]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        sizes = [area(joined(arcs, ring)) for ring in rings_of(geometry)]
        large = [ring for ring, size in zip(rings_of(geometry), sizes, strict=True) if size >= min(LEAST, max(sizes))]
        chosen.setdefault(codes.get(geometry.get("id", ""), ""), []).extend(large)
    used = sorted({k if k >= 0 else ~k for rings in chosen.values() for ring in rings for k in ring})
    number = {arc: place for place, arc in enumerate(used)}
    grid = [np.rint(simplified(arcs[arc]) / UNIT).astype(int) for arc in used]
    return {
        "about": ABOUT,
        "unit": UNIT,
        "arcs": [np.diff(arc, axis=0, prepend=[[0, 0]]).ravel().tolist() for arc in grid],
        "countries": {
            code: [[number[k] if k >= 0 else ~number[~k] for k in ring] for ring in chosen[code]]
            for code in sorted(chosen)
        },
    }


def main() -> None:
    topology, codes = (json.loads(Path(name).read_text()) for name in sys.argv[1:3])
    found = outlines(topology, {numeric: alpha for _, alpha, numeric, *_ in codes})
    Path(__file__).with_name("outlines.json").write_text(json.dumps(found, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

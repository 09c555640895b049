"""UCDP/PRIO Armed Conflict Dataset (Gleditsch and colleagues 2002): conflict-years, read as pairs of states.

Side A and B and those that sent troops to either (``_2nd``) are lists of Gleditsch–Ward numbers, separated by commas.
"""

from itertools import combinations, product

import pandas as pd

from analysis.datasets.reading import Dataset, Form, Source, read

LISTS = ("gwno_a_2nd", "gwno_b_2nd")
SOURCE = Source(
    "ucdp",
    "UCDP/PRIO Armed Conflict Dataset",
    (frozenset({"gwno_a", "incompatibility", "type_of_conflict", "intensity_level"}),),
    (
        Form(
            "conflict-year",
            ("gwno_a", "gwno_b"),
            "gw",
            {name: name for name in ("conflict_id", *LISTS, "intensity_level", "type_of_conflict")},
        ),
    ),
    {"22.1": "22.1", "23.1": "23.1", "24.1": "24.1", "25.1": "25.1"},
    as_text=True,
)
LEVELS = {"1": 1, "1.0": 1, "2": 2, "2.0": 2}


def load(path, any_version: bool = False) -> Dataset:
    """iso3_a, iso3_b, year, opposed, together: 0 no, 1 minor conflict (25–999 deaths in the year), 2 war.

    opposed: troops on opposite sides; together: on the same side. Conflicts with one state in them make no pair.
    """
    return read(SOURCE, path, any_version, prepare=_pairs_of_sides)


def _pairs_of_sides(table, form, skipped):
    columns = ("gwno_a", LISTS[0], "gwno_b", LISTS[1], "intensity_level", "year")
    rows, alone, unknown = [], 0, 0
    for a, a_too, b, b_too, level, year in table[list(columns)].itertuples(index=False):
        if level.strip() not in LEVELS:
            unknown += 1
            continue
        sides = _listed(a, a_too), _listed(b, b_too)
        level = LEVELS[level.strip()]
        pairs = [(one, other, year, level, 0) for one, other in product(*sides)]
        pairs += [(one, other, year, 0, level) for side in sides for one, other in combinations(side, 2)]
        alone += not pairs
        rows += pairs
    if unknown:
        skipped["no intensity level 1 or 2"] = unknown
    if alone:
        skipped["conflicts with one state in them"] = alone
    return pd.DataFrame(rows, columns=[*form.states, "year", "opposed", "together"])


def _listed(*texts: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for text in texts for part in text.split(",") if part.strip()))

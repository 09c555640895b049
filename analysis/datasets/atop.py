"""Alliance Treaty Obligations and Provisions (Leeds and colleagues 2002): dyad-years with at least one treaty in force.

A pair without a row in a year that the file covers has no treaty. Treaties that bind whole continents to little, the CSCE
(3740) and the Charter of the CIS (4400), are no obligation of a pair: a row that rests on them alone is left out. Where a
row rests on others too, its obligations are those of all together, since a dyad-year does not tell them apart.
"""

import pandas as pd

from analysis.datasets.reading import Dataset, Form, Source, read

KINDS = ("defense", "offense", "neutral", "nonagg", "consul")
UMBRELLAS = (3740, 4400)
IDS = tuple(f"atopid{k}" for k in range(1, 16))
OFFICIAL = {name: name for name in KINDS}
SOURCE = Source(
    "atop",
    "Alliance Treaty Obligations and Provisions, dyad-year",
    (frozenset({"nonagg", "consul"}), frozenset({"atop_nonagg", "atop_consul"})),
    (
        Form("dyad-year", ("mem1", "mem2"), "cow", OFFICIAL),
        Form("directed dyad-year", ("statea", "stateb"), "cow", OFFICIAL),
        Form("reduced", ("ccode1", "ccode2"), "cow", {f"atop_{name}": name for name in KINDS}),
    ),
    {"5.1": "5.1", "5": "5.0"},
)


def load(path, any_version: bool = False) -> Dataset:
    """iso3_a, iso3_b, year, and 0/1 for each of defense, offense, neutral, nonagg, consul."""
    return read(SOURCE, path, any_version, prepare=_without_umbrellas, optional=IDS)


def _without_umbrellas(table, form, skipped):
    held = [name for name in IDS if name in table]
    kept = table[[*form.states, "year", *KINDS]]
    if not held:
        words = f"treaties are not told apart: umbrella treaties ({', '.join(map(str, UMBRELLAS))}) count like others"
        return kept.assign(remark=words)
    numbers = table[held].apply(pd.to_numeric, errors="coerce")
    numbers = numbers.where(numbers > 0)  # empty, 0 or a missing code: no further treaty
    loose = numbers.isin(UMBRELLAS)
    alone = loose.any(axis=1) & (numbers.isna() | loose).all(axis=1)
    mixed = int((loose.any(axis=1) & ~alone).sum())
    if alone.any():
        skipped["umbrella treaties alone (CSCE, Charter of the CIS)"] = int(alone.sum())
    words = f"{mixed} rows rest on an umbrella treaty and on others: their obligations are not told apart"
    return kept[~alone].assign(remark=words if mixed else None)

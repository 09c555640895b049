"""Trade of pairs of states from the Correlates of War file (Barbieri and Keshk), an external file that the user names.

Two layouts are read: the official ``Dyadic_COW_4.0.csv`` (numeric country codes) and the reduced one with ISO codes
(``iso3_1, iso3_2, year, smoothflow1, smoothflow2``). −9 is missing; of the two flows the larger counts.
"""

from pathlib import Path

import pandas as pd

from sim.errors import NcrError

COW_CODES = {
    310: "HUN", 369: "UKR", 371: "ARM", 372: "GEO", 373: "AZE", 640: "TUR", 652: "SYR", 666: "ISR", 700: "AFG",
    701: "TKM", 702: "TJK", 703: "KGZ", 704: "UZB", 705: "KAZ", 770: "PAK",
}  # fmt: skip
FLOWS = ["smoothflow1", "smoothflow2"]
LAYOUTS = {"official": ["ccode1", "ccode2", "year", *FLOWS], "reduced": ["iso3_1", "iso3_2", "year", *FLOWS]}


def load_trade(path: str | Path, first: int, last: int) -> dict[tuple[str, str], float]:
    """Mean yearly trade (million US$) of each pair of codes, in alphabetical order, over the years first … last."""
    path = Path(path)
    if not path.is_file():
        raise NcrError(f"trade file {path}: no such file; name the CSV of Correlates of War, Trade 4.0")
    try:
        columns = list(pd.read_csv(path, nrows=0).columns)
        layout = next((wanted for wanted in LAYOUTS.values() if set(wanted) <= set(columns)), None)
        if layout is None:
            choices = " or ".join(f"{name}: {', '.join(wanted)}" for name, wanted in LAYOUTS.items())
            raise NcrError(f"trade file {path}: columns {', '.join(columns)} found; wanted {choices}")
        table = pd.read_csv(path, usecols=layout)[layout]
        flows = table[FLOWS].astype(float)
        year = table["year"].astype(float)
    except (ValueError, UnicodeDecodeError) as error:
        raise NcrError(f"trade file {path}: not a table of numbers: {error}") from None
    one, two = (table[name].map(COW_CODES) if "ccode1" in layout else table[name] for name in layout[:2])
    flow = flows.where(flows >= 0).max(axis=1)
    keep = year.between(first, last) & one.notna() & two.notna() & flow.notna()
    if not keep.any():
        raise NcrError(f"trade file {path}: no trade of {first}-{last} in it")
    pair = [tuple(sorted(codes)) for codes in zip(one[keep], two[keep], strict=True)]
    frame = pd.DataFrame({"pair": pair, "year": year[keep], "flow": flow[keep]})
    yearly = frame.groupby(["pair", "year"])["flow"].max()  # a pair that stands twice: the larger mirror
    return yearly.groupby("pair").mean().to_dict()

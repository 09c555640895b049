"""State numbers of Correlates of War and of Gleditsch and Ward as ISO 3166-1 alpha-3 codes.

``data/state_numbers.csv`` is written by hand from the Correlates of War state list (2016), the Gleditsch–Ward list of
independent states and ISO 3166. A state that succeeds another under the same number, or whose number changed while it
stayed the same state of the system, has one code: 255 and 260 are DEU, 345 (Yugoslavia to Serbia) is SRB, 365 (Soviet
Union, Russia) is RUS, 678 and 679 are YEM. States that ended have their withdrawn ISO code (CSK, DDR, VDR, YMD).
States that ended before 1919 have none.
"""

from functools import lru_cache
from pathlib import Path

import pandas as pd

TABLE = Path(__file__).resolve().parent.parent / "data" / "state_numbers.csv"
SYSTEMS = ("cow", "gw")
# Codes that releases use and ISO has withdrawn or renamed; the state of the system is the one of today.
FORMER = {
    "YUG": "SRB",
    "SCG": "SRB",
    "SUN": "RUS",
    "ROM": "ROU",
    "ZAR": "COD",
    "TMP": "TLS",
    "BUR": "MMR",
    "YAR": "YEM",
}


@lru_cache(maxsize=1)
def _table() -> pd.DataFrame:
    return pd.read_csv(TABLE)


@lru_cache(maxsize=2)
def numbers(system: str) -> dict[int, str]:
    """Number → code under ``cow`` or ``gw``."""
    table = _table()
    mine = table[table["system"].isin(("both", system))]
    return dict(zip(mine["number"], mine["iso3"], strict=True))


@lru_cache(maxsize=2)
def seniority(system: str) -> dict[int, int]:
    """Number → first year of its present meaning where two numbers share a code; the later one counts in a shared year."""
    table = _table()
    mine = table[table["system"].isin(("both", system)) & table["since"].notna()]
    return dict(zip(mine["number"], mine["since"].astype(int), strict=True))

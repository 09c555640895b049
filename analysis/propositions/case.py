"""Who plays which part: the only module of this package that names a state, a pole, an organisation or a date.

The experiments speak of parts (a core pair, a retrenching pole, a late joiner); another case needs another ``Case`` alone.
"""

from dataclasses import dataclass
from pathlib import Path

SCENARIOS = Path(__file__).resolve().parent.parent.parent / "scenarios"


@dataclass(frozen=True)
class Case:
    """One region as the propositions see it. Codes are those of its world file; dates are quarters.

    scenario starts with the organisation; early starts long before it, so that the organisation is an offer.
    """

    scenario: Path
    early: Path
    organisation: str
    core: tuple[str, str]  # supplier first
    second_core: tuple[str, str]
    kin: tuple[str, ...]  # those whose kinship the theory speaks of
    true_members: tuple[str, ...]  # of the organisation at ``now``
    outsiders: tuple[str, ...]  # eligible states that stayed out
    followers: tuple[str, ...]  # to whom the core's hard power should appeal
    near: tuple[str, ...]  # states under the overstretched pole's local policing
    late_joiner: str
    equidistant: str
    refuser: str  # refuses any format with the overstretched pole
    drifter: str  # leaves that pole's fold
    holdout: str  # host whose consent the link needs
    link: str  # corridor
    retrenching: str
    overstretched: str
    weakened: str
    rising: str
    camps: tuple[tuple[str, ...], ...]  # rival poles
    platform: str  # rival format led by the overstretched pole
    trilateral: str
    retreat_levers: tuple[str, ...]  # of the retrenching pole's will and presence
    overstretch_levers: tuple[str, ...]
    norm_levers: tuple[str, ...]
    # dates
    opened: str = "2023Q4"  # drivers of the permissive arm
    transplant: str = "2020Q1"
    early_by: str = "2000Q4"
    early_end: str = "2005Q4"
    jump: str = "2020Q4"
    pact: str = "2021Q4"
    overstretch_from: str = "2021Q4"  # held from here on in the knock-out
    retrenchment_from: str = "2014Q1"
    scaling: tuple[str, str] = ("2023Q1", "2025Q4")
    window_closes: str = "2020Q1"
    change_early: str = "2012Q1"
    change_late: str = "2024Q1"
    confrontation: str = "2022Q1"
    closures: tuple[str, str, str] = ("2022Q1", "2024Q1", "2026Q1")
    threat: str = "2024Q1"
    leader_until: str = "2016Q2"
    brokerage: str = "2025Q3"
    weakened_before: str = "2018Q4"
    drift_after: str = "2020Q3"
    filled_from: str = "2020Q1"
    shift_from: str = "2020Q1"
    now: str = "2025Q4"
    horizon: str = "2030Q4"
    ten_years: str = "2019Q4"


EURASIA = Case(
    scenario=SCENARIOS / "historical.yaml", early=SCENARIOS / "historical_1992.yaml",
    organisation="TURKIC_COUNCIL", core=("TUR", "AZE"), second_core=("KAZ", "UZB"),
    kin=("AZE", "KAZ", "KGZ", "TKM", "TUR", "UZB"), true_members=("AZE", "KAZ", "KGZ", "TUR", "UZB"),
    outsiders=("ARM", "GEO", "TJK"), followers=("KAZ", "KGZ", "TKM", "UZB"),
    near=("ARM", "AZE", "GEO", "KAZ", "KGZ", "TJK", "TKM", "UZB"), late_joiner="UZB", equidistant="AZE", refuser="GEO",
    drifter="ARM", holdout="ARM", link="zangezur", retrenching="USA", overstretched="RUS", weakened="IRN", rising="CHN",
    camps=(("USA", "EU"), ("RUS", "CHN", "IRN")), platform="THREE_PLUS_THREE", trilateral="SOUTH_CAUCASUS_3",
    retreat_levers=("us_retrenchment", "us_presence"), overstretch_levers=("russian_overstretch",), norm_levers=("norms",),
)  # fmt: skip

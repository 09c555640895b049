"""What happened in 2020–25 and could have gone otherwise: the items on which rival models forecast (set B).

Persistence alone predicts what stays, so an item asks only for what was *not* there on record at 2019Q4: a new treaty, a
new membership, a new supplier, a new body, a change of direction. Each stands with what came, and with how often the like
came in 2010–19, the only record that M0 has. Nothing here chooses a number of the model.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from analysis import facts_sf
from analysis.facts_a import COUNCIL, END
from analysis.facts_sf import ADOPTED, NOW
from analysis.runs import FULL, OBSERVER, Runs
from sim.scenario.compile import Compiled

SINCE = ("2020Q1", NOW)
ODDS = 0.5  # of a direction of which there is no record
YEARS_BEFORE, YEARS = 10, 6  # 2010–19 and 2020–25
ALIVE_SHARE = 0.52  # of international organisations (Gray 2018; X8)
FORMATS = ("SOUTH_CAUCASUS_3", "THREE_PLUS_THREE")

# The record, 2010Q1–2019Q4: (organisation, state) that became full members, that came from nothing to any status, that left.
BECAME_FULL = {
    ("NAM", "AZE"), ("EAEU", "ARM"), ("EAEU", "KAZ"), ("EAEU", "KGZ"), ("SCO", "PAK"), (COUNCIL, "UZB"),
}  # fmt: skip
CAME_NEAR = (BECAME_FULL - {("SCO", "PAK")}) | {("SCO", "AFG"), ("ECO", "TRNC"), (COUNCIL, "HUN")}
LEFT = {("CSTO", "UZB")}
# The record, 2020Q1–2025Q4 (L148; L105, L106; candidates for the EU are coded as observers; the rest is public record).
NEW_FULL = {("THREE_PLUS_THREE", code) for code in ("ARM", "AZE", "TUR")}
NEW_NEAR = {(COUNCIL, "TKM"), (COUNCIL, "TRNC"), ("EAEU", "UZB"), ("EU_MEMBERSHIP", "GEO"), ("EU_MEMBERSHIP", "UKR")}
NEW_PACTS = {("AZE", "TUR")}  # mutual defence (L80, SF1)
NEW_ALLIES = {("KAZ", "UZB")}  # allied, without a clause of mutual defence (L114)
UNRULED = {("KAZ", "KGZ"), ("KAZ", "TJK"), ("TJK", "UZB")}  # allied relations of 2024 that the ledger does not rank
CENTRAL_ASIA = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
ADOPTERS = {
    "AZE": 1,
    "KAZ": 1,
    "KGZ": 1,
    "PAK": 1,
    "TKM": 1,
    "UZB": 1,
    "AFG": 0,
    "ARM": 0,
    "ISR": 0,
}  # L84, L117, L130, L131


@dataclass(frozen=True)
class Item:
    """One question with the answer of the record.

    happens, at_risk: (R,) bool over runs; a run in which the tie was there before its time is not at risk and says
    nothing. base: M0's forecast. rows: of the ledger.
    """

    code: str
    category: str
    observed: bool
    happens: Callable[[Runs], np.ndarray]
    at_risk: Callable[[Runs], np.ndarray]
    base: float
    rows: str


def base_rate(events: int, chances: int) -> float:
    """Chance that one of ``chances`` comes in six years, after ``events`` of them came in ten (Jeffreys' estimate)."""
    ten_years = (events + 0.5) / (chances + 1.0)
    return 1.0 - (1.0 - ten_years) ** (YEARS / YEARS_BEFORE)


def items(compiled: Compiled) -> list[Item]:
    """All items for the 2009 start of this world (``compiled``), by category."""
    return [*_treaties(compiled), *_entries(compiled), *_suppliers(), *_pole_ties(), *_depth(), *_formats()]


def _always(runs: Runs) -> np.ndarray:
    return np.ones(len(runs), bool)


def _treaties(compiled: Compiled) -> Iterator[Item]:
    pairs = [(a, b) for k, a in enumerate(compiled.states) for b in compiled.states[k + 1 :]]
    for pair in pairs:
        yield _treaty(pair, 3, pair in NEW_PACTS, base_rate(0, len(pairs)), "L80, SF1")
    for pair in pairs:
        if set(pair) <= set(CENTRAL_ASIA) and pair not in UNRULED:
            yield _treaty(pair, 2, pair in NEW_ALLIES, base_rate(1, len(pairs)), "L114")


def _treaty(pair, rung, observed, base, rows) -> Item:
    def happens(runs):
        return (runs.rung(*pair, "defence", SINCE) >= rung).any(axis=1)

    def at_risk(runs):
        return runs.rung(*pair, "defence", END) < rung

    return Item(f"{'-'.join(pair)} defence rung {rung}", "treaties", observed, happens, at_risk, base, rows)


def record(compiled: Compiled, year: int) -> np.ndarray:
    """(M, N) status on record: 0, 1 observer, 2 full; at the end of 2009 as the world codes it, or of 2019."""
    status = (2 * compiled.initial.membership).astype(int)
    place = {code: k for k, code in enumerate(compiled.states)}
    if year == 2019:
        for changes, value in ((CAME_NEAR, OBSERVER), (BECAME_FULL, FULL), (LEFT, 0)):
            for body, state in changes:
                if body in compiled.organisations and state in place:
                    status[compiled.organisations.index(body), place[state]] = value
    return status


def _entries(compiled: Compiled) -> Iterator[Item]:
    before, now, open_to = record(compiled, 2009), record(compiled, 2019), compiled.world.open_to
    bodies = [m for m, body in enumerate(compiled.organisations) if not body.startswith("FOUNDED_")]
    for category, least, came, new in (
        ("accessions", FULL, BECAME_FULL, NEW_FULL), ("observers", OBSERVER, CAME_NEAR, NEW_NEAR),
    ):  # fmt: skip
        base = base_rate(len(came), int(((before < least) & open_to)[bodies].sum()))
        for m in bodies:
            body = compiled.organisations[m]
            if body == FORMATS[0] or (category == "observers" and body in FORMATS):
                continue  # the ledger does not say who belonged; or it asks for full members alone
            for i, state in enumerate(compiled.states):
                if now[m, i] < least and open_to[m, i]:
                    yield _entry(body, state, category, least, (body, state) in new, base)


def _entry(body, state, category, least, observed, base) -> Item:
    def status(runs, when):
        return runs.memberships[:, runs.at(when), runs.organisation(body), runs.state(state)]

    return Item(
        f"{state} in {body}" if least == FULL else f"{state} near {body}", category, observed,
        lambda runs: (status(runs, SINCE) >= least).any(axis=1), lambda runs: status(runs, END) < least, base,
        "L105, L106, L148, public record",
    )  # fmt: skip


def _suppliers() -> Iterator[Item]:
    for state, observed in ADOPTERS.items():
        yield _supplier(state, bool(observed))


def _supplier(state: str, observed: bool) -> Item:
    def happens(runs):
        return (runs.tie(state, "TUR", "defence", ("2020Q4", NOW)) >= ADOPTED).any(axis=1)

    def at_risk(runs):
        return runs.tie(state, "TUR", "defence", "2020Q3") < ADOPTED

    name, base = f"{state} adopts Turkish systems", base_rate(1, 15)
    return Item(name, "suppliers", observed, happens, at_risk, base, "L84, L117, L130, L131")


def _turns(sign: int, state: str, poles, first, last, arena) -> Callable[[Runs], np.ndarray]:
    """Does the sum of the state's ties to the poles rise (sign 1) or fall (−1) from one stretch to another?"""

    def mean(runs, when):
        return sum(runs.pole_tie(pole, state, arena, when).mean(axis=1) for pole in poles)

    return lambda runs: sign * (mean(runs, last) - mean(runs, first)) > 0


def _pole_ties() -> Iterator[Item]:
    def year(number):
        return (f"{number}Q1", f"{number}Q4")

    before_war = ("2021Q2", "2022Q1")
    listed = (
        (1, "ARM", ("EU", "USA"), year(2020), year(2025), None, "L65, SF8"),
        (1, "AZE", ("EU",), year(2021), year(2023), "connectivity", "L51"),
        (1, "AZE", ("CHN",), year(2020), year(2025), None, "L74"),
        (1, "AZE", ("USA",), year(2024), ("2025Q3", NOW), None, "L72"),
        (-1, "ARM", ("RUS",), year(2020), year(2025), None, "L65, SF8"),
        (-1, "AZE", ("IRN",), year(2022), year(2023), None, "L60"),
        (-1, "KAZ", ("RUS",), before_war, year(2025), None, "L11"),
        (-1, "UZB", ("RUS",), before_war, year(2025), None, "L11"),
    )
    for sign, state, poles, *stretches, rows in listed:
        name = f"{state} {'toward' if sign > 0 else 'away from'} {' and '.join(poles)}"
        yield Item(name, "pole ties", True, _turns(sign, state, poles, *stretches), _always, ODDS, rows)
    yield Item("AZE peaks and falls with RUS", "pole ties", True, facts_sf.salami, _always, ODDS, "L42, L43, SF7")


def _depth() -> Iterator[Item]:
    listed = (
        ("deepening quickens", facts_sf.deepening_quickens, "SF3"),
        ("defence lags connectivity", facts_sf.defence_lags, "SF4"),
        ("defence deepens after 2022Q1", facts_sf.defence_comes_late, "SF4"),
        ("order C, E, I, D", facts_sf.order_of_deepening, "SF5"),
    )
    for name, holds, rows in listed:
        yield Item(f"{COUNCIL}: {name}", "depth", True, holds, _always, ODDS, rows)


def _formats() -> Iterator[Item]:
    for body in FORMATS:

        def deepens(runs, body=body):
            return runs.depth(body, None, NOW) >= 0.1

        yield Item(f"{body} deepens to .1", "formats", False, deepens, _always, ALIVE_SHARE, "L148, L149, SF9")

"""Set A of the evidence ledger: facts up to 2019Q4, the only ones that may choose a number. Read a note as part of a fact."""

import numpy as np
import pandas as pd

from analysis.facts import CALIBRATION, HALF, Fact, NotScored
from analysis.facts_stake import nowhere, was_in
from analysis.runs import ALIVE, FULL, ZOMBIE, Runs
from analysis.series import per_cent

END = "2019Q4"
TURKIC = ("AZE", "KAZ", "KGZ", "TKM", "TUR", "UZB")
COUNCIL = "TURKIC_COUNCIL"
TRADE_YEARS = (2010, 2014)
LEAST_CORRELATION = 0.3
SHALLOW, SPARSE = 0.2, 0.15
KEPT = (
    "no loss can exceed the coded exit_cost while hurdle is below it: membership of 2009 is kept by coding, not found"
)


def council_stays_shallow(runs: Runs) -> np.ndarray:
    """A1. The Council has two members or more and a mean depth below .2 in every quarter."""
    stretch = ("2009Q4", END)
    exists = np.all(runs.vitality(COUNCIL, stretch) >= ZOMBIE, axis=1)
    return exists & np.all(runs.depth(COUNCIL, None, stretch) < SHALLOW, axis=1)


def turkic_class(runs: Runs, last: str) -> np.ndarray:
    """(R,) highest class of a Turkic body in any window that ends by ``last``.

    A Turkic body is the Council, or an organisation founded in the run with a majority of Turkic full members.
    """
    rows, ends = runs.windows(last)
    members = runs.memberships[:, ends] == FULL
    turkic = np.isin(runs.states, TURKIC)
    founded = np.array([code.startswith("FOUNDED_") for code in runs.organisations])
    ours = founded & (2 * members[..., turkic].sum(axis=-1) > members.sum(axis=-1))
    ours |= np.array(runs.organisations) == COUNCIL
    return np.where(ours, runs.classes[:, rows], 0).max(axis=(1, 2))


def core_pair_leads(runs: Runs) -> np.ndarray:
    """A3. At 2011Q4 Türkiye and Azerbaijan stand at defence rung 2, and no other pair of states stands higher."""
    own = runs.rung("AZE", "TUR", "defence", "2011Q4")
    return (own == 2) & (own >= runs.secondary_rungs("defence", "2011Q4").max(axis=1))


def no_pact_with_central_asia(runs: Runs) -> np.ndarray:
    """A4. Türkiye is at defence rung 3 with none of four states in any quarter."""
    partners = ("KAZ", "KGZ", "UZB", "TKM")
    return ~np.any(
        [(runs.rung(code, "TUR", "defence", (runs.first, END)) == 3).any(axis=1) for code in partners], axis=0
    )


def uzbekistan_joins_late(runs: Runs) -> np.ndarray:
    """A5. Not a full member of the Council up to 2016Q3, a full member at 2019Q4."""
    out = ~runs.full(COUNCIL, "UZB", (runs.first, "2016Q3")).any(axis=1)
    return out & runs.full(COUNCIL, "UZB", END)


def in_union(code: str, wanted: bool):
    """A6. Is the state a full member of the Eurasian Union at the end of 2015, the year of the offer?"""
    return lambda runs: runs.full("EAEU", code, "2015Q4") == wanted


def stays_in_pact(code: str):
    """A7. A full member of the security treaty in every quarter."""
    return lambda runs: runs.full("CSTO", code, (runs.first, END)).all(axis=1)


def out_of_pact(code: str, since: str):
    """A7. Not a full member in any quarter from ``since`` on."""
    return lambda runs: ~runs.full("CSTO", code, (since, END)).any(axis=1)


def guam_sleeps(runs: Runs) -> np.ndarray:
    """A8. GUAM is not alive in the last quarter of 2015."""
    return runs.vitality("GUAM", "2015Q4") != ALIVE


def connectivity(runs: Runs, pairs) -> np.ndarray:
    """(R, D) connectivity tie of each pair, mean over the years of the trade file."""
    stretch = (f"{TRADE_YEARS[0]}Q1", f"{TRADE_YEARS[1]}Q4")
    return np.stack([runs.tie(a, b, "connectivity", stretch).mean(axis=1) for a, b in pairs], axis=1)


def strongest_partner(runs: Runs) -> np.ndarray:
    """A9. Türkiye's strongest connectivity tie of 2010–14 is with Azerbaijan or Kazakhstan."""
    others = [code for code in runs.states if code != "TUR"]
    ties = connectivity(runs, [(code, "TUR") for code in others])
    return np.isin(np.array(others)[ties.argmax(axis=1)], ("AZE", "KAZ")) & (ties.max(axis=1) > 0)


def follows_trade(runs: Runs) -> np.ndarray:
    """A9. Rank correlation of connectivity ties with trade of 2010–14, over the pairs that the trade file has, > .3."""
    return trade_correlation(runs) > LEAST_CORRELATION


def trade_correlation(runs: Runs) -> np.ndarray:
    """(R,) Spearman's correlation of connectivity ties with trade; NaN where no tie differs from another."""
    if runs.trade is None:
        raise NotScored("no trade file was given")
    pairs = [pair for pair in runs.pairs if pair in runs.trade]
    if len(pairs) < 3:
        raise NotScored(f"the trade file has {len(pairs)} pairs of these states; 3 are needed")
    ties = pd.DataFrame(connectivity(runs, pairs).T).rank()
    return ties.corrwith(pd.Series([runs.trade[pair] for pair in pairs]).rank()).to_numpy()


def median_correlation(runs: Runs) -> str:
    """For the note of A9."""
    return f"median correlation {np.nanmedian(trade_correlation(runs)):.2f} over the pairs of the trade file"


def partner_found(runs: Runs) -> str:
    """For the note of A9: the partner found most often."""
    others = [code for code in runs.states if code != "TUR"]
    found = np.array(others)[connectivity(runs, [(code, "TUR") for code in others]).argmax(axis=1)]
    codes, counts = np.unique(found, return_counts=True)
    return f"most often {codes[counts.argmax()]}, {100 * counts.max() / len(found):.0f} % of runs"


def falls(pole: str, state: str, before: str, after: str):
    """A12. The tie to the pole, mean over arenas, is lower in ``after`` than in ``before``."""
    return lambda runs: runs.pole_tie(pole, state, None, after) < runs.pole_tie(pole, state, None, before)


def _a(code, statement, required, rows, holds, **more) -> Fact:
    return Fact(code, CALIBRATION, statement, required, rows, holds, **more)


FACTS = (
    _a("A1", "the Turkic Council exists from 2009Q4, mean depth < .2 to 2019Q4", 0.8, "L99, L100", council_stays_shallow,
       note="in every quarter; depth is the mean over arenas",
       aside=lambda runs: f"mean depth {runs.depth(COUNCIL, None, END).mean():.3f} at {END}"),
    _a("A2", "no class of 4 or more among the Turkic states by 2019Q4", 0.8, "L99", lambda runs: turkic_class(runs, END) < 4,
       note="the Council and founded bodies with a Turkic majority"),
    _a("A3", "Türkiye-Azerbaijan holds the highest defence rung by 2011Q4, 2 and not 3", 0.6, "treaties 1994, 2010; atop-5",
       core_pair_leads,
       aside=lambda runs: f"mean rung {runs.rung('AZE', 'TUR', 'defence', '2011Q4').mean():.2f}"),
    _a("A4", "no defence rung 3 of Türkiye with KAZ, KGZ, UZB or TKM", 0.95, "atop-5", no_pact_with_central_asia),
    _a("A5", "Uzbekistan out of the Council until 2016Q3, in by 2019Q4", 0.5, "L105", uzbekistan_joins_late,
       aside=lambda runs: f"in by 2016Q3: {per_cent(runs.full(COUNCIL, 'UZB', (runs.first, '2016Q3')).any(axis=1))}"),
    *(_a(f"A6 {code}", f"{code} accepts the Eurasian Union in 2015", 0.7, "public record", in_union(code, True))
      for code in ("KAZ", "KGZ", "ARM")),
    *(_a(f"A6 {code}", f"{code} does not accept the Eurasian Union in 2015", 0.7, "public record", in_union(code, False))
      for code in ("AZE", "GEO", "TKM")),
    *(_a(f"A7 {code}", f"{code} stays in the security treaty", 0.6, "public record", stays_in_pact(code),
         note=KEPT, at_stake=nowhere)
      for code in ("KAZ", "KGZ", "ARM", "TJK")),
    *(_a(f"A7 {code}", f"{code} is out of the security treaty from {since}", 0.6, "public record", out_of_pact(code, since),
         start=1992, at_stake=was_in("CSTO", code, since), note="an exit needs an entry")
      for code, since in (("GEO", "2000Q1"), ("AZE", "2000Q1"), ("UZB", "2013Q1"))),
    _a("A8", "GUAM is not alive in 2015", 0.6, "public record", guam_sleeps),
    _a("A9 partner", "Türkiye's strongest connectivity tie of 2010-14: AZE or KAZ", HALF, "cow-trade-4", strongest_partner,
       stated=False, aside=partner_found),
    _a("A9 trade", "rank correlation of connectivity ties with trade 2010-14 > .3", HALF, "cow-trade-4", follows_trade,
       stated=False, aside=median_correlation),
    _a("A10", "mean tie < .15 at 2019Q4", 0.95, "SF18", lambda runs: runs.mean_ties[:, runs.at(END)] < SPARSE),
    _a("A11", "1992 start: no bloc (class 2 or less) among the Turkic states by 2005", 0.9, "X5, P4",
       lambda runs: turkic_class(runs, "2005Q4") <= 2, start=1992, note="the Council and founded bodies with a Turkic majority"),
    _a("A12 GEO", "Georgia's tie to Russia falls after 2008Q3", 0.9, "public record", falls("RUS", "GEO", "2008Q2", "2010Q3"),
       start=1992, note="from 2008Q2 to 2010Q3"),
    _a("A12 UKR", "Ukraine's tie to Russia falls after 2014Q1", 0.9, "public record", falls("RUS", "UKR", "2013Q4", "2016Q1"),
       note="from 2013Q4 to 2016Q1"),
)  # fmt: skip

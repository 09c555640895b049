"""Stylised facts on 2020–25 (B) and 2026 (F): tests only, never a reason to choose a number.

A proxy stands in the note of its fact and was written down before the fact was first run.
"""

from itertools import pairwise

import numpy as np

from analysis.facts import FORWARD, HALF, TEST, Fact, NotScored
from analysis.facts_a import COUNCIL, KEPT, SPARSE
from analysis.facts_stake import had_depth, nowhere, one_meets
from analysis.runs import Runs
from analysis.series import betweenness, first_time, herfindahl, per_cent, slope, year_mean
from sim.world import ARENAS

NOW = "2025Q4"
MEMBERS = ("TUR", "AZE", "KAZ", "KGZ")  # of the Council at its founding
SOMETHING = 0.02  # depth above which an arena of an organisation counts as more than nothing
CROSSED = 0.2
ADOPTED = 0.1  # defence tie to Türkiye at which its systems count as adopted
STRONG_BANDWIDTH = 0.7
EXERCISE = 0.05  # defence depth at which an organisation's members count as exercising together
LEADER_CHANGES = (("UZB", "2016Q4"), ("KAZ", "2019Q2"), ("KGZ", "2020Q4"), ("TKM", "2022Q1"))
DIP = 0.01  # a smaller fall of depth is none


def core_pact(runs: Runs) -> np.ndarray:
    """SF1. Türkiye and Azerbaijan at defence rung 3 in a quarter of 2020Q4–2022Q1."""
    return (runs.rung("AZE", "TUR", "defence", ("2020Q4", "2022Q1")) == 3).any(axis=1)


def no_other_pact(runs: Runs) -> np.ndarray:
    """SF1. No other pair of states at defence rung 3 in any quarter by 2025Q4."""
    others = [place for place, pair in enumerate(runs.pairs) if pair != ("AZE", "TUR")]
    return ~np.any(runs.secondary_rungs("defence", (runs.first, NOW))[..., others] == 3, axis=(1, 2))


def four_to_five(runs: Runs) -> np.ndarray:
    """SF2. Uzbekistan becomes the fifth full member of the Council between 2017Q1 and 2021Q4."""
    inside = runs.full(COUNCIL, "UZB", (runs.first, NOW))
    size = runs.members(COUNCIL, (runs.first, NOW)).sum(axis=-1)
    joined = first_time(inside)
    place = np.where(np.isfinite(joined), joined, 1).astype(int).clip(1)
    runs_axis = np.arange(len(runs))
    timely = (joined >= runs.at("2017Q1")) & (joined <= runs.at("2021Q4"))
    return timely & (size[runs_axis, place - 1] == 4) & (size[runs_axis, place] == 5)


def never_full(*codes):
    """SF2. None of the states is ever a full member of the Council."""
    return lambda runs: ~np.any([runs.full(COUNCIL, code, (runs.first, NOW)).any(axis=1) for code in codes], axis=0)


def deepening_quickens(runs: Runs) -> np.ndarray:
    """SF3. Slope of depth (mean of connectivity and institutions) in 2020–25 at least twice that of 2009Q4–2019Q4."""

    def mean_slope(stretch):
        return slope(sum(0.5 * runs.depth(COUNCIL, arena, stretch) for arena in ("connectivity", "institutions")))

    late = mean_slope(("2020Q1", NOW))
    return (late > 0) & (late >= 2 * mean_slope(("2009Q4", "2019Q4")))


def defence_lags(runs: Runs) -> np.ndarray:
    """SF4. Defence depth at most half of connectivity depth at 2025Q4, which is more than nothing."""
    connectivity = runs.depth(COUNCIL, "connectivity", NOW)
    return (connectivity > SOMETHING) & (runs.depth(COUNCIL, "defence", NOW) <= 0.5 * connectivity)


def defence_comes_late(runs: Runs) -> np.ndarray:
    """SF4. Defence depth is more than nothing for the first time after 2022Q1, by 2025Q4."""
    first = first_time(runs.depth(COUNCIL, "defence", (runs.first, NOW)) > SOMETHING)
    return np.isfinite(first) & (first > runs.at("2022Q1"))


def order_of_deepening(runs: Runs) -> np.ndarray:
    """SF5. Depth crosses .2 in culture, connectivity, institutions, defence, in this order; never counts as last."""
    order = ("culture", "connectivity", "institutions", "defence")
    times = [first_time(runs.depth(COUNCIL, arena, (runs.first, NOW)) >= CROSSED) for arena in order]
    return np.isfinite(times[0]) & np.all([one <= two for one, two in pairwise(times)], axis=0)


def depth_now(runs: Runs) -> str:
    """For the notes of SF4 and SF5: mean depth of the Council by arena."""
    means = (f"{arena} {runs.depth(COUNCIL, arena, NOW).mean():.2f}" for arena in ARENAS)
    return f"mean depth at {NOW}: {', '.join(means)}"


def equidistance_with_council(runs: Runs) -> np.ndarray:
    """SF6. Azerbaijan's ties to the other four members rise from 2020 to 2025; the Herfindahl of its pole ties does not."""
    own, others = runs.state("AZE"), ("TUR", "KAZ", "KGZ", "UZB")

    def council(stretch):
        return sum(runs.tie("AZE", code, None, stretch) for code in others)

    def concentration(stretch):
        return herfindahl(runs.pole_ties[:, runs.at(stretch), ..., own].mean(axis=2))

    rises = year_mean(council, 2025) > year_mean(council, 2020)
    return rises & (year_mean(concentration, 2025) - year_mean(concentration, 2020) <= 0.02)


def salami(runs: Runs) -> np.ndarray:
    """SF7. Azerbaijan's tie to Russia peaks in 2022Q1–2023Q2 and is lower by a fifth in 2024Q3."""
    before, after = (runs.pole_tie("RUS", "AZE", None, quarter) for quarter in ("2021Q4", "2024Q3"))
    peak = runs.pole_tie("RUS", "AZE", None, ("2022Q1", "2023Q2")).max(axis=1)
    return (peak > before) & (after <= 0.8 * peak)


def armenia_turns(runs: Runs, first=("2020Q1", "2020Q4"), last=("2025Q1", "2025Q4")) -> np.ndarray:
    """SF8. Between two stretches Armenia's tie to Russia falls and the sum of those to the EU and the U.S. rises."""

    def change(pole):
        return runs.pole_tie(pole, "ARM", None, last).mean(axis=1) - runs.pole_tie(pole, "ARM", None, first).mean(
            axis=1
        )

    return (change("RUS") < 0) & (change("EU") + change("USA") > 0)


def formats_fail(runs: Runs) -> np.ndarray:
    """SF9. Both formats have a mean depth below .1 at 2025Q4."""
    return np.all([runs.depth(code, None, NOW) < 0.1 for code in ("THREE_PLUS_THREE", "SOUTH_CAUCASUS_3")], axis=0)


def keep_memberships(runs: Runs) -> np.ndarray:
    """SF10. Kazakhstan and Kyrgyzstan are full members of three organisations in every quarter of 2020–25."""
    return np.all([runs.full(body, code, ("2020Q1", NOW)).all(axis=1)
                   for body in ("CSTO", "EAEU", "SCO") for code in ("KAZ", "KGZ")], axis=0)  # fmt: skip


def multivector(runs: Runs) -> np.ndarray:
    """SF10. Kazakhstan's ties to Russia and to China both above .2 at 2025Q4."""
    return (runs.pole_tie("RUS", "KAZ", None, NOW) > 0.2) & (runs.pole_tie("CHN", "KAZ", None, NOW) > 0.2)


def adoption(runs: Runs, code: str) -> np.ndarray:
    """(R,) recorded quarter in which the state's defence tie to Türkiye first reaches ADOPTED, infinity if by 2025 never."""
    return first_time(runs.tie(code, "TUR", "defence", (runs.first, NOW)) >= ADOPTED)


def hazard_ratio(runs: Runs) -> float:
    """SF11. Hazard of adoption from 2020Q4 on over the hazard before, pooled over runs and states; NaN without any."""
    times = np.stack([adoption(runs, code) for code in runs.states if code != "TUR"])
    split, end = runs.at("2020Q4"), runs.at(NOW) + 1

    def hazard(first, last):  # quarters first … last − 1; a state is at risk until it adopts
        at_risk = (np.minimum(times, last - 1) - first + 1).clip(0).sum()
        return ((times >= first) & (times < last)).sum() / at_risk if at_risk else 0.0

    before, after = hazard(1, split), hazard(split, end)
    return after / before if before else (np.inf if after else np.nan)


def order_of_adoption(runs: Runs) -> np.ndarray:
    """SF11. Kendall's τ of the order AZE, KGZ, KAZ, UZB above .3; two that adopt together or never count as 0."""
    times = [adoption(runs, code) for code in ("AZE", "KGZ", "KAZ", "UZB")]
    agreement = [(b > a) * 1.0 - (b < a) for place, a in enumerate(times) for b in times[place + 1 :]]
    return np.mean(agreement, axis=0) > 0.3


def among_members(runs: Runs, arena: str, keep) -> tuple[np.ndarray, np.ndarray]:
    """((R,) sum of ties, (R,) number of pairs) over pairs of full members at 2025Q4 that ``keep(pair)`` admits."""
    members = runs.members(COUNCIL, NOW)
    total, count = np.zeros(len(runs)), np.zeros(len(runs), int)
    for a, b in runs.pairs:
        if keep((a, b)):
            both = members[:, runs.state(a)] & members[:, runs.state(b)]
            total, count = total + both * runs.tie(a, b, arena, NOW), count + both
    return total, count


def bilateral_defence(runs: Runs) -> np.ndarray:
    """SF12. At least .7 of the defence ties among members is with Türkiye or between Kazakhstan and Uzbekistan, 2025Q4."""
    total, _ = among_members(runs, "defence", lambda pair: True)
    core, _ = among_members(runs, "defence", lambda pair: "TUR" in pair or pair == ("KAZ", "UZB"))
    return (total > 0) & (core >= 0.7 * total)


def thin_connectivity(runs: Runs) -> np.ndarray:
    """SF13. Mean connectivity tie of members without Türkiye–Azerbaijan below .4 at 2025Q4; a club of none does not count."""
    total, count = among_members(runs, "connectivity", lambda pair: pair != ("AZE", "TUR"))
    return (count > 0) & (total < 0.4 * count)


def corridor_doubles(runs: Runs) -> np.ndarray:
    """SF14. Flow of the Middle Corridor at least doubles from 2022Q1 to 2024Q4, and grows more slowly in 2025."""
    start, then, now = (runs.flow("middle_corridor", quarter) for quarter in ("2022Q1", "2024Q4", NOW))
    some = start > 0
    ratio = np.where(some, then / np.where(some, start, 1), 0)
    growth = now / np.where(then > 0, then, 1)
    return (ratio >= 2) & (growth < ratio ** (4 / 11))


def corridor_ratio(runs: Runs) -> str:
    """For the note of SF14."""
    start, then = runs.flow("middle_corridor", "2022Q1"), runs.flow("middle_corridor", "2024Q4")
    open_then = start > 0
    ratio = f"median ratio {np.median(then[open_then] / start[open_then]):.2f}" if open_then.any() else "no flow"
    return f"{ratio}; flow above 0 in 2022Q1: {per_cent(open_then)}"


def formats_outlast_leaders(runs: Runs) -> np.ndarray:
    """SF15. Within 4 quarters after each leader change the Council's mean depth does not fall below that before it."""
    steady = np.ones(len(runs), bool)
    for _, quarter in LEADER_CHANGES:
        place = runs.at(quarter)
        depth = runs.depths[:, place - 1 : place + 5, runs.organisation(COUNCIL)].mean(axis=-1)
        steady &= depth[:, 1:].min(axis=1) >= depth[:, 0] - DIP
    return steady


def turns_to_pact(runs: Runs) -> np.ndarray:
    """SF16. In 2022Q1 Kazakhstan's tie to Russia changes by more than its mean tie to the Council's other founders."""
    bandwidth = runs.bandwidth[runs.at("2022Q1"), runs.pole("RUS")]
    if bandwidth < STRONG_BANDWIDTH:
        raise NotScored(
            f"Russia's bandwidth in 2022Q1 is {bandwidth:.2f}; the fact speaks of {STRONG_BANDWIDTH} or more"
        )
    crisis = ("2021Q4", "2022Q1")
    council = np.mean([runs.tie("KAZ", code, None, crisis) for code in MEMBERS if code != "KAZ"], axis=0)
    change = runs.pole_tie("RUS", "KAZ", None, crisis) - council
    return change[:, 1] > change[:, 0]


def azerbaijan_brokers(runs: Runs) -> np.ndarray:
    """SF19. At most one state has a higher betweenness than Azerbaijan in the mean ties of states at 2025Q4."""
    centrality = betweenness(runs.ties[:, runs.at(NOW)].mean(axis=1).astype(float))
    own = centrality[:, runs.state("AZE"), None]
    return (own[:, 0] > 0) & ((centrality > own).sum(axis=1) <= 1)


def exercise(runs: Runs) -> np.ndarray:
    """SF20. The Council's defence depth is at least .05 in a quarter of 2026."""
    return np.any(runs.depth(COUNCIL, "defence", ("2026Q1", "2026Q4")) >= EXERCISE, axis=1)


def no_mutual_defence(runs: Runs) -> np.ndarray:
    """SF20. The Council's defence depth stays at .5 or less in 2026, below what makes a collective defence."""
    return np.all(runs.depth(COUNCIL, "defence", ("2026Q1", "2026Q4")) <= 0.5, axis=1)


def _b(code, statement, required, rows, holds, **more) -> Fact:
    return Fact(code, more.pop("set", TEST), statement, required, rows, holds, **more)


FACTS = (
    _b("SF1 pact", "Türkiye-Azerbaijan at defence rung 3 between 2020Q4 and 2022Q1", 0.6, "L80, L114", core_pact,
       aside=lambda runs: f"already at 3 in 2020Q3: {per_cent(runs.rung('AZE', 'TUR', 'defence', '2020Q3') == 3)}"),
    _b("SF1 only", "no other pair at defence rung 3 by 2025Q4", 0.8, "L80, L114", no_other_pact),
    _b("SF2 UZB", "the Council grows from 4 to 5 by Uzbekistan, 2017-21", 0.5, "L105, L106", four_to_five,
       note="its part up to 2019 is also in A5"),
    _b("SF2 TKM", "Turkmenistan is never a full member", 0.8, "L105, L106", never_full("TKM")),
    _b("SF2 never", "Georgia, Armenia and Tajikistan are never full members", 0.95, "L105, L106", never_full("GEO", "ARM", "TJK")),
    _b("SF3", "slope of depth (E, I) in 2020-25 at least twice that of 2009-19", HALF, "L99-L101", deepening_quickens, stated=False),
    _b("SF4 ratio", "defence depth at most half of connectivity depth at 2025Q4", 0.8, "L110, L112, L127", defence_lags,
       note="connectivity depth above .02", aside=depth_now),
    _b("SF4 late", "defence depth above 0 first after 2022Q1", HALF, "L110, L112, L127", defence_comes_late, stated=False,
       note="above 0: above .02"),
    _b("SF5", "depth crosses .2 in the order C, E, I, D", 0.6, "L103, L122", order_of_deepening, note="culture must cross by 2025Q4"),
    _b("SF6", "Azerbaijan's Council ties rise 2020-25, concentration of its pole ties does not", HALF, "L53-L55",
       equidistance_with_council, stated=False, note="year means; ties to TUR, KAZ, KGZ, UZB"),
    _b("SF7", "Azerbaijan's tie to Russia peaks in 2022Q1-2023Q2 and falls by a fifth", HALF, "L42, L43, L58", salami, stated=False,
       note="the fall is read at 2024Q3, before the airliner; the part that the event drives is left out"),
    _b("SF8", "Armenia's tie to Russia falls, those to the EU and the U.S. rise, 2020-25", 0.8, "L65", armenia_turns, note="year means",
       aside=lambda runs: "from 2020Q4 to 2025Q4 alone: "
                          f"{per_cent(armenia_turns(runs, ('2020Q4', '2020Q4'), ('2025Q4', '2025Q4')))}"),
    _b("SF9", "3+3 and Armenia-Azerbaijan-Georgia both below depth .1 at 2025Q4", 0.8, "L148, L149", formats_fail,
       at_stake=one_meets(("THREE_PLUS_THREE", "SOUTH_CAUCASUS_3"), NOW)),
    _b("SF10 keep", "Kazakhstan and Kyrgyzstan keep CSTO, EAEU and SCO through 2025", 0.95, "L135", keep_memberships,
       note=KEPT + "; where it fails, the union was not entered, which A6 scores", at_stake=nowhere),
    _b("SF10 ties", "Kazakhstan's ties to Russia and China both above .2", HALF, "L135", multivector, stated=False, note="2025Q4",
       aside=lambda runs: f"mean RUS {runs.pole_tie('RUS', 'KAZ', None, NOW).mean():.2f}, "
                          f"CHN {runs.pole_tie('CHN', 'KAZ', None, NOW).mean():.2f}"),
    _b("SF11 hazard", "hazard of adopting Turkish systems after 2020Q4 at least twice that before", 2.0, "L117", hazard_ratio,
       pooled=True, note="adoption: defence tie to Türkiye first reaches .1; all states, all runs"),
    _b("SF11 order", "order of adoption AZE, KGZ, KAZ, UZB: Kendall's tau > .3", HALF, "L117", order_of_adoption, stated=False),
    _b("SF12", "at least .7 of defence ties among members with Türkiye or KAZ-UZB, 2025", HALF, "L113, L114", bilateral_defence,
       stated=False),
    _b("SF13", "connectivity ties among members but TUR-AZE below .4 at 2025", HALF, "L89, X3", thin_connectivity, stated=False),
    _b("SF14", "Middle Corridor flow doubles 2022Q1-2024Q4, slower in 2025", HALF, "L143, X4", corridor_doubles, stated=False,
       note="weakest-link product of capacity x connectivity tie; coded capacities end at 2019Q4, so only ties can grow",
       aside=corridor_ratio),
    _b("SF15", "depth does not fall after leader changes UZB 2016, KAZ 2019, KGZ 2020, TKM 2022", HALF, "L124",
       formats_outlast_leaders, stated=False, note="within 4 quarters, by more than .01; holds for nothing where depth is none",
       aside=depth_now, at_stake=had_depth(COUNCIL, tuple(quarter for _, quarter in LEADER_CHANGES), DIP)),
    _b("SF16", "in January 2022 Kazakhstan turns to the Russian-led pact rather than the Council", 0.8, "X2, T7", turns_to_pact,
       note="sign of the change of its tie to Russia minus that to the Council's founders, 2022Q1"),
    _b("SF17", "two Central Asian members side against Türkiye without leaving, 2023-25", 0.3, "X1", None,
       note="the model has no issues on which a member takes a side, and no proxy was written down before running"),
    _b("SF18", "mean tie < .15 at 2025Q4", 0.95, "pitfall", lambda runs: runs.mean_ties[:, runs.at(NOW)] < SPARSE,
       note="share as in A10"),
    _b("SF19", "Azerbaijan's betweenness is first or second among states at 2025Q4", HALF, "L67, L138", azerbaijan_brokers, stated=False,
       note="mean ties among states above .01"),
    _b("SF20 drill", "2026: a joint exercise occurs", 0.6, "L128", exercise, set=FORWARD,
       note="proxy: the Council's defence depth reaches .05"),
    _b("SF20 clause", "2026: no mutual-defence clause", 0.9, "L128", no_mutual_defence, set=FORWARD,
       note="proxy: the Council's defence depth stays at .5 or less"),
)  # fmt: skip

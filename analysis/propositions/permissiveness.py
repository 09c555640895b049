"""P1–P4: is the opening of the system necessary, is it sufficient, and what does kinship add?"""

from analysis.propositions import changes as do
from analysis.propositions import measures as read
from analysis.propositions.arms import Arm
from analysis.propositions.case import Case
from analysis.propositions.experiment import Proposition
from analysis.propositions.rule import contrast, flags, level, mean, surely_above

NONE_TO_SPEAK_OF = 0.05  # "about zero" for a probability
CLUSTERS = ("domestic_institutions", "leader_images", "state_society", "strategic_culture")
OPENING_TERMS = {
    "fear of punishment": "expected_punishment",
    "coercion": "coercion",
    "the corridor veto": "corridor_veto",
}


def two_by_two(case: Case) -> dict[str, Arm]:
    """Open or closed system × real or weak filters; burn-in at the start values in all four."""
    low, high = Arm(changes=(do.hold_drivers(None),)), Arm(changes=(do.hold_drivers(case.opened),))
    weak = {"knockouts": ("weak_filters",)}
    return {"open, real": high, "open, weak": high.but(**weak), "closed, real": low, "closed, weak": low.but(**weak)}


def outcomes(case: Case) -> dict:
    """The measures that stand beside every verdict on blocs."""
    return {
        "bloc": read.soft_bloc, "club": read.club, "index": read.bloc_index, "tie": read.mean_tie,
        "permissiveness": read.permissiveness(case.kin),
    }  # fmt: skip


def p1(case: Case) -> Proposition:
    arms = two_by_two(case)
    for words, knockout in OPENING_TERMS.items():
        for cell in ("open, real", "closed, real"):
            arms[f"{cell}, without {words}"] = arms[cell].but(knockouts=(knockout,))
    arms["open by policing and bandwidth"] = Arm(changes=(do.hold_drivers(case.opened, (*do.POLICING, "bandwidth")),))

    def judge(t):
        b = {cell: t[cell]["bloc"] for cell in list(arms)[:4]}
        best, low, weak = b["open, real"], b["closed, real"], b["open, weak"]
        components = [
            contrast("soft bloc: open − closed, real filters", best, low),
            contrast("soft bloc: open − weak filters in the open", best, weak),
            contrast("soft bloc: half of open − closed, real filters", 0.5 * best, low),
            level("soft bloc: open, weak filters", weak, at_most=NONE_TO_SPEAK_OF),
            contrast("club or deeper: open − closed", t["open, real"]["club"], t["closed, real"]["club"], beside=True),
            contrast("bloc index: open − closed", t["open, real"]["index"], t["closed, real"]["index"], beside=True),
            contrast("mean tie: open − closed", t["open, real"]["tie"], t["closed, real"]["tie"], beside=True),
        ]
        for words in OPENING_TERMS:
            pair = (t[f"{cell}, without {words}"]["tie"] for cell in ("open, real", "closed, real"))
            components.append(contrast(f"mean tie: open − closed, without {words}", *pair, beside=True))
        alone = t["open by policing and bandwidth"]
        for words, measure in (("soft bloc", "bloc"), ("bloc index", "index"), ("mean tie", "tie")):
            name = f"{words}: open by policing and bandwidth alone − closed"
            components.append(contrast(name, alone[measure], t["closed, real"][measure], beside=True))
        patterns = [
            (surely_above(low - 0.8 * best, 0.0), "a closed system gives a bloc nearly as often as an open one"),
            (surely_above(weak - 0.5 * best, 0.0), "weak filters give a bloc half as often as real ones or more"),
        ]
        p = {cell: mean(t[cell]["permissiveness"]) for cell in ("closed, real", "open, real")}
        return components, patterns, [
            f"manipulation: permissiveness of the kin states {p['closed, real']:.3f} closed, {p['open, real']:.3f} open, "
            f"{mean(alone['permissiveness']):.3f} if only policing and bandwidth move: what poles mind moved too",
            "soft bloc: " + ", ".join(f"{cell} {100 * mean(values):.1f} %" for cell, values in b.items()),
            "mean tie gained by the opening: " + ", ".join(
                f"{suffix[2:] or 'as it is'} {mean(t['open, real' + suffix]['tie'] - t['closed, real' + suffix]['tie']):+.5f}"
                for suffix in ("", *(f", without {words}" for words in OPENING_TERMS))
            ),
        ]  # fmt: skip

    return Proposition(
        "P1", "An opening of the system is needed for a bloc, and does not make one by itself.", "000; L16–L18",
        "high only with an open system and real filters; about 0 (at most 5 %) with weak ones; closed at most half of open",
        "closed ≥ .8 of open with real filters, or weak ≥ .5 of real in the open",
        "permissiveness enters utility only as expected punishment (rule 12), and beside it coercion (20), the corridor veto (22) and "
        "defence depth (24); it multiplies no benefit", arms, outcomes(case), judge,
        reading="soft bloc: a free body of class 4 or 5 in any window; drivers step from 2009Q4 to the other quarter's values after burn-in",
    )  # fmt: skip


def p2(case: Case) -> Proposition:
    def judge(t):
        def gain(measure):
            return (
                t["open, real"][measure] - t["open, weak"][measure], t["closed, real"][measure] - t["closed, weak"][measure],
            )  # fmt: skip

        main = contrast("bloc index: gain of real filters, open − closed", *gain("index"))
        components = [
            main,
            contrast("mean tie: gain of real filters, open − closed", *gain("tie"), beside=True),
            contrast("club or deeper: gain of real filters, open − closed", *gain("club"), beside=True),
        ]
        return components, [(main.mostly_wrong, "no superadditivity in more than half of the draws that differ")], [
            f"{100 * main.wrong:.0f} % of the draws in which the four cells differ lack the sign",
        ]  # fmt: skip

    return Proposition(
        "P2", "An open system and able states are worth more together than the two apart.", "000; RTL Type III; L18, L19",
        "interaction of the 2×2 on the bloc index above 0", "at most 0 in more than half of the draws",
        "filters act through thresholds (13) and effort (16), the system through expected punishment (12): the logistic of rule 14 and "
        "the minimum of rule 15 may make them complements or substitutes", two_by_two(case), outcomes(case), judge,
        reading="for the falsifier, draws in which no cell differs from another are left out; against the claim they count in full",
    )  # fmt: skip


def p3(case: Case) -> Proposition:
    base = Arm()
    arms = {
        "baseline": base,
        "kin only": Arm(
            changes=(do.hold_drivers(None), do.complementarity_at_mean(), do.at_mean("credibility")), knockouts=CLUSTERS
        ),
        "no kin": base.but(knockouts=("kinship",)),
        "kin uniform": base.but(changes=(do.uniform_kinship(),)),
        "kin permuted": base.but(changes=(do.permuted_kinship(),)),
        "kin permuted, weak filters": base.but(changes=(do.permuted_kinship(),), knockouts=("weak_filters",)),
        "no friction relief": base.but(parameters=(("kin_friction", 0.0),)),
        "no identity": base.but(knockouts=("identity",)),
    }

    def judge(t):
        full = t["baseline"]
        components = [
            level("kin only: deep in three arenas", t["kin only"]["three deep"], at_most=NONE_TO_SPEAK_OF),
            contrast("soft bloc: baseline − no kin", full["bloc"], t["no kin"]["bloc"]),
            contrast("soft bloc: baseline − kin uniform", full["bloc"], t["kin uniform"]["bloc"]),
            contrast("soft bloc: baseline − kin permuted", full["bloc"], t["kin permuted"]["bloc"]),
            level(
                "kin only: deep outside culture",
                t["kin only"]["outside culture"],
                at_most=NONE_TO_SPEAK_OF,
                beside=True,
            ),
        ]
        for arm in ("no kin", "kin uniform", "kin permuted", "no friction relief", "no identity"):
            components.append(
                contrast(f"ties among kin: baseline − {arm}", full["kin tie"], t[arm]["kin tie"], beside=True)
            )
            components.append(contrast(f"bloc index: baseline − {arm}", full["index"], t[arm]["index"], beside=True))
        permuted, weak = t["kin permuted"]["bloc"], t["kin permuted, weak filters"]["bloc"]
        same = contrast("", full["bloc"], t["kin permuted"]["bloc"])
        patterns = [
            (
                surely_above(t["kin only"]["three deep"], 0.2),
                "kinship alone is deep in three arenas in a fifth of the runs or more",
            ),
            (mean(full["bloc"]) > 0 and same.absent, "it does not matter who is kin to whom"),
            (surely_above(weak - 0.8 * permuted, 0.0), "kin makes a bloc whatever the filters"),
        ]
        friction, identity = (
            mean(full["kin tie"] - t[arm]["kin tie"]) for arm in ("no friction relief", "no identity")
        )
        return components, patterns, [
            "soft bloc: " + ", ".join(f"{arm} {100 * mean(t[arm]['bloc']):.1f} %" for arm in arms),
            f"mean tie among kin states {mean(full['kin tie']):.3f}; lost without friction relief {friction:.3f}, without the "
            f"identity benefit {identity:.3f}, without any kinship {mean(full['kin tie'] - t['no kin']['kin tie']):.3f}",
            f"members of the organisation: baseline {mean(full['members']):.2f}, no kin {mean(t['no kin']['members']):.2f}",
        ]  # fmt: skip

    return Proposition(
        "P3", "Kinship alone makes no bloc; it works by lowering friction and is no cause of its own.", "000, 003; L1, L97, L134",
        "kin alone about 0 (at most 5 %), and culture only; much less without kin, with kin spread evenly, and with kin permuted",
        "kin alone ≥ .2; or permuted kin gives the same (kin irrelevant), or blocs whatever the filters (kin is all)",
        "kinship enters as lower transaction and sovereignty cost (kin_friction, rule 12) and as the identity benefit in culture alone",
        arms,
        outcomes(case) | {
            "three deep": read.three_deep, "outside culture": read.deep_outside_culture, "kin tie": read.tie_among(case.kin),
            "members": read.members(case.organisation),
        },
        judge, reading="one permutation of kin a draw; 'alone': drivers of the start, complementarity, credibility and filters at the mean",
    )  # fmt: skip


def p4(case: Case) -> Proposition:
    base = Arm(early=True, end=case.early_end, series=True)
    arms = {"real": base, "transplanted": base.but(changes=(do.transplant(case.transplant),))}

    def judge(t):
        low = flags(t["real"]["class"], t["real"]["class"] <= 2)
        components = [
            level("class at most 2 with the filters of the time", low, at_least=0.9),
            contrast("class: transplanted − real filters", t["transplanted"]["class"], t["real"]["class"]),
            contrast("mean tie: transplanted − real filters", t["transplanted"]["tie"], t["real"]["tie"], beside=True),
        ]
        early = flags(t["real"]["class by"], t["real"]["class by"] >= 4)
        return components, [(surely_above(early, 0.2), "a bloc early on in more than a fifth of the runs with the filters of the time")], [
            f"mean class {mean(t['real']['class']):.2f} real, {mean(t['transplanted']['class']):.2f} transplanted",
        ]  # fmt: skip

    return Proposition(
        "P4", "The same opening without able states gave talk shops: the 1990s.", "000 (many stay inert); X5, L18",
        "class at most 2 in 90 % of runs; the filters of 2020 raise it", "a bloc by 2000 in more than 20 % of runs with real filters",
        "thresholds (13) and effort (16): the drivers of the 1990s are as coded in both arms", arms,
        {
            "class": read.highest_class(case.kin), "class by": read.highest_class(case.kin, case.early_by), "tie": read.mean_tie,
        },
        judge, reading="class: the highest of any window to 2005 of bodies with a majority of kin members, as in A11",
    )  # fmt: skip

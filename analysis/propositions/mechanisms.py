"""P5–P8: spillover between arenas, credibility, clarity, and who decides in haste and at leisure."""

import numpy as np

from analysis.propositions import changes as do
from analysis.propositions import measures as read
from analysis.propositions.arms import Arm
from analysis.propositions.case import Case
from analysis.propositions.experiment import Proposition
from analysis.propositions.rule import contrast, mean
from sim.quarters import label, ordinal
from sim.world import ARENAS

CLARITIES = (0.1, 0.3, 0.5, 0.7, 0.9)
LAG = 8  # quarters in which a jump is to show
SHIFT = 8
SOON, LATE = 2, 40  # horizons of P8, quarters after the swap


def p5(case: Case) -> Proposition:
    base = Arm()
    arms = {"baseline": base, "no spillover": base.but(knockouts=("spillover",))}
    arms |= {f"no {arena}": base.but(changes=(do.no_arena(a),)) for a, arena in enumerate(ARENAS)}
    measures = {"index": read.bloc_index} | {arena: read.arena_mean(arena) for arena in ARENAS}

    def judge(t):
        full = t["baseline"]

        def lost(source):  # what the three other arenas lose, as a share of what they have
            others = [arena for arena in ARENAS if arena != source]
            return sum(full[a] for a in others), sum(t[f"no {source}"][a] for a in others)

        before = np.mean([lost(source)[0] for source in ARENAS], axis=0)
        after = np.mean([lost(source)[1] for source in ARENAS], axis=0)
        index = contrast("bloc index: baseline − no spillover", full["index"], t["no spillover"]["index"])
        own = contrast("ties in the other three arenas: baseline − one arena out, mean of four", before, after)
        components = [index, own]
        components += [contrast(f"ties in the other three: baseline − no {s}", *lost(s), beside=True) for s in ARENAS]
        effect = {
            (s, a): mean(full[a] - t[f"no {s}"][a]) / max(mean(full[a]), 1e-9) for s in ARENAS for a in ARENAS if s != a
        }
        ranked = sorted(effect, key=effect.get, reverse=True)
        return components, [(own.absent, "the fall is no more than the arena's own share")], [
            "part of a target's ties lost without a source: " + ", ".join(f"{s} → {a} {effect[s, a]:+.2f}" for s, a in ranked),
        ]  # fmt: skip

    return Proposition(
        "P5", "Arenas feed one another.", "000, 002; L88, L118",
        "without one arena the whole falls by more than that arena; strongest from defence and from culture",
        "the whole falls by no more than the arena's own share",
        "spillover (W, rule 12), and coordination, which gains from ties in the other three; congestion works against it", arms,
        measures, judge,
        reading="an index that is a geometric mean has no shares: own share is read as 'the other three arenas lose nothing'. W has equal rows "
        "here, so an order of sources can only come from elsewhere; cross effects of knock-outs stand for lagged coefficients",
    )  # fmt: skip


def p6(case: Case) -> Proposition:
    supplier, jump = case.core[0], ordinal(case.jump)
    base = Arm(series=True, end=label(jump + SHIFT + 2 * LAG))
    arms = {
        "baseline": base,
        "no jump": base.but(changes=(do.without_jump(supplier, case.jump),)),
        "early": base.but(changes=(do.moved_jump(supplier, case.jump, -SHIFT),)),
        "late": base.but(changes=(do.moved_jump(supplier, case.jump, SHIFT),)),
    }
    measures = {}
    for words, start in (("before", jump - SHIFT), ("at", jump), ("after", jump + SHIFT)):
        measures[f"adopts {words}"] = read.adoptions(case.followers, supplier, label(start), label(start + LAG - 1))
        for arena in ARENAS[:2]:
            measures[f"{arena} {words}"] = read.tie_among((supplier,), arena, case.followers, label(start + LAG - 1))
    measures["connectivity soon"] = read.tie_among((supplier,), "connectivity", case.followers, label(jump + 1))
    measures["defence soon"] = read.tie_among((supplier,), "defence", case.followers, label(jump + 1))
    measures["institutions at"] = read.tie_among((supplier,), "institutions", case.followers, label(jump + LAG))

    def judge(t):
        full, none = t["baseline"], t["no jump"]
        economy = full["connectivity at"] + full["institutions at"], none["connectivity at"] + none["institutions at"]
        hazard = contrast(
            "new defence ties in the two years after: baseline − no jump", full["adopts at"], none["adopts at"]
        )
        follow = contrast("connectivity and institutions after two years: baseline − no jump", *economy)
        components = [
            hazard, follow,
            contrast("new defence ties two years before: early − baseline", t["early"]["adopts before"], full["adopts before"]),
            contrast("new defence ties in the two years after: baseline − late", full["adopts at"], t["late"]["adopts at"]),
            contrast("defence tie after two years: baseline − no jump", full["defence at"], none["defence at"], beside=True),
            contrast("defence tie in the next quarter: baseline − no jump", full["defence soon"], none["defence soon"], beside=True),
        ]  # fmt: skip
        lead = (
            mean(full["connectivity soon"] - none["connectivity soon"])
            > mean(full["defence soon"] - none["defence soon"])
            > 0
        )
        return components, [
            (hazard.absent, "the hazard of new defence ties does not follow the jump"),
            (lead, "connectivity leads defence"),
        ], [f"new defence ties of the followers in two years: {mean(full['adopts at']):.2f} with, {mean(none['adopts at']):.2f} without"]  # fmt: skip

    return Proposition(
        "P6", "A supplier whose arms have been seen to work attracts partners, in defence first.", "000, 003; L88, L115–L117",
        "hazard of new defence ties follows the jump when it is moved; other arenas follow in 2 to 8 quarters",
        "no change, or other arenas lead", "capability acquisition (rule 12) reads credibility and need; then spillover", arms,
        measures, judge, reading="a new tie: a follower's defence tie with the supplier first reaches .1 (as SF11)",
    )  # fmt: skip


def p7(case: Case) -> Proposition:
    arms = {f"clarity {c}": Arm(changes=(do.given_environment(c),)) for c in CLARITIES}

    def judge(t):
        # variance over the replicates of a draw, summed over what a portfolio holds: one number a draw
        spread = {c: t[f"clarity {c}"]["portfolio"].var(axis=1, ddof=1).sum(axis=-1) for c in CLARITIES}
        components = [
            contrast("variance across seeds: clarity .5 − .9", spread[0.5], spread[0.9]),
            contrast("variance across seeds: clarity .5 − .7", spread[0.5], spread[0.7], beside=True),
            contrast("variance across seeds: clarity .1 − .5", spread[0.1], spread[0.5], beside=True),
            contrast(
                "variance between states: clarity .5 − .9",
                t["clarity 0.5"]["between"],
                t["clarity 0.9"]["between"],
                beside=True,
            ),
            contrast("mean tie: clarity .5 − .9", t["clarity 0.5"]["tie"], t["clarity 0.9"]["tie"], beside=True),
        ]
        main = components[0]
        reference = mean(spread[0.5])
        flat = main.varied and abs(main.low) <= 0.1 * reference and abs(main.high) <= 0.1 * reference
        return components, [(main.reversed or flat, "flat or rising from .5 to .9")], [
            "variance across seeds by clarity: " + ", ".join(f"{c} {mean(spread[c]):.4f}" for c in CLARITIES),
        ]  # fmt: skip

    return Proposition(
        "P7", "Ambiguous signals widen the variety of policies.", "000; RTL; L16", "decreasing in clarity beyond about .5",
        "flat or increasing over .5–.9",
        "perception noise and bias (10) and the randomness of choice (14) shrink with clarity; turnover, founding and coercion do not",
        arms, {"portfolio": read.portfolio, "between": read.dispersion, "tie": read.mean_tie}, judge,
        reading="portfolio: alignment shares of all states in the last quarter; permissiveness given, the same path in all arms",
    )  # fmt: skip


def p8(case: Case) -> Proposition:
    from sim.scenario.schema import Scenario

    start = int(Scenario.load(case.scenario).start or 0)  # a loaded scenario has one
    arms = {}
    for words, horizon, change in (("haste", SOON, do.general_crisis()), ("calm", LATE, do.no_crisis())):
        knockouts = ("abrogation", "events")
        base = Arm(end=label(start + 1 + max(horizon, 0)), changes=(do.own_leaders(), change), knockouts=knockouts)
        arms[f"{words}: own"] = base
        arms[f"{words}: leaders"] = base.but(changes=(do.swapped_leaders(),))
        arms[f"{words}: institutions"] = base.but(changes=(do.swapped_institutions(),))

    def judge(t):
        shares, moved = {}, {}
        for words in ("haste", "calm"):
            own = t[f"{words}: own"]["ties"]
            moved[words] = {
                who: ((t[f"{words}: {who}"]["ties"] - own) ** 2).sum(axis=-1) for who in ("leaders", "institutions")
            }
            total = moved[words]["leaders"] + moved[words]["institutions"]
            shares[words] = np.divide(moved[words]["leaders"], total, out=np.full(total.shape, np.nan), where=total > 0)
        components = [
            contrast("share due to leaders: haste − calm", shares["haste"], shares["calm"]),
            contrast("share due to leaders in haste − one half", shares["haste"], 0.5),
            contrast("one half − share due to leaders in calm", np.full(shares["calm"].shape, 0.5), shares["calm"]),
        ]
        haste, calm = components[1], components[2]
        crossed = haste.mean > 0 and calm.mean > 0
        sure = (haste.reversed or calm.reversed) and not crossed
        return components, [(sure, "no crossover: one side dominates at both horizons")], [
            f"leaders' share of squared change: {mean(shares['haste']):.2f} after {SOON} quarters of crisis, "
            f"{mean(shares['calm']):.2f} after {LATE} of calm",
        ]  # fmt: skip

    return Proposition(
        "P8", "Leaders rule the fast moves of a crisis, institutions the slow ones of calm.", "000; RTL; L20, L21",
        "leaders' share falls with the horizon and crosses one half", "no crossover",
        "rule 13 lets crisis take weight from institutions and give it to leaders, toward partners in the same danger; effort (16) and "
        "updating (10) belong to institutions at every horizon", arms, {"ties": read.ties_flat}, judge,
        reading="squared change of all ties when states swap leaders, or institutions and society, after burn-in; one permutation a draw",
    )  # fmt: skip

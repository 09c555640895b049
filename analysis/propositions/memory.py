"""P9–P12: what outlasts a window, a leader, a core, and which driver explains which phase."""

from analysis.propositions import changes as do
from analysis.propositions import measures as read
from analysis.propositions.arms import Arm
from analysis.propositions.case import Case
from analysis.propositions.experiment import Proposition
from analysis.propositions.rule import contrast, level, mean, surely_above
from sim.quarters import label, ordinal

LENGTHS = (8, 16, 24, 40)
AFTER = 20  # quarters after closure
NEVER_LATER = 1000


def p9(case: Case) -> Proposition:
    end = label(ordinal(case.window_closes) + AFTER)
    arms = {}
    for length in (0, *LENGTHS):
        arm = Arm(end=end, changes=(do.window(case.opened, length, case.window_closes),))
        arms[f"open {length}"] = arm
        if length in (0, LENGTHS[-1]):
            arms[f"open {length}, no lock-in"] = arm.but(knockouts=("lock_in",))

    def judge(t):
        longest = f"open {LENGTHS[-1]}"

        def residual(measure, length=LENGTHS[-1], suffix=""):
            return t[f"open {length}{suffix}"][measure] - t[f"open 0{suffix}"][measure]

        components = [
            contrast(
                "bloc index 20 quarters after: longest window − never open", t[longest]["index"], t["open 0"]["index"]
            ),
            contrast(
                "bloc index 20 quarters after: longest − shortest window",
                t[longest]["index"],
                t[f"open {LENGTHS[0]}"]["index"],
            ),
            contrast(
                "residual of the bloc index: with − without lock-in",
                residual("index"),
                residual("index", suffix=", no lock-in"),
            ),
            contrast(
                "mean tie 20 quarters after: longest window − never open",
                t[longest]["tie"],
                t["open 0"]["tie"],
                beside=True,
            ),
            contrast(
                "mean tie: longest − shortest window", t[longest]["tie"], t[f"open {LENGTHS[0]}"]["tie"], beside=True
            ),
            contrast(
                "residual of the mean tie: with − without lock-in",
                residual("tie"),
                residual("tie", suffix=", no lock-in"),
                beside=True,
            ),
        ]
        without = mean(residual("index", suffix=", no lock-in"))
        left, length_matters, lock_in_matters = components[:3]
        return components, [
            (left.low > 0 and length_matters.absent, "what is left does not depend on how long the window was open"),
            (left.low > 0 and lock_in_matters.absent, "as much is left without lock-in"),
        ], [
            "residual of the bloc index by length: " + ", ".join(f"{n} q {mean(residual('index', n)):+.4f}" for n in LENGTHS)
            + f"; without lock-in {without:+.4f}; lock-in contrast {lock_in_matters.mean:+.4f}",
            "residual of the mean tie by length: " + ", ".join(f"{n} q {mean(residual('tie', n)):+.5f}" for n in LENGTHS),
        ]  # fmt: skip

    return Proposition(
        "P9", "Ties built while the window is open outlive its closing.", "000; historical institutionalism; L25, L26, L125",
        "what is left 20 quarters after closure grows with the length of the window; about nothing without stakes",
        "it does not depend on length, or is the same without stakes", "stakes (17), lock-in (14, 16)", arms,
        {"index": read.bloc_index, "tie": read.mean_tie}, judge,
        reading="all windows close in the same quarter and all poles' drivers are restored; the curve's shape is reported, not judged",
    )  # fmt: skip


def p10(case: Case) -> Proposition:
    base = Arm(series=True)
    leader, member = case.core[1], case.second_core[0]
    dates = {"early": case.change_early, "late": case.change_late}
    arms = {"baseline": base}
    for when, at in dates.items():
        for who, state in (("core", leader), ("member", member)):
            arms[f"{when}, {who}"] = base.but(changes=(do.succession(state, at),))
    measures = {}
    for when, at in dates.items():
        first, last = label(ordinal(at) + 4), label(ordinal(at) + 12)
        measures[f"depth {when}"] = read.depth(case.organisation, at=first, until=last)
        for who, state in (("core", leader), ("member", member)):
            partners = [code for code in case.kin if code != state]
            for arena in ("defence", "connectivity"):
                measures[f"{arena} {when}, {who}"] = read.tie_among((state,), arena, partners, first, last)

    def judge(t):
        full = t["baseline"]

        def loss(measure, when, who):
            return full[f"{measure} {when}"] - t[f"{when}, {who}"][f"{measure} {when}"]

        def tie_loss(arena, when, who):
            return full[f"{arena} {when}, {who}"] - t[f"{when}, {who}"][f"{arena} {when}, {who}"]

        early = 0.5 * (tie_loss("defence", "early", "core") + tie_loss("defence", "early", "member"))
        late = 0.5 * (tie_loss("defence", "late", "core") + tie_loss("defence", "late", "member"))
        economy = 0.5 * (tie_loss("connectivity", "early", "core") + tie_loss("connectivity", "early", "member"))
        depth = [0.5 * (loss("depth", when, "core") + loss("depth", when, "member")) for when in dates]
        main = contrast("loss of defence ties: early − late succession", early, late)
        institutions = contrast("loss of depth: early − late succession", *depth)
        components = [
            main, institutions,
            contrast("loss at the early succession: defence − connectivity", early, economy),
            contrast("loss of defence ties at the early succession", early, 0.0 * early, beside=True),
            contrast("loss of defence ties at the late succession", late, 0.0 * late, beside=True),
        ]  # fmt: skip
        return components, [(main.reversed, "a late succession costs more than an early one")], [
            f"defence ties lost: early {mean(early):+.4f}, late {mean(late):+.4f}; depth lost: early {mean(depth[0]):+.4f}, "
            f"late {mean(depth[1]):+.4f}",
        ]  # fmt: skip

    return Proposition(
        "P10", "Formats outlive the leaders who made them.", "003; L124, L125; rival: X9",
        "a late successor costs much less than an early one; defence falls more than connectivity",
        "a late succession costs as much as an early one, or more",
        "lock-in mutes a reluctant leader (13) and slows decay (16); leaders move the threshold by w_leader (13)", arms, measures, judge,
        reading="the successor is as reluctant as can be, in the junior half of the core and in a member; mean of 4 to 12 quarters after. "
        "Regime type is not an attribute of this model, so the part on autocracies (X9) is not tested",
    )  # fmt: skip


def p11(case: Case) -> Proposition:
    base = Arm()
    arms = {
        "baseline": base,
        "no core": base.but(changes=(do.pair_copied(case.core),)),
        "other core": base.but(
            changes=(
                do.pair_copied(case.second_core, case.core), do.pair_copied(case.core),
                do.as_supplier(case.second_core[0], case.core[0]),
            )
        ),
    }  # fmt: skip

    def judge(t):
        full, none = t["baseline"], t["no core"]
        main = contrast("soft bloc: baseline − no core", full["bloc"], none["bloc"])
        index = contrast("bloc index: baseline − no core", full["index"], none["index"], beside=True)
        components = [
            main, index,
            contrast("window of the first bloc: no core − baseline", none["time"], full["time"], beside=True),
            contrast("club or deeper: baseline − no core", full["club"], none["club"], beside=True),
            contrast("bloc index: baseline − other core", full["index"], t["other core"]["index"], beside=True),
        ]  # fmt: skip
        some = mean(full["bloc"]) > 0
        return components, [(some and main.absent, "no fall")], [
            "soft bloc: " + ", ".join(f"{arm} {100 * mean(t[arm]['bloc']):.1f} %" for arm in arms),
            "club or deeper: " + ", ".join(f"{arm} {100 * mean(t[arm]['club']):.1f} %" for arm in arms),
        ]  # fmt: skip

    return Proposition(
        "P11", "A bilateral core scales up to the multilateral.", "000, 003; L88, L113, L114, L159",
        "far fewer blocs without the core pair; another core gives a smaller format at most", "no fall",
        "founding and depth read ties (23, 24); shared partners (closure) carry the pair's ties to others", arms,
        {"bloc": read.soft_bloc, "club": read.club, "index": read.bloc_index, "time": read.founding_time(NEVER_LATER)}, judge,
        reading="kinship, complementarity, start values and assets of the pair are taken away; credibility belongs to states and stays",
    )  # fmt: skip


def p12(case: Case) -> Proposition:
    base = Arm(series=True)
    lever = {case.overstretched: "bandwidth", case.retrenching: "policing"}
    arms = {
        "baseline": base,
        "no overstretch": base.but(
            changes=(do.held_from(lever[case.overstretched], case.overstretch_from, case.overstretched),)
        ),
        "no retrenchment": base.but(
            changes=tuple(do.held_from(name, case.retrenchment_from, case.retrenching) for name in do.POLICING)
        ),
    }
    first, last = case.scaling

    def judge(t):
        full, kept = t["baseline"], t["no overstretch"]
        dyad = contrast(
            "defence tie of the core, scaling phase: baseline − no overstretch", full["core"], kept["core"], beside=True
        )
        scaling = contrast(
            "defence and institutional depth, scaling phase: baseline − no overstretch", full["depth"], kept["depth"]
        )
        reference = mean(full["core"])
        part = (full["core"] - kept["core"]) / reference if reference > 0 else 0.0 * full["core"]
        components = [
            scaling, dyad,
            level("part of the core's defence tie lost without overstretch", part, at_most=0.1),
            contrast("the core's pact: baseline − no retrenchment", full["pact"], t["no retrenchment"]["pact"], beside=True),
            contrast("depth: baseline − no retrenchment", full["depth"], t["no retrenchment"]["depth"], beside=True),
            contrast("ties among kin: baseline − no overstretch", full["kin tie"], kept["kin tie"], beside=True),
        ]  # fmt: skip
        return components, [
            (surely_above(part, 0.5), "the dyad vanishes too"),
            (scaling.absent, "the scaling is unaffected"),
        ], [
            f"pact of the core by {case.pact}: {100 * mean(full['pact']):.0f} % of runs with, {100 * mean(kept['pact']):.0f} % without "
            "overstretch (equal by construction: overstretch begins later)",
            f"depth (defence, institutions) in {first}–{last}: {mean(full['depth']):.4f} with, {mean(kept['depth']):.4f} without",
        ]  # fmt: skip

    return Proposition(
        "P12", "Two phases: overstretch explains the scaling up, not the core pair.", "T2; L9, L79, L80",
        "the pair is as deep without the overstretch of 2022; the organisation is shallower", "the pair vanishes too, or the scaling is "
        "unaffected", "bandwidth acts through reach (2) and pact credibility (25); the pair through credibility and threat", arms,
        {
            "pact": read.rung_reached(case.core, 3, case.pact),
            "core": read.tie_among(case.core, "defence", at=first, until=last),
            "depth": read.depth(case.organisation, "defence", "institutions", at=first, until=last),
            "kin tie": read.tie_among(case.kin, at=first, until=last),
        },
        judge, reading="that the pact of 2021 survives a knock-out of 2022 is true by construction, so the pair's tie of the scaling phase is judged",
    )  # fmt: skip

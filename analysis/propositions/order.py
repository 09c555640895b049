"""P22–P25: the region's centre of gravity, rival platforms, norms, and what keeps bodies alive."""

from analysis.propositions import changes as do
from analysis.propositions import measures as read
from analysis.propositions.arms import Arm
from analysis.propositions.case import Case
from analysis.propositions.experiment import Proposition
from analysis.propositions.rule import contrast, level, mean, surely_above


def p22(case: Case) -> Proposition:
    last = case.horizon
    free, held = (case.shift_from, last, ()), (case.shift_from, last, case.kin)
    arms = {
        "free": Arm(stepped=free), "no growth": Arm(stepped=free, knockouts=("growth",)), "suppressed": Arm(stepped=held),
        "suppressed, no growth": Arm(stepped=held, knockouts=("growth",)),
    }  # fmt: skip

    def judge(t):
        shift = {arm: t[arm]["centre"] for arm in arms}
        rises = contrast("shift of the centre of gravity to 2030", shift["free"], 0.0 * shift["free"])
        blocked = contrast("shift: free − bloc suppressed", shift["free"], shift["suppressed"])
        power = contrast("shift without growth − half of the shift with it", shift["no growth"], 0.5 * shift["free"])
        regional = contrast(
            "share of ties inside the region: shift", t["free"]["regional"], 0.0 * t["free"]["regional"], beside=True
        )
        concentrated = contrast(
            "concentration of influence: shift", t["free"]["influence"], 0.0 * t["free"]["influence"], beside=True
        )
        through_power = rises.low > 0 and mean(shift["no growth"]) <= 0.1 * mean(shift["free"])
        part = shift["suppressed"]
        components = [
            rises, blocked, power,
            level("shift with the bloc suppressed, part of the free one", part / max(abs(mean(shift["free"])), 1e-9), at_most=0.25),
            regional, concentrated,
        ]  # fmt: skip
        return components, [
            (bool(through_power), "the index moves only through the feedback of ties on power"),
            (rises.varied and rises.low > 0 and (blocked.absent or blocked.high < 0), "it moves as much when the bloc is suppressed"),
            (rises.reversed, "the centre of gravity moves away from the region"),
        ], ["shift of the centre of gravity: " + ", ".join(f"{arm} {mean(values):+.4f}" for arm, values in shift.items())]  # fmt: skip

    return Proposition(
        "P22", "Choices move the region's centre of gravity before power does.", "000; RTL long run; L8, L22, L121; T4",
        "up after 2020, mostly without the feedback on power; about nothing if the bloc is suppressed",
        "it moves only through growth, or as much with the bloc suppressed", "S3 reads ties among states against ties to poles; growth (28)", arms,
        {
            "centre": read.stepped("centre_of_gravity"), "regional": read.stepped("regional_share"),
            "influence": read.stepped("influence_concentration"),
        },
        judge, reading="suppressed: ties among kin states may not exceed their values of 2020Q1. A centre that moves away is read as falsifying too",
    )  # fmt: skip


def p23(case: Case) -> Proposition:
    base = Arm()
    veto = do.set_driver("pole_hostility", 0.0, None, case.overstretched, case.refuser)
    stays = tuple(
        do.held_from(name, case.drift_after, case.overstretched, case.drifter)
        for name in ("pole_hostility", "pole_imminence")
    )
    arms = {
        "baseline": base, "no veto": base.but(changes=(veto,)), "no drift": base.but(changes=stays),
        "neither": base.but(changes=(veto, *stays)),
        "confrontation": base.but(changes=(do.confrontation(case.camps, 1.0, case.confrontation),)),
    }  # fmt: skip

    def judge(t):
        full = t["baseline"]
        effort = contrast(
            "effort toward the organisation: confrontation − baseline", t["confrontation"]["effort"], full["effort"]
        )
        components = [
            level("rival platform alive", full["alive"], at_most=0.3), level("trilateral alive", full["trilateral"], at_most=0.3),
            effort,
            contrast("depth of the platform: neither veto nor drift − baseline", t["neither"]["depth"], full["depth"]),
            contrast("depth of the platform: no veto − baseline", t["no veto"]["depth"], full["depth"], beside=True),
            contrast("members of the platform: no veto − baseline", t["no veto"]["members"], full["members"], beside=True),
        ]  # fmt: skip
        return components, [(surely_above(full["alive"], 0.3), "the rival platform is alive in more than 30 % of runs")], [
            f"platform: alive {100 * mean(full['alive']):.0f} %, members {mean(full['members']):.2f}, without the veto "
            f"{mean(t['no veto']['members']):.2f}; trilateral alive {100 * mean(full['trilateral']):.0f} %",
            "a platform without a secretariat cannot deepen by rule 24: its death is coded as much as found",
        ]  # fmt: skip

    return Proposition(
        "P23", "Refusal and drift doom formats with the old hegemon; a forced choice favours the organisation.", "002; L31, L66, L148, L149",
        "the platform stays a zombie; the equidistant state turns to the organisation when poles confront each other",
        "the platform is alive in more than 30 % of runs", "offers and accession (25) need a pole that is not hostile and value above the bar; "
        "depth needs a secretariat (24)", arms,
        {
            "alive": read.alive(case.platform), "depth": read.depth(case.platform), "members": read.members(case.platform),
            "trilateral": read.alive(case.trilateral),
            "effort": read.tie_among((case.equidistant,), None, [code for code in case.true_members if code != case.equidistant]),
        },
        judge, reading="effort: mean tie of the equidistant state to the members; confrontation as in P14",
    )  # fmt: skip


def p24(case: Case) -> Proposition:
    arms = {"as coded": Arm(), "norms held": Arm(levers=tuple((name, 0.0) for name in case.norm_levers))}

    def judge(t):
        full, held = t["as coded"], t["norms held"]

        def lost(measure):
            return (full[measure] - held[measure]) / max(mean(full[measure]), 1e-9)

        soft = contrast("depth in institutions and culture: as coded − norms held", full["soft"], held["soft"])
        ties = contrast(
            "ties in institutions and culture: as coded − norms held", full["soft tie"], held["soft tie"], beside=True
        )
        relative = contrast(
            "relative loss of ties: institutions and culture − defence", lost("soft tie"), lost("hard tie")
        )
        components = [
            soft, relative, ties,
            contrast("defence ties: as coded − norms held", full["hard tie"], held["hard tie"], beside=True),
            contrast("bodies opened after the start: as coded − norms held", full["new"], held["new"], beside=True),
        ]  # fmt: skip
        return components, [
            (ties.low > 0 and (relative.reversed or relative.absent), "defence falls as much as institutions and culture"),
        ], [
            f"relative loss when norms are held: institutions and culture {mean(lost('soft tie')):+.4f}, defence {mean(lost('hard tie')):+.4f}; "
            f"new bodies {mean(full['new']):.2f} and {mean(held['new']):.2f}",
        ]  # fmt: skip

    return Proposition(
        "P24", "When universal norms lose force, bodies of one's own cost less.", "000; L14, L15, L107",
        "fewer and shallower bodies in institutions and culture with norms held, defence nearly as before", "defence falls as much",
        "the norm cost (7) weighs ½ in institutions and ¼ in culture (12), less in a legitimate body; elsewhere it works by spillover alone", arms,
        {
            "soft": read.depth_of_free("institutions", "culture"), "soft tie": read.arena_mean("institutions", "culture"),
            "hard tie": read.arena_mean("defence"), "new": read.opened_later,
        },
        judge, reading="norms held: the lever of normative fragmentation at 0 from the start",
    )  # fmt: skip


def p25(case: Case) -> Proposition:
    base = Arm(end=case.ten_years)
    arms = {
        "baseline": base,
        "no finance": base.but(changes=(do.no_finance(),), parameters=(("finance_growth", 0.0),)),
        "no secretariat": base.but(changes=(do.no_secretariat(),)),
        "no stakes": base.but(knockouts=("lock_in",)),
    }

    def judge(t):
        full = t["baseline"]["zombies"]
        found = {
            arm: contrast(f"zombies after ten years: {arm} − baseline", t[arm]["zombies"], full)
            for arm in list(arms)[1:]
        }
        return list(found.values()), [
            (all(component.absent for component in found.values()), "none of the three makes a difference"),
        ], [
            "zombies among bodies with two members or more: " + ", ".join(f"{arm} {100 * mean(t[arm]['zombies']):.0f} %" for arm in arms)
            + " (38 % of all organisations are, by Gray 2018)",
        ]  # fmt: skip

    return Proposition(
        "P25", "Funds and routine tell living organisations from zombies.", "003, 004; Gray 2018; L125, L129, L158; X8",
        "more zombies without finance, without secretariats, without stakes", "no change",
        "depth moves at depth_rate × secretariat × (½ + finance) (24); that no secretariat means no movement is the rule itself", arms,
        {"zombies": read.zombies}, judge, reading="all bodies with two members or more, pole-led ones included, forty quarters after the start",
    )  # fmt: skip

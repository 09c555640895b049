"""P18–P21: who joins, which pole matters by which channel, what opens a link, and who fills a gap."""

import numpy as np

from analysis.propositions import changes as do
from analysis.propositions import measures as read
from analysis.propositions.arms import Arm
from analysis.propositions.case import Case
from analysis.propositions.experiment import Proposition
from analysis.propositions.rule import contrast, flags, level, mean, surely_above
from sim.world import CONNECTIVITY

CHANNELS = ("policing", "norms", "reliability", "counterbalance")
DELAY = 16  # quarters
SOON = 4  # a delay that is surely shorter is none


def p18(case: Case) -> Proposition:
    base = Arm(early=True, end=case.now, series=True)
    arms = {"baseline": base, "old leader": base.but(changes=(do.leader_kept(case.late_joiner, case.leader_until),))}

    def judge(t):
        full, kept = t["baseline"], t["old leader"]
        recall = full["right"] / len(case.true_members)
        joined = full["entry"] < full["quarters"]
        delay = np.where(
            joined, kept["entry"] - full["entry"], np.nan
        )  # where it never joins there is nothing to delay
        late = contrast("delay of entry under the old leader, quarters, where it joins at all", delay, 0.0 * delay)
        components = [
            level("precision", full["precision"], at_least=0.9), level("recall", recall, at_least=0.75), late,
            level("that delay", delay, at_least=DELAY),
        ]  # fmt: skip
        outside = flags(full["outsiders"], full["outsiders"] > 0)
        joins = mean(flags(full["entry"], joined))
        return components, [
            (surely_above(outside, 0.5), "an outsider joins in more than half of the runs"),
            (joins > 0.05 and late.high < SOON, "the late joiner does not mind who leads it"),
        ], [
            f"precision {mean(full['precision']):.2f}, recall {mean(recall):.2f}; the late joiner enters in {100 * joins:.0f} % of runs, "
            f"under the old leader {100 * mean(flags(kept['entry'], kept['entry'] < kept['quarters'])):.0f} %; some outsider in {100 * mean(outside):.0f} %",
        ]  # fmt: skip

    return Proposition(
        "P18", "Who joins is found without names: kin outsiders stay out, one waits for its leader to change.", "000, 002; L105, L106; SF2",
        "precision .9, recall .75; entry at least 16 quarters later, or never, under the old leader",
        "outsiders join, or the late joiner does not mind its leader", "value and consent (25) read intents, not kin or names", arms,
        {
            "precision": read.precision(case.organisation, case.true_members), "right": read.members(case.organisation, case.true_members),
            "outsiders": read.members(case.organisation, case.outsiders),
            "entry": read.first_member_quarter(case.organisation, case.late_joiner),
            "quarters": read.quarters,
        },
        judge, reading="start of 1992, where membership is the model's: the organisation opens as an offer; read at " + case.now,
    )  # fmt: skip


def p19(case: Case) -> Proposition:
    us, russia = case.retreat_levers, case.overstretch_levers

    def arm(retreat, overstretch, **more):
        held = [*(us if not retreat else ()), *(russia if not overstretch else ())]
        return Arm(levers=tuple((name, 0.0) for name in held), end=case.now, **more)

    arms = {"neither": arm(0, 0), "retrenchment": arm(1, 0), "overstretch": arm(0, 1), "both": arm(1, 1)}
    for channel in CHANNELS:
        arms[f"both, no {channel}"] = arm(1, 1, knockouts=(f"channel_{channel}",))

    def judge(t):
        def main_effect(measure, with_it, without):  # over both settings of the other driver
            return 0.5 * sum(t[a][measure] - t[b][measure] for a, b in zip(with_it, without, strict=True))

        def of_russia(m):
            return main_effect(m, ("both", "overstretch"), ("retrenchment", "neither"))

        def of_us(m):
            return main_effect(m, ("both", "retrenchment"), ("overstretch", "neither"))

        def through(channel, m):
            return t["both"][m] - t[f"both, no {channel}"][m]

        russia_share = of_russia("near") ** 2
        policing = through("policing", "near")
        local = contrast(
            "squared effect on local permissiveness: overstretch − policing by the retrenching pole",
            russia_share,
            policing**2,
        )
        away = np.abs(through("norms", "core tie")) + np.abs(through("reliability", "core tie"))
        core = contrast(
            "ties of the core state: |norms| + |reliability| − |policing|",
            away,
            np.abs(through("policing", "core tie")),
        )
        components = [
            local, core,
            contrast("mean tie: both − retrenchment alone", t["both"]["tie"], t["retrenchment"]["tie"]),
            contrast("mean tie: both − overstretch alone", t["both"]["tie"], t["overstretch"]["tie"]),
            contrast("local permissiveness: effect of overstretch", of_russia("near"), 0.0 * of_russia("near"), beside=True),
            contrast("local permissiveness: effect of retrenchment", of_us("near"), 0.0 * of_us("near"), beside=True),
            *(contrast(f"mean tie through {c}", through(c, "tie"), 0.0 * through(c, "tie"), beside=True) for c in CHANNELS),
        ]  # fmt: skip
        return components, [(local.reversed, "policing by the far pole explains local permissiveness as well or better")], [
            f"effect on permissiveness of near states: overstretch {mean(of_russia('near')):+.4f}, retrenchment {mean(of_us('near')):+.4f} "
            f"(through policing alone {mean(policing):+.4f})",
            "mean tie through channels of retrenchment: " + ", ".join(f"{c} {mean(through(c, 'tie')):+.5f}" for c in CHANNELS),
        ]  # fmt: skip

    return Proposition(
        "P19", "Retrenchment of a far pole and overstretch of a near one are not the same thing.", "000, 002; L2–L13, L33",
        "the near pole rules local policing; the far one works through norms and reliability; both together do more than either",
        "the far pole's policing explains local permissiveness as much as the near pole's bandwidth",
        "reach is policing × bandwidth × exposure (2); norms (7), reliability and counterbalance (8) are channels of their own", arms,
        {
            "near": read.permissiveness(case.near), "tie": read.mean_tie,
            "core tie": read.tie_among((case.core[0],), None, [code for code in case.kin if code != case.core[0]]),
        },
        judge,
        reading="main effects of the 2×2 stand for first-order Sobol indices: with two factors of two levels each, they are their square roots. "
        f"Read at {case.now}",
    )  # fmt: skip


def p20(case: Case) -> Proposition:
    us, iran = case.retrenching, case.weakened
    strong = do.held_from("bandwidth", case.weakened_before, iran)

    def brokered(g, *more):
        return Arm(series=True, changes=(do.set_driver("patronage", g, case.brokerage, us, arena=CONNECTIVITY), *more))

    arms = {
        "g 0": brokered(0.0), "g 0.5": brokered(0.5), "g 1": brokered(1.0), "g 0, strong": brokered(0.0, strong),
        "g 1, strong": brokered(1.0, strong),
        "g 1, policing": brokered(1.0, do.set_driver("policing", 0.9, case.brokerage, us)),
        "g 1, no peace": brokered(1.0, do.hostility_held((case.holdout, case.equidistant), case.closures[0])),
    }  # fmt: skip

    def judge(t):
        f = {arm: t[arm]["link"] for arm in arms}
        broker = contrast("link: brokerage 1 − 0", f["g 1"], f["g 0"])
        weak = contrast("link: weakened − strong neighbour, brokered", f["g 1"], f["g 1, strong"])
        joint = contrast("link: both − neither", f["g 1"], f["g 0, strong"])
        police = contrast("link: more policing − as it is", f["g 1, policing"], f["g 1"], beside=True)
        far = t["g 1"]["far"] - t["g 0"]["far"]
        components = [
            broker, weak, joint, police,
            level("relative effect on ties of the followers", np.abs(far) / max(mean(t["g 0"]["far"]), 1e-9), at_most=0.1),
            contrast("link: peace − no peace, brokered", f["g 1"], f["g 1, no peace"], beside=True),
            contrast("coercion: strong − weakened neighbour", t["g 1, strong"]["coerced"], t["g 1"]["coerced"], beside=True),
        ]  # fmt: skip
        only_police = police.met and not broker.met and broker.high <= police.mean
        return components, [
            (only_police, "the link answers to policing alone"),
            (surely_above(np.abs(far), 0.5 * abs(mean(t["g 0"]["far"]))) and broker.varied, "a large effect among the followers"),
        ], [
            "flow of the link: " + ", ".join(f"{arm} {mean(values):.5f}" for arm, values in f.items()),
            f"the capacities of its segments multiply to {mean(t['g 1']['capacity']):.3f}: even open it adds little to what hosts gain",
        ]  # fmt: skip

    return Proposition(
        "P20", "The southern link needs a weakened neighbour and a broker, not a policeman.", "001, 004; T1; L59, L63, L72, L144, L145",
        "brokerage and the neighbour's weakness each open it, together most; policing does nothing; little changes farther off",
        "an effect only through policing, or a large one among the followers",
        "brokerage above .5 opens a vetoed segment if the hosts consent (22); a veto needs opposed reach above veto_bar; hostile hosts "
        "are closed to any broker", arms,
        {
            "link": read.flow(case.link), "capacity": read.capacity(case.link), "far": read.tie_among(case.followers), "coerced": read.coerced_after(case.brokerage, (case.equidistant,)),
        },
        judge, reading="the link's flow: product over its segments of capacity × connectivity tie of the hosts, in the last quarter",
    )  # fmt: skip


def p21(case: Case) -> Proposition:
    gone = tuple(
        do.set_driver(name, 0.1, case.filled_from, pole)
        for pole in (case.retrenching, case.overstretched) for name in ("policing", "bandwidth")
    )  # fmt: skip
    filled = tuple(
        do.set_driver(name, 0.9, case.filled_from, case.rising, **({"arena": a} if a is not None else {}))
        for name, a in (
            ("policing", None),
            ("bandwidth", None),
            ("patronage", 0),
            ("patronage", 1),
            ("patronage", 2),
            ("patronage", 3),
        )
    )
    arms = {"vacuum": Arm(changes=gone), "filled": Arm(changes=(*gone, *filled))}

    def judge(t):
        empty, full = t["vacuum"], t["filled"]

        def lost(measure):
            return (empty[measure] - full[measure]) / max(mean(empty[measure]), 1e-9)

        index = contrast("bloc index: vacuum − filled", empty["index"], full["index"])
        components = [
            index,
            contrast("connectivity at the rising pole: filled − vacuum", full["to pole"], empty["to pole"]),
            contrast("connectivity among kin: vacuum − filled", empty["connectivity"], full["connectivity"]),
            contrast("relative loss: connectivity − defence", lost("connectivity"), lost("defence")),
            contrast("relative loss: connectivity − institutions", lost("connectivity"), lost("institutions")),
            contrast("pole-absorbed: filled − vacuum", full["absorbed"], empty["absorbed"], beside=True),
        ]  # fmt: skip
        return components, [(index.absent, "the bloc index is unchanged")], [
            f"bloc index {mean(empty['index']):.4f} → {mean(full['index']):.4f}; relative losses among kin: "
            + ", ".join(f"{arena} {mean(lost(arena)):+.3f}" for arena in ("defence", "connectivity", "institutions")),
        ]  # fmt: skip

    return Proposition(
        "P21", "Where two poles withdraw, a third can fill the gap and thin the bloc out.", "L34, L74, L135; 004",
        "connectivity goes to the third pole, the bloc index falls, defence and institutions lose less", "the bloc index is unchanged",
        "pole ties (19) follow patronage × bandwidth; the third pole's opposition and reach raise punishment (12) and coercion (20)", arms,
        {
            "index": read.bloc_index, "to pole": read.arena_share(case.rising, case.kin, "connectivity"), "absorbed": read.pole_absorbed,
            **{arena: read.tie_among(case.kin, arena) for arena in ("defence", "connectivity", "institutions")},
        },
        judge, reading=f"from {case.filled_from} on: policing and bandwidth .1 for two poles; .9, patronage too, for the third",
    )  # fmt: skip

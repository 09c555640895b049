"""P13–P17: hedging, equidistance, miscalculation, backlash, and why the bloc stays soft."""

import numpy as np

from analysis.propositions import changes as do
from analysis.propositions import measures as read
from analysis.propositions.arms import Arm
from analysis.propositions.case import Case
from analysis.propositions.experiment import Proposition
from analysis.propositions.rule import contrast, level, mean, surely_above
from sim.quarters import label, ordinal

OPPOSITION = (0.0, 0.5, 1.0, 1.5)
REACH = {"low reach": 1.5, "high reach": 4.5}  # ends of the prior of reach_slope
AFTERMATH = 12  # quarters after a closure in which overreach is counted; also how long a gradual closure takes
ACCESSION = 4  # quarters after the offer by which accession is read


def p13(case: Case) -> Proposition:
    base = Arm()
    offered = Arm(early=True, end=label(ordinal_of_offer(case) + ACCESSION))
    near, poles = case.followers, [code for camp in case.camps for code in camp]
    war = (
        do.set_driver("pole_hostility", 1.0, case.threat, case.overstretched, *near),
        do.set_driver("pole_imminence", 1.0, case.threat, case.overstretched, *near),
    )
    alone = tuple(do.set_driver("policing", 0.0, case.threat, code) for code in poles if code != case.overstretched)
    strong = tuple(do.set_driver(name, 1.0, case.threat, case.overstretched) for name in ("policing", "bandwidth"))
    arms = {
        "baseline": base,
        "pole war": base.but(changes=war),
        "abandonment": base.but(changes=(*alone, *strong)),
        "offer": offered,
        "exclusive offer": offered.but(changes=(do.exclusive(case.organisation),)),
    }

    def judge(t):
        full = t["baseline"]
        exclusive = contrast(
            "members a year after the offer: open − exclusive", t["offer"]["members"], t["exclusive offer"]["members"]
        )
        bandwagon = contrast(
            "share at the strong neighbour: abandonment − baseline", t["abandonment"]["to pole"], full["to pole"]
        )
        stronger = contrast("bloc index: abandonment − baseline", t["abandonment"]["index"], full["index"], beside=True)
        components = [
            level("hedgers among members", full["hedgers"], at_least=0.8), exclusive, bandwagon,
            level("bloc index gained in abandonment", t["abandonment"]["index"] - full["index"], at_most=0.0, sure=True),
            level("bloc index gained in a pole war", t["pole war"]["index"] - full["index"], at_most=0.0, sure=True),
            stronger,
            contrast("share at the strong neighbour: baseline − pole war", full["to pole"], t["pole war"]["to pole"], beside=True),
            level("members bound to one pole at baseline", full["single"], at_most=0.5, beside=True),
        ]  # fmt: skip
        gained = mean(t["abandonment"]["index"] - full["index"])
        return components, [
            (surely_above(full["single"], 0.5), "most members are aligned with one pole"),
            (stronger.varied and stronger.low > 0, "the organisation gains when its members are abandoned"),
        ], [
            f"hedgers {mean(full['hedgers']):.2f} of members; aligned with one pole {mean(full['single']):.2f}",
            f"members a year after the offer: {mean(t['offer']['members']):.2f}, exclusive {mean(t['exclusive offer']['members']):.2f}; "
            f"bloc index gained in abandonment {gained:+.4f}",
        ]  # fmt: skip

    return Proposition(
        "P13", "Members hedge, and the organisation lives on asking for nothing exclusive.", "003, 004; Kuik, Korolev; L53, L135, L136",
        "at least 80 % of members hedge; exclusivity cuts accession; certain abandonment makes for bandwagoning; neither war nor "
        "abandonment strengthens the organisation", "most members aligned with one pole, or the organisation stronger when abandoned",
        "pole ties (19) answer to patronage, hostility and compliance; the hedging index asks for several poles and opposite moves", arms,
        {
            "hedgers": read.hedgers(case.organisation), "single": read.single_aligned(case.organisation), "index": read.bloc_index,
            "to pole": read.pole_share(case.overstretched, case.followers), "members": read.members(case.organisation),
        },
        judge, reading="the exclusive clause is tried where the organisation is an offer, in the start of 1992",
    )  # fmt: skip


def ordinal_of_offer(case: Case) -> int:
    """Quarter in which the organisation opens."""
    from sim.scenario.schema import Scenario

    return Scenario.load(case.scenario).world.organisations[case.organisation].opens


def p14(case: Case) -> Proposition:
    arms = {"calm": Arm(), "confrontation": Arm(changes=(do.confrontation(case.camps, 1.0, case.confrontation),))}

    def judge(t):
        first, second = t["confrontation"], t["calm"]
        share = contrast("share of ties in the organisation: confrontation − calm", first["share"], second["share"])
        pole = contrast(
            "concentration of pole ties: confrontation − calm",
            first["concentration"],
            second["concentration"],
            beside=True,
        )
        gain = contrast(
            "gain in share: more − less autonomous members",
            first["share"] - second["share"],
            first["other share"] - second["other share"],
        )
        components = [
            share,
            level("rise in the concentration of pole ties", first["concentration"] - second["concentration"], at_most=0.02, sure=True),
            gain, pole,
        ]  # fmt: skip
        replaced = share.low > 0 and pole.varied and pole.low > 0.02
        return components, [
            (share.absent, "confrontation does not raise the organisation's share"),
            (replaced, "its share rises only where pole ties grow concentrated"),
        ], [
            f"share of ties in the organisation {mean(second['share']):.3f} → {mean(first['share']):.3f}; Herfindahl of pole ties "
            f"{mean(second['concentration']):.3f} → {mean(first['concentration']):.3f}",
        ]  # fmt: skip

    return Proposition(
        "P14", "The organisation serves equidistance: rivalry of poles makes it worth more, at no pole's cost.", "002, 004; L31, L48, L53–L55",
        "share of ties in the organisation up, concentration of pole ties not, more so for the autonomous",
        "its share rises only by replacing a pole", "the autonomy benefit grows with the concentration of all ties (12); hostility lowers pole ties "
        "(19) and raises threat (5)", arms,
        {
            "share": read.share_in(case.organisation, (case.equidistant,)), "concentration": read.concentration((case.equidistant,)),
            "other share": read.share_in(case.organisation, [code for code in case.true_members if code not in (case.equidistant, case.core[0])]),
        },
        judge,
        reading="the model has no dial for platform rivalry: here each pole becomes hostile to a state in proportion to its start ties with "
        "the other camp. More autonomous: the equidistant state; less: the members outside the core",
    )  # fmt: skip


def p15(case: Case) -> Proposition:
    first, middle, last = case.closures
    poles = {case.retrenching: "policing", case.overstretched: "bandwidth"}
    base = Arm(series=True)

    def closed(at, over=0, **more):
        extra = more.pop("changes", ())
        return base.but(changes=(do.close(poles, at, over), *extra), **more)

    arms = {
        "open": base,
        "sudden": closed(middle),
        "gradual": closed(middle, AFTERMATH),
        "early": closed(first),
        "late": closed(last),
    }
    for words, value in (("optimists", 1.0), ("pessimists", -1.0)):
        arms[words] = closed(middle, changes=(do.beliefs(case.true_members, value),))
    for words, value in (("central", 0.9), ("dispersed", 0.1)):
        arms[words] = closed(middle, changes=(do.filter_at("centralisation", value),))
    for words, value in (("many vetoes", 0.9), ("few vetoes", 0.1)):
        arms[words] = closed(middle, changes=(do.filter_at("veto_points", value),))
    for words, value in (("clear", 0.2), ("ambiguous", -0.2)):
        arms[words] = closed(middle, levers=(("clarity_offset", value),))
    spans = {
        when: (at, label(ordinal(at) + AFTERMATH - 1))
        for when, at in zip(("early", "middle", "late"), case.closures, strict=True)
    }
    measures = {when: read.overreach(*span) for when, span in spans.items()}
    measures["kin"] = read.overreach(*spans["middle"], case.true_members)
    measures["high veto"], measures["low veto"] = (by_veto(*spans["middle"], high) for high in (True, False))

    def judge(t):
        rise = contrast("overreach a quarter: sudden closure − open", t["sudden"]["middle"], t["open"]["middle"])
        veto = contrast(
            "overreach a state: low − high veto, sudden closure",
            t["sudden"]["low veto"],
            t["sudden"]["high veto"],
            beside=True,
        )
        components = [
            rise,
            contrast("overreach: sudden − gradual closure", t["sudden"]["middle"], t["gradual"]["middle"]),
            contrast("overreach of members: optimists − pessimists", t["optimists"]["kin"], t["pessimists"]["kin"]),
            contrast("overreach: centralised − dispersed", t["central"]["middle"], t["dispersed"]["middle"]),
            contrast("overreach: ambiguous − clear", t["ambiguous"]["middle"], t["clear"]["middle"]),
            contrast("overreach: late − early closure", t["late"]["late"], t["early"]["early"]),
            veto,
            contrast("overreach: few − many veto points everywhere", t["few vetoes"]["middle"], t["many vetoes"]["middle"], beside=True),
        ]  # fmt: skip
        return components, [
            (rise.absent, "no rise after closure"),
            (veto.reversed, "more in states with many veto points"),
        ], [
            "overreach events a quarter in the twelve after: " + ", ".join(
                f"{arm} {mean(t[arm]['late' if arm == 'late' else 'early' if arm == 'early' else 'middle']):.4f}" for arm in arms
            ),
        ]  # fmt: skip

    return Proposition(
        "P15", "When the window closes, those who act fastest overreach.", "000; L24, L25",
        "more overreach after sudden closure, with optimism, centralisation, low clarity, and late closure",
        "no rise after closure, or more in states with many veto points",
        "perception lags the truth by update_speed and is biased under ambiguity (10); centralised states update faster, which works against the "
        "claim; coercion (20) needs opposed ties above tolerance", arms, measures, judge,
        reading="overreach: coerced while permissiveness is seen .15 too high; the retrenching pole's policing and the overstretched one's bandwidth "
        "return to their start values; optimism is set for members, since the model centres it over the cast. The falsifier compares different states, which "
        "differ in much besides veto points; the contrast with few or many veto points everywhere stands beside it",
        skip={words: ("high veto", "low veto") for words in ("many vetoes", "few vetoes")},  # there all states are alike
    )  # fmt: skip


def by_veto(after: str, until: str, high: bool):
    """Overreach a state and quarter among states above (or not above) the median of veto points at the start."""

    def measure(o):
        veto = o.compiled.drivers.veto_points[0]
        mine = (veto > np.median(veto)) == high
        return o.all("overreach")[:, o.stretch(after, until)][..., mine].mean(axis=(1, 2))

    return measure


def p16(case: Case) -> Proposition:
    poles = (case.overstretched, case.weakened, case.rising)
    arms = {
        f"{words}, opposition {o}": Arm(parameters=(("reach_slope", slope),), changes=(do.scale_opposition(poles, o),))
        for words, slope in REACH.items() for o in OPPOSITION
    }  # fmt: skip

    def judge(t):
        index = {(words, o): t[f"{words}, opposition {o}"]["index"] for words in REACH for o in OPPOSITION}
        change = {words: index[words, OPPOSITION[-1]] - index[words, OPPOSITION[0]] for words in REACH}
        deterred = contrast(
            "bloc index, high reach: no opposition − most", index["high reach", 0.0], index["high reach", 1.5]
        )
        relative = contrast(
            "bloc index: effect of opposition, low − high reach", change["low reach"], change["high reach"]
        )
        curve = {words: [mean(index[words, o]) for o in OPPOSITION] for words in REACH}
        top = max(max(values[1:-1]) for values in curve.values())
        ends = max(curve[words][k] for words in REACH for k in (0, -1))
        inner = np.mean([index[words, o] for words in REACH for o in OPPOSITION[1:-1]], axis=0)
        outer = np.mean([index[words, o] for words in REACH for o in (OPPOSITION[0], OPPOSITION[-1])], axis=0)
        hump = contrast("bloc index: middle − ends of opposition", inner, outer)
        components = [deterred, relative, hump, contrast("mean tie, high reach: no opposition − most",
            t["high reach, opposition 0.0"]["tie"], t["high reach, opposition 1.5"]["tie"], beside=True)]  # fmt: skip
        falling = all(np.all(np.diff(curve[w]) < 0) and surely_above(-change[w], 0.0) for w in REACH)
        rising = all(np.all(np.diff(curve[w]) > 0) and surely_above(change[w], 0.0) for w in REACH)
        return components, [((falling or rising) and top <= ends, "strictly monotone at low and at high reach")], [
            *(f"bloc index by opposition 0, .5, 1, 1.5, {words}: " + ", ".join(f"{v:.4f}" for v in values) for words, values in curve.items()),
        ]  # fmt: skip

    return Proposition(
        "P16", "Backlash is not monotone: weak poles consolidate what strong ones deter.", "002, 003, 004; L119, L142, L156",
        "low reach: weak or positive; high reach: deterrence; an inverted U over reach × opposition", "strictly monotone everywhere",
        "opposition raises expected punishment (4, 12) and coercion (20); resistance adds hostility to the pole and credibility (21)", arms,
        {"index": read.bloc_index, "tie": read.mean_tie}, judge, reading="reach_slope at the ends of its prior in all draws",
    )  # fmt: skip


def p17(case: Case) -> Proposition:
    base = Arm()
    arms = {
        "baseline": base,
        "median rule": base.but(parameters=(("consensus_quantile", 0.5),)),
        "equal exposure": base.but(changes=(do.equal_exposure(),)),
        "one threat": base.but(changes=(do.one_threat(case.overstretched, case.true_members, case.threat),)),
    }

    def judge(t):
        p = {arm: t[arm]["defence"] for arm in arms}
        effect = contrast("collective defence: one threat − baseline", p["one threat"], p["baseline"])
        components = [
            level("collective defence at baseline", p["baseline"], at_most=0.1),
            contrast("collective defence: median rule − baseline", p["median rule"], p["baseline"]),
            contrast("collective defence: equal exposure − baseline", p["equal exposure"], p["baseline"]),
            effect,
            contrast("collective defence: one threat − median rule", p["one threat"], p["median rule"]),
            contrast("collective defence: one threat − equal exposure", p["one threat"], p["equal exposure"]),
            *(contrast(f"defence depth: {arm} − baseline", t[arm]["depth"], t["baseline"]["depth"], beside=True) for arm in list(arms)[1:]),
            *(contrast(f"defence ties of members: {arm} − baseline", t[arm]["tie"], t["baseline"]["tie"], beside=True) for arm in list(arms)[1:]),
        ]  # fmt: skip
        return components, [
            (surely_above(p["baseline"], 0.3), "collective defence is common at baseline"),
            (effect.absent, "one clear common threat has no effect"),
        ], ["collective defence: " + ", ".join(f"{arm} {100 * mean(values):.1f} %" for arm, values in p.items())]  # fmt: skip

    return Proposition(
        "P17", "The bloc is soft because its members fear different things and decide by consensus.", "000, 003; L110, L127, L135, L153",
        "collective defence below 10 % at baseline; a median rule, equal exposure and one clear threat each raise it, the last most",
        "above 30 % at baseline, or no effect of one clear threat",
        "depth is a quantile of members' ties (24), in defence times perceived permissiveness; common threat and entrapment (12)", arms,
        {"defence": read.collective_defence, "depth": read.defence_depth, "tie": read.tie_among(case.true_members, "defence")}, judge,
        reading="the baseline draws its decision rule (consensus_quantile 0 to .5) with the other parameters",
    )  # fmt: skip

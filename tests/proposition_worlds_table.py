"""One world in which each proposition fails, and one in which it holds where one was found. Read from the top: code, words, changes."""

from proposition_worlds import KIN, World

CLOSE_KNIT = {"w_coordination": 0.5, "w_spillover": 0.6}  # common rules and spillover at the top of their ranges
SPECIAL = ("common_threat", "capability_acquisition")  # motives of defence alone


def toward(pole: str, **values) -> dict:
    """Overrides of what a pole is to each of the five kin states."""
    return {f"poles.{pole}.relations.{state}.{name}": value for state in KIN for name, value in values.items()}


NEIGHBOUR = {"states.HAL.offence": 1} | {
    f"dyads.{state}-HAL.{name}": 1 for state in KIN for name in ("hostility", "imminence")
}
COURTING = {f"poles.{pole}.patronage": {2000: 0, 2010: 0, 2016: 1} for pole in ("NORTH", "OCEAN", "SOUTH")}
ONE_PATRON = {
    "poles.OCEAN.patronage": 0.2, "poles.SOUTH.patronage": 0, "poles.NORTH.patronage": 1, "poles.NORTH.bandwidth": 1,
    **toward("NORTH", dependence=1, hostility=0), "organisations.RIVER_COUNCIL.exit_cost": 1,
}  # fmt: skip
TWO_LEADERS = {  # of Gorland: a reluctant one until 2009, a daring one afterwards
    "states.GOR.leaders.0.optimism": -1, "states.GOR.leaders.0.risk_acceptance": 0, "states.GOR.leaders.1.optimism": 1,
    "states.GOR.leaders.1.risk_acceptance": 1, "states.GOR.turnover.hazard": 0,
}  # fmt: skip
FAR_FRIEND = {
    "poles.OCEAN.opposition": -1, "poles.NORTH.opposition": 1, "poles.NORTH.bandwidth": 1, **toward("OCEAN", distance=0.3),
}  # fmt: skip

FAILS = (
    World("P1", "Where no pole reaches anybody and no norms cost anything, a system cannot be closed: blocs form as often in both.",
        "a closed system gives a bloc nearly as often", knockouts=("reach", "norm"), draws=14),
    World("P2", "Where the pole that polices is a deadly enemy whom nobody obeys out of fear, the closed system unites able states and the open one does not.",
        "no superadditivity", knockouts=("expected_punishment", "coercion"), parameters={"w_threat": 5},
        overrides=toward("NORTH", hostility=1, imminence=1), draws=4),
    World("P3", "Where nobody is kin to anybody, blocs rest on common rules, and who is called kin to whom is nothing.",
        "it does not matter who is kin to whom", knockouts=("kinship",), parameters=CLOSE_KNIT, draws=4),
    World("P4", "Where no pole polices, norms cost nothing and gains are high, states were able from the start: a bloc comes early.",
        "a bloc early on", knockouts=("reach", "norm"), parameters={**CLOSE_KNIT, "w_complement": 0.9}, draws=8),
    World("P5", "Where arenas neither spill over nor profit from common rules, one that goes takes nothing else along.",
        "no more than the arena's own share", knockouts=("spillover", "coordination")),
    World("P6", "Where nobody seeks arms from anybody, a supplier's success in war attracts no one; ties grow for other reasons.",
        "does not follow the jump", knockouts=("capability_acquisition",), parameters={"threshold_base": -0.6}, draws=5),
    World("P7", "Where perception is true and choice no more random under ambiguity, clarity changes nothing.",
        "flat or rising", knockouts=("misperception", "ambiguous_choice"), draws=4),
    World("P8", "Where leaders weigh nothing against thresholds, institutions rule in crisis as in calm.",
        "no crossover", parameters={"w_leader": 0}, draws=5),
    World("P9", "Where ties do not decay, what a window leaves behind needs no stakes to last.",
        "as much is left without lock-in", knockouts=("lock_in",), parameters={"decay_rate": 0, **CLOSE_KNIT}, draws=6),
    World("P10", "Where ties leave no stakes, a late successor undoes what is there; early there was nothing to undo.",
        "a late succession costs more", knockouts=("lock_in",)),
    World("P11", "Where the pair that is called the core stands outside the council, the council does not miss it.",
        "no fall", parts={"core": ("ELO", "IXA"), "second_core": ("JUN", "KEL")}),
    World("P12", "Where the near pole reaches nobody, its overstretch frees nobody.", "the scaling is unaffected", knockouts=("reach",), draws=5),
    World("P13", "Where all depend on one patron and the others give little, members of the council are that patron's clients, not hedgers.",
        "most members are aligned with one pole", parameters={"threshold_base": 0.1}, overrides=ONE_PATRON),
    World("P14", "Where nobody seeks autonomy and nobody is threatened, a rivalry of poles drives no one to the council.",
        "confrontation does not raise", knockouts=("threat", "autonomy"), draws=10),
    World("P15", "Where poles neither overstretched nor retrenched, no window was open that could close.", "no rise after closure",
        parameters={"coercion_rate": 5, "noise": 0.5}, levers={"north_overstretch": 0, "ocean_retrenchment": 0}, draws=4),
    World("P16", "Where the coerced always comply and punishment is dreaded, opposition only ever deters: there is no backlash.",
        "strictly monotone", knockouts=("resistance",), parameters={"w_punishment": 3, "coercion_rate": 3}, draws=10),
    World("P17", "Where an aggressive neighbour threatens all members and no pole forbids it, they share one fear already: defence is collective from the start.",
        "collective defence is common at baseline", knockouts=("reach",), parameters={"w_threat": 5, "consensus_quantile": 0.25},
        overrides={"organisations.RIVER_COUNCIL.secretariat": 0.3, **NEIGHBOUR}, draws=4),
    World("P18", "Where states are eager and nothing but kinship tells an outsider, the kin outsider (KEL) joins as others do.",
        "an outsider joins", parameters={"threshold_base": -0.25, "w_leader": 1}, overrides=TWO_LEADERS,
        parts={"late_joiner": "GOR", "outsiders": ("ALD", "HAL", "KEL")}, draws=5),
    World("P19", "Where the near pole minds nothing and the far one minds all ties, the far one's policing rules near states too.",
        "policing by the far pole explains", drawn=("reach_slope",), overrides={"poles.NORTH.opposition": 0, "poles.OCEAN.opposition": 0.5}, draws=4),
    World("P20", "Where no pole can broker and the far one stands by those whom the near one forbids to trade, only its policing opens the road.",
        "policing alone", knockouts=("brokerage",), parameters={"counterbalance": 1}, overrides=FAR_FRIEND),
    World("P21", "Where states tie themselves to no pole and poles mind nothing, there is no gap for a third one to fill.",
        "the bloc index is unchanged", knockouts=("pole_ties", "opposition")),
    World("P22", "Where all three poles begin to court the region in 2010, its centre of gravity moves to them.",
        "moves away from the region", overrides=COURTING, draws=5),
    World("P23", "Where the rival platform has a secretariat and willing members who are kin and trade, it lives.",
        "the rival platform is alive", parameters={"threshold_base": -0.3},
        overrides={"organisations.NORTH_PACT.secretariat": 1, "dyads.ALD-CAV.complementarity": 1, "dyads.ALD-CAV.kinship": 1}),
    World("P24", "Where defence has no motive of its own and lives on other ties, it falls with institutions, and culture, saturated, does not.",
        "defence falls as much", knockouts=("reach", *SPECIAL), parameters={"w_identity": 3, "w_spillover": 1, "norm_scale": 8}, draws=5),
    World("P25", "Where organisations cannot deepen, neither funds nor staff nor stakes bring one to life.",
        "none of the three makes a difference", knockouts=("deepening",), parameters={"threshold_base": -0.2},
        overrides={"organisations.RIVER_COUNCIL.depth": 0.5}),
)  # fmt: skip

HOLDS = (
    World("P2", "The teaching world as coded: able states use the opening."),
    World("P5", "Spillover is strong: an arena that goes takes others along.", parameters={"w_spillover": 2}),
    World("P8", "Leaders weigh much in a crisis and nothing in calm.", parameters={"w_leader": 2, "calm_leader": 0}, draws=5),
    World("P11", "Common rules and spillover count for much: what the core pair gives up, the council feels.", parameters=CLOSE_KNIT),
    World("P18", "As in the world in which it fails, but the kin outsider counts as a member, and leaders matter more.",
        parameters={"threshold_base": -0.3, "w_leader": 2}, overrides=TWO_LEADERS,
        parts={"late_joiner": "GOR", "outsiders": ("ALD", "HAL"), "true_members": KIN}),
    World("P19", "The norm order, which rests on the far pole, weighs much.", parameters={"norm_scale": 3}, drawn=("reach_slope",)),
    World("P22", "Where nobody is kin, the centre of gravity moves by ties that states choose.", knockouts=("kinship",), draws=5),
    World("P24", "No pole reaches anybody: norms are what holds bodies back.", knockouts=("reach",), draws=5),
)  # fmt: skip

WORLDS = (*FAILS, *HOLDS)

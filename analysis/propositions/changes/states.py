"""Changes of what states are: filters, leaders, crises, the environment they are given."""

import numpy as np

from analysis.propositions.arms import ARRAYS, DRAW, Change
from analysis.propositions.changes.basis import FILTERS, INSTITUTIONS, arrays, drivers, held, row_of
from sim.scenario.cast import BELIEFS_CODED
from sim.scenario.compile import compile_scenario
from sim.scenario.knockouts import cast_mean, nothing, with_drivers, with_initial, with_world


def at_mean(name: str) -> Change:
    """A dated attribute of states at the cast's mean."""
    return arrays(
        f"{name} at the mean", lambda c: drivers(c, **{name: cast_mean(getattr(c.drivers, name), c.drivers.exists)})
    )


def no_arena(arena: int) -> Change:
    """Nothing in an arena is thinkable to anybody."""

    def apply(compiled):
        repertoire = compiled.drivers.repertoire.copy()
        repertoire[:, arena] = 0.0
        return drivers(compiled, repertoire=repertoire)

    return arrays(f"no arena {arena}", apply)


def transplant(quarter: str) -> Change:
    """Filters and beliefs of a later quarter hold from the first on."""

    def apply(scenario, compiled):
        donor = compile_scenario(scenario.replace(start=quarter, end=None, freeze_at=None))
        new = {name: held(getattr(compiled.drivers, name), getattr(donor.drivers, name)[0], 0) for name in FILTERS}
        new["leader_change"] = nothing(compiled.drivers.leader_change)
        moved = with_initial(
            optimism=donor.initial.optimism.copy(), risk_acceptance=donor.initial.risk_acceptance.copy()
        )(drivers(compiled, **new))  # fmt: skip
        return with_world(
            culture_optimism=donor.world.culture_optimism, culture_risk_acceptance=donor.world.culture_risk_acceptance
        )(moved)

    return Change(f"filters of {quarter}", ARRAYS, apply)


def leader_kept(state: str, until: str) -> Change:
    """The leader of a quarter stays, and with him all that is dated in the state's filters."""

    def apply(compiled):
        i, row = compiled.states.index(state), row_of(compiled, until)
        new = {name: getattr(compiled.drivers, name).copy() for name in (*FILTERS, "leader_change", "turnover_hazard")}
        for name in FILTERS:
            new[name][row:, ..., i] = new[name][row, ..., i]
        new["leader_change"][row:, i] = 0
        new["turnover_hazard"][row:, i] = 0.0
        return drivers(compiled, **new)

    return arrays(f"leader of {state} in {until} stays", apply)


def succession(state: str, at: str, quarters: int = 12) -> Change:
    """A successor as reluctant as can be takes office and stays for ``quarters``."""

    def apply(compiled):
        i, row, d = compiled.states.index(state), row_of(compiled, at), compiled.drivers
        change, optimism, risk, hazard = (
            getattr(d, name).copy()
            for name in ("leader_change", "leader_optimism", "leader_risk_acceptance", "turnover_hazard")
        )
        change[row : row + quarters + 1, i] = 0
        hazard[row : row + quarters + 1, i] = 0.0
        change[row, i], optimism[row, i], risk[row, i] = BELIEFS_CODED, -1.0, 0.0
        return drivers(
            compiled,
            leader_change=change,
            leader_optimism=optimism,
            leader_risk_acceptance=risk,
            turnover_hazard=hazard,
        )

    return arrays(f"reluctant successor in {state} {at}", apply)


def beliefs(states, optimism: float) -> Change:
    """Leaders of some states are as optimistic as said, at the start and after every change; nobody else is changed."""

    def apply(compiled):
        mine = [compiled.states.index(code) for code in states]
        start, coded = compiled.initial.optimism.copy(), compiled.drivers.leader_optimism.copy()
        culture = compiled.world.culture_optimism.copy()
        start[mine] = culture[mine] = optimism
        coded[:, mine] = optimism
        changed = drivers(compiled, leader_optimism=coded)
        return with_world(culture_optimism=culture)(with_initial(optimism=start)(changed))

    return arrays(f"optimism {optimism} in {' '.join(states)}", apply)


def filter_at(name: str, value: float, states=None) -> Change:
    """A filter of all states, or of some, at one value in all quarters."""

    def apply(compiled):
        array = getattr(compiled.drivers, name).copy()
        mine = range(len(compiled.states)) if states is None else [compiled.states.index(code) for code in states]
        array[..., list(mine)] = value
        return drivers(compiled, **{name: array})

    return arrays(f"{name} = {value} in {' '.join(states) if states else 'all'}", apply)


def swapped_leaders() -> Change:
    """In the second quarter every state gets another's leader, by a permutation drawn for each draw."""
    return Change(
        "leaders swapped",
        DRAW,
        lambda compiled, generator: _with_leaders(compiled, generator.permutation(len(compiled.states))),
    )


def own_leaders() -> Change:
    """In the second quarter every leader is confirmed in office, so that arms with swapped leaders differ in beliefs alone."""
    return arrays("leaders confirmed", lambda compiled: _with_leaders(compiled, np.arange(len(compiled.states))))


def _with_leaders(compiled, order):
    d = compiled.drivers
    change, optimism, risk = nothing(d.leader_change), nothing(d.leader_optimism), nothing(d.leader_risk_acceptance)
    change[1] = BELIEFS_CODED
    optimism[1], risk[1] = compiled.initial.optimism[order], compiled.initial.risk_acceptance[order]
    return drivers(
        compiled,
        leader_change=change,
        leader_optimism=optimism,
        leader_risk_acceptance=risk,
        turnover_hazard=nothing(d.turnover_hazard),
    )


def swapped_institutions() -> Change:
    """From the second quarter every state has another's institutions and society, by a permutation drawn for each draw."""

    def apply(compiled, generator):
        order, new = generator.permutation(len(compiled.states)), {}
        for name in INSTITUTIONS:
            array = getattr(compiled.drivers, name).copy()
            array[1:] = array[1:][..., order]
            new[name] = array
        return drivers(compiled, **new)

    return Change("institutions swapped", DRAW, apply)


def general_crisis() -> Change:
    """Every state is in crisis from the second quarter on."""
    return arrays("crisis everywhere", lambda compiled: drivers(compiled, crisis=held(compiled.drivers.crisis, 1.0)))


def no_crisis() -> Change:
    """No crisis by event or by imminent threat, in any quarter."""
    return arrays("calm", with_drivers(crisis=nothing, imminence=nothing, pole_imminence=nothing))


def given_environment(clarity: float) -> Change:
    """Permissiveness as one run at start values derives it, the same in all arms; clarity as said, everywhere and always."""

    def apply(compiled):
        from sim.engine import Engine

        path = Engine(compiled).run(compiled.parameters, compiled.seed, 0).permissiveness.astype(float)
        changed = drivers(compiled, permissiveness_path=path, clarity_path=np.full(path.shape, clarity))
        return with_world(direct=1)(changed)

    return arrays(f"given permissiveness, clarity {clarity}", apply)

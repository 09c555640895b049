"""Changes of pairs of states, of dated events, and of bodies."""

import numpy as np

from analysis.propositions.arms import DRAW, WORLD, Change
from analysis.propositions.changes.basis import arrays, drivers, row_of
from sim.quarters import ordinal
from sim.scenario.knockouts import nothing, with_initial, with_world

BEFORE_ALL_TIME = -1  # a quarter before every world begins


def complementarity_at_mean() -> Change:
    """Every pair of states equally complementary, the mean of each date unchanged."""
    return arrays(
        "complementarity at the mean", lambda c: drivers(c, complementarity=_pair_mean(c.drivers.complementarity))
    )


def uniform_kinship() -> Change:
    """Every pair equally akin, the total unchanged."""
    return arrays("kinship uniform", with_world(kinship=lambda k: _pair_mean(k[None])[0]))


def _pair_mean(array: np.ndarray) -> np.ndarray:
    n = array.shape[-1]
    mean = array.sum(axis=(1, 2)) / (n * (n - 1))
    return np.where(np.eye(n, dtype=bool), 0.0, mean[:, None, None])


def permuted_kinship() -> Change:
    """Whose kin is whose, drawn anew for every draw: states swap their places in the table of kinship."""

    def apply(compiled, generator):
        order = generator.permutation(len(compiled.states))
        return compiled._replace(
            world=compiled.world._replace(kinship=np.ascontiguousarray(compiled.world.kinship[np.ix_(order, order)]))
        )

    return Change("kinship permuted", DRAW, apply)


def without_jump(state: str, quarter: str) -> Change:
    """The event that raises a state's credibility in a quarter is left out; what else it does stays."""
    return Change(f"no jump of {state} in {quarter}", WORLD, lambda world: _jump(world, state, quarter, None))


def moved_jump(state: str, quarter: str, shift: int) -> Change:
    """The event that raises a state's credibility in a quarter comes ``shift`` quarters later (earlier if negative)."""
    return Change(
        f"jump of {state} in {quarter} moved by {shift}", WORLD, lambda world: _jump(world, state, quarter, shift)
    )


def _jump(world, state, quarter, shift):
    events = []
    for event in world.events:
        mine = [shock for shock in event.shocks if shock.variable == "credibility" and shock.state == state]
        if event.quarter == ordinal(quarter) and mine:
            events.append(
                event.model_copy(update={"shocks": tuple(shock for shock in event.shocks if shock not in mine)})
            )
            if shift is not None:
                events.append(event.model_copy(update={"quarter": event.quarter + shift, "shocks": tuple(mine)}))
        else:
            events.append(event)
    return world.model_copy(update={"events": tuple(events)})


def pair_copied(pair, source=None) -> Change:
    """A pair of states takes over all that is coded of ``source``, another pair, or loses it (None): kinship,
    complementarity, start values, and the assets that events give it."""
    key, from_key = "-".join(sorted(pair)), "-".join(sorted(source)) if source else None

    def apply(world):
        from sim.scenario.schema import Dyad

        found = {"-".join(sorted(name.split("-"))): name for name in world.dyads}
        model = world.dyads[found[from_key]] if source else Dyad()
        dyads = {name: dyad for name, dyad in world.dyads.items() if name != found.get(key)}
        events = tuple(
            event.model_copy(update={"shocks": _assets(event.shocks, key, from_key)}) for event in world.events
        )
        return world.model_copy(update={"dyads": {**dyads, key: model}, "events": events})

    return Change(f"{key} as {from_key or 'a pair with nothing in common'}", WORLD, apply)


def _assets(shocks, key, from_key):
    def of(shock):
        return "-".join(sorted(shock.dyad.split("-"))) if shock.variable == "stakes" and shock.dyad else None

    kept = tuple(shock for shock in shocks if of(shock) != key)
    return (*kept, *(shock.model_copy(update={"dyad": key}) for shock in shocks if from_key and of(shock) == from_key))


def as_supplier(state: str, model: str) -> Change:
    """A state is worth as much as a defence supplier as another."""

    def apply(compiled):
        credibility = compiled.drivers.credibility.copy()
        credibility[:, compiled.states.index(state)] = credibility[:, compiled.states.index(model)]
        return drivers(compiled, credibility=credibility)

    return arrays(f"credibility of {state} as of {model}", apply)


def hostility_held(pair, since: str) -> Change:
    """Hostility and imminence of a pair stay from a quarter on as they are there: no peace is made."""

    def apply(compiled):
        i, j = (compiled.states.index(code) for code in pair)
        row, new = row_of(compiled, since), {}
        for name in ("hostility", "imminence"):
            array = getattr(compiled.drivers, name).copy()
            array[row:, i, j] = array[row:, j, i] = array[row, i, j]
            new[name] = array
        return drivers(compiled, **new)

    return arrays(f"no peace of {'-'.join(pair)} after {since}", apply)


def exclusive(organisation: str) -> Change:
    """Members of the body may belong to no other."""

    def apply(compiled):
        flags = compiled.world.exclusive.copy()
        flags[compiled.organisations.index(organisation)] = True
        return with_world(exclusive=flags)(compiled)

    return arrays(f"{organisation} exclusive", apply)


def no_finance() -> Change:
    """Common funds are empty at the start (with ``finance_growth`` 0 they stay so)."""
    return arrays("no finance", with_initial(finance=nothing))


def no_secretariat() -> Change:
    """No body has a secretariat."""
    return arrays("no secretariat", with_world(secretariat=nothing))


def without_states(codes: tuple[str, ...]) -> tuple[Change, Change]:
    """The world as if some states had never been there; corridors that run through them are closed."""

    def vanish(world):
        gone = {code: world.states[code].model_copy(update={"end": BEFORE_ALL_TIME}) for code in codes}
        return world.model_copy(update={"states": {**world.states, **gone}})

    def shut(compiled):
        places = [compiled.states.index(code) for code in codes]
        through = np.isin(compiled.world.segment_from, places) | np.isin(compiled.world.segment_to, places)
        return drivers(compiled, segment_capacity=np.where(through, 0.0, compiled.drivers.segment_capacity))

    words = " ".join(codes)
    return Change(f"without {words}", WORLD, vanish), arrays(f"no corridor through {words}", shut)

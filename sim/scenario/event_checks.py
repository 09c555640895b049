"""What an event may shock, and when."""

from sim.quarters import label
from sim.scenario.checks import entries
from sim.scenario.entries import check_pair
from sim.scenario.reading import INVALID, Reading
from sim.scenario.scalars import plain
from sim.scenario.schema import PAIR_SHOCKS, POLE_SHOCKS, STATE_SHOCKS, WORLD_DRIVER, Event, Shock
from sim.scenario.values import Coded

TARGETS = ("state", "dyad", "pole", "arena")


def check_events(events, world, reading: Reading) -> None:
    """Record what is wrong with the events of a world or of a scenario on it."""
    for index, event in enumerate(events):
        if not isinstance(event, Event):
            continue
        at = ("events", index)
        if INVALID not in (event.quarter, world.start, world.end) and not world.start <= event.quarter <= world.end:
            span = f"{label(world.start)} to {label(world.end)}"
            message = f"{label(event.quarter)} is outside the world's span ({span})"
            reading.report((*at, "quarter"), message, "correct the date")
        for number, shock in enumerate(event.shocks):
            if isinstance(shock, Shock):
                _check_shock(shock, event, (*at, "shocks", number), world, reading)


def _check_shock(shock, event, at, world, reading):
    _check_targets(shock, at, reading)
    _check_size(shock, at, reading)
    if shock.quarters is not None and shock.half_life is not None:
        reading.report((*at, "half_life"), "has both `quarters` and `half_life`", "keep one of them")
    if shock.variable == "stakes" and (shock.quarters is not None or shock.half_life is not None):
        key = "quarters" if shock.quarters is not None else "half_life"
        reading.report((*at, key), "an asset decays with the stakes it adds to", f"remove `{key}`")
    for key, table in (("state", world.states), ("pole", world.poles)):
        code = getattr(shock, key)
        if code not in (None, INVALID) and code not in table:
            reading.unknown((*at, key), code, table, key)
    if shock.dyad not in (None, INVALID) and not check_pair(shock.dyad, (*at, "dyad"), world.states, reading):
        return
    named = [shock.state] if shock.state else []
    named += shock.dyad.split("-") if shock.dyad else []
    for code, state in entries({code: world.states.get(code) for code in named}):
        _check_alive(code, state, event, at, reading)


def _check_alive(code, state, event, at, reading):
    if INVALID in (event.quarter, state.start, state.end):
        return
    if state.start is not None and event.quarter < state.start:
        when = f"begins in {label(state.start)}"
    elif state.end is not None and event.quarter > state.end:
        when = f"ends in {label(state.end)}"
    else:
        return
    reading.report(
        at, f"{code} does not exist in {label(event.quarter)}: it {when}", "correct the date or remove the shock"
    )


def _check_targets(shock, at, reading):
    variable = shock.variable
    given = {key for key in TARGETS if getattr(shock, key) is not None}
    if variable in STATE_SHOCKS:
        allowed, words = [{"state"}], "`state`"
    elif variable in PAIR_SHOCKS:
        allowed, words = [{"dyad"}, {"pole", "state"}], "`dyad`, or `pole` and `state`"
    elif variable in POLE_SHOCKS:
        allowed, words = [{"pole"}], "`pole`"
    elif variable == WORLD_DRIVER:
        allowed, words = [set()], "no state, dyad or pole"
    elif variable == "stakes":
        allowed, words = [{"dyad", "arena"}], "`dyad` and `arena`"
    else:
        return
    if given not in allowed:
        has = f"not {', '.join(f'`{key}`' for key in TARGETS if key in given)}" if given else "and none is given"
        reading.report(at, f"a shock to `{variable}` needs {words}, {has}", f"give {words}")


def _check_size(shock, at, reading):
    """Variables lie between 0 and 1, so no shock is larger than 1; stakes are only added to."""
    if not isinstance(shock.size, Coded) or shock.variable is INVALID:
        return
    low, high = (0, 10) if shock.variable == "stakes" else (-1, 1)
    if not low <= shock.size.value <= high:
        message = f"{plain(shock.size.value)} is out of range for `{shock.variable}`"
        reading.report((*at, "size"), message, f"write a number from {low} to {high}")

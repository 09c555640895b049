"""What must hold between a scenario and its world."""

from sim.quarters import label
from sim.scenario.checks import check_sums
from sim.scenario.event_checks import check_events
from sim.scenario.reading import INVALID, Reading
from sim.scenario.scalars import plain
from sim.scenario.schema import OFFSETS

MAX_LEVER = 3.0


def check_scenario(scenario, reading: Reading) -> None:
    """Record what is wrong with a scenario whose ``world`` is loaded and has the overrides applied."""
    world = scenario.world
    _check_dates(scenario, reading)
    _check_levers(scenario, reading)
    check_parameters(scenario.parameters, reading)
    check_knockouts(scenario.knockouts, reading)
    check_environment(scenario.environment, reading)
    check_events(scenario.events, world, reading)
    if scenario.focus not in (None, INVALID) and scenario.focus not in world.organisations:
        reading.unknown(("focus",), scenario.focus, world.organisations, "organisation")
    if scenario.overrides:
        check_sums(world, world.start, reading, ("overrides",))
        _check_beliefs(scenario, reading)
    if scenario.start not in (INVALID, world.start):
        check_sums(world, scenario.start, reading, ("start",))


def _check_beliefs(scenario, reading):
    for path in scenario.overrides:
        steps = path.split(".")
        if len(steps) == 5 and steps[2] == "leaders":
            leader = scenario.world.states[steps[1]].leaders[int(steps[3])]
            if (leader.optimism is None) != (leader.risk_acceptance is None):
                message = "leaves this leader with one of two beliefs"
                reading.report(("overrides", path), message, "override both `optimism` and `risk_acceptance`")


def _check_dates(scenario, reading):
    world = scenario.world
    start, end, freeze = scenario.start, scenario.end, scenario.freeze_at
    span = f"{label(world.start)} to {label(world.end)}"
    for key, quarter in (("start", start), ("end", end)):
        if quarter is not INVALID and not world.start <= quarter <= world.end:
            reading.report(
                (key,), f"{label(quarter)} is outside the world's span ({span})", "choose a quarter inside it"
            )
    if INVALID in (start, end):
        return
    if start >= end:
        message = f"the scenario ends ({label(end)}) no later than it starts ({label(start)})"
        reading.report(("end",), message, "write an end after the start")
    elif freeze is not INVALID and not start <= freeze <= end:
        message = f"{label(freeze)} is outside the scenario ({label(start)} to {label(end)})"
        reading.report(("freeze_at",), message, "choose a quarter inside it, or remove the key: default is the start")


def _check_levers(scenario, reading):
    known = [*scenario.world.levers, *OFFSETS]
    for name, value in scenario.levers.items():
        at = ("levers", name)
        if name not in known:
            reading.unknown(at, name, known, "lever")
        elif trouble := out_of_limits(name, value):
            reading.report(at, *trouble)


def out_of_limits(name: str, value: float) -> tuple[str, str] | None:
    """What is wrong with the value of a lever or a parameter, and what to write; None if it may be set."""
    from sim.parameters import PARAMETERS

    low, high = (PARAMETERS[name].minimum, PARAMETERS[name].maximum) if name in PARAMETERS else (0.0, MAX_LEVER)
    if low <= value <= high:
        return None
    return f"{plain(value)} is out of range", f"write a number from {plain(low)} to {plain(high)}"


def check_parameters(parameters, reading: Reading) -> None:
    """Names and hard limits of changed parameters."""
    from sim.parameters import PARAMETERS

    names = [name for name in PARAMETERS if name not in OFFSETS]
    for name, value in parameters.items():
        at = ("parameters", name)
        if name in OFFSETS:
            reading.report(at, f"`{name}` is a lever", "write it under `levers:`")
        elif name not in PARAMETERS:
            reading.unknown(at, name, names, "parameter")
        elif trouble := out_of_limits(name, value):
            reading.report(at, *trouble)


def check_knockouts(knockouts, reading: Reading) -> None:
    """Names of knock-outs."""
    if not knockouts:
        return
    from sim.scenario.knockouts import KNOCKOUTS

    for index, name in enumerate(knockouts):
        if name not in KNOCKOUTS:
            reading.unknown(("knockouts", index), name, KNOCKOUTS, "knock-out")


def check_environment(environment, reading: Reading) -> None:
    """A direct environment gives both paths; a derived one gives none."""
    if environment is INVALID or environment.mode is INVALID:
        return
    for key in ("permissiveness", "clarity"):
        path = getattr(environment, key)
        if environment.mode == "direct" and path is None:
            reading.report(
                ("environment",), f"`mode: direct` needs a path of `{key}`", f"add `{key}:`, or use `mode: derived`"
            )
        elif environment.mode == "derived" and path is not None:
            reading.report(
                ("environment", key), f"`{key}` is derived by the rules here", "remove it, or use `mode: direct`"
            )

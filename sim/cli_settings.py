"""``--set NAME=VALUE``: levers and parameters of a run."""

from sim.errors import NcrError


def settings(items: list[str], scenario) -> tuple[dict, dict]:
    """Split ``name=value`` items into levers and parameters of ``scenario``; NcrError names what is wrong."""
    from sim.parameters import PARAMETERS
    from sim.scenario.scenario_checks import out_of_limits

    example = next(iter(scenario.levers))
    levers: dict[str, float] = {}
    parameters: dict[str, float] = {}
    for item in items:
        name, equals, text = (part.strip() for part in item.partition("="))
        if not equals or not name or not text:
            raise NcrError(f"--set {item}: write --set name=value, for example --set {example}=0")
        if name not in scenario.levers and name not in PARAMETERS:
            raise NcrError(f"--set {item}: {_unknown(name, scenario)}")
        try:
            value = float(text)
        except ValueError:
            raise NcrError(f"--set {item}: “{text}” is not a number; write for example --set {name}=0.5") from None
        if name in levers or name in parameters:
            raise NcrError(f"--set {item}: “{name}” is set twice; keep one of them")
        if trouble := out_of_limits(name, value):
            raise NcrError(f"--set {item}: {'; '.join(trouble)}")
        (levers if name in scenario.levers else parameters)[name] = value
    return levers, parameters


def _unknown(name: str, scenario) -> str:
    """Why ``name`` cannot be set, and what to do instead."""
    from sim.parameters import PARAMETERS
    from sim.scenario.knockouts import KNOCKOUTS
    from sim.scenario.reading import suggestion

    if name in KNOCKOUTS:
        return f"“{name}” is a knock-out; write `knockouts: [{name}]` in the scenario"
    if "." in name:
        return (
            "only levers and parameters are set here; a coded attribute is changed by `overrides:` in the scenario, or swept as "
            "an axis of `ncr sweep`"
        )
    hint = suggestion(name, [*scenario.levers, *PARAMETERS], f"levers are {', '.join(scenario.levers)}")
    return f"no lever or parameter is called “{name}”; {hint}"


def without_effect(scenario, levers: dict, parameters: dict, volume: str = "fixed") -> list[str]:
    """One line for each setting that is what ``scenario`` has anyway.

    Where parameters are drawn (volume: not ``fixed``), one that the file leaves open is held by setting it, whatever its value.
    """
    from sim.parameters import PARAMETERS
    from sim.scenario.scalars import plain
    from sim.scenario.schema import OFFSETS

    usual = {name: 0.0 if name in OFFSETS else 1.0 for name in levers}
    usual |= {name: PARAMETERS[name].default for name in parameters}
    held = {name: scenario.levers[name] for name in levers}
    held |= {name: scenario.parameters.get(name, usual[name]) for name in parameters}
    given = levers | parameters
    idle = [name for name in given if given[name] == held[name]]
    why = {name: "as coded" if held[name] == usual[name] else "as in the file" for name in idle}
    drawn = {name for name in parameters if volume != "fixed" and name not in scenario.parameters}
    held_only = (
        f"is the start value: this parameter is held there in every run, others are drawn (--parameters {volume})"
    )
    return [
        f"{name}={plain(given[name])} {held_only if name in drawn else f'(= {why[name]}) changes nothing'}"
        for name in idle
    ]

"""What a sensitivity analysis varies: by default the levers and at most 14 parameters, else what the user names.

Names are those of a sweep (docs/sweeps.md): levers, parameters, coded numbers by dotted path. A pattern with * stands for
all names that match it and have a range.
"""

import math
from collections.abc import Iterator
from fnmatch import fnmatchcase

from sim.coded import leaves
from sim.errors import NcrError, ScenarioError
from sim.parameters import PARAMETERS, uncertain_parameters
from sim.scenario.reading import nearest
from sim.scenario.scalars import Trouble
from sim.scenario.schema import OFFSETS
from sim.sweep.axes import LEVER, Axis, subject
from sim.sweep.inert import inert_axes
from sim.sweep.schema import Sweep

# The first 14 of all 39 uncertain parameters by mean size of effects, relative to the largest, on bloc_index, soft_bloc,
# class_number and mean_tie (docs/sensitivity.md); of each pair that model.md calls a ridge only one is among them.
SCREENED = (
    "threshold_base", "w_complement", "w_cohesion", "w_veto", "w_spillover", "w_punishment", "hurdle", "w_congestion",
    "w_coordination", "w_identity", "reach_slope", "temperature_base", "kin_friction", "noise",
)  # fmt: skip
LEVER_RANGE = (0.0, 1.5)  # from held at the start to half again as far as coded
OFFSET_RANGE = (-0.2, 0.2)
METHODS = ("morris", "sobol")
TRAJECTORIES, BASE, REPLICATES = 20, 64, 8  # replicates: analysis.ENOUGH_REPLICATES


def default_axes(scenario) -> tuple[dict[str, dict | str], list[str]]:
    """(axes of a sweep, names left out): every lever and the parameters of SCREENED, without those that do nothing here."""
    wanted = [name for name in (*scenario.levers, *SCREENED) if name not in scenario.parameters]
    return _moving(scenario, {name: _range(subject(scenario, name)) for name in wanted})


def named_axes(scenario, items: list[str]) -> tuple[dict[str, dict | str], list[str]]:
    """The same for ``NAME``, ``NAME=LOW:HIGH`` and patterns. NcrError for what is unknown, has no range or is named twice.

    Only what a pattern stands for is left out when it does nothing; a name that does nothing is refused by the sweep.
    """
    axes: dict[str, dict | str] = {}
    left_out: list[str] = []
    for item in items:
        name, equals, ends = (part.strip() for part in item.partition("="))
        stated = _ends(item, ends) if equals else None
        if "*" in name:
            matched = {one: stated or _range(moved) for one, moved in _matching(scenario, name)}
            if not matched:
                raise NcrError(f"--vary {item}: nothing that matches it has a range")
            found, idle = _moving(scenario, matched)
            left_out += idle
            axes |= {one: values for one, values in found.items() if one not in axes}
            continue
        moved = _subject(scenario, name, item)
        if moved.name in axes:
            raise NcrError(f"--vary {item}: “{moved.name}” is named twice; keep one of them")
        values = stated or _range(moved)
        if values is None:
            raise NcrError(f"--vary {item}: it has no prior range; state one: --vary {name}=0:1")
        axes[moved.name] = values
    if not axes:
        raise NcrError("--vary: nothing that is named changes anything in this scenario")
    return axes, left_out


def screening_plan(
    scenario, axes: dict, method: str = "morris", *, trajectories: int | None = None, base: int | None = None,
    second_order: bool = False, replicates: int | None = None, seed: int | None = None,
) -> Sweep:  # fmt: skip
    """The sweep of a sensitivity analysis; replicate r has the same draws at every point.

    Raises NcrError like every sweep, and for one trajectory or base point: nothing could be said of its results.
    """
    if method not in METHODS:
        raise NcrError(f"method {method}: write {' or '.join(METHODS)}")
    for name, number in (("trajectories", trajectories), ("base", base)):
        if number is not None and number < 2:
            alone = "one has nothing to be compared with; write 2 or more"
            raise NcrError(f"--{name} {number}: {alone if number == 1 else 'write a whole number from 2 on'}")
    if method == "morris":
        design = {"kind": "morris", "trajectories": TRAJECTORIES if trajectories is None else trajectories}
    else:
        design = {"kind": "sobol", "base": BASE if base is None else base, "second_order": second_order}
    settings = {"replicates": REPLICATES if replicates is None else replicates}
    if seed is not None:
        settings["seed"] = seed
    try:
        return Sweep.make(scenario, title=f"Sensitivity of {scenario.title}", design=design, axes=axes, **settings)
    except ScenarioError as error:  # without the name of a file: there is none
        said = "\n".join(f"{problem.path}: {problem.message}; {problem.fix}" for problem in error.problems)
        raise NcrError(said) from None


def _matching(scenario, pattern: str) -> Iterator[tuple]:
    """(name, subject) of everything with a range that a pattern stands for."""
    for name in (*scenario.levers, *uncertain_parameters(), *(path for path, _ in leaves(scenario.world))):
        if fnmatchcase(name, pattern):
            try:
                moved = subject(scenario, name)
            except Trouble:  # such as a belief that is drawn, not coded
                continue
            if _range(moved) is not None:
                yield moved.name, moved


def _range(moved) -> dict | str | None:
    """Values of an axis that states none: the prior; of levers, which have none, LEVER_RANGE and OFFSET_RANGE; else None."""
    if moved.kind == LEVER:
        low, high = OFFSET_RANGE if moved.name in OFFSETS else LEVER_RANGE
        return {"low": low, "high": high}
    if moved.prior is None or moved.prior[0] >= moved.prior[1]:
        return None
    if moved.limits.whole:
        return {"values": list(range(round(moved.prior[0]), round(moved.prior[1]) + 1))}
    return "prior"


def _moving(scenario, axes: dict) -> tuple[dict, list[str]]:
    """(axes that change a compiled number at one of their ends, the others)."""
    made = {name: _axis(subject(scenario, name), values) for name, values in axes.items()}
    idle = [name for name, _, _ in inert_axes(scenario, made)]
    return {name: values for name, values in axes.items() if name not in idle}, idle


def _axis(moved, values) -> Axis:
    if values == "prior":
        return Axis(moved, *moved.prior)
    return (
        Axis(moved, values=tuple(values["values"]))
        if "values" in values
        else Axis(moved, values["low"], values["high"])
    )


def _subject(scenario, name: str, item: str):
    try:
        return subject(scenario, name)
    except Trouble as trouble:
        near = nearest(name, [*scenario.levers, *PARAMETERS])
        fix = f"did you mean `{near}`?" if near else trouble.fix
        raise NcrError(f"--vary {item}: {trouble.message}; {fix}") from None


def _ends(item: str, text: str) -> dict:
    try:
        low, high = (float(end) for end in text.split(":"))
    except ValueError:  # no number, or not two of them
        low = high = math.nan
    if not low < high:
        raise NcrError(f"--vary {item}: write --vary NAME=LOW:HIGH, two numbers, the lower first")
    return {"low": low, "high": high}

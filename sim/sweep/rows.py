"""One row a run: the columns of the ``runs`` table of ``ncr run``, and the state of the region at the end.

Summary runs keep no quarterly series. What the table needs beyond the outcomes of the windows is therefore read off the
situation with which a run ends: members, depth, the measures of the system.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.frames import Stack, categories, runs_frame
from sim.outcomes import member_count, system_measures, vitality
from sim.quarters import label
from sim.recording import CLASS_NAMES, Recording
from sim.rules.environment import means_over_arenas
from sim.scenario.knockouts import running_sum
from sim.world import ARENAS, NEVER

MEASURES = ("influence_concentration", "regional_share", "centre_of_gravity", "organisational_density", "mean_tie")
MEANS = ("mean_permissiveness", "mean_clarity")
FOCUS_DEPTHS = tuple(f"focus_depth_{arena}" for arena in ARENAS)
KEYS = {"run": pa.int64(), "point": pa.int64(), "replicate": pa.int32()}
OUTCOMES = {
    "status": pa.string(), "reason": pa.string(),
    "class": pa.string(), "class_number": pa.int8(), "class_peak": pa.int8(), "soft_bloc": pa.bool_(),
    "bloc_quarter": pa.string(), "bloc_index": pa.float64(), "organisation": pa.string(), "members": pa.string(),
    "founding_quarter": pa.string(), "durability": pa.int32(),
    "focus_class": pa.string(), "focus_bloc_index": pa.float64(), "focus_members": pa.int16(),
    **dict.fromkeys((*FOCUS_DEPTHS, *MEASURES, *MEANS), pa.float64()),
}  # fmt: skip


def columns_of(axes) -> list[str]:
    """Column of each axis: its name, or set_name where an outcome is called so."""
    return [f"set_{name}" if name in KEYS or name in OUTCOMES else name for name in axes]


def row_schema(axes) -> pa.Schema:
    """Columns and types of the table of runs: KEYS, the axes, OUTCOMES."""
    return pa.schema([*KEYS.items(), *((name, pa.float64()) for name in columns_of(axes)), *OUTCOMES.items()])


class End(NamedTuple):
    """How a run ended."""

    recording: Recording  # without series
    members: str  # full members of the organisation that gives the class, comma-separated; "" if none does
    focus_members: int
    focus_depth: np.ndarray  # (4,)
    measures: np.ndarray  # MEASURES, then MEANS


def end_of(engine, recording: Recording, focus: int) -> End:
    """What is kept of the run that ``engine`` has just finished. focus: slot of an organisation, −1 if none."""
    if recording.failure[0]:
        return End(recording, "", 0, np.zeros(4), np.zeros(len(MEASURES) + len(MEANS)))
    situation, world = engine.situation, engine.constants
    exists, slots = engine.inputs.exists[-1], len(situation.established)
    counted, alive = np.zeros(slots, np.int64), np.zeros(slots, np.int64)
    member_count(situation.membership, world.leader, exists, counted)
    vitality(situation.depth_history, situation.depth, counted, situation.established, alive)
    measured = system_measures(
        situation.tie, situation.pole_tie, situation.membership, situation.depth, alive, world.leader, exists
    )
    permissiveness = np.empty(len(exists))
    means_over_arenas(situation.permissiveness, permissiveness)
    means = [
        float(running_sum(values[exists])) / max(1, exists.sum()) for values in (permissiveness, situation.clarity)
    ]
    full = situation.membership == 1.0
    slot = int(recording.window_organisation[-1])
    states = engine.compiled.states
    return End(
        recording,
        ",".join(states[i] for i in np.flatnonzero(full[slot])) if slot >= 0 else "",
        int(full[focus].sum()) if focus >= 0 else 0,
        situation.depth[focus].copy() if focus >= 0 else np.zeros(4),
        np.array([*measured, *means]),
    )


def outcome_columns(ends: list[End | str], compiled, focus: int) -> dict[str, list]:
    """OUTCOMES of runs of one sweep, one entry a run; None where there is nothing to say.

    ends: how each run ended, or why it could not begin. compiled: of any point; codes, quarters, leaders and the
    existence of states are those of all.
    """
    ran = [end for end in ends if isinstance(end, End)]
    columns = _outcomes(ran, compiled, focus) if ran else {name: [] for name in OUTCOMES}
    if len(ran) == len(ends):
        return columns
    spread = {name: iter(values) for name, values in columns.items()}
    columns = {
        name: [next(values) if isinstance(end, End) else None for end in ends] for name, values in spread.items()
    }
    for k, end in enumerate(ends):
        if isinstance(end, str):
            columns["status"][k], columns["reason"][k] = "failed", end
    return columns


def _outcomes(ends: list[End], compiled, focus: int) -> dict[str, list]:
    recordings = [end.recording for end in ends]
    stack = Stack(
        recordings, compiled.states, compiled.poles, compiled.organisations, compiled.quarters, compiled.world.leader,
        compiled.drivers.exists,
    )  # fmt: skip
    frame = runs_frame(stack, {})
    ok = (frame["status"] == "ok").to_numpy()
    given = frame["organisation"].cat.codes.to_numpy()
    kept = [name for name in OUTCOMES if name in frame and name not in ("members", "founding_quarter", "bloc_quarter")]
    columns = {name: _plain(frame[name]) for name in kept}
    columns["bloc_quarter"] = [None if value is None else str(value) for value in _plain(frame["bloc_quarter"])]
    columns["members"] = [end.members if slot >= 0 else None for end, slot in zip(ends, given, strict=True)]
    columns["founding_quarter"] = [_founding(compiled, slot) for slot in given]
    known = ok & (focus >= 0)
    classes = np.array([end.recording.organisation_class[-1, focus] for end in ends])
    columns["focus_class"] = _plain(categories(np.where(known, classes, -1), CLASS_NAMES))
    numbers: dict[str, tuple[list, np.ndarray]] = {
        "focus_bloc_index": ([float(end.recording.organisation_bloc_index[-1, focus]) for end in ends], known),
        "focus_members": ([end.focus_members for end in ends], known),
        **{name: ([float(end.focus_depth[a]) for end in ends], known) for a, name in enumerate(FOCUS_DEPTHS)},
        **{name: ([float(end.measures[k]) for end in ends], ok) for k, name in enumerate((*MEASURES, *MEANS))},
    }
    for name, (values, there) in numbers.items():
        columns[name] = [value if given else None for value, given in zip(values, there.tolist(), strict=True)]
    return columns


def _founding(compiled, slot: int) -> str | None:
    """First quarter of an organisation of the world; None for one that a run founds, since nothing keeps its date."""
    opens = int(compiled.world.opens[slot]) if slot >= 0 else NEVER
    return label(compiled.quarters[max(0, opens)]) if opens < NEVER else None


def _plain(values) -> list:
    """A column as a list, with None for what is missing."""
    series = pd.Series(values)
    return series.astype(object).where(series.notna(), None).tolist()

"""One row a run: the columns of the ``runs`` table of ``ncr run``, and the state of the region at the end.

Summary runs keep no quarterly series. What the table needs beyond the outcomes of the windows is therefore read off the
situation with which a run ends: members, depth, the measures of the system.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute

from sim.frames import Stack, runs_frame
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
    focus: np.ndarray  # (5,) full members of the focus organisation and its depth by arena
    measures: np.ndarray  # MEASURES, then MEANS


def end_of(engine, recording: Recording, focus: int) -> End:
    """What is kept of the run that ``engine`` has just finished. focus: slot of an organisation, −1 if none."""
    if recording.failure[0]:
        return End(recording, "", np.zeros(5), np.zeros(len(MEASURES) + len(MEANS)))
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
    present = max(1, np.count_nonzero(exists))
    means = [running_sum(values[exists]) / present for values in (permissiveness, situation.clarity)]
    slot = int(recording.window_organisation[-1])
    members = np.flatnonzero(situation.membership[slot] == 1.0) if slot >= 0 else ()
    focused = (
        (np.count_nonzero(situation.membership[focus] == 1.0), *situation.depth[focus]) if focus >= 0 else (0.0,) * 5
    )
    return End(
        recording,
        ",".join(engine.compiled.states[i] for i in members),
        np.array(focused),
        np.array([*measured, *means]),
    )


def outcome_columns(ends: list[End | str], compiled, focus: int) -> dict[str, pa.Array]:
    """OUTCOMES of runs of one sweep, one entry a run, missing where there is nothing to say.

    ends: how each run ended, or why it could not begin. compiled: of any point; codes, quarters, leaders and the
    existence of states are those of all.
    """
    ran = [end for end in ends if isinstance(end, End)]
    columns = _outcomes(ran, compiled, focus) if ran else {name: pa.array([], kind) for name, kind in OUTCOMES.items()}
    if len(ran) == len(ends):
        return columns
    began = np.array([isinstance(end, End) for end in ends])
    place = pa.array(np.cumsum(began) - 1, mask=~began)
    columns = {name: column.take(place) for name, column in columns.items()}
    reasons = pa.array([end if isinstance(end, str) else None for end in ends], pa.string())
    columns["status"] = columns["status"].fill_null("failed")
    columns["reason"] = pa.compute.coalesce(columns["reason"], reasons)
    return columns


def _outcomes(ends: list[End], compiled, focus: int) -> dict[str, pa.Array]:
    recordings = [end.recording for end in ends]
    stack = Stack(
        recordings, compiled.states, compiled.poles, compiled.organisations, compiled.quarters, compiled.world.leader,
        compiled.drivers.exists,
    )  # fmt: skip
    frame = runs_frame(stack, {})
    given = frame["organisation"].cat.codes.to_numpy()
    failed = (frame["status"] == "failed").to_numpy()
    unfocused = failed | (focus < 0)
    classes = np.array([recording.organisation_class[-1, focus] for recording in recordings])
    index = np.array([recording.organisation_bloc_index[-1, focus] for recording in recordings])
    focused, measured = np.array([end.focus for end in ends]), np.array([end.measures for end in ends])
    quarters = [None if value is pd.NaT else str(value) for value in frame["bloc_quarter"]]
    columns = {
        "bloc_quarter": pa.array(quarters, pa.string()),
        "members": pa.array([end.members for end in ends], mask=given < 0),
        "founding_quarter": pa.array([_founding(compiled, slot) for slot in given.tolist()], pa.string()),
        "focus_class": pa.array(np.array(CLASS_NAMES, object)[classes], pa.string(), mask=unfocused),
        "focus_bloc_index": pa.array(index, mask=unfocused),
        "focus_members": pa.array(focused[:, 0].astype(np.int16), mask=unfocused),
    }
    columns |= {name: pa.array(focused[:, 1 + a], mask=unfocused) for a, name in enumerate(FOCUS_DEPTHS)}
    columns |= {name: pa.array(measured[:, k], mask=failed) for k, name in enumerate((*MEASURES, *MEANS))}
    for name, kind in OUTCOMES.items():
        if name not in columns:
            columns[name] = pa.array(frame[name], from_pandas=True).cast(kind)
    return columns


def _founding(compiled, slot: int) -> str | None:
    """First quarter of an organisation of the world; None for one that a run founds, since nothing keeps its date."""
    opens = int(compiled.world.opens[slot]) if slot >= 0 else NEVER
    return label(compiled.quarters[max(0, opens)]) if opens < NEVER else None

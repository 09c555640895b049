"""One row a run: the columns of the ``runs`` table of ``ncr run``, and the state of the region at the end.

Summary runs keep the outcomes of their windows and the last quarter, and that is what the columns are read from.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute

from sim.frames import FULL, Stack, runs_frame
from sim.recording import CLASS_NAMES, SYSTEM_MEASURES, Recording
from sim.scenario.knockouts import running_sum
from sim.world import ARENAS

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


def outcome_columns(ends: list[Recording | str], compiled, focus: int) -> dict[str, pa.Array]:
    """OUTCOMES of runs of one sweep, one entry a run, missing where there is nothing to say.

    ends: what each run left behind, or why it could not begin. compiled: of any point; codes, quarters, leaders and the
    existence of states are those of all. focus: slot of an organisation, −1 if none.
    """
    ran = [end for end in ends if not isinstance(end, str)]
    columns = _outcomes(ran, compiled, focus) if ran else {name: pa.array([], kind) for name, kind in OUTCOMES.items()}
    if len(ran) == len(ends):
        return columns
    began = np.array([not isinstance(end, str) for end in ends])
    place = pa.array(np.cumsum(began) - 1, mask=~began)
    columns = {name: column.take(place) for name, column in columns.items()}
    reasons = pa.array([end if isinstance(end, str) else None for end in ends], pa.string())
    columns["status"] = columns["status"].fill_null("failed")
    columns["reason"] = pa.compute.coalesce(columns["reason"], reasons)
    return columns


def _outcomes(recordings: list[Recording], compiled, focus: int) -> dict[str, pa.Array]:
    exists = compiled.drivers.exists
    stack = Stack(
        recordings, compiled.states, compiled.poles, compiled.organisations, compiled.quarters, compiled.world.leader,
        exists,
    )  # fmt: skip
    frame = runs_frame(stack, {})
    failed = (frame["status"] == "failed").to_numpy()
    unfocused = failed | (focus < 0)

    def last(name):
        return np.stack([getattr(recording, name)[-1] for recording in recordings])

    def mean(name):
        return running_sum(last(name)[:, exists[-1]].astype(float)) / max(1, np.count_nonzero(exists[-1]))

    system = last("system").astype(float)
    depth = last("depth")[:, focus].astype(float)
    columns = {
        "bloc_quarter": _quarters(frame["bloc_quarter"]),
        "founding_quarter": _quarters(frame["founding_quarter"]),
        "focus_class": pa.array(
            np.array(CLASS_NAMES, object)[last("organisation_class")[:, focus]], pa.string(), mask=unfocused
        ),
        "focus_bloc_index": pa.array(last("organisation_bloc_index")[:, focus], mask=unfocused),
        "focus_members": pa.array((last("membership")[:, focus] == FULL).sum(1).astype(np.int16), mask=unfocused),
        "mean_permissiveness": pa.array(mean("permissiveness"), mask=failed),
        "mean_clarity": pa.array(mean("clarity"), mask=failed),
    }
    columns |= {name: pa.array(depth[:, a], mask=unfocused) for a, name in enumerate(FOCUS_DEPTHS)}
    columns |= {name: pa.array(system[:, SYSTEM_MEASURES.index(name)], mask=failed) for name in MEASURES}
    for name, kind in OUTCOMES.items():
        if name not in columns:
            columns[name] = pa.array(frame[name], from_pandas=True).cast(kind)
    return columns


def _quarters(column) -> pa.Array:
    return pa.array([None if value is pd.NaT else str(value) for value in column], pa.string())

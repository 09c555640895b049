"""Parameters that are drawn with the rest of a run: what is kept of them in a sweep's folder, and what a reader must know."""

import hashlib
import json

import numpy as np
import pandas as pd

from sim.engine import stated
from sim.errors import NcrError
from sim.parameters import PARAMETERS
from sim.scenario.knockouts import KNOCKOUTS

FIXED, RETAINED, PRIOR, OWN = "fixed", "retained", "prior", "own"
SETS = {
    RETAINED: "of those that meet Eurasian facts to 2019", PRIOR: "from the prior ranges", OWN: "from a table",
}  # fmt: skip
FEW = 8  # sets; with fewer, an interval over them says little


def source_of(table, said: str | None) -> str:
    """Where parameters come from: FIXED without a table, else as ``said`` (default: OWN). NcrError for what is not so."""
    if table is None and said in (None, FIXED):
        return FIXED
    if table is None:
        raise NcrError(
            f"parameters_from {said}: give a table of parameters too; without one all runs have the scenario's"
        )
    if said is not None and said not in SETS:
        raise NcrError(f"parameters_from {said}: with a table of parameters, write {', '.join(SETS)}")
    return said or OWN


def table_hash(table: np.ndarray | None, scenario) -> str:
    """Hash of a table and of the names that it may not move ("" without one): a scenario may set a parameter to its default."""
    if table is None:
        return ""
    return hashlib.sha256(json.dumps(sorted(scenario.parameters)).encode() + table.tobytes()).hexdigest()


def drawn_table(table: np.ndarray, scenario, axes) -> pd.DataFrame:
    """One row a draw: its number, and the parameters that runs take from ``table``, but those that nothing varies."""
    held = {name for knockout in scenario.knockouts for name in KNOCKOUTS[knockout].parameters}
    frame = pd.DataFrame(table, columns=list(PARAMETERS)).drop(columns=list({*stated(scenario, axes), *held}))
    frame = frame[[name for name in frame if (frame[name] != PARAMETERS[name].default).any()]]
    frame.insert(0, "draw", range(len(frame)))
    return frame


def about_parameters(manifest: dict) -> str:
    """What a reader must know of the parameters of a sweep, without a full stop; a folder of an older version has fixed ones."""
    volume = manifest.get("parameters_from", FIXED)
    if volume == FIXED:
        return "Parameters that are no axis: start values or the scenario's, the same in every run"
    one = manifest["identity"]
    each, sets = "run" if one["independent"] else "replicate", manifest.get("parameter_sets")
    if sets is None:
        return f"Parameters that are no axis: drawn {SETS[volume]}"
    said = f"Parameters that are no axis: {sets:,} {'set' if sets == 1 else 'sets'} {SETS[volume]}, a {each} each"
    if any(axis["kind"] == "parameter" for axis in one["axes"].values()):
        said += "; axes come before them, so that a point need not be one of these sets"
    if sets < FEW:
        return f"{said}; so few say little of the others"
    if manifest["runs" if one["independent"] else "replicates"] > sets:
        said += f"; {each}s share sets, and intervals over {each}s are too narrow for what is not known of parameters"
    return said

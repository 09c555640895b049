"""Discovery over a finished sweep: which of its points are of interest, and in which boxes they lie.

A case is a design point, not a run: runs of one point are no evidence independent of one another, nor are, with common draws, runs
of one replicate. A point is of interest if the condition holds in at least ``share`` of its runs.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.discovery.boxes import (
    ENOUGH_REPLICATES,
    LEAST,
    LEAST_REPLICATES,
    Box,
    enough,
    find_boxes,
    of_interest,
)
from analysis.discovery.tree import find_leaves
from analysis.sweep_outcomes import point_values, read_outcome
from sim.errors import NcrError
from sim.sweep.drawn import about_parameters

OUTCOME, SHARE = "soft_bloc", 0.5
BOXES = "boxes.csv"


@dataclass(frozen=True)
class Discovery:
    """boxes: by PRIM. leaves: of the tree. notes: what a reader must be told. facts: what was asked, and of how many points."""

    boxes: list[Box]
    leaves: list[Box]
    notes: list[str]
    facts: dict

    @property
    def looked(self) -> bool:
        """Whether there were points enough, of interest and others, to look for boxes."""
        return min(self.facts["interest"], self.facts["points"] - self.facts["interest"]) >= LEAST

    def frame(self) -> pd.DataFrame:
        """One row a restriction: found by (box, leaf), its number, axis, above, value, quasi_p, and the measures of the box.

        confirmed: empty for leaves, which are not tried so; doubt: why a box is not.
        """
        rows = []
        for kind, boxes in (("box", self.boxes), ("leaf", self.leaves)):
            for number, box in enumerate(boxes, start=1):
                measures = {name: getattr(box, name) for name in MEASURES}
                measures |= {"confirmed": box.confirmed if kind == "box" else None, "doubt": box.doubt}
                rows += [{"kind": kind, "number": number, **limit.__dict__, **measures} for limit in box.limits]
        return pd.DataFrame(
            rows, columns=["kind", "number", "axis", "above", "value", "quasi_p", *MEASURES, "confirmed", "doubt"]
        )


MEASURES = ("points", "interest", "coverage", "density", "out_coverage", "out_density", "p", "p_points")


def discover(
    results,
    outcome: str = OUTCOME,
    *,
    share: float = SHARE,
    least_density: float | None = None,
    seed: int | None = None,
) -> Discovery:
    """Boxes and leaves of a finished sweep in which ``outcome`` holds.

    outcome: a true/false column of its rows, or a condition such as ``bloc_index>0.2`` or ``class>=4``. share: 0–1, of the runs of a
    point that did not fail. least_density: see ``find_boxes``. seed: of the parts that the search leaves out (default: the
    sweep's). Raises NcrError for an outcome that is no condition, an unfinished sweep and Morris' trajectories.
    """
    m = results.manifest
    condition = read_outcome(outcome)
    if not condition.binary:
        raise NcrError(f"`{outcome}` is a number, not a condition; write for example `{outcome}>0.2`")
    for name, value in (("share", share), ("density", least_density)):
        if value is not None and not 0 < value <= 1:
            raise NcrError(f"{name} {value:g}: write a number above 0, at most 1")
    if m["identity"]["design"]["kind"] == "morris":
        raise NcrError(
            f"{results.folder}: the points of Morris' trajectories stand in each other's way; discovery needs points of their own: "
            "sweep a latin_hypercube"
        )
    values = point_values(results, condition, failed="leave")
    ran = np.isfinite(values)
    keep, notes = independent(results), []
    failed = keep & ~ran.any(axis=1)
    if failed.any():
        notes.append(f"{failed.sum()} points of which every run failed are left out; failures are no answer about them")
    keep &= ran.any(axis=1)
    if not keep.any():
        raise NcrError(f"{results.folder}: every run failed; `ncr sweep` says why")
    shares = np.where(ran, values, 0)[keep].sum(axis=1) / ran[keep].sum(axis=1)
    interest = of_interest(values[keep], share)
    seed = m["seed"] if seed is None else seed
    x = results.design.loc[keep, results.axes]
    facts = {
        "sweep": m["sweep"], "scenario": m["scenario"], "axes": results.axes, "outcome": condition.name, "share": share,
        "least_density": least_density, "replicates": m["replicates"], "points": int(keep.sum()), "interest": int(interest.sum()),
        "runs_share": float(values[keep][ran[keep]].mean()), "highest_share": float(shares.max()), "seed": seed,
        "halves_of_draws": halves_of_draws(m), "parameters": about_parameters(m),
        "names": m["names"],
    }  # fmt: skip
    notes += _about(m, condition.name, shares, interest)
    shared = None if m["identity"]["independent"] else values[keep]
    boxes = find_boxes(x, interest, least_density=least_density, seed=seed, shared=shared, share=share)
    leaves = find_leaves(x, interest, seed=seed)
    return Discovery(boxes, leaves, notes, facts)


def independent(results) -> np.ndarray:
    """(points,) bool: those that stand by themselves; of Saltelli's layout the two base samples."""
    m = results.manifest
    keep = np.ones(m["points"], bool)
    if m["identity"]["design"]["kind"] == "sobol":
        rows = m["points"] // m["identity"]["design"]["base"]
        keep = np.isin(np.arange(m["points"]) % rows, (0, rows - 1))
    return keep


def _about(m: dict, name: str, shares: np.ndarray, interest: np.ndarray) -> list[str]:
    notes = []
    if len(shares) < 2 * LEAST:
        notes.append(
            f"{len(shares)} points are too few to look for conditions: {LEAST} with it and {LEAST} without are needed"
        )
    elif not interest.any() and shares.max() > 0:
        bar = np.floor(100 * np.sort(shares)[-LEAST]) / 100  # the highest share that enough points reach
        hint = f": `ncr discover` with --share {bar:.2g} asks for less" if bar > 0 and enough(shares >= bar) else ""
        notes.append(f"no point has it in so many of its runs; the highest share is {shares.max():.0%}{hint}")
    elif not enough(interest):
        few = "without" if interest.sum() > (~interest).sum() else "with"
        number = int(min(interest.sum(), (~interest).sum()))
        notes.append(f"{number} points {few} it are too few to look for conditions; {LEAST} are needed")
    if not m["identity"]["independent"]:
        notes.append(_of_shared_draws(m["replicates"]))
    return notes


def halves_of_draws(m: dict) -> bool:
    """Whether points share draws and have replicates enough to search in one half of the draws and try on the other."""
    return not m["identity"]["independent"] and m["replicates"] >= LEAST_REPLICATES


def _of_shared_draws(replicates: int) -> str:
    """What a reader must know of a sweep whose points share the draws of a replicate."""
    if replicates >= LEAST_REPLICATES:
        return "points share draws: boxes are tried on draws that their search had not seen, the tree is not"
    had = "the same single draw" if replicates == 1 else f"the same {replicates} draws"
    return (
        f"every point had {had}, so a lucky draw makes the same points alike on both sides: p is no test here and what is found holds for "
        f"these draws; sweep with `independent: true`, or with {ENOUGH_REPLICATES} replicates ({LEAST_REPLICATES} at least)"
    )

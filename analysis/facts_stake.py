"""In which runs a fact could fail at all. One that holds only where it could not fail is met vacuously, and does not count."""

from collections.abc import Callable

import numpy as np

from analysis.runs import ZOMBIE, Runs

AtStake = Callable[[Runs], np.ndarray]


def nowhere(runs: Runs) -> np.ndarray:
    """In no run: the coding decides (``facts_a.KEPT``)."""
    return np.zeros(len(runs), bool)


def was_in(body: str, code: str, before: str) -> AtStake:
    """An exit needs an entry: the state was a full member in a quarter up to ``before``."""
    return lambda runs: runs.full(body, code, (runs.first, before)).any(axis=1)  # type: ignore[return-value]  # a range: (R,)


def one_meets(bodies: tuple[str, ...], last: str) -> AtStake:
    """One of the bodies had members in a quarter up to ``last``, so that it could deepen."""
    return lambda runs: np.any(
        [(runs.vitality(body, (runs.first, last)) >= ZOMBIE).any(axis=1) for body in bodies], axis=0
    )


def had_depth(body: str, quarters: tuple[str, ...], dip: float) -> AtStake:
    """The body had a mean depth above ``dip``, so that it could fall by as much, in the quarter before one of ``quarters``."""

    def holds(runs: Runs) -> np.ndarray:
        before = [runs.at(quarter) - 1 for quarter in quarters]
        return (runs.depths[:, before, runs.organisation(body)].mean(axis=-1) > dip).any(axis=1)

    return holds

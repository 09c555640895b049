"""The model for the tools of others: a problem and a function for SALib, a function and a ``Model`` for ema_workbench.

>>> model = PointModel("scenarios/historical.yaml", {"w_threat": "prior", "us_retrenchment": {"low": 0, "high": 2}})
>>> model(w_threat=2.0, us_retrenchment=1.0)  # doctest: +SKIP
{'bloc_index': 0.06}
>>> model.problem["bounds"]  # for any SALib.sample
[[1.0, 3.0], [0.0, 2.0]]
"""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.ema import workbench
from analysis.sweep_outcomes import FailedRun, Outcome, point_values, read_outcome
from sim.engine import checked_table
from sim.errors import NcrError
from sim.scenario.reading import suggestion
from sim.scenario.schema import Scenario
from sim.sweep.identity import identity
from sim.sweep.runner import job_of, run_sweep
from sim.sweep.schema import Sweep
from sim.sweep.work import Block, Worker

KEY = "a model of one's own"  # its worker writes no shard, so no other needs to tell it apart


class PointModel:
    """A scenario as a function of a few axes.

    scenario: a Scenario or the path of one. axes: as in a sweep, by name; `"prior"`, {"low": …, "high": …} or {"values": […]}.
    outcomes: columns of a sweep's rows or conditions on them (docs/tables.md). replicates: runs of a point, the same draws at
    all. seed: of runs (default: the scenario's; 0 is a seed). parameters: a row of parameters for each replicate, as for
    ``sweep`` (default: the scenario's in all runs). Raises NcrError for what does not exist or does nothing.
    """

    def __init__(
        self,
        scenario,
        axes: dict,
        outcomes: Sequence[str] = ("bloc_index",),
        *,
        replicates: int = 4,
        seed: int | None = None,
        parameters: np.ndarray | None = None,
    ):
        self.scenario = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
        self.outcomes: list[Outcome] = [read_outcome(text) for text in outcomes]
        if not self.outcomes:
            raise NcrError("a model needs at least one outcome")
        settings = {"replicates": replicates} | ({} if seed is None else {"seed": seed})
        self.plan = Sweep.make(
            self.scenario, title="Points", design={"kind": "latin_hypercube", "points": 2}, axes=axes, **settings
        )
        self.parameters = None if parameters is None else checked_table(parameters)
        self._worker: Worker | None = None

    def __call__(self, **values: float) -> dict[str, float]:
        """Mean of each outcome over the replicates at one point. NcrError for a wrong axis, FailedRun where a run failed."""
        names = list(self.plan.axes)
        for name in values:
            if name not in names:
                raise NcrError(f"no axis is called `{name}`; {suggestion(name, names)}")
        if missing := [name for name in names if name not in values]:
            raise NcrError(f"no value is given for {', '.join(missing)}")
        for name, value in values.items():
            if not isinstance(value, (int, float, np.number)) or not np.isfinite(value):
                raise NcrError(f"{name}: {value!r} is not a finite number")
        if self._worker is None:
            self._worker = Worker(job_of(self.plan, KEY, identity(self.plan), self.parameters))
        point = np.array([[float(values[name]) for name in names]])
        table = self._worker.rows(Block(0, self.plan.replicates, point)).to_pandas()
        failed = table[table["status"] != "ok"]
        if len(failed):
            raise FailedRun(f"replicate {failed['replicate'].iloc[0]} at {values} failed: {failed['reason'].iloc[0]}")
        means = {outcome.name: float(outcome.of(table).mean()) for outcome in self.outcomes}
        for name, mean in means.items():
            if not np.isfinite(mean):
                raise FailedRun(f"{name} at {values} is not a finite number")
        return means

    def evaluate(self, points, *, threads: int | None = None, means: bool = True) -> np.ndarray:
        """Outcomes at many points at once, with all cores: (points,) of one outcome, (points, outcomes) of several.

        points: (points, axes), columns in the order of ``problem["names"]``. means: False gives every replicate as a last
        dimension, which is what ``analysis.sensitivity`` needs to tell noise from effect. Raises like ``__call__``.
        """
        names = list(self.plan.axes)
        try:
            points = np.asarray(points, float)
        except (TypeError, ValueError) as error:
            raise NcrError(f"points: not a table of numbers ({error})") from None
        if points.ndim != 2 or points.shape[1] != len(names):
            raise NcrError(f"points: shape {points.shape} given, (points, {len(names)}) wanted: {', '.join(names)}")
        table = pd.DataFrame(points, columns=names)
        plan = Sweep.make(
            self.scenario, title="Points", table=table, replicates=self.plan.replicates, seed=self.plan.seed
        )
        results = run_sweep(plan, threads=threads, parameters=self.parameters)
        values = [point_values(results, outcome) for outcome in self.outcomes]
        stacked = np.stack([each.mean(axis=1) if means else each for each in values], axis=1)
        return stacked[:, 0] if len(self.outcomes) == 1 else stacked

    @property
    def problem(self) -> dict:
        """What SALib calls a problem. NcrError for an axis of listed values, from which SALib cannot draw."""
        for axis in self.plan.axes.values():
            if axis.values:
                raise NcrError(f"{axis.name}: SALib draws from ranges, not from listed values; state low and high")
        bounds = [[axis.low, axis.high] for axis in self.plan.axes.values()]
        return {"num_vars": len(bounds), "names": list(self.plan.axes), "bounds": bounds}

    def ema_model(self, name: str = "ncrsim"):
        """An ``ema_workbench.Model`` with an uncertainty for each axis; dots and signs in names become underscores."""
        ema = workbench()
        model = ema.Model(name, function=self)
        model.uncertainties = [
            ema.CategoricalParameter(_identifier(axis.name), axis.values, variable_name=axis.name)
            if axis.values
            else ema.RealParameter(_identifier(axis.name), axis.low, axis.high, variable_name=axis.name)
            for axis in self.plan.axes.values()
        ]
        model.outcomes = [ema.ScalarOutcome(_identifier(one.name), variable_name=one.name) for one in self.outcomes]
        return model

    def __getstate__(self) -> dict:
        return self.__dict__ | {"_worker": None}  # buffers stay where they are when a model goes to another process


def _identifier(name: str) -> str:
    return re.sub(r"\W+", "_", name)

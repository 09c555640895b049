"""Sweeps: many runs of one scenario over a design of levers, parameters and attributes.

>>> from sim import sweep
>>> results = sweep("scenarios/sweeps/retrenchment_overstretch.yaml", out="out/sweep")  # doctest: +SKIP
>>> results.mean("bloc_index")  # doctest: +SKIP

``sweep`` is this package and can be called: see ``sim.sweep.runner.run_sweep`` for what it takes. ``sweep.Sweep`` makes
and loads sweeps, ``sweep.load(folder)`` reads what one gave.
"""

import importlib
import sys
from types import ModuleType

_HOMES = {"Sweep": "sim.sweep.schema", "SweepResults": "sim.sweep.results", "inert_levers": "sim.sweep.inert"}
__all__ = ["Sweep", "SweepResults", "inert_levers", "load"]


def load(folder):
    """What a sweep gave: ``SweepResults.load``."""
    return importlib.import_module("sim.sweep.results").SweepResults.load(folder)


def __getattr__(name):
    # Imported when asked for, as in sim: `ncr --help` must not pay for numba and pandas.
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'sim.sweep' has no attribute {name!r}")


class _Callable(ModuleType):
    """A module that can be called: `from sim import sweep` must give the function, and sim.sweep be the package."""

    def __call__(self, *arguments, **options):
        return importlib.import_module("sim.sweep.runner").run_sweep(*arguments, **options)


sys.modules[__name__].__class__ = _Callable

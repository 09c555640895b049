"""ncr-sim: agent-based simulation of alignment among states (neoclassical realism, Type III).

>>> from sim import Scenario, simulate
>>> results = simulate(Scenario.load("scenarios/historical.yaml"), replicates=20, seed=1)  # doctest: +SKIP
"""

import importlib

__version__ = "0.1.0"
_HOMES = {
    "GeopoliticalModel": "sim.model",
    "Results": "sim.results",
    "Scenario": "sim.scenario.schema",
    "simulate": "sim.engine",
}
__all__ = ["GeopoliticalModel", "Results", "Scenario", "__version__", "simulate", "sweep"]


def __getattr__(name):
    # Imported when asked for: `ncr --help` must not pay for numba and pandas.
    if name == "sweep":
        return importlib.import_module("sim.sweep")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")

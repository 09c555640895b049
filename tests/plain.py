"""The rules as plain Python, in the same process as the compiled ones: nothing to compile, every line to step through.

``from plain import rules`` gives the modules of ``sim.rules`` with a decorator that does nothing. That compiled rules
give the same bits is shown once, in ``test_determinism.py``, for whole runs.
"""

import importlib
import sys
from types import ModuleType, SimpleNamespace

NAMES = (
    "arithmetic", "draws", "environment", "perception", "decision_terms", "decision", "decision_intents", "implementation", "poles",
    "corridors", "organisations", "deepening", "leaders", "feedback",
)  # fmt: skip


def _ours(name):
    return name == "sim.rules" or name.startswith("sim.rules.")


def _load():
    import sim

    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if _ours(name)}
    attribute = sim.__dict__.pop("rules", None)
    undecorated = ModuleType("sim.rules.compiled")
    undecorated.compiled = undecorated.woven = lambda function: function
    try:
        importlib.import_module("sim.rules")
        sys.modules["sim.rules.compiled"] = undecorated
        return SimpleNamespace(**{name: importlib.import_module(f"sim.rules.{name}") for name in NAMES})
    finally:
        for name in [name for name in sys.modules if _ours(name)]:
            del sys.modules[name]
        sys.modules.update(kept)
        sim.__dict__.pop("rules", None)
        if attribute is not None:
            sim.rules = attribute


rules = _load()

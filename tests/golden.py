"""Golden numbers of a few runs; ``python tests/golden.py`` renews them after a change that is meant.

A renewal goes with an entry *numbers change* in CHANGELOG.md.
"""

import hashlib
import json
from pathlib import Path

import numpy as np

from sim.engine import Engine
from sim.scenario.compile import compile_scenario
from sim.scenario.schema import Scenario

ROOT = Path(__file__).resolve().parent.parent
FILE = Path(__file__).with_name("golden.json")
SCENARIOS = ("scenarios/teaching/twelve.yaml", "scenarios/historical.yaml", "scenarios/historical_1992.yaml")
REPLICATES = (0, 17)


def numbers() -> dict:
    """For each scenario and replicate: classes, a few sums to read, and a hash of every recorded bit."""
    found = {}
    for path in SCENARIOS:
        compiled = compile_scenario(Scenario.load(ROOT / path))
        engine = Engine(compiled)
        for replicate in REPLICATES:
            recording = engine.run(compiled.parameters, compiled.seed, replicate, ties=True)
            digest = hashlib.sha256()
            for name, array in recording._asdict().items():
                digest.update(name.encode() + np.ascontiguousarray(array).tobytes())
            found[f"{path} replicate {replicate}"] = {
                "window_class": recording.window_class.tolist(),
                "bloc_index": recording.window_bloc_index[-1],
                "tie": float(recording.tie.astype(float).sum()),
                "depth": float(recording.depth.astype(float).sum()),
                "members": int((recording.membership[-1] == 2).sum()),
                "bits": digest.hexdigest(),
            }
    return found


if __name__ == "__main__":
    FILE.write_text(json.dumps(numbers(), indent=1) + "\n")

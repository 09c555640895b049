"""The same bits on every processor: vectorised for this machine, or compiled for any x86-64 or ARM.

The passes that vectorise are compiled twice, each in a process of its own, and fed the same numbers. Whole runs take
minutes to compile again; ``python tests/test_processors.py scenarios/historical.yaml`` prints the hash of their recordings,
to be compared between machines or with ``NUMBA_CPU_NAME=generic NUMBA_CPU_FEATURES=``.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
ANY = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}


def passes() -> str:
    """Hash of what the vectorised passes make of random numbers, on 19 states: no multiple of a vector's width."""
    from sim.rules import decision_intents, environment, implementation, perception

    n, draw = 19, np.random.default_rng(1)
    pairs = draw.random((12, n, n))
    each = draw.random((8, n))
    out = np.zeros((6, n, n))
    decision_intents.weigh(
        pairs[0], pairs[1], pairs[2], pairs[3], each[0], each[1], each[2] - 0.5, -0.08, 0.3, 0.05 + each[3], out[0]
    )
    into = np.array([0.0, 0.3, 0.3, 0.4])
    decision_intents.add_tie_benefits(pairs[0], pairs[1], pairs[2], pairs[3], into, 0.45, each[0], 0.6, each[1], out[0])
    environment.exposure(20.0 * draw.random((5, n)), draw.random((5, n)), 1.6, out[1][:5])
    environment.reach(draw.random(5), draw.random(5), draw.random(5), out[1][:5].copy(), 3.0, out[2][:5])
    perception.perception_noise(0.8, np.uint64(7), 3, 11, np.arange(1, n + 1, dtype=np.uint32), out[3][:5])
    consent, lock_in = pairs[4:8].copy(), pairs[8:12].copy()
    implementation.build_ties(consent, draw.random((4, n)), lock_in, 0.2, 0.1, np.ones(n, np.bool_), pairs[:4])
    return hashlib.sha256(out.tobytes() + pairs.tobytes()).hexdigest()


def whole_runs(path: str) -> str:
    """Hash of the recordings of three replicates of a scenario."""
    from sim.engine import Engine
    from sim.scenario.compile import compile_scenario
    from sim.scenario.schema import Scenario

    compiled = compile_scenario(Scenario.load(path))
    engine, digest = Engine(compiled), hashlib.sha256()
    for replicate in range(3):
        for array in engine.run(compiled.parameters, compiled.seed, replicate, ties=True):
            digest.update(array.tobytes())
    return digest.hexdigest()


def elsewhere(environment: dict) -> str:
    process = subprocess.run(
        [sys.executable, __file__], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return process.stdout.strip()


def test_generic_and_vectorised_code_give_the_same_bits(tmp_path):
    assert elsewhere(ANY | {"NUMBA_CACHE_DIR": str(tmp_path)}) == passes()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    print(whole_runs(sys.argv[1]) if len(sys.argv) > 1 else passes())

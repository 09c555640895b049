"""Compile the rules ahead of the first run: ``python -m sim.warm SCENARIO``. Done once at set-up, kept in the cache.

Two processes compile the two independent halves of a run at the same time; the whole then takes them from the cache.
Any scenario will do: types do not depend on its size.
"""

import subprocess
import sys

import numpy as np

from sim.engine import Engine
from sim.handles import handle
from sim.quarter import dated, decision_stage, prepare, run_quarter
from sim.recording import blank_recording
from sim.run import observe
from sim.scenario.compile import compile_scenario
from sim.scenario.schema import Scenario

HALVES = ("quarter", "outcomes")


def warm(path: str, part: str) -> None:
    """Compile one of HALVES, or else the whole, and leave it in the cache."""
    compiled = compile_scenario(Scenario.load(path))
    engine = Engine(compiled)
    world, drivers, situation, work, watch = (
        engine.world, engine.drivers, engine.situation_handle, engine.work, engine.watch,
    )  # fmt: skip
    seed, parameters = np.uint64(compiled.seed), handle(compiled.parameters)
    if part == "quarter":
        prepare(world, drivers, parameters, situation, work)
        run_quarter(world, drivers, parameters, seed, 0, 0, 0, 1, situation, work)
    elif part == "outcomes":
        # the other half is the longer one, and comes to decisions late enough to find them in the cache
        decision_stage(world, drivers, parameters, 0, dated(drivers, 0), situation, work)
        recording = handle(blank_recording(*engine.size, len(compiled.quarters)))
        observe(world, drivers, 0, seed, 0, engine.thresholds, situation, work, watch, recording)
    else:
        engine.run(compiled.parameters, compiled.seed, 0)


def main() -> int:
    """Compile both halves side by side, then the whole, which takes them from the cache."""
    path = sys.argv[1]
    if len(sys.argv) > 2:
        warm(path, sys.argv[2])
        return 0
    processes = [subprocess.Popen([sys.executable, "-m", "sim.warm", path, half]) for half in HALVES]
    if any([process.wait() for process in processes]):
        return 1
    warm(path, "whole")
    return 0


if __name__ == "__main__":
    sys.exit(main())

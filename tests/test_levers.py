"""No lever and no knock-out does nothing: each changes some number in some shipped scenario."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.engine import Engine, simulate
from sim.scenario.compile import compile_scenario
from sim.scenario.knockouts import KNOCKOUTS
from sim.scenario.schema import OFFSETS, Scenario

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = tuple(
    ROOT / "scenarios" / name
    for name in ("teaching/twelve.yaml", "teaching/twelve_direct.yaml", "historical_1992.yaml", "historical.yaml")
)
REPLICATES = 3
_seen: dict = {}


scenario = cache(Scenario.load)  # reading a file takes ten times as long as compiling it


def recordings(path, frozen=False, **changes):
    """Recordings of a few replicates of a scenario with ``changes``."""
    key = (path, frozen, repr(changes))
    if key not in _seen:
        compiled = compile_scenario(scenario(path).replace(**changes), frozen)
        engine = Engine(compiled)
        _seen[key] = [engine.run(compiled.parameters, compiled.seed, r, ties=True) for r in range(REPLICATES)]
    return _seen[key]


def same(ones, others):
    return all(
        np.array_equal(a, b) for one, other in zip(ones, others, strict=True) for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("name", sorted(KNOCKOUTS))
def test_every_knockout_changes_something(name):
    assert any(not same(recordings(path), recordings(path, knockouts=[name])) for path in SCENARIOS)


def test_every_lever_changes_something():
    """In one scenario at least of the world that has it: not every scenario moves every path."""
    inert = {(scenario(path).world.title, lever) for path in SCENARIOS for lever in scenario(path).levers}
    for path in SCENARIOS:
        for lever in scenario(path).levers:
            key = (scenario(path).world.title, lever)
            changed = {lever: 0.1 if lever in OFFSETS else 0.0}
            if key in inert and not same(recordings(path), recordings(path, levers=changed)):
                inert.remove(key)
    assert not inert


@pytest.mark.parametrize("path", [path for path in SCENARIOS if "direct" not in path.name], ids=lambda path: path.stem)
def test_all_levers_at_zero_are_the_frozen_twin(path):
    levers = {name: 0.0 for name in scenario(path).levers}
    assert same(recordings(path, levers=levers), recordings(path, frozen=True))
    assert not same(recordings(path), recordings(path, frozen=True))


def test_a_lever_at_one_is_the_path_as_coded():
    path = SCENARIOS[0]
    levers = {name: 1.0 for name in scenario(path).levers if name not in OFFSETS}
    assert same(recordings(path, levers=levers), recordings(path))


def test_a_supporters_retreat_narrows_the_room_through_counterbalance_alone():
    """What docs/format.md says of us_retrenchment: the United States minds no ties, so only what it cancels of others' reach can go."""
    historical = Scenario.load(ROOT / "scenarios/historical.yaml")

    def room(retrenchment, **parameters):
        scenario = historical.replace(levers={"us_retrenchment": retrenchment}, parameters=parameters)
        states = simulate(scenario, replicates=1, twin=False).states
        return states.loc[states["quarter"] == states["quarter"].max(), "permissiveness"].to_numpy()

    assert all(room(0) > room(1)) and all(room(1) > room(1.5))
    assert (room(0, counterbalance=0) == room(1.5, counterbalance=0)).all()

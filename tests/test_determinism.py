"""The same scenario and seed give the same bits: by threads, by order, by who else exists, compiled or not."""

import ast
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from worlds import random_world

from sim.engine import Engine, run_all
from sim.rules import compiled as compiling
from sim.rules.draws import state_key
from sim.scenario.compile import Compiled, compile_scenario
from sim.scenario.schema import Scenario
from sim.world import Drivers, Situation, World

ROOT = Path(__file__).parents[1]
N, P, T, ORGANISATIONS = 6, 3, 11, 4
M = ORGANISATIONS + 4
STATES_AXIS, THREAT_AXIS = N, N + P  # no other axis has these sizes, nor one more


EAGER = {"threshold_base": -0.7, "coercion_rate": 5.0, "found_rate": 1.0, "rung_rate": 3.0, "resistance_bar": 1.5}


def small(seed=0, **changes):
    """A Compiled without a file: 6 states, 3 poles, 11 quarters, and so eager that everything happens in them."""
    world, drivers, initial, parameters = random_world(N, P, T, ORGANISATIONS, seed)
    world.tolerance[:] = 0.02
    drivers.turnover_hazard[:] = 0.1
    drivers.crisis[3:5, 0] = drivers.punishment[4, 1] = 1.0
    drivers.leader_change[6, :2] = [1, 2]
    changes = EAGER | changes
    names = [tuple(f"{kind}{k}" for k in range(size)) for kind, size in (("S", N), ("P", P), ("O", M))]
    return Compiled(
        world, drivers, initial, parameters._replace(**changes), *names, tuple(range(8000, 8000 + T)), 1, 0, ()
    )


def differing(one, other):
    """Names of the arrays of two named tuples that are not the same to the bit."""
    return [name for name in one._fields if getattr(one, name).tobytes() != getattr(other, name).tobytes()]


def same(ones, others):
    assert len(ones) == len(others)
    return all(not differing(one, other) for one, other in zip(ones, others, strict=True))


@pytest.fixture(scope="module")
def compiled():
    return small()


@pytest.fixture(scope="module")
def twenty(compiled):
    """Recordings of replicates 0–19, in order, one thread."""
    return run_all(compiled, [(r, compiled.parameters) for r in range(20)], ties=True, threads=1)


def test_the_runs_compared_here_are_alive(twenty):
    def seen(name):
        return set(np.concatenate([getattr(recording, name).ravel() for recording in twenty]).tolist())

    assert seen("failure") == {0} and max(seen("tie")) > 0.4
    assert seen("coerced") == {0, 1, 2} and seen("leader_change") == {0, 1, 2, 3}
    assert seen("rung") >= {0, 1} and seen("membership") >= {0, 2}
    assert any(recording.membership[:, ORGANISATIONS:].any() for recording in twenty)  # something was founded
    assert len({recording.alignment.tobytes() for recording in twenty}) == 20


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_nothing(compiled, twenty, threads):
    assert same(run_all(compiled, [(r, compiled.parameters) for r in range(20)], ties=True, threads=threads), twenty)


def test_a_replicate_alone_is_the_replicate_among_others(compiled, twenty):
    assert same(run_all(compiled, [(17, compiled.parameters)], ties=True), [twenty[17]])
    order = [3, 17, 0, 11, 3]
    again = run_all(compiled, [(r, compiled.parameters) for r in order], ties=True, threads=2)
    assert same(again, [twenty[r] for r in order])


def test_what_is_recorded_changes_nothing(compiled, twenty):
    brief = run_all(compiled, [(4, compiled.parameters)], series=False)[0]
    for name in ("window_class", "window_organisation", "window_bloc_index", "organisation_class"):
        assert np.array_equal(getattr(brief, name), getattr(twenty[4], name))


def test_every_bit_of_the_seed_counts(compiled):
    seeds = [0, 1, 2**32, 2**32 + 1, 2**63, 2**64 - 1]
    engine = Engine(compiled)
    found = {seed: engine.run(compiled.parameters, seed, 0).alignment.tobytes() for seed in seeds}
    assert len(set(found.values())) == len(seeds)
    assert engine.run(compiled.parameters, 0, 0).alignment.tobytes() == found[0]


# Who else exists ----------------------------------------------------------------------------------------------------


def with_a_state(compiled, place, exists=True):
    """``compiled`` with one more state at ``place``: no dyad, no capability, no wish for anything, no effect."""

    def grown(name, array):
        if name == "perception_noise":
            return np.insert(array, place, 0, axis=1)
        if not isinstance(array, np.ndarray):
            return array
        for axis, size in enumerate(array.shape):
            if size in (STATES_AXIS, THREAT_AXIS):
                array = np.insert(array, place, 0, axis=axis)
        return np.ascontiguousarray(array)

    parts = [
        type(record)(**{name: grown(name, value) for name, value in record._asdict().items()})
        for record in (compiled.world, compiled.drivers, compiled.initial)
    ]
    world, drivers, initial = parts
    nodes = {name: getattr(world, name) for name in ("segment_from", "segment_to", "asset_from", "asset_to")}
    world = world._replace(**{name: node + (node >= place) for name, node in nodes.items()})
    world.state_keys[place] = state_key("ISOLATED")
    drivers.exists[:, place] = exists
    drivers.veto_points[:, place] = 1.0
    drivers.administration[:, :, place] = drivers.extraction[:, place] = 0.5
    drivers.turnover_hazard[:, place] = 0.1
    states = compiled.states[:place] + ("ISOLATED",) + compiled.states[place:]
    return compiled._replace(world=world, drivers=drivers, initial=initial, states=states)


def without_the_state(situation, place):
    kept = {}
    for name, array in situation._asdict().items():
        for axis, size in enumerate(array.shape):
            if size in (STATES_AXIS + 1, THREAT_AXIS + 1) and not (name == "perception_noise" and axis == 0):
                array = np.delete(array, place, axis=axis)
        kept[name] = array
    return Situation(**kept)


def end_of(compiled, seed=1, replicate=0):
    engine = Engine(compiled)
    assert not engine.run(compiled.parameters, seed, replicate).failure.any()
    return Situation(*(array.copy() for array in engine.situation))


@pytest.mark.parametrize("place", [0, 2, N])
@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("replicate", [0, 5])
def test_an_isolated_state_changes_nothing_for_the_others(place, exists, replicate):
    # Biases are centred over the cast (rule 10), so they are set to 0 where the newcomer belongs to it.
    changes = {"leader_bias": 0.0, "culture_bias": 0.0} if exists else {}
    compiled = small(**changes)
    more = end_of(with_a_state(compiled, place, exists), replicate=replicate)
    assert differing(without_the_state(more, place), end_of(compiled, replicate=replicate)) == []


def test_an_isolated_state_changes_no_draws_of_the_others(compiled):
    more = without_the_state(end_of(with_a_state(compiled, 2)), 2)
    assert more.perception_noise.tobytes() == end_of(compiled).perception_noise.tobytes()


def test_two_scenarios_with_one_seed_share_their_draws(compiled):
    other = compiled._replace(drivers=compiled.drivers._replace(policing=0.5 * compiled.drivers.policing))
    one, two = end_of(compiled), end_of(other)
    assert one.perception_noise.tobytes() == two.perception_noise.tobytes()
    assert one.tie.tobytes() != two.tie.tobytes()


# Burn-in and twin ---------------------------------------------------------------------------------------------------


def test_both_arms_of_a_pair_share_the_burn_in():
    scenario = Scenario.load(ROOT / "scenarios" / "teaching" / "twelve.yaml")
    arms = [compile_scenario(scenario, frozen=frozen) for frozen in (False, True)]
    tasks = [(replicate, arms[0].parameters) for replicate in range(2)]
    for real, twin in zip(*(run_all(arm, tasks, ties=True, threads=1) for arm in arms), strict=True):
        series = [name for name in real._fields if getattr(real, name).shape[:1] == real.alignment.shape[:1]]
        assert {"tie", "pole_tie", "depth", "perceived_permissiveness"} <= set(series)
        assert [name for name in series if getattr(real, name)[0].tobytes() != getattr(twin, name)[0].tobytes()] == []
        assert real.tie[-1].tobytes() != twin.tie[-1].tobytes()


def test_burn_in_reads_nothing_after_the_start(compiled):
    later = {name: array.copy() for name, array in compiled.drivers._asdict().items()}
    draw = np.random.default_rng(0)
    for array in later.values():
        if array.dtype == float:
            array[1:] = draw.permuted(array[1:], axis=-1)
    changed = compiled._replace(drivers=Drivers(**later))
    one, two = (run_all(c, [(0, c.parameters)], ties=True)[0] for c in (compiled, changed))
    assert one.tie[0].tobytes() == two.tie[0].tobytes() and one.alignment[0].tobytes() == two.alignment[0].tobytes()
    assert one.tie[-1].tobytes() != two.tie[-1].tobytes()


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="plain Python raises at the first NaN")
def test_a_value_that_is_not_finite_ends_the_run_and_names_the_rule(compiled):
    drivers = {name: array.copy() for name, array in compiled.drivers._asdict().items()}
    drivers["need"][5, 1] = np.nan
    recording = run_all(compiled._replace(drivers=Drivers(**drivers)), [(0, compiled.parameters)])[0]
    assert recording.failure.tolist() == [14, 5]


def test_inputs_are_left_as_they_were(compiled):
    fresh = small()
    for kind in (World, Drivers, Situation):
        mine, untouched = (next(part for part in c if isinstance(part, kind)) for c in (compiled, fresh))
        assert all(np.array_equal(one, other) for one, other in zip(mine, untouched, strict=True))


# Compiled and plain -------------------------------------------------------------------------------------------------


def whole_runs() -> str:
    """Hash of three whole runs, every tie of them, and of where each ended."""
    digest = hashlib.sha256()
    for seed in range(3):
        c = small(seed)._replace(seed=seed)
        for array in (*run_all(c, [(seed, c.parameters)], ties=True, threads=1)[0], *end_of(c, 2**63 + seed, seed)):
            digest.update(array.tobytes())
    return digest.hexdigest()


def output(code, folder=ROOT, **environment):
    path = os.pathsep.join([str(folder), str(ROOT / "tests")])
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=os.environ | {"PYTHONPATH": path} | environment,
        capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_compiled_and_plain_rules_give_the_same_bits():
    """This process is the one, a second process the other."""
    other = str(1 - numba.config.DISABLE_JIT)
    code = "import numba, test_determinism; print(numba.config.DISABLE_JIT, test_determinism.whole_runs())"
    assert output(code, NUMBA_DISABLE_JIT=other) == f"{other} {whole_runs()}"


CHAIN = """
import numpy as np
from sim.rules.compiled import source_hash
from sim.rules.environment import reach
out = np.zeros((1, 1))
reach(np.ones(1), np.ones(1), np.ones(1), np.ones((1, 1)), 1.0, out)
print(source_hash(), out[0, 0].hex())
"""


def test_an_edit_of_a_rule_is_never_answered_from_the_cache(tmp_path):
    package = tmp_path / "sim"
    shutil.copytree(ROOT / "sim", package, ignore=shutil.ignore_patterns("__pycache__"))
    callee = package / "rules" / "arithmetic.py"
    original = callee.read_text(encoding="utf-8")

    def result():
        cache = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "NUMBA_CACHE_DIR": ""}
        return output(CHAIN, tmp_path, NUMBA_DISABLE_JIT="0", **cache).split()

    first = result()
    assert original.count("LN2_LOW = 1.90821492927058770002e-10") == 1
    callee.write_text(original.replace("LN2_LOW = 1.9", "LN2_LOW = 1e6 + 1.9"), encoding="utf-8")
    edited = result()
    callee.write_text(original, encoding="utf-8")
    restored = result()
    assert edited[0] != first[0] and edited[1] != first[1]  # environment.py itself, where reach stands, was not touched
    assert restored == first
    assert float.fromhex(first[1]) == pytest.approx(1 - np.exp(-1))


def test_the_cache_is_keyed_by_every_file_that_compiled_code_depends_on(tmp_path):
    package = tmp_path / "sim"
    shutil.copytree(ROOT / "sim", package, ignore=shutil.ignore_patterns("__pycache__"))
    before = compiling.source_hash(package)
    (package / "cli.py").write_text("# what prints does not compute\n", encoding="utf-8")
    assert compiling.source_hash(package) == before
    for file in compiling.sources(package):
        text = file.read_bytes()
        file.write_bytes(text + b"\n")
        assert compiling.source_hash(package) != before, file
        file.write_bytes(text)
    assert compiling.source_hash(package) == before


def used_by_compiled_code(path):
    """Modules of this package from which the compiled functions of a file use a name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    marked = [f for f in functions if {getattr(d, "id", "") for d in f.decorator_list} & {"compiled", "woven"}]
    names = {node.id for function in marked for node in ast.walk(function) if isinstance(node, ast.Name)}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module.partition(".")[0] == "sim":
            for alias in node.names:
                if (alias.asname or alias.name) in names:
                    module = ROOT / node.module.replace(".", "/")
                    yield module / f"{alias.name}.py" if module.is_dir() else module.with_suffix(".py")
    if marked:
        yield path


def test_no_source_of_compiled_code_is_forgotten():
    used = {source for path in (ROOT / "sim").rglob("*.py") for source in used_by_compiled_code(path)}
    assert len(used) > 15
    assert used <= set(compiling.sources())


def test_the_cache_folder_carries_the_hash():
    assert compiling.cache_folder().name == compiling.source_hash()

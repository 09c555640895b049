"""(a) What a cell costs, and a run, by the number of states, on one core and on two."""

import numpy as np

from benchmarks import worlds
from benchmarks.kernel import NEVER_MATCHED, Bench
from benchmarks.timing import (
    ROOT,
    Options,
    Section,
    interleaved,
    median,
    ratio,
    repeated,
    seconds,
    side_by_side,
    spread,
)
from sim.outcomes import contrast_percentiles
from sim.scenario.compile import Compiled, compile_scenario
from sim.scenario.schema import Scenario

SIZES, QUICK_SIZES = (12, 30, 60, 120, 200), (12, 30, 60)
QUARTERS, QUICK_QUARTERS = 80, 16
THREADS = (1, 2)
EURASIA = "scenarios/historical.yaml"


def run(options: Options) -> Section:
    """A row for the Eurasian world and for each size of an invented one."""
    section = Section("a", "Cost of a cell, by number of states")
    sizes, quarters = (QUICK_SIZES, QUICK_QUARTERS) if options.quick else (SIZES, QUARTERS)
    eurasia = compile_scenario(Scenario.load(ROOT / EURASIA))
    section.rows.append(_measure("Eurasia", eurasia, options, section))
    for states in sizes:
        section.rows.append(_measure("invented", worlds.arrays(states, quarters), options, section))
    section.notes += [
        "A cell is one ordered dyad·arena·quarter: N²·4·(recorded quarters + 40 of burn-in). `rules` is the compiled loop "
        "over `run_quarter`, nothing else; `run` is a whole run as a sweep does it (finiteness, windows, classes, no "
        "quarterly series), its nulls left out: with the Jaccard threshold at 2 no group ever matches an organisation.",
        "`nulls, % of a run` is what the nulls add where this world draws them (windows that drew: `drew`); `nulls, ms` is "
        "one call of `contrast_percentiles` for one member set, apart.",
        "runs/s are of whole runs with nulls and summary outcomes.",
    ]
    return section


def _measure(name: str, arrays: Compiled, options: Options, section: Section) -> dict:
    """One row: all variants of one world, in turn."""
    crews = {
        "rules": [Bench(arrays) for _ in range(max(THREADS))],
        "run": [Bench(arrays, NEVER_MATCHED) for _ in range(max(THREADS))],
        "nulls": [Bench(arrays) for _ in range(max(THREADS))],
    }
    one = crews["run"][0]
    runs = repeated(lambda: one.whole(0), options.sample_seconds)
    cases = {}
    for variant, benches in crews.items():
        for threads in THREADS:
            cases[f"{variant}{threads}"] = _case(variant, benches[:threads], runs)
    cases["contrast"] = _contrast(crews["nulls"][0])
    samples = interleaved(cases, options.repeats)
    section.samples |= {f"{name} {one.states} {case}": values for case, values in samples.items()}
    value = {case: median(values) for case, values in samples.items()}
    nanoseconds = {case: 1e9 * value[case] / one.cells for case in ("rules1", "rules2", "run1", "run2")}
    drew, windows = _windows_with_nulls(crews["nulls"][0])
    return {
        "world": name, "N": one.states, "quarters": one.clocks,
        "rules, ns a cell": nanoseconds["rules1"], "on two": nanoseconds["rules2"],
        "run, ns a cell": nanoseconds["run1"], "run on two": nanoseconds["run2"],
        "runs/s": 1.0 / value["nulls1"], "runs/s on two": 1.0 / value["nulls2"],
        "second core ×": ratio(samples["nulls1"], samples["nulls2"]),
        "nulls, % of a run": 100.0 * (1.0 - ratio(samples["run1"], samples["nulls1"])) if drew else None,
        "nulls, ms": 1e3 * value["contrast"], "drew": f"{drew}/{windows}", "spread, %": 100.0 * spread(samples["rules1"]),
    }  # fmt: skip


def _case(variant: str, benches: list[Bench], runs: int):
    """Seconds a run when each bench does ``runs`` runs in a thread of its own (other replicates in each)."""

    def works():
        for k, bench in enumerate(benches):
            step = bench.rules if variant == "rules" else bench.whole
            yield lambda step=step, k=k: [step(k * runs + r) for r in range(runs)]

    return lambda: side_by_side(list(works())) / (runs * len(benches))


def _contrast(bench: Bench):
    """Seconds of the two nulls (99 draws each) of one member set: the six first states, the ties of a run's end."""
    bench.whole(0)
    n = bench.states
    weights = bench.engine.situation.tie.mean(axis=0)
    members = np.zeros((1, n), bool)
    members[0, : worlds.NEIGHBOURHOOD] = True
    weights[: worlds.NEIGHBOURHOOD, : worlds.NEIGHBOURHOOD] += 0.2  # stands out: both nulls are drawn
    np.fill_diagonal(weights, 0.0)
    inputs = (
        weights, np.ones(n, bool), members, np.ones(1, bool), 3, np.uint64(1), 0, 0,
        bench.arrays.world.state_keys.copy(), np.zeros(1),
    )  # fmt: skip
    calls = repeated(lambda: contrast_percentiles(*inputs), 0.01)
    return lambda: seconds(lambda: [contrast_percentiles(*inputs) for _ in range(calls)]) / calls


def _windows_with_nulls(bench: Bench, runs: int = 4) -> tuple[int, int]:
    """(windows that drew nulls, windows) in the first ``runs`` runs."""
    drew = windows = 0
    for replicate in range(runs):
        recording = bench.engine.run(bench.arrays.parameters, bench.arrays.seed, replicate, series=False)
        drew += int((recording.organisation_contrast >= 0.0).any(axis=1).sum())
        windows += len(recording.organisation_contrast)
    return drew, windows

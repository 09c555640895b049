"""(b) The compiled rules against the same rules as plain Python, and against a Mesa model of the decision stage."""

import tempfile
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from benchmarks import worlds
from benchmarks.kernel import Bench
from benchmarks.plain import Child
from benchmarks.timing import Options, Section, interleaved, median, ratio, repeated, seconds, side_by_side, spread
from sim.world import BURN_IN, Situation

STATES, QUARTERS = 30, 80
AT = 60  # recorded quarter in which decisions are compared
CLOSE = 1e-12


def decision_inputs(bench: Bench, t: int) -> SimpleNamespace:
    """All that the decision stage of recorded quarter t reads, as arrays; corridor gains (rule 22) are given too."""
    arrays, situation, work = bench.arrays, bench.situation(), bench.workspace()
    drivers, world = arrays.drivers, arrays.world
    dated = (
        "hostility", "complementarity", "need", "autonomy", "sovereignty", "repertoire", "cohesion", "veto_points",
        "administration", "crisis", "exists",
    )  # fmt: skip
    return SimpleNamespace(
        **{name: getattr(drivers, name)[t] for name in dated},
        **{name: work[name] for name in ("capability", "credibility", "reliability", "norm_cost", "corridor")},
        **{name: value for name, value in situation._asdict().items() if name != "compliance"},
        compliance=situation.compliance.max(axis=0),
        codes=arrays.states, parameters=arrays.parameters, kinship=world.kinship, spillover=world.spillover,
        organisation_legitimacy=world.organisation_legitimacy,
    )  # fmt: skip


def run(options: Options) -> Section:
    """Three forms of the same rules in turn; first it is shown that they give the same numbers."""
    section = Section("b", f"The compiled rules against Python, N = {STATES}")
    arrays = worlds.arrays(STATES, QUARTERS)
    benches = [Bench(arrays) for _ in range(3)]  # two that decide, one that runs on
    clock = BURN_IN + AT
    for bench in benches:
        bench.reset()
        bench.clock(0, clock)
    before, lock_in = benches[0].situation(), benches[0].workspace()["lock_in"]
    with tempfile.TemporaryDirectory(prefix="ncr_bench_") as folder:
        with Child(Path(folder), STATES, QUARTERS, clock, before, lock_in) as child:
            _compare(section, benches, before, clock, child, options)
    return section


def _compare(section, benches, before: Situation, clock: int, child: Child, options: Options) -> None:
    kernel, other, runner = benches
    child.ask("quarter")
    kernel.clock(clock, clock + 1)
    same_quarter = _same_bits(kernel.situation(), child.situation())

    from benchmarks.agents import DecisionModel

    kernel.decide(AT)
    inputs = decision_inputs(kernel, AT)
    model = DecisionModel(inputs)
    model.step()
    differences = {
        name: float(np.abs(model.table(f"{name}s") - getattr(kernel.engine.situation, name)).max())
        for name in ("intent", "consent")
    }
    consenting = int((kernel.engine.situation.consent > 0.0).sum())
    if not same_quarter:
        raise RuntimeError("plain Python and the compiled rules gave different bits")
    if max(differences.values()) > CLOSE:
        raise RuntimeError(f"Mesa and the compiled rules differ by {differences}")
    other.clock(clock, clock + 1)  # decides in the same situation
    last = kernel.clocks
    stretch = last - clock
    times = repeated(lambda: kernel.decide(AT, 50), options.sample_seconds / 2) * 50
    runs = repeated(lambda: _stretch(runner, before, clock, last), options.sample_seconds / 2)
    both = [partial(bench.decide, AT, times) for bench in (kernel, other)]
    cases = {
        "kernel decision": lambda: seconds(lambda: kernel.decide(AT, times)) / times,
        "mesa decision": lambda: seconds(model.step),
        "plain decision": lambda: child.ask("decide"),
        "kernel quarter": lambda: sum(_stretch(runner, before, clock, last) for _ in range(runs)) / (runs * stretch),
        "plain quarter": lambda: child.ask("quarter"),
        "kernel decision on two": lambda: side_by_side(both) / (2 * times),
    }
    samples = interleaved(cases, options.repeats)
    section.samples = samples
    cells = 4 * STATES**2
    against = {"decision": "kernel decision", "quarter": "kernel quarter"}
    labels = {
        "kernel decision": "decision stage, compiled, one core",
        "kernel decision on two": "decision stage, compiled, two threads",
        "mesa decision": "decision stage, Mesa agents in a loop", "plain decision": "decision stage, plain Python",
        "kernel quarter": "all rules, compiled, one core", "plain quarter": "all rules, plain Python",
    }  # fmt: skip
    for name in labels:
        base = against[name.split()[1]]
        section.rows.append({
            "form": labels[name], "ns a cell": 1e9 * median(samples[name]) / cells,
            "against compiled, one core ×": ratio(samples[name], samples[base]),
            "spread, %": 100.0 * spread(samples[name]),
        })  # fmt: skip
    on_two = ratio(samples["mesa decision"], samples["kernel decision on two"])
    whole = ratio(samples["mesa decision"], samples["kernel quarter"])
    section.notes += [
        f"Same numbers: one quarter in plain Python has the bits of the compiled one, in all {len(Situation._fields)} "
        f"arrays; the Mesa model's intents differ from the compiled ones by at most {differences['intent']:.1e}, its "
        f"consents by {differences['consent']:.1e} ({consenting} of {cells} cells consent).",
        f"Decision stage on two threads against one Mesa process: {on_two:,.0f} ×.",
        f"Mesa's decision stage alone against all compiled rules: {whole:,.0f} ×. This is a lower bound for whole runs: "
        "a Mesa model of all rules would take longer, the compiled side already does them all.",
        "Mesa is given the corridors' gains (rule 22) ready-made; the compiled stage works them out in its time.",
        "Plain Python is the rules' own source with `NUMBA_DISABLE_JIT=1`: loops over numpy arrays, element by element, "
        "which nobody would write for Python's sake. Take the Mesa model as the honest peer.",
    ]


def _stretch(bench: Bench, before: Situation, first: int, last: int) -> float:
    """Seconds of the quarters from ``first`` to the end; the situation is set back before the clock starts."""
    bench.reset(before)
    return seconds(lambda: bench.clock(first, last))


def _same_bits(one: Situation, other: Situation) -> bool:
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))

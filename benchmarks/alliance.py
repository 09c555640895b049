"""(c) Mesa's own example of alliance formation, for scale: what a step of such a model costs as Mesa ships it."""

from functools import partial

from benchmarks.timing import Options, Section, interleaved, median, seconds, spread

SIZES = (17, 50, 100)
STEPS = 5


def run(options: Options) -> Section:
    """Seconds a step by number of agents; skipped, with the reason, where the example cannot be imported."""
    section = Section("c", "Mesa's alliance formation example, as shipped")
    try:
        from mesa.examples import MultiLevelAllianceModel
    except ImportError as error:
        section.notes.append(
            f"Skipped: mesa.examples cannot be imported here ({error}). `make bench` installs what it needs (networkx)."
        )
        return section

    def first(agents):
        model = MultiLevelAllianceModel(n=agents, seed=1)
        return seconds(model.step)

    def mean(agents):
        model = MultiLevelAllianceModel(n=agents, seed=1)
        return seconds(lambda: [model.step() for _ in range(STEPS)]) / STEPS

    cases = {("first", n): partial(first, n) for n in SIZES} | {("mean", n): partial(mean, n) for n in SIZES}
    samples = interleaved(cases, 5)
    section.samples = {f"{kind} {n}": values for (kind, n), values in samples.items()}
    for n in SIZES:
        one, all_steps = samples["first", n], samples["mean", n]
        section.rows.append({
            "agents": n, "first step, s": median(one), f"mean of {STEPS} steps, s": median(all_steps),
            "first step, µs a pair": 1e6 * median(one) / (n * (n - 1) / 2), "spread, %": 100.0 * spread(one),
        })  # fmt: skip
    section.notes.append(
        "Another model with other rules: it weighs every unordered pair once a step for a possible alliance, then founds "
        "meta-agents. It says what order of magnitude users of Mesa are used to, not how much faster the same thing is; "
        "(b) says that."
    )
    return section

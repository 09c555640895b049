"""The answer of a run in sentences: each says a number, its interval, and what that does and does not allow one to say."""

from sim.statistics import wilson

SPACE = "\N{NO-BREAK SPACE}"
UNIT = f"{SPACE}%"
CLASSES = {
    "none": "no organisation led by its members exists, and no pair of states is close",
    "dyad": "one close pair of states, and no organisation led by its members",
    "talk shop": "an organisation led by its members that has two members only, no more than one arena with close ties, or no life in it",
    "functional club": "an organisation that is alive, with three members or more and close ties among them in two arenas",
    "soft bloc": "an organisation that no great power leads or dominates, alive, with three members or more, close ties in three arenas, "
    "and closer ties inside than chance gives",
    "collective defence": "a soft bloc that is deep in defence",
    "pole-absorbed": "what would be a club or a bloc, but a great power leads it or holds most of its members' ties",
    "polarised": "two hostile blocs that hold more than four fifths of the states between them",
}
PARAMETERS = {
    "retained": "Each run has parameters of its own, drawn from those under which the model meets facts about Eurasia to 2019, whatever this "
    "world is; the intervals hold that uncertainty too.",
    "prior": "Each run has parameters of its own, drawn from their whole prior ranges; the intervals hold that uncertainty too.",
    "own": "Each run has parameters of its own, given in Python; the intervals hold what they make of the answer too.",
    "fixed": "All runs have the same parameters; the intervals hold chance alone, not what is uncertain about the parameters.",
}


def percent(share: float | None) -> str:
    """A share as a whole percentage; what is small but not nothing is not rounded to it."""
    if share is None:
        return "–"
    if 0 < share < 0.005:
        return f"under 1{UNIT}"
    return f"over 99{UNIT}" if 0.995 < share < 1 else f"{100 * share:.0f}{UNIT}"


def span(low: float | None, high: float | None) -> str:
    """An interval of shares in per cent, such as 74–95 %."""
    return "–" if low is None or high is None else f"{100 * low:.0f}–{100 * high:.0f}{UNIT}"


def number(value: float | None, form: str = ".3f") -> str:
    """A number with a real minus sign; what rounds to nothing has no sign."""
    if value is None:
        return "–"
    text = format(value, form)
    return (text.lstrip("+-") if float(text) == 0 else text).replace("-", "\N{MINUS SIGN}")


def interval(low: float | None, high: float | None, form: str = ".3f") -> str:
    return "–" if low is None or high is None else f"{number(low, form)} to {number(high, form)}"


def listed(words) -> str:
    """``a, b and c``."""
    *before, last = [str(word) for word in words] or [""]
    return f"{', '.join(before)} and {last}" if before else last


def class_sentences(summary: dict, names: dict) -> list[str]:
    """What the region is at the end, and how sure that is; empty where every run failed."""
    rows = sorted((row for row in summary["classes"] if row["share"]), key=lambda row: -row["share"])
    if not rows:
        return []
    first, *others = rows
    whose = [f"{names.get(code, code)} in {percent(share)} of these" for code, share in first["whose"].items()]
    by = f" (given its class by {listed(whose)})" if whose else ""
    said = [f"In {share_of_runs(first)} the region ends as “{first['class']}”: {CLASSES[first['class']]}{by}."]
    if others:
        rest = [f"“{row['class']}” ({percent(row['share'])}, {span(row['low'], row['high'])})" for row in others]
        said.append(f"Otherwise it ends as {listed(rest)}.")
    return said


def ends_sentence(summary: dict) -> str:
    """Every class in which the region ends, with its share; the most frequent first."""
    rows = sorted((row for row in summary["classes"] if row["share"]), key=lambda row: -row["share"])
    parts = [f"in {share_of_runs(row)} as “{row['class']}”" for row in rows]
    return f"The region ends {listed(parts)}."


def bloc_sentence(count: int, runs: int) -> str:
    """Whether a soft bloc or deeper stands at the end, in ``count`` of ``runs``."""
    low, high = wilson(count, runs)
    if count == 0:
        return f"No run ends with a soft bloc or deeper; with {runs} runs a probability of up to {percent(high)} cannot be ruled out."
    if count == runs:
        return f"Every run ends with a soft bloc or deeper; with {runs} runs a probability of only {percent(low)} cannot be ruled out."
    return f"A soft bloc or deeper stands at the end of {percent(count / runs)} of runs (95{UNIT} interval {span(low, high)})."


def bloc_of(results) -> str:
    """:func:`bloc_sentence` of the runs of a result that did not fail."""
    ran = results.runs[results.runs["status"] == "ok"]
    return bloc_sentence(int(ran["soft_bloc"].astype(bool).sum()), len(ran))


def organisation_sentences(summary: dict, names: dict) -> list[str]:
    """How the organisation of which the report speaks first fares: existence, members, depth."""
    code, opening = summary["organisation"], summary["opening"]
    if not code:
        return [
            "No organisation without a leading great power comes near a bloc in any run, so none is spoken of here."
        ]
    name, first = names.get(code, code), opening["from"]
    if first is None:
        return [f"{name} never exists in these runs."]
    begins = "from the start" if first == summary["start"] else f"from {first} on (median)"
    said = [f"{name} exists {begins}, and at the end in {percent(opening['exists'])} of runs."]
    members = [row for row in summary["members"] if row["member"] >= 0.5]
    others = [row for row in summary["members"] if 0 < row["member"] < 0.5]
    if members:
        said.append(
            f"Full members at the end in half of the runs or more: {listed(_member(row, names) for row in members)}."
        )
    if others:
        said.append(f"In fewer: {listed(_member(row, names) for row in others)}.")
    if not members and not others:
        said.append("It has no full member at the end of any run.")
    deepest = max(summary["depth"], key=lambda row: -1 if row["depth"] is None else row["depth"], default=None)
    if opening["exists"] and deepest and deepest["depth"] is not None:
        middle = (
            f"{number(deepest['depth'], '.2f')}; in nine runs of ten {interval(deepest['low'], deepest['high'], '.2f')}"
        )
        said.append(f"It is deepest in {deepest['arena']}: {middle} (median over the runs in which it exists; 0–1).")
    if summary["left_early"]:
        gone = listed(
            f"{names.get(row['state'], row['state'])} ({percent(row['share'])})" for row in summary["left_early"]
        )
        said.append(
            f"Left within the first year, by share of runs: {gone}. Their coded ties do not carry their membership."
        )
    return said


def _member(row: dict, names: dict) -> str:
    return f"{names.get(row['state'], row['state'])} ({percent(row['member'])})"


def alignment_sentence(summary: dict, names: dict) -> str:
    """The largest move of a share of ties."""
    if not summary["alignment_changes"]:
        return "No state's median shares of ties move by more than rounding."
    row = summary["alignment_changes"][0]
    state, partner = (names.get(row[key], row[key]) for key in ("state", "partner"))
    twin = "" if row["twin"] is None else f" (in the twin {number(row['twin'], '+.2f')})"
    return (
        f"The largest change of alignment: the share of {state}'s ties that goes to {partner} moves from {number(row['start'], '.2f')} to "
        f"{number(row['end'], '.2f')}{twin}, medians over runs."
    )


def parameters_from(results) -> str:
    """Where each run's parameters come from: a key of ``PARAMETERS``. A result made in Python does not say; its runs show it."""
    drawn = any(results.runs[name].nunique() > 1 for name in results.manifest["parameters"] if name in results.runs)
    return results.manifest.get("parameters_from", "own" if drawn else "fixed")


def sureness(results, summary: dict) -> list[str]:
    """How sure all of it is: what the intervals hold, and what they leave out."""
    runs = summary["replicates"]
    low, high = wilson(runs // 2, runs)
    return [
        f"{runs} {'run' if runs == 1 else 'runs'}: a share near one half is known to about ±{50 * (high - low):.0f} percentage points. "
        "More runs (--replicates) narrow the intervals of shares and differences.",
        PARAMETERS[parameters_from(results)],
        "No interval holds what is uncertain about the coded numbers of the world or about the form of the rules: for the first see what it "
        "rests on, below; for the second there are knock-outs and rival models.",
        "Shares are those of runs of a stylised model under stated assumptions: never a forecast.",
    ]


def health_sentence(rows: list[dict]) -> str:
    """Whether the checks of the run passed."""
    failed = [row for row in rows if not row["ok"]]
    if not failed:
        return f"All {len(rows)} checks pass: none of the known ways in which a run can mislead was found."
    return f"{len(failed)} of {len(rows)} checks {'does' if len(failed) == 1 else 'do'} not pass. Read this before the answer above:"


def share_of_runs(row: dict) -> str:
    """The share of a row of classes with its interval."""
    sure = (
        f"95{UNIT} interval {span(row['low'], row['high'])}" if row["low"] is not None else "no interval can be given"
    )
    return f"{percent(row['share'])} of runs ({sure})"

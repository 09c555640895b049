"""What the change of the great powers did, in sentences: the scenario less its frozen-driver twin, quantity by quantity."""

from analysis.report.words import UNIT, listed, number, percent

QUANTITIES = {  # outcomes of summary.paired_outcomes: short, long, and whether it is a share
    "P(soft bloc or deeper)": ("the share of soft blocs", "the share of runs that end in a soft bloc or deeper", True),
    "bloc index": ("the bloc index", "the bloc index (0: nothing like a bloc, 1: a full one)", False),
    "mean tie": ("the mean tie", "the mean tie of pairs of states (0–1)", False),
}
RAISED, LOWERED, SAME, UNCLEAR = "raised", "lowered", "did not touch", "unclear"
NO_TWIN = (
    "The scenario was run without its twin, so nothing is known of what the change of the great powers did; run it without "
    "--no-twin for that."
)


def verdict(row: dict) -> str:
    """What the interval of a difference allows one to say. SAME: no pair of runs differs at all."""
    low, high = row["low"], row["high"]
    if low is None or high is None:
        return UNCLEAR
    if low == high == 0:
        return SAME
    return RAISED if low > 0 else LOWERED if high < 0 else UNCLEAR


def short_sentence(rows: list[dict]) -> str:
    """All quantities in one sentence. rows: of ``summary.paired_outcomes``."""
    if not rows:
        return NO_TWIN
    of = {
        kind: listed(_quantity(row)[0] for row in rows if verdict(row) == kind)
        for kind in (RAISED, LOWERED, SAME, UNCLEAR)
    }
    did = [f"{kind} {of[kind]}" for kind in (RAISED, LOWERED, SAME) if of[kind]]
    said = f"The change of the great powers {listed(did)}" if did else ""
    if not of[UNCLEAR]:
        return f"{said}."
    if not did:
        return f"Whether the change of the great powers moved {of[UNCLEAR]} cannot be told from these runs."
    return f"{said}; whether it moved {of[UNCLEAR]} cannot be told from these runs."


def sentences(rows: list[dict]) -> list[str]:
    """One sentence a quantity, with its levels, its difference and the interval of that."""
    return [_sentence(row) for row in rows] if rows else [NO_TWIN]


def _sentence(row: dict) -> str:
    _, words, share = _quantity(row)
    form, factor, unit = ("+.0f", 100, " percentage points") if share else ("+.3f", 1, "")
    if row["low"] is None or row["high"] is None or row["difference"] is None:
        return f"Of {words} nothing can be said: {row['pairs']} {'pair' if row['pairs'] == 1 else 'pairs'} of runs are too few."
    here, there = (percent(row[arm]) if share else number(row[arm]) for arm in ("scenario", "twin"))
    difference, low, high = (number(factor * row[key], form) for key in ("difference", "low", "high"))
    by = f"{here} against {there} in the twin, a difference of {difference}{unit} (95{UNIT} interval {low} to {high})"
    what = verdict(row)
    if what == SAME:
        return f"The change of the great powers does not touch {words}: {here} in the scenario and in the twin, in every pair of runs."
    if what == UNCLEAR:
        return f"Whether the change of the great powers moves {words} cannot be told from these runs: {by}."
    return f"The change of the great powers makes {words} {'higher' if what == RAISED else 'lower'}: {by}."


def _quantity(row: dict) -> tuple[str, str, bool]:
    name = row["outcome"]
    return QUANTITIES.get(name, (f"the {name}", f"the {name}", False))

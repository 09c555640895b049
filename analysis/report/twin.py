"""What the change of the great powers did, in sentences: the scenario less its frozen-driver twin, quantity by quantity."""

from analysis.report.words import UNIT, listed, number, percent

QUANTITIES = {  # outcomes of summary.paired_outcomes: short, long, and whether it is a share
    "P(soft bloc or deeper)": ("the share of soft blocs", "the share of runs that end in a soft bloc or deeper", True),
    "bloc index": ("the bloc index", "the bloc index (0: nothing like a bloc, 1: a full one)", False),
    "mean tie": ("the mean tie", "the mean tie of pairs of states (0–1)", False),
}
RAISED, LOWERED, SAME, UNCLEAR = "raised", "lowered", "did not touch", "unclear"
CHANGE = "the change of all drivers of the great powers together (the twin holds them)"
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
    """All quantities in one sentence, each with its difference and interval. rows: of ``summary.paired_outcomes``."""
    if not rows:
        return NO_TWIN
    of = {
        kind: [f"{_quantity(row)[0]} {_by(row, kind)}".strip() for row in rows if verdict(row) == kind]
        for kind in (RAISED, LOWERED, SAME, UNCLEAR)
    }
    did = [f"{kind} {listed(of[kind])}" for kind in (RAISED, LOWERED, SAME) if of[kind]]
    pairs = rows[0]["pairs"]
    over = (
        f"{pairs} {'pair' if pairs == 1 else 'pairs'} of runs with 95{UNIT} intervals"
        if pairs > 1
        else "one pair of runs"
    )
    if not did:
        return f"Whether {CHANGE} moved {listed(of[UNCLEAR])} cannot be told from {over}."
    unclear = f"; whether it moved {listed(of[UNCLEAR])} cannot be told" if of[UNCLEAR] else ""
    return f"Over {over}, {CHANGE} {listed(did)}{unclear}."


def _by(row: dict, kind: str) -> str:
    """The size of a difference with its interval, “by 0.031 (0.007 to 0.055)”; with signs where it may be either, "" where there is none."""
    if kind == SAME or row["low"] is None or row["high"] is None:
        return ""
    _, _, share = _quantity(row)
    factor, unit = (100, " percentage points") if share else (1, "")
    ends = [factor * row[key] for key in ("difference", "low", "high")]
    if kind == UNCLEAR:
        difference, low, high = (number(end, "+.0f" if share else "+.3f") for end in ends)
        return f"({difference}{unit}, {low} to {high})"
    middle, *between = map(abs, ends)
    form = ".0f" if share else ".3f"
    form = form if float(format(min(between), form)) else ".2g"  # what is sure to be above 0 is not written as 0
    low, high = sorted(between)
    if low == high:
        return f"by {number(middle, form)}{unit} (in all pairs alike)"
    return f"by {number(middle, form)}{unit} ({number(low, form)} to {number(high, form)})"


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

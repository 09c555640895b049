"""What ``ncr compare`` says: a table of paired differences, with what was compared and what stands in the way."""

import math
import textwrap
from collections.abc import Callable

import pandas as pd

from analysis.compare import (
    COUNT,
    LARGEST,
    alignment_differences,
    common_focus,
    comparable,
    differences,
)
from sim.cli_show import beside, signed
from sim.manifest import changes_in_words
from sim.recording import CLASS_NAMES
from sim.results import Results
from sim.summary import plain_values

WIDTH = 100
ROUND_OFF = 1e-12  # an interval that is no wider has no width
TWIN_TITLE = "its twin in which no great power changed"
GLOSSARY = "docs/glossary.md, docs/figures.md"


def summarise(first: Results, other: Results) -> dict:
    """Everything that the table shows, as plain values for ``--json``; differences are first − other.

    notes: what a reader must know before trusting the pair. NcrError if runs are no pairs (``comparable``).
    """
    notes = comparable(first, other)
    rows = differences(first, other)
    failed = first.manifest["replicates"] - int(rows["pairs"].iloc[0])
    if failed:
        notes.append(f"{failed} of {first.manifest['replicates']} pairs are left out: a run of them failed.")
    return plain_values(
        {
            "difference": "first − other: " + " − ".join(letters(other is first.twin)),
            "first": _arm(first, first, other),
            "other": _arm(other, first, other),
            "pairs": int(rows["pairs"].iloc[0]),
            "seed": first.manifest["seed"],
            "parameters_from": first.manifest.get("parameters_from", "fixed"),
            "focus": common_focus(first, other),
            "notes": notes,
            "classes": _classes(first, other).to_dict("records"),
            "differences": rows.to_dict("records"),
            "alignment": alignment_differences(first, other).to_dict("records"),
        }
    )


def letters(twin: bool) -> tuple[str, str]:
    """What the first and the other arm are called: a scenario and its twin, or B and A, in this order."""
    return ("scenario", "twin") if twin else ("B", "A")


def title(arm: Results, first: Results, other: Results) -> str:
    """An arm in words: its scenario's title; of a twin, that it is one."""
    return TWIN_TITLE if other is first.twin and arm is other else arm.manifest["scenario"]


def _arm(arm: Results, first: Results, other: Results) -> dict:
    m = arm.manifest
    twin = other is first.twin and arm is other
    return {
        "title": title(arm, first, other), "twin": twin, "start": m["start"], "end": m["end"],
        "changes": [] if twin else m["changes"],
    }  # fmt: skip


def _classes(first: Results, other: Results) -> pd.DataFrame:
    """class, first, other: shares of the runs that ended, of classes that occur."""
    shares = [arm.runs.loc[arm.runs["status"] == "ok", "class"].value_counts(normalize=True) for arm in (first, other)]
    rows = [(name, *(float(share.get(name, 0.0)) for share in shares)) for name in CLASS_NAMES]
    return pd.DataFrame([row for row in rows if row[1] or row[2]], columns=["class", "first", "other"])


def render(s: dict, names: dict[str, str]) -> str:
    """The terminal table, at most WIDTH columns wide. names: codes of states, poles and organisations in words."""
    twin = s["other"]["twin"]
    labels = letters(twin)
    lines = [
        f"{label}: {arm['title']}, {arm['start']}–{arm['end']}"
        for label, arm in zip(labels, (s["first"], s["other"]), strict=True)
    ]
    out = []
    for line, arm in sorted(zip(lines, (s["first"], s["other"]), strict=True), key=lambda pair: pair[0]):
        out += textwrap.wrap(line, WIDTH)
        out += [
            row
            for words in changes_in_words(arm["changes"])
            for row in textwrap.wrap(words, WIDTH, initial_indent="   ", subsequent_indent="   ")
        ]
    out.append(
        f"{s['pairs']} pairs of runs with the same draws, seed {s['seed']}; difference: {labels[0]} − {labels[1]}, with 95 % intervals"
    )
    out += [row for note in s["notes"] for row in textwrap.wrap(f"Note: {note}", WIDTH)]
    out += ["", f"Class of the region at the end {'':<17}{labels[0]:>10}{labels[1]:>10}"]
    out += [f"  {row['class']:<46}{row['first']:>10.0%}{row['other']:>10.0%}" for row in s["classes"]]
    if s["focus"]:
        out += ["", *textwrap.wrap(f"Focus: {names.get(s['focus'], s['focus'])}", WIDTH)]
    out += ["", f"{'Outcome':<48}{labels[0]:>10}{labels[1]:>10}  difference"]
    for row in s["differences"]:
        form = ".2f" if row["kind"] == COUNT else ".3f"
        out += beside(row["outcome"], 46, _row(row, form), _mark(row, form))
    out += ["", f"Largest differences of alignment at the end (mean share of a state's ties; {LARGEST} at most)"]
    for row in s["alignment"]:
        pair = f"{names.get(row['state'], row['state'])} → {names.get(row['partner'], row['partner'])}"
        out += beside(pair, 46, _row(row, ".3f"), _mark(row, ".3f"))
    out += [] if s["alignment"] else ["  none of half a percentage point or more"]
    words = (
        "* the interval leaves 0 out, and the difference does not round to 0; by chance one in twenty does so where there is no difference, and the largest differences "
        f"were chosen for their size. A difference is one of this model, not of the world. Terms: {GLOSSARY}"
    )
    return "\n".join([*out, "", *textwrap.wrap(words, WIDTH)])


def _mark(row: dict, form: str) -> str:
    return "*" if is_sure(row, form) else " "


def is_sure(row, form: str) -> bool:
    """Whether a difference gets a star: it does not round to 0 as printed (``form``), and has an interval, which leaves 0 out."""
    value, low, high = (row[name] for name in ("difference", "low", "high"))
    if low is None or math.isnan(low) or high - low <= ROUND_OFF:
        return False
    return (low > 0 or high < 0) and float(format(value, form)) != 0.0


def _row(row: dict, form: str) -> str:
    means = "".join(f"{'–' if row[arm] is None else format(row[arm], form):>10}" for arm in ("first", "other"))
    return f"{means}  {difference_in_words(row, form)}"


def difference_in_words(row, form: str) -> str:
    """A difference with its interval; where all pairs differ by the same, that, since an interval of no width would look like certainty."""
    value, low, high = (row[name] for name in ("difference", "low", "high"))
    if value is None or math.isnan(value):
        return "–"
    said = signed(value, form, " ")
    if low is None or math.isnan(low):
        return f"{said} (one pair)"
    if high - low <= ROUND_OFF and abs(value) <= ROUND_OFF:
        return "the same in all pairs"
    return f"{said} {interval_in_words(value, low, high, lambda end: signed(end, form))}"


def interval_in_words(
    value: float, low: float, high: float, write: Callable[[float], str], among: str = "pairs"
) -> str:
    """What stands behind ``value``: “[-0.002, +0.022]”; where it has no width, or none in the digits of ``write``, that in words.

    among: what the interval is over, if not pairs.
    """
    if high - low <= ROUND_OFF:
        return f"in all {among} alike"
    ends = write(low), write(high)
    return "(and so its interval)" if set(ends) == {write(value)} else f"[{', '.join(ends)}]"

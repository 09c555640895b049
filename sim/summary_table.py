"""What ``ncr run`` says: the values of ``summary`` as a table of the terminal."""

import textwrap

from sim.cli_show import beside, signed
from sim.manifest import changes_in_words

WIDTH = 100
GLOSSARY = "docs/glossary.md"
VOLUMES = {
    "retained": "each run its own, from those that meet Eurasian facts to 2019 (or --parameters prior, fixed).",
    "prior": "each run its own, from the prior ranges.",
}


def render(summary: dict, names: dict[str, str]) -> str:
    """The terminal table, at most 100 columns wide. ``names``: codes of states, poles and organisations in words."""
    parts = (_heading, _classes, _paired, _organisation, _alignment, _health)
    lines = [line for part in parts for line in part(summary, names)]
    return "\n".join([*lines, "", f"terms: {GLOSSARY}"])


def _number(value, form: str) -> str:
    """A dash for what is unknown, and no sign before what rounds to 0."""
    if value is None:
        return "–"
    return signed(value, form[1:]) if form.startswith("+") else format(value, form)


def _interval(row: dict, form: str, prefix: str = "", between: str = "–") -> str:
    low, high = row.get(f"{prefix}low"), row.get(f"{prefix}high")
    return "" if low is None or high is None else f"[{_number(low, form)}{between}{_number(high, form)}]"


def _heading(s, _) -> list[str]:
    twin = ", each beside its twin in which no great power changed" if s["paired"] else ""
    return [
        *textwrap.wrap(s["scenario"], WIDTH),
        f"{s['replicates']} {'run' if s['replicates'] == 1 else 'runs'}, {s['start']}–{s['end']}, seed {s['seed']}{twin}",
        *(line for words in changes_in_words(s["changes"]) for line in textwrap.wrap(words, WIDTH)),
        *textwrap.wrap(s["description"], WIDTH),
        *textwrap.wrap(
            f"Parameters: {VOLUMES[s['parameters_from']]}" if s["parameters_from"] in VOLUMES else "", WIDTH
        ),
        "Shares of runs of a stylised model with 95 % intervals: probabilities, never forecasts.",
    ]


def _classes(s, names) -> list[str]:
    lines = ["", f"Class of the region at the end  scenario         {_twin_title(s, 8)}".rstrip()]
    for row in s["classes"]:
        if row["share"] or row["twin"]:
            here = f"{_number(row['share'], '.0%'):>7} {_interval(row, '.0%'):<12}"
            lines.append(f"  {row['class']:<26} {here} {_twin(s, row, '.0%')}".rstrip())
            whose = ", ".join(f"{names.get(code, code)} {share:.0%}" for code, share in row["whose"].items())
            if whose:
                of = "of these (scenario): " if s["paired"] else "of these: "
                lines += textwrap.wrap(of + whose, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 8)
    return lines


def _twin_title(s, before: int) -> str:
    """Heading of the twin's column, ``before`` blanks in front; nothing where no twin was run."""
    return f"{'':>{before}}twin" if s["paired"] else ""


def _twin(s, row, form: str) -> str:
    """Cell of the twin's column; nothing where no twin was run."""
    return f"{_number(row['twin'], form):>7} {_interval(row, form, 'twin_'):<12}" if s["paired"] else ""


def _paired(s, _) -> list[str]:
    if not s["paired"]:
        return []
    lines = ["", f"Against the twin, {s['paired'][0]['pairs']} pairs of runs        scenario      twin   difference"]
    for row in s["paired"]:
        means = f"{_number(row['scenario'], '.3f'):>9} {_number(row['twin'], '.3f'):>9}"
        difference = f"{_number(row['difference'], '+.3f'):>12}  {_interval(row, '+.3f', between=', ')}"
        lines.append(f"  {row['outcome']:<32} {means} {difference}".rstrip())
    return lines


def _organisation(s, names) -> list[str]:
    if not s["organisation"]:
        return []
    first, exists = s["opening"]["from"], s["opening"]["exists"]
    when = (
        "exists from the start" if first == s["start"] else f"exists from {first} (median)" if first else "never exists"
    )
    title = f"{names.get(s['organisation'], s['organisation'])}: {when}, in {exists:.0%} of runs at the end"
    lines = ["", *textwrap.wrap(title, WIDTH)]
    if s["members"]:
        wide = f"{_twin_title(s, 12):<26}" if s["paired"] else "     "
        lines.append(f"  full member at the end      scenario     {wide}observer  joined (median; ever)")
    for row in s["members"]:
        when = "at the start" if row["joined"] == s["start"] else row["joined"]
        joined = f"{when} ({row['ever']:.0%})" if when else "–"
        here = f"{row['member']:>7.0%} {_interval(row, '.0%'):<12}"
        cells = f" {here} {_twin(s, row, '.0%')} {row['observer']:>8.0%}  {joined}"
        lines += beside(names.get(row["state"], row["state"]), 24, cells)
    if s["left_early"]:
        gone = ", ".join(f"{names.get(row['state'], row['state'])} ({row['share']:.0%})" for row in s["left_early"])
        hint = f"left in the first year (share of runs): {gone}; see docs/format.md, “Members need ties”"
        lines += textwrap.wrap(hint, WIDTH, initial_indent="  ", subsequent_indent="    ")
    if exists:
        lines.append(f"  depth at the end (where it exists)  median [5–95 %]{_twin_title(s, 10)}")
    for row in s["depth"] if exists else ():
        here = f"{row['depth']:>7.2f} {_interval(row, '.2f'):<12}"
        lines.append(f"  {row['arena']:<32} {here} {_twin(s, row, '.2f')}".rstrip())
    return lines


def _alignment(s, names) -> list[str]:
    lines = ["", "Largest changes of alignment (median share of a state's ties, start → end)"]
    for row in s["alignment_changes"]:
        pair = f"{names.get(row['state'], row['state'])} → {names.get(row['partner'], row['partner'])}"
        there = "" if row["twin"] is None else f"   twin {_number(row['twin'], '+.2f'):>5}"
        lines += beside(pair, 52, f" {row['start']:.2f} → {row['end']:.2f}  {_number(row['change'], '+.2f'):>5}{there}")
    return lines


def _health(s, _) -> list[str]:
    lines = ["", "Health"]
    for row in s["health"]:
        verdict = "ok" if row["ok"] else "LOOK"
        lines.append(f"  {row['check']:<42} {row['value']:>12}   {row['bound']:<12} {verdict}")
        if not row["ok"]:
            lines += textwrap.wrap(row["look"], WIDTH, initial_indent="    ", subsequent_indent="    ")
    return lines

"""What ``ncr run`` says: plain tables of one result beside its frozen-driver twin."""

import math
import textwrap

import numpy as np
import pandas as pd

from sim.cli_show import beside
from sim.health import health
from sim.manifest import changes_in_words
from sim.recording import CLASS_NAMES
from sim.results import Results
from sim.statistics import paired_difference, paired_share_difference, wilson
from sim.world import ARENAS

LARGEST = 5  # alignment changes that are listed
WIDTH = 100
GLOSSARY = "docs/glossary.md"
VOLUMES = {
    "retained": "each run its own, from those that meet Eurasian facts to 2019 (or --parameters prior, fixed).",
    "prior": "each run its own, from the prior ranges.",
}
YEAR = 4  # quarters
NOTICED = 0.005  # smaller changes round to nothing


def summarise(results: Results) -> dict:
    """Everything that the terminal table shows, as plain values for ``--json``: None for what is not known."""
    focus = results.focus
    shown = {
        "scenario": results.manifest["scenario"],
        "description": results.manifest["description"],
        "replicates": results.manifest["replicates"],
        "seed": results.manifest["seed"],
        "start": results.manifest["start"],
        "end": results.manifest["end"],
        "changes": results.manifest["changes"],
        "parameters_from": results.manifest.get("parameters_from", "fixed"),
        "classes": class_distribution(results).to_dict("records"),
        "paired": paired_outcomes(results),
        "organisation": focus,
        "opening": opening(results, focus) if focus else None,
        "members": membership(results, focus).to_dict("records") if focus else [],
        "left_early": left_early(results, focus) if focus else [],
        "depth": depth_by_arena(results, focus).to_dict("records") if focus else [],
        "alignment_changes": alignment_changes(results).to_dict("records"),
        "health": health(results).to_dict("records"),
    }
    return plain_values(shown)


def plain_values(value):
    """Numpy's numbers as Python's, and None for what is not finite: JSON has no NaN."""
    if isinstance(value, dict):
        return {key: plain_values(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_values(item) for item in value]
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _share(count: int, total: int, prefix: str) -> dict:
    """A share of runs under the name ``prefix`` with its 95 % interval (``twin`` has twin_low and twin_high)."""
    low, high = wilson(count, total)
    before = "twin_" if prefix == "twin" else ""
    return {prefix: count / total if total else float("nan"), f"{before}low": low, f"{before}high": high}


def _arms(results: Results) -> list[tuple[str, Results]]:
    return [("scenario", results), *([("twin", results.twin)] if results.twin else [])]


def class_distribution(results: Results) -> pd.DataFrame:
    """class, share, low, high (95 %), the same of the twin (if there is one), and whose; classes 0–7 of the last window.

    whose: organisations that give the scenario's runs their class, by their share of the runs in it; {} for a class
    that no organisation gives.
    """
    rows: list[dict] = [{"class": name, "twin": None} for name in CLASS_NAMES]
    for arm, here in _arms(results):
        ok = here.runs[here.runs["status"] == "ok"]
        for row in rows:
            count = int((ok["class"] == row["class"]).sum())
            row.update(_share(count, len(ok), "share" if arm == "scenario" else "twin"))
            if arm == "scenario":
                given = ok.loc[ok["class"] == row["class"], "organisation"].value_counts(normalize=True)
                row["whose"] = {str(code): float(share) for code, share in given.items() if share > 0}
    return pd.DataFrame(rows)


def paired_outcomes(results: Results) -> list[dict]:
    """outcome, means of scenario and twin and their difference with a 95 % interval, over pairs that both ran to the end."""
    if results.twin is None:
        return []
    arms = (results, results.twin)
    kept = (results.runs["status"] == "ok") & (results.twin.runs["status"] == "ok")
    runs = results.runs.index[kept]
    ends = [arm.system[arm.system["quarter"] == arm.system["quarter"].max()].set_index("run") for arm in arms]
    outcomes = (
        ("P(soft bloc or deeper)", [arm.runs["soft_bloc"] for arm in arms], paired_share_difference),
        ("bloc index", [arm.runs["bloc_index"] for arm in arms], paired_difference),
        ("mean tie", [end["mean_tie"] for end in ends], paired_difference),
    )
    rows = []
    for name, columns, interval in outcomes:
        here, there = (column.loc[runs].astype(float).to_numpy() for column in columns)
        difference, low, high = interval(here, there)
        means = {"scenario": here.mean(), "twin": there.mean()} if len(runs) else {"scenario": None, "twin": None}
        rows.append({"outcome": name, "pairs": len(runs), **means, "difference": difference, "low": low, "high": high})
    return rows


def membership(results: Results, organisation: str) -> pd.DataFrame:
    """state, member (share of runs in which it is a full member at the end), low, high, twin; observer; ever; joined.

    ever: share of runs in which it was a full member in some quarter, and joined the median of its first one in those.
    observer: share of runs in which it is an observer at the end. Only states that were either in some run.
    """
    full, observers = _listed(results, organisation, "members"), _listed(results, organisation, "observers")
    twin = _listed(results.twin, organisation, "members") if results.twin else None
    last, total = results.quarter(results.manifest["end"]), _ran(results)
    rows = []
    for state in sorted({*full["state"], *observers.loc[observers["quarter"] == last, "state"]}):
        mine = full[full["state"] == state]
        first = mine.groupby("run")["quarter"].min().sort_values()
        row = {"state": state, "twin": None, **_share(int((mine["quarter"] == last).sum()), total, "member")}
        if twin is not None:
            count = int(((twin["state"] == state) & (twin["quarter"] == last)).sum())
            row.update(_share(count, _ran(results.twin), "twin"))
        row["observer"] = int(((observers["state"] == state) & (observers["quarter"] == last)).sum()) / total
        row["ever"] = len(first) / total
        row["joined"] = str(first.iloc[(len(first) - 1) // 2]) if len(first) else None
        rows.append(row)
    order = {"by": ["member", "state"], "ascending": [False, True], "ignore_index": True}
    return pd.DataFrame(rows, columns=None if rows else ["member", "state"]).sort_values(**order)


def left_early(results: Results, organisation: str) -> list[dict]:
    """state, share of runs: full members of the first quarter that are none a year later in half of the runs or more."""
    full = _listed(results, organisation, "members")
    first = results.quarter(results.manifest["start"])
    runs_of = {k: full[full["quarter"] == first + k].groupby("state")["run"].agg(set) for k in (0, YEAR)}
    if first + YEAR > results.quarter(results.manifest["end"]):
        return []
    gone = {state: runs - runs_of[YEAR].get(state, set()) for state, runs in runs_of[0].items()}
    shares = {state: len(runs) / _ran(results) for state, runs in gone.items()}
    return [{"state": state, "share": share} for state, share in shares.items() if share >= 0.5]


def opening(results: Results, organisation: str) -> dict:
    """share of runs in which the organisation exists at the end, and the median quarter in which it first does."""
    mine = results.existing(organisation)
    first = mine.groupby("run")["quarter"].min().sort_values()
    there = int((mine["quarter"] == results.quarter(results.manifest["end"])).sum()) / max(1, _ran(results))
    return {"exists": there, "from": str(first.iloc[(len(first) - 1) // 2]) if len(first) else None}


def _ran(results: Results) -> int:
    return int((results.runs["status"] == "ok").sum())


def _listed(results: Results, organisation: str, column: str) -> pd.DataFrame:
    """run, quarter, state of every state in a column of comma-separated codes, while the organisation exists."""
    mine = results.existing(organisation)
    codes = mine[column].astype(str).str.split(",")
    frame = pd.DataFrame({"run": mine["run"], "quarter": mine["quarter"], "state": codes}).explode("state")
    return frame[frame["state"].fillna("") != ""]


def depth_by_arena(results: Results, organisation: str) -> pd.DataFrame:
    """arena, depth (median at the end over the runs in which it exists), low, high (5th, 95th percentile); the twin's too."""
    rows: list[dict] = [{"arena": arena, "twin": None} for arena in ARENAS]
    for arm, here in _arms(results):
        mine = here.existing(organisation)
        mine = mine[mine["quarter"] == results.quarter(results.manifest["end"])]
        names = ("low", "depth", "high") if arm == "scenario" else ("twin_low", "twin", "twin_high")
        for row in rows:
            row.update(zip(names, mine[f"depth_{row['arena']}"].quantile([0.05, 0.5, 0.95]), strict=True))
    return pd.DataFrame(rows)


def alignment_changes(results: Results, number: int = LARGEST) -> pd.DataFrame:
    """state, partner, from, to, change, twin's change: the largest moves of a median alignment share, start to end."""
    medians = _median_shares(results)
    twin = _median_shares(results.twin) if results.twin else None
    change = medians["end"] - medians["start"]
    order = [k for k in np.argsort(-change.abs().to_numpy(), kind="stable")[:number] if abs(change.iloc[k]) >= NOTICED]
    rows = []
    for k in order:
        state, partner = change.index[k]
        there = None if twin is None else float(twin["end"].iloc[k] - twin["start"].iloc[k])
        rows.append(
            {
                "state": state, "partner": partner, "start": float(medians["start"].iloc[k]),
                "end": float(medians["end"].iloc[k]), "change": float(change.iloc[k]), "twin": there,
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["state", "partner", "start", "end", "change", "twin"])


def _median_shares(results: Results) -> pd.DataFrame:
    frame, partners = results.states, results.partners
    first = frame.groupby("state", observed=True)["quarter"].transform("min")
    last = frame["quarter"].max()
    ends = {
        "start": frame[frame["quarter"] == first].groupby("state", observed=True)[partners].median().stack(),
        "end": frame[frame["quarter"] == last].groupby("state", observed=True)[partners].median().stack(),
    }
    return pd.DataFrame(ends).fillna(0.0)


def render(summary: dict, names: dict[str, str]) -> str:
    """The terminal table, at most 100 columns wide. ``names``: codes of states, poles and organisations in words."""
    parts = (_heading, _classes, _paired, _organisation, _alignment, _health)
    lines = [line for part in parts for line in part(summary, names)]
    return "\n".join([*lines, "", f"terms: {GLOSSARY}"])


def _number(value, form: str) -> str:
    return "–" if value is None else format(value, form)


def _interval(row: dict, form: str, prefix: str = "", between: str = "–") -> str:
    low, high = row.get(f"{prefix}low"), row.get(f"{prefix}high")
    return "" if low is None or high is None else f"[{low:{form}}{between}{high:{form}}]"


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
        there = "" if row["twin"] is None else f"   twin {row['twin']:+.2f}"
        lines += beside(pair, 52, f" {row['start']:.2f} → {row['end']:.2f}  {row['change']:+.2f}{there}")
    return lines


def _health(s, _) -> list[str]:
    lines = ["", "Health"]
    for row in s["health"]:
        verdict = "ok" if row["ok"] else "LOOK"
        lines.append(f"  {row['check']:<42} {row['value']:>12}   {row['bound']:<12} {verdict}")
        if not row["ok"]:
            lines += textwrap.wrap(row["look"], WIDTH, initial_indent="    ", subsequent_indent="    ")
    return lines

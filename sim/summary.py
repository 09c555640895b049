"""What ``ncr run`` says: plain tables of one result beside its frozen-driver twin."""

import textwrap

import numpy as np
import pandas as pd

from sim.health import health
from sim.recording import CLASS_NAMES
from sim.results import Results
from sim.statistics import paired_difference, paired_share_difference, wilson
from sim.world import ARENAS

LARGEST = 5  # alignment changes that are listed
WIDTH = 100
NOTICED = 0.005  # smaller changes round to nothing


def summarise(results: Results) -> dict:
    """Everything that the terminal table shows, as plain values for ``--json``."""
    focus = results.focus
    return {
        "scenario": results.manifest["scenario"],
        "description": results.manifest["description"],
        "replicates": results.manifest["replicates"],
        "seed": results.manifest["seed"],
        "start": results.manifest["start"],
        "end": results.manifest["end"],
        "classes": class_distribution(results).to_dict("records"),
        "paired": paired_outcomes(results),
        "organisation": focus,
        "opening": opening(results, focus) if focus else None,
        "members": membership(results, focus).to_dict("records") if focus else [],
        "depth": depth_by_arena(results, focus).to_dict("records") if focus else [],
        "alignment_changes": alignment_changes(results).to_dict("records"),
        "health": health(results).to_dict("records"),
    }


def class_distribution(results: Results) -> pd.DataFrame:
    """class, share, low, high (95 %), and the twin's share; classes 0–7 of the last window."""
    ok = results.runs[results.runs["status"] == "ok"]
    twin = results.twin.runs[results.twin.runs["status"] == "ok"] if results.twin else None
    rows = []
    for name in CLASS_NAMES:
        count = int((ok["class"] == name).sum())
        low, high = wilson(count, len(ok))
        share = count / len(ok) if len(ok) else float("nan")
        twin_share = float((twin["class"] == name).mean()) if twin is not None and len(twin) else None
        rows.append({"class": name, "share": share, "low": low, "high": high, "twin": twin_share})
    return pd.DataFrame(rows)


def paired_outcomes(results: Results) -> list[dict]:
    """Mean difference from the twin, run by run, with 95 % intervals: soft bloc, bloc index, mean tie."""
    if results.twin is None:
        return []
    keep = (results.runs["status"] == "ok") & (results.twin.runs["status"] == "ok")
    rows = []
    for name, column in (("P(soft bloc or deeper)", "soft_bloc"), ("bloc index", "bloc_index")):
        here, there = (arm.runs.loc[keep, column].astype(float).to_numpy() for arm in (results, results.twin))
        interval = paired_share_difference if column == "soft_bloc" else paired_difference
        mean, low, high = interval(here, there)
        rows.append({"outcome": name, "scenario": float(here.mean()), "difference": mean, "low": low, "high": high})
    last = results.system["quarter"].max()
    ties = [arm.system[arm.system["quarter"] == last].set_index("run")["mean_tie"] for arm in (results, results.twin)]
    both = ties[0].index.intersection(ties[1].index)
    mean, low, high = paired_difference(ties[0].loc[both], ties[1].loc[both])
    rows.append({"outcome": "mean tie", "scenario": float(ties[0].mean()), "difference": mean, "low": low, "high": high})
    return rows


def membership(results: Results, organisation: str) -> pd.DataFrame:
    """state, share of runs in which it is a full member at the end, low, high, twin; observer; ever; joined.

    ever: share of runs in which it was a full member in some quarter, and joined the median of its first one in those.
    observer: share of runs in which it is an observer at the end. Only states that were either in some run.
    """
    full, observers = _listed(results, organisation, "members"), _listed(results, organisation, "observers")
    twin = _listed(results.twin, organisation, "members") if results.twin else None
    last, total = results.quarter(results.manifest["end"]), max(1, _ran(results))
    rows = []
    for state in sorted({*full["state"], *observers.loc[observers["quarter"] == last, "state"]}):
        mine = full[full["state"] == state]
        count = int((mine["quarter"] == last).sum())
        low, high = wilson(count, total)
        first = mine.groupby("run")["quarter"].min().sort_values()
        row = {"state": state, "member": count / total, "low": low, "high": high, "twin": None}
        if twin is not None:
            row["twin"] = int(((twin["state"] == state) & (twin["quarter"] == last)).sum()) / max(1, _ran(results.twin))
        row["observer"] = int(((observers["state"] == state) & (observers["quarter"] == last)).sum()) / total
        row["ever"] = len(first) / total
        row["joined"] = str(first.iloc[(len(first) - 1) // 2]) if len(first) else None
        rows.append(row)
    columns = ["state", "member", "low", "high", "twin", "observer", "ever", "joined"]
    return pd.DataFrame(rows, columns=columns).sort_values(["member", "state"], ascending=[False, True], ignore_index=True)


def opening(results: Results, organisation: str) -> dict:
    """share of runs in which the organisation exists at the end, and the median quarter in which it is first there."""
    mine = results.organisations[results.organisations["organisation"] == organisation]
    first = mine.groupby("run")["quarter"].min().sort_values()
    there = int((mine["quarter"] == results.quarter(results.manifest["end"])).sum()) / max(1, _ran(results))
    return {"exists": there, "from": str(first.iloc[(len(first) - 1) // 2]) if len(first) else None}


def _ran(results: Results) -> int:
    return int((results.runs["status"] == "ok").sum())


def _listed(results: Results, organisation: str, column: str) -> pd.DataFrame:
    """run, quarter, state of every state in a column of comma-separated codes."""
    mine = results.organisations[results.organisations["organisation"] == organisation]
    codes = mine[column].astype(str).str.split(",")
    frame = pd.DataFrame({"run": mine["run"], "quarter": mine["quarter"], "state": codes}).explode("state")
    return frame[frame["state"].fillna("") != ""]


def depth_by_arena(results: Results, organisation: str) -> pd.DataFrame:
    """arena, median depth at the end, its 5th and 95th percentile over runs, and the twin's median."""
    last = results.organisations["quarter"].max()

    def at_end(arm, arena):
        frame = arm.organisations
        return frame.loc[(frame["organisation"] == organisation) & (frame["quarter"] == last), f"depth_{arena}"]

    rows = []
    for arena in ARENAS:
        depth = at_end(results, arena)
        if len(depth):
            low, middle, high = depth.quantile([0.05, 0.5, 0.95])
            twin = float(at_end(results.twin, arena).median()) if results.twin else None
            rows.append({"arena": arena, "depth": float(middle), "low": float(low), "high": float(high), "twin": twin})
    return pd.DataFrame(rows, columns=["arena", "depth", "low", "high", "twin"])


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
    s, twin = summary, any(row["twin"] is not None for row in summary["classes"])

    def percent(value):
        return "–" if value is None else f"{value:.0%}"

    out = [
        *textwrap.wrap(s["scenario"], WIDTH),
        f"{s['replicates']} runs, {s['start']}–{s['end']}, seed {s['seed']}"
        + (", each beside its twin in which no great power changed" if twin else ""),
        *textwrap.wrap(s["description"], WIDTH, max_lines=3, placeholder=" …"),
        "Shares of runs of a stylised model with 95 % intervals: probabilities, never forecasts.",
        "",
        "Class of the region at the end        scenario            twin",
    ]
    for row in s["classes"]:
        if row["share"] or row["twin"]:
            interval = f"[{row['low']:.0%}–{row['high']:.0%}]"
            out.append(f"  {row['class']:<32} {percent(row['share']):>7} {interval:<12} {percent(row['twin']):>7}")
    if s["paired"]:
        out += ["", "Against the twin, run by run          scenario    difference"]
        for row in s["paired"]:
            interval = f"[{row['low']:+.3f}, {row['high']:+.3f}]"
            out.append(f"  {row['outcome']:<32} {row['scenario']:>9.3f} {row['difference']:>+11.3f}  {interval}")
    if s["organisation"]:
        opening = s["opening"]
        when = f"exists from {opening['from']} (median)" if opening["from"] else "never opens"
        title = f"{names.get(s['organisation'], s['organisation'])}: {when}, {percent(opening['exists'])} of runs at the end"
        out += ["", *textwrap.wrap(title, WIDTH)]
        out.append("  full member at the end              scenario            twin  observer   joined (median; ever)")
        for row in s["members"]:
            interval = f"[{row['low']:.0%}–{row['high']:.0%}]"
            name = names.get(row["state"], row["state"])
            joined = f"{row['joined']} ({percent(row['ever'])})" if row["joined"] else "–"
            out.append(
                f"  {name:<32.32} {percent(row['member']):>7} {interval:<12} {percent(row['twin']):>7} "
                f"{percent(row['observer']):>9}   {joined}"
            )
        out.append("  depth at the end                      median [5–95 %]        twin")
        for row in s["depth"]:
            there = "–" if row["twin"] is None else f"{row['twin']:.2f}"
            out.append(f"  {row['arena']:<32} {row['depth']:>9.2f} [{row['low']:.2f}–{row['high']:.2f}] {there:>10}")
    out += ["", "Largest changes of alignment (median share of a state's ties, start → end)"]
    for row in s["alignment_changes"]:
        pair = f"{names.get(row['state'], row['state'])} → {names.get(row['partner'], row['partner'])}"
        there = "" if row["twin"] is None else f"   twin {row['twin']:+.2f}"
        out.append(f"  {pair:<52.52} {row['start']:.2f} → {row['end']:.2f}  {row['change']:+.2f}{there}")
    out += ["", "Health"]
    for row in s["health"]:
        verdict = "ok" if row["ok"] else "LOOK"
        out.append(f"  {row['check']:<42} {row['value']:>12}   {row['bound']:<12} {verdict}")
    return "\n".join(out)

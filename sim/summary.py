"""What ``ncr run`` has to say, as plain values: one result beside its frozen-driver twin. ``summary_table`` puts it into words."""

import math

import numpy as np
import pandas as pd

from sim.health import health
from sim.recording import CLASS_NAMES
from sim.results import Results
from sim.statistics import paired_difference, paired_share_difference, wilson
from sim.world import ARENAS

LARGEST = 5  # alignment changes that are listed
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

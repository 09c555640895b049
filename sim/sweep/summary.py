"""What ``ncr sweep`` says at its end: how many runs, what became of them, why some failed, where things are."""

import textwrap
from collections import Counter

import numpy as np
import pandas as pd

from sim.recording import CLASS_NAMES
from sim.statistics import clustered_share, wilson
from sim.sweep.drawn import FIXED, about_parameters
from sim.sweep.results import SweepResults

WIDTH = 100
MOST_REASONS = 8  # that are shown
DIFFERENT = 1000  # that are counted apart


def summarise(results: SweepResults) -> dict:
    """Everything that the table shows, as plain values for ``--json``; reads one shard at a time.

    low, high of a class: 95 %. Replicate r has the same draws at every point, so runs of one replicate are no independent
    evidence: the interval is over replicates (``clustered_share``), None with one replicate. Where the sweep is
    ``independent`` it is over runs.
    """
    m = results.manifest
    by_replicate = np.zeros((len(CLASS_NAMES), m["replicates"]), np.int64)
    reasons: Counter[str] = Counter()
    runs = failed = 0
    points: dict[str, set] = {}
    for frame in results.shards(["point", "replicate", "status", "reason", "class"]):
        runs += len(frame)
        wrong = frame[frame["status"] == "failed"]
        failed += len(wrong)
        for reason, group in wrong.groupby("reason"):
            reason = str(reason) if str(reason) in reasons or len(reasons) < DIFFERENT else "other reasons"
            reasons[reason] += len(group)
            points.setdefault(reason, set()).update(np.unique(group["point"]).tolist())
        known = frame[frame["class"].notna()]
        np.add.at(
            by_replicate, (pd.Index(CLASS_NAMES).get_indexer(known["class"]), known["replicate"].to_numpy(int)), 1
        )
    rows = [
        _class_row(name, counts, by_replicate.sum(0), m) for name, counts in zip(CLASS_NAMES, by_replicate, strict=True)
    ]
    listed = [{"reason": reason, "runs": n, "points": len(points[reason])} for reason, n in reasons.most_common()]
    return {
        "sweep": m["sweep"], "scenario": m["scenario"], "axes": results.axes, "points": m["points"],
        "replicates": m["replicates"], "seed": m["seed"], "runs": runs, "failed": failed, "classes": rows,
        "intervals_over": "runs" if _independent(m) else "replicates",
        "parameters_from": m.get("parameters_from", FIXED), "parameters": about_parameters(m), "reasons": listed, "folder": str(results.folder),
    }  # fmt: skip


def _independent(manifest: dict) -> bool:
    return bool(manifest["identity"]["independent"])


def _class_row(name: str, counts: np.ndarray, totals: np.ndarray, manifest: dict) -> dict:
    """class, runs, share, low, high. counts, totals: (replicates,) runs in the class, and runs that have one."""
    runs, ran = int(counts.sum()), int(totals.sum())
    low, high = wilson(runs, ran) if _independent(manifest) else clustered_share(counts, totals)
    return {"class": name, "runs": runs, "share": runs / ran if ran else None, "low": low, "high": high}


def render(s: dict) -> str:
    """The table, at most WIDTH columns wide."""
    out = [
        *textwrap.wrap(s["sweep"], WIDTH),
        *textwrap.wrap(
            f"{s['points']:,} points over {', '.join(s['axes'])}",
            WIDTH,
            subsequent_indent="    ",
            break_long_words=False,
        ),
        f"{s['runs']:,} runs ({s['replicates']:,} a point, seed {s['seed']}), {s['failed']:,} failed",
        *textwrap.wrap(f"{s['parameters']} (see --parameters).", WIDTH),
        "",
        f"Class of the region at the end, over all points      runs    share   95 % over {s['intervals_over']}",
    ]
    for row in s["classes"]:
        if row["runs"]:
            interval = "–" if row["low"] is None else f"[{row['low']:.1%}, {row['high']:.1%}]"
            out.append(f"  {row['class']:<48} {row['runs']:>8,} {row['share']:>8.1%}   {interval}")
    if s["reasons"]:
        out += ["", "Failed runs"]
        for row in s["reasons"][:MOST_REASONS]:
            reason = textwrap.wrap(row["reason"], WIDTH - 34) or [""]
            out.append(f"  {row['runs']:>8,} at {row['points']:>6,} points   {reason[0]}")
            out += [" " * 29 + line for line in reason[1:]]
        if len(s["reasons"]) > MOST_REASONS:
            out.append(f"  and {len(s['reasons']) - MOST_REASONS} other reasons")
    out += ["", f"Rows are in {s['folder']}/runs, the design in {s['folder']}/design.parquet; in Python:"]
    out += [f'  from sim import sweep; results = sweep.load("{s["folder"]}"); results.mean("bloc_index")']
    out += ["The shares are of a design, chosen by you, not of the world: never a forecast."]
    return "\n".join(out)

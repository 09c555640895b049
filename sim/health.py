"""Health checks of every result: is the environment informative, and is the network far from saturation or cycling?"""

import numpy as np
import pandas as pd

from sim.limit_cycles import limit_cycle
from sim.results import Results

SPAN, CORRELATION, MEAN_TIE, RADIUS = 0.3, 0.6, 0.15, 1.0  # bounds that model.md sets
LOOK = {  # what a failed check means, and what to do
    "permissiveness, range": "Great powers leave nearly the same room everywhere and always, so this world says little about "
    "what more or less of it does: code policing, bandwidth or distances that move further, or compare scenarios.",
    "clarity, range": "Never fails: for reading beside the others.",
    "correlation of the two": "Permissiveness and clarity move together, so what one does cannot be told from what the other "
    "does: do not speak of either alone; vary clarity_offset and permissiveness_offset one at a time.",
    "mean tie at the end, 95th percentile": "Everyone is tied to everyone, as happens with a handful of states: classes and "
    "membership say little then. Add states, or lower the weights of benefits; do not read the classes.",
    "spectral radius of the tie map, highest": "Ties can feed on themselves (or nothing could be computed): small differences "
    "grow, and levels at the end say little. Read differences from the twin over many runs, or lower w_spillover or w_closure.",
    "runs in a limit cycle": "In some runs ties go up and down for ever, so that the end depends on the quarter in which it "
    "is read: compare means over several years, or lower build_rate.",
    "failed runs": "Left out of every share: the `reason` in the table runs names the rule. Shares describe the other runs "
    "only; with more than a few failures do not use them.",
}


def health(results: Results) -> pd.DataFrame:
    """check, value, bound, ok, look (what it means if not ok): one row a check (model.md, rule 9 and Pitfalls).

    Ranges are of quarterly medians over runs, so that one stray draw does not stand for the environment.
    """
    states, system = results.states, results.system
    typical = states.groupby(["quarter", "state"], observed=True)[["permissiveness", "clarity"]].median()
    low, high = typical.min(), typical.max()
    correlation = typical["permissiveness"].corr(typical["clarity"])
    end = system[system["quarter"] == system["quarter"].max()]
    radius = end["spectral_radius"].dropna()
    cycles = [limit_cycle(run.to_numpy(float)) for _, run in system.groupby("run")["mean_tie"]]
    failed = int((results.runs["status"] == "failed").sum())
    span = high["permissiveness"] - low["permissiveness"]
    rows = [
        ("permissiveness, range", f"{low['permissiveness']:.2f}–{high['permissiveness']:.2f}", f"spans ≥ {SPAN}", span >= SPAN),
        ("clarity, range", f"{low['clarity']:.2f}–{high['clarity']:.2f}", "", True),
        ("correlation of the two", f"{correlation:.2f}", f"|r| < {CORRELATION}", abs(correlation) < CORRELATION),
        ("mean tie at the end, 95th percentile", f"{end['mean_tie'].quantile(0.95):.3f}", f"< {MEAN_TIE}",
         end["mean_tie"].quantile(0.95) < MEAN_TIE),
        ("spectral radius of the tie map, highest", f"{radius.max():.3f}" if len(radius) else "not computed",
         f"< {RADIUS:.0f}", bool(len(radius)) and radius.max() < RADIUS),
        ("runs in a limit cycle", f"{np.mean(cycles):.0%}" if cycles else "–", "0%", not any(cycles)),
        ("failed runs", str(failed), "0", failed == 0),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["check", "value", "bound", "ok"]).astype({"ok": bool})
    return frame.assign(look=frame["check"].map(LOOK))

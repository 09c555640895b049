"""What all figures share: a palette for the colour-blind (Okabe and Ito), line styles for grey, events and bands."""

import numpy as np

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#7F7F7F")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (3, 1)), (0, (1, 1)), (0, (8, 2)))
UNALIGNED = "#7F7F7F"


def decimal_years(periods) -> np.ndarray:
    """Quarters as decimal years (2009Q4 → 2009.75), the x axis of every figure over time."""
    return np.array([period.year + (period.quarter - 1) / 4 for period in periods])


def bands(axes, years, table, colour, line, name) -> None:
    """Median with 50 and 90 % bands over runs. table: (runs, quarters)."""
    low, quarter, middle, three, high = np.nanquantile(table, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    axes.fill_between(years, low, high, color=colour, alpha=0.12, linewidth=0)
    axes.fill_between(years, quarter, three, color=colour, alpha=0.25, linewidth=0)
    axes.plot(years, middle, color=colour, linestyle=line, linewidth=1.6, label=name)


def marked_events(results, most: int = 12) -> list[tuple[float, str, str]]:
    """(year, name, quarter) of the scenario's events within the run, spread out so that at most ``most`` are marked."""
    m = results.manifest
    inside = [event for event in m["events"] if m["start"] < event["quarter"] <= m["end"]]
    if len(inside) > most:  # keep the quarters with most events first, then the earliest
        weight = {q: sum(e["quarter"] == q for e in inside) for q in {e["quarter"] for e in inside}}
        chosen = sorted(weight, key=lambda q: (-weight[q], q))[:most]
        seen: set[str] = set()
        inside = [e for e in inside if e["quarter"] in chosen and not (e["quarter"] in seen or seen.add(e["quarter"]))]
    return [(int(e["quarter"][:4]) + (int(e["quarter"][-1]) - 1) / 4, e["name"], e["quarter"]) for e in inside]


def mark_events(axes, events, numbered: bool = True) -> None:
    """Thin vertical lines at events, numbered at the top edge inside the axes."""
    top = axes.get_ylim()[1]
    for number, (year, _, _) in enumerate(events, start=1):
        axes.axvline(year, color="#999999", linewidth=0.6, zorder=0)
        if numbered:
            axes.text(year, top, str(number), fontsize=6, ha="center", va="bottom", color="#555555", clip_on=False)


def event_key(events) -> str:
    """The numbers of :func:`mark_events` in words."""
    return "   ".join(f"{number} {name} ({quarter})" for number, (_, name, quarter) in enumerate(events, start=1))

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
    """(year, name, quarter) of the events of the run with the largest shocks, one a quarter, in order of time."""
    m = results.manifest
    inside = [event for event in m["events"] if m["start"] < event["quarter"] <= m["end"]]
    largest: dict[str, dict] = {}
    for event in inside:
        held = largest.get(event["quarter"])
        if held is None or event["size"] > held["size"]:
            largest[event["quarter"]] = event
    chosen = sorted(largest.values(), key=lambda event: (-event["size"], event["quarter"]))[:most]
    chosen.sort(key=lambda event: event["quarter"])
    return [(int(e["quarter"][:4]) + (int(e["quarter"][-1]) - 1) / 4, e["name"], e["quarter"]) for e in chosen]


def mark_events(axes, events) -> None:
    """Thin vertical lines at events, numbered above the axes; numbers of close events are staggered."""
    low, high = axes.get_xlim()
    before, raised = low - (high - low), False
    for number, (year, _, _) in enumerate(events, start=1):
        raised = not raised if year - before < 0.045 * (high - low) else False
        before = year
        axes.axvline(year, color="#999999", linewidth=0.6, zorder=0)
        axes.annotate(
            str(number), (year, 1), xycoords=("data", "axes fraction"), xytext=(0, 7 if raised else 1),
            textcoords="offset points", fontsize=6, ha="center", va="bottom", color="#555555",
        )  # fmt: skip


def year_ticks(axes, step: int = 5) -> None:
    """Ticks at whole years that are multiples of ``step``."""
    from matplotlib.ticker import MultipleLocator

    axes.xaxis.set_major_locator(MultipleLocator(step))


def event_key(events) -> str:
    """The numbers of :func:`mark_events` in words."""
    items = (f"{number} {name} ({quarter})" for number, (_, name, quarter) in enumerate(events, start=1))
    return "   ".join(item.replace(" ", "\N{NO-BREAK SPACE}") for item in items)

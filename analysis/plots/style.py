"""What all figures share: styles that hold for the colour-blind and in grey, headings, events and bands."""

import textwrap

import numpy as np

from sim.frames import UNALIGNED
from sim.manifest import changes_in_words

# Poles in the colours of Okabe and Ito, organisations in those of Tol, so that neither is taken for the other. Dotted lines
# are for what is no partner: the remainder of alignment, and the twin.
FOCUS = ("#0072B2", "-")
POLES = ("#D55E00", "#56B4E9", "#E69F00", "#009E73", "#CC79A7"), ("--", "-.")
ORGANISATIONS = (
    ("#332288", "#117733", "#882255", "#999933", "#44AA99", "#661100", "#AA4499"), ((0, (8, 2)), (0, (5, 1, 1, 1, 1, 1)))
)  # fmt: skip
OTHERS = "other partners"
NOT_PARTNERS = {UNALIGNED: ("#7F7F7F", ":"), OTHERS: ("#000000", (0, (12, 4)))}
LINE_INCHES = {8: 0.14, 6.5: 0.115}  # height of a line of text by size of type


def partner_style(results, partner: str) -> tuple[str, object]:
    """Colour and line of a partner, the same in every panel and figure of a world: they depend on its place in it alone."""
    if partner in NOT_PARTNERS:
        return NOT_PARTNERS[partner]
    if partner == results.focus:
        return FOCUS
    kind = "poles" if partner in results.manifest["poles"] else "organisations"
    colours, lines = POLES if kind == "poles" else ORGANISATIONS
    turn, colour = divmod(list(results.manifest[kind]).index(partner), len(colours))
    return colours[colour], lines[(colour + turn) % len(lines)]


def heading(results, figure, title: str, *lines: str) -> float:
    """Title; in small type the scenario, ``lines`` and what differs from the default. Returns the height left below (0–1)."""
    width, height = figure.get_size_inches()
    lines = (f"Scenario: {results.manifest['scenario']}", *lines, *changes_in_words(results.manifest["changes"]))
    text = [row for line in lines for row in textwrap.wrap(line, int(18 * width), max_lines=3, placeholder=" …")]
    figure.text(0.01, 1 - 0.1 / height, title, fontsize=13, va="top")
    figure.text(0.01, 1 - 0.42 / height, "\n".join(text), fontsize=8, va="top")
    return 1 - (0.5 + LINE_INCHES[8] * len(text)) / height


def medians(results, twin: str, also: str = "") -> str:
    """What lines and bands show; ``twin``: how the twin is drawn, left out where none was run."""
    there = f"; {twin}: median of the twin in which no great power changed" if results.twin else ""
    return f"Median of {results.manifest['replicates']} runs with 50 and 90 % bands{also}{there}."


def footer(figure, text: str) -> float:
    """Notes in the smallest type at the bottom; returns the height of the figure that they take (0–1)."""
    width, height = figure.get_size_inches()
    text = textwrap.fill(text, int(19 * width))
    figure.text(0.01, 0.08 / height, text, fontsize=6.5, va="bottom", color="#444444")
    return (0.16 + LINE_INCHES[6.5] * len(text.splitlines())) / height


def decimal_years(periods) -> np.ndarray:
    """Quarters as decimal years (2009Q4 → 2009.75), the x axis of every figure over time."""
    return np.array([period.year + (period.quarter - 1) / 4 for period in periods])


def bands(axes, years, table, colour, line, name) -> None:
    """Median with 50 and 90 % bands over runs. table: (runs, quarters)."""
    low, quarter, middle, three, high = np.nanquantile(table, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    axes.fill_between(years, low, high, color=colour, alpha=0.12, linewidth=0)
    axes.fill_between(years, quarter, three, color=colour, alpha=0.25, linewidth=0)
    axes.plot(years, middle, color=colour, linestyle=line, linewidth=1.6, label=name)


MOST_EVENTS = 12


def marked_events(results, most: int = MOST_EVENTS) -> list[tuple[float, str, str]]:
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
    """The numbers of :func:`mark_events` in words, and by what rule :func:`marked_events` chose; "" without any."""
    if not events:
        return ""
    rule = f"Marked: events after the start with the largest shocks (sum of their sizes), one a quarter, at most {MOST_EVENTS}.   "
    items = (f"{number} {name} ({quarter})" for number, (_, name, quarter) in enumerate(events, start=1))
    return rule + "   ".join(item.replace(" ", "\N{NO-BREAK SPACE}") for item in items)

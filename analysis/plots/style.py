"""What all figures share: styles that hold for the colour-blind and in grey, headings, events and bands."""

import textwrap
from collections.abc import Callable

import numpy as np

from sim.frames import UNALIGNED
from sim.manifest import changes_in_words

# Poles in the colours of Okabe and Ito, organisations in those of Tol, so that neither is taken for the other. Dotted lines
# are for what is no partner: the remainder of alignment, and the twin.
FOCUS = ("#0072B2", "-")
POLES = ("#D55E00", "#56B4E9", "#E69F00", "#009E73", "#CC79A7"), ("--", "-.")
POLE_MARKERS = "osXDvP"
ORGANISATIONS = (
    ("#332288", "#117733", "#882255", "#999933", "#44AA99", "#661100", "#AA4499"), ((0, (8, 2)), (0, (5, 1, 1, 1, 1, 1)), (0, (3, 1.2)))
)  # fmt: skip
OTHERS = "other partners"
NOT_PARTNERS = {UNALIGNED: ("#7F7F7F", ":"), OTHERS: ("#000000", (0, (12, 4)))}
LINE_INCHES = {8: 0.14, 6.5: 0.115}  # height of a line of text by size of type
PAGE = 6.5  # inches, the width of a page of text: figures are drawn at it, so that their type is as large in print as set here
SMALL_TYPE = 7
LABEL = 52  # characters of a row of a legend: two columns of them fill a page
MARKS_ABOVE = 22  # points that the numbers of events take above the axes


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


def pole_marks(results, partner: str) -> dict:
    """Markers, every three years, that tell lines of poles apart in grey; none for other partners."""
    poles = list(results.manifest["poles"])
    if partner not in poles:
        return {}
    k = poles.index(partner)
    return {"marker": POLE_MARKERS[k % len(POLE_MARKERS)], "markevery": (2 + 2 * (k % 6), 12), "markersize": 4}


def heading(results, figure, title: str, *lines: str) -> float:
    """Title; in small type the scenario, ``lines`` and what differs from the default. Returns the height left below (0–1)."""
    changes = changes_in_words(results.manifest["changes"])
    return titled(figure, title, f"Scenario: {results.manifest['scenario']}", *lines, *changes)


def titled(figure, title: str, *lines: str) -> float:
    """Title, and ``lines`` in small type. Returns the height left below (0–1)."""
    width, height = figure.get_size_inches()
    said = figure.text(0.01, 1 - 0.1 / height, textwrap.fill(title, int(10 * width)), fontsize=13, va="top")
    if said.get_window_extent().x1 > 0.99 * figure.bbox.width:  # of wide letters
        said.set_text(textwrap.fill(title, int(9 * width)))
    drop = 0.42 + 0.22 * said.get_text().count("\n")
    text = wrapped(lines, width)
    figure.text(0.01, 1 - drop / height, "\n".join(text), fontsize=8, va="top")
    return 1 - (drop + 0.08 + LINE_INCHES[8] * len(text)) / height


def wrapped(lines, width: float) -> list[str]:
    """Rows of small type that ``lines`` take in a figure ``width`` inches wide, three a line at most."""
    return [row for line in lines for row in textwrap.wrap(line, int(16.5 * width), max_lines=3, placeholder=" …")]


def tidy(axes, grid: str = "y") -> None:
    """Small type, no box, faint lines behind the data along ``grid`` (x, y or both)."""
    axes.tick_params(labelsize=SMALL_TYPE)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_fontsize(SMALL_TYPE + 1)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis=grid, color="#EEEEEE")


def panels(number: int, height: float, extra: float, columns: int = 2, width: float = PAGE, **shared):
    """A figure of ``number`` axes in rows of ``columns``, each row ``height`` inches, and ``extra`` inches for text.

    Returns the figure and an array of the axes in use.
    """
    import matplotlib.pyplot as plt

    columns = min(columns, number)
    rows = -(-number // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(width, height * rows + extra), squeeze=False, **shared)
    for axes in grid.flat[number:]:
        axes.set_visible(False)
    return figure, grid.ravel()[:number]


def legend_below(figure, handles, labels, bottom: float) -> float:
    """A legend whose foot is at the height ``bottom`` (0–1) of the figure; returns the height of its top."""
    columns = 3 if max(map(len, labels)) < 30 else 2
    labels = [textwrap.fill(label, LABEL) for label in labels]
    inches = [0.155 + 0.125 * label.count("\n") for label in labels]
    figure.legend(
        handles, labels, loc="lower left", bbox_to_anchor=(0.0, bottom), ncols=columns, fontsize=SMALL_TYPE, frameon=False,
        handlelength=3.2, columnspacing=1.2,
    )  # fmt: skip
    return bottom + (0.12 + max(map(sum, np.array_split(inches, columns)))) / figure.get_size_inches()[1]


def counted(results) -> str:
    """How many runs a figure is drawn of, in words, and how many failed and are left out."""
    ended = int((results.runs["status"] == "ok").sum())
    failed = len(results.runs) - ended
    return f"{ended} {'run' if ended == 1 else 'runs'}" + (f" ({failed} more failed)" if failed else "")


BANDS = (
    "How to read: in every quarter half of the runs lie in the darker band and 90 % in the paler one around it. Bands show how runs differ, "
    "not how sure a median is.   "
)


def medians(results, twin: str, also: str = "") -> str:
    """What lines and bands show; ``twin``: how the twin is drawn, left out where none was run."""
    there = f"; {twin}: median of the twin in which no great power changed" if results.twin else ""
    return f"Median of {counted(results)} with 50 and 90 % bands{also}{there}."


def footer(figure, text: str) -> float:
    """Notes in the smallest type at the bottom; returns the height of the figure that they take (0–1)."""
    width, height = figure.get_size_inches()
    text = textwrap.fill(text, int(19 * width), break_on_hyphens=False)
    figure.text(0.01, 0.08 / height, text, fontsize=6.5, va="bottom", color="#444444")
    return (0.16 + LINE_INCHES[6.5] * len(text.splitlines())) / height


def framed(figure, inches: float, head: Callable[[], float], foot: Callable[[], float]) -> None:
    """Give the axes of a figure ``inches`` of height, however much its text takes. head, foot: write it, and return where it ends (0–1)."""
    text = figure.get_figheight() * (1 - head() + foot())
    for one in list(figure.texts):  # placed by the height of the figure, known only now
        one.remove()
    figure.set_figheight(inches + text)
    top, bottom = head(), foot()
    figure.set_layout_engine("constrained", rect=(0, bottom, 1, top - bottom))


def decimal_years(periods) -> np.ndarray:
    """Quarters as decimal years (2009Q4 → 2009.75), the x axis of every figure over time."""
    return np.array([period.year + (period.quarter - 1) / 4 for period in periods])


def bands(axes, years, table, colour, line, name, strength: float = 1.0, **marks) -> None:
    """Median with 50 and 90 % bands over runs. table: (runs, quarters). strength: of the bands, 0–1. marks: of the median."""
    low, quarter, middle, three, high = np.nanquantile(table, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    axes.fill_between(years, low, high, color=colour, alpha=0.12 * strength, linewidth=0)
    axes.fill_between(years, quarter, three, color=colour, alpha=0.25 * strength, linewidth=0)
    axes.plot(years, middle, color=colour, linestyle=line, linewidth=1.6, label=name, **marks)


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


def mark_events(axes, events, zorder: float = 0) -> None:
    """Thin vertical lines at events (behind the data, or at ``zorder``), numbered above the axes; numbers of close events stand above one another."""
    low, high = axes.get_xlim()
    inches = axes.figure.get_size_inches()[0] * axes.get_position().width
    apart = 0.13 * (high - low) / inches
    ends = [low - apart] * 3  # of the last number at each height
    for number, (year, _, _) in enumerate(events, start=1):
        level = next((k for k, end in enumerate(ends) if year - end >= apart), int(np.argmin(ends)))
        ends[level] = year
        axes.axvline(year, color="#999999", linewidth=0.6, zorder=zorder)
        axes.annotate(
            str(number), (year, 1), xycoords=("data", "axes fraction"), xytext=(0, 1 + 6 * level),
            textcoords="offset points", fontsize=6, ha="center", va="bottom", color="#555555",
        )  # fmt: skip


def year_locator(low: float, high: float):
    """A locator of whole years: every ten, five or fewer, by how many years there are."""
    from matplotlib.ticker import MultipleLocator

    return MultipleLocator(next(step for step in (10, 5, 2, 1) if high - low > 2.4 * step or step == 1))


def year_ticks(axes) -> None:
    """Ticks of :func:`year_locator` for the range that the axes show."""
    axes.xaxis.set_major_locator(year_locator(*axes.get_xlim()))


def event_key(events) -> str:
    """The numbers of :func:`mark_events` in words, and by what rule :func:`marked_events` chose; "" without any."""
    if not events:
        return ""
    rule = f"Marked: events after the start with the largest shocks (sum of their sizes), one a quarter, at most {MOST_EVENTS}.   "
    items = (f"{number} {name} ({quarter})" for number, (_, name, quarter) in enumerate(events, start=1))
    return rule + "   ".join(item.replace(" ", "\N{NO-BREAK SPACE}") for item in items)

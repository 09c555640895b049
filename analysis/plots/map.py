"""The network of ties on a map, in one quarter and as an animation over time.

Places are those of the world's file. Where a state is a real one, coasts and borders are drawn (Natural Earth); a world of
invented states is drawn on an empty plane.
"""

from pathlib import Path

from analysis.plots.map_stage import (
    LEAST_SHARE,
    MEMBER,
    OTHER,
    POLE,
    POLE_DASH,
    POLE_FAR,
    POLE_HERE,
    SMALL,
    WIDEST,
    Stage,
    label,
    places_of,
    shades,
    show,
    stage,
)
from analysis.plots.network import check_choices, matched, quarter_of, shown_at
from analysis.plots.outlines import mismatch
from analysis.plots.style import footer, heading
from sim.errors import NcrError
from sim.writable import check_file

SAMPLES = (0.1, 0.4, 1.0)  # ties in the key
WIDTH = 6.5  # inches, the text of a page
SIDE = 0.01  # margin, as a share of the width
KEY_INCHES = 0.52
HELD = 4  # frames that the last quarter of an animation stays


def tie_map(results, quarter=None, arena=None, organisation=None, run=None, axes=None):
    """Ties between states on a map: the wider and darker a line, the stronger the tie; dashed, each state's foremost pole. Returns Axes.

    quarter: such as "2019Q4", default the last. arena: one of four, default their mean. organisation: whose full members are
    marked, default what the result speaks of first (of one run: what gives it its class). run: one run, default the
    median over runs; then members are those in more than half of the runs. Raises NcrError for results without ties, and for
    choices that are not there.
    """
    import matplotlib.pyplot as plt

    check_choices(results, arena, organisation, run)
    organisation = organisation or matched(results, run)
    when = quarter_of(results, quarter)
    title = f"Ties between states{_arm(results)}, {when}"
    shown = shown_at(results, when, arena, organisation, run)
    if axes is None:
        return _page(results, plt.figure(figsize=(WIDTH, WIDTH)), title, shown, arena, organisation, run).axes
    drawn = stage(results, axes)
    show(drawn, shown)
    label(drawn, results)
    axes.set_title(title, loc="left", fontsize=10)
    return axes


def animate(
    results, file, arena=None, organisation=None, run=None, every: int = 4, a_second: int = 2, dpi: int = 90
) -> Path:
    """The map of :func:`tie_map` over time as a GIF; returns its path. Its folder is made, an existing file replaced.

    One frame every ``every`` quarters, counted back from the last one, ``a_second`` of them a second. Raises NcrError as
    :func:`tie_map` does, and for a file that is no GIF or cannot be written.
    """
    import matplotlib.pyplot as plt
    from matplotlib.animation import PillowWriter

    file = Path(file)
    check_file(file, (".gif",))
    if every < 1 or a_second < 1:
        raise NcrError(f"every {every}, a_second {a_second}: write 1 or more quarters, and 1 or more frames a second")
    check_choices(results, arena, organisation, run)
    organisation = organisation or matched(results, run)
    first, last = (quarter_of(results, results.manifest[end]) for end in ("start", "end"))
    quarters = [last - back for back in range(0, (last - first).n + 1, every)][::-1]
    figure = plt.figure(figsize=(WIDTH, WIDTH))
    title = f"Ties between states{_arm(results)}, {quarters[0]} to {last}"
    at_last = shown_at(results, last, arena, organisation, run)
    drawn = _page(results, figure, title, at_last, arena, organisation, run)
    clock = drawn.axes.text(
        0.985, 0.97, "", transform=drawn.axes.transAxes, ha="right", va="top", fontsize=15, zorder=9,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 2},
    )  # fmt: skip
    writer = PillowWriter(fps=a_second)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with writer.saving(figure, str(file), dpi):
            for quarter in [*quarters, *[last] * (HELD - 1)]:
                clock.set_text(str(quarter))
                show(drawn, shown_at(results, quarter, arena, organisation, run))
                writer.grab_frame()
    except OSError as error:
        raise NcrError(f"{file}: cannot be written ({error.strerror or error}); choose another file") from error
    finally:
        plt.close(figure)
    return file


def _arm(results) -> str:
    return " in the frozen-driver twin" if "twin" in results.manifest["arm"] else ""


def _page(results, figure, title, shown, arena, organisation, run) -> Stage:
    """Heading, map of a quarter, key and notes; the figure is as high as they need."""
    runs = int((results.runs["status"] == "ok").sum())
    what = f"ties in {arena}" if arena else "the mean tie over the four arenas"
    over = f"run {run}" if run is not None else f"median of {runs} runs"
    lines = [
        f"Lines: {what}, {over}; below {SMALL:.2f} none is drawn. Dashed: to the great power that has the largest share of a state's ties in "
        f"all arenas, from {LEAST_SHARE:.0%} on, the wider the larger."
    ]
    if organisation:
        share = "" if run is not None else " in most runs"
        lines.append(f"Dark circles: full members of {results.names[organisation]}{share}.")
    drawn = stage(results, figure.add_axes((0, 0, 1, 1)))
    left, right, bottom, top = drawn.view
    map_inches = (1 - 2 * SIDE) * WIDTH * (top - bottom) / (right - left)
    notes = _notes(results, drawn)
    head, foot = heading(results, figure, title, *lines), footer(figure, notes)
    high = WIDTH * (1 - head + foot) + map_inches + KEY_INCHES
    for text in list(figure.texts):  # heading and notes are placed by the height of the figure, known only now
        text.remove()
    figure.set_figheight(high)
    heading(results, figure, title, *lines)
    foot = footer(figure, notes)
    drawn.axes.set_position((SIDE, foot + KEY_INCHES / high, 1 - 2 * SIDE, map_inches / high))
    _key(figure, drawn, organisation, foot)
    show(drawn, shown)
    label(drawn, results)
    return drawn


def _key(figure, drawn: Stage, organisation, bottom: float) -> None:
    """The key of lines and markers, in one row above the notes."""
    from matplotlib.lines import Line2D

    marks = [("member", "o", MEMBER, MEMBER)] if organisation else []
    marks.append(("other state", "o", OTHER, MEMBER))
    off = {*drawn.beyond, *drawn.unplaced}
    kinds = (("pole", POLE_HERE, set(drawn.at) - set(drawn.codes) - off), ("pole off map", POLE_FAR, off))
    marks += [(name, *look, POLE) for name, look, codes in kinds if codes]
    handles = [Line2D([], [], color=shades(tie), linewidth=WIDEST * tie, label=f"tie {tie:g}") for tie in SAMPLES]
    handles.append(Line2D([], [], color=POLE, linestyle=POLE_DASH, linewidth=1.0, label="foremost pole"))
    handles += [
        Line2D([], [], linestyle="none", marker=marker, markersize=6, markerfacecolor=fill, markeredgecolor=edge, label=name)
        for name, marker, fill, edge in marks
    ]  # fmt: skip
    place = {"loc": "lower center", "bbox_to_anchor": (0.5, bottom), "ncols": len(handles), "frameon": False}
    figure.legend(handles=handles, fontsize=7, handlelength=1.9, handletextpad=0.7, columnspacing=1.1, **place)


def _notes(results, drawn: Stage) -> str:
    """What a reader must know of places and markers."""
    m, names = results.manifest, results.names
    notes = ["Poles are never members; the larger, the greater their share in the ties of states (mean over states)."]
    if drawn.beyond:
        notes.append(f"At the edge, in its direction: {_listed(drawn.beyond, names)}, beyond the map.")
    if drawn.unplaced:
        notes.append(f"Lower left, without a place in the world's file: {_listed(drawn.unplaced, names)}.")
    if drawn.geographic:
        places = places_of(results)
        alone = [code for code in m["states"] if code not in drawn.lands]
        if alone:
            why = (
                f"{names[code]} ({code}: {mismatch(code, places[code]) or 'not to be drawn here'})" for code in alone
            )
            notes.append(f"Without an outline of its own, so not shaded: {', '.join(why)}.")
        notes.append(
            "States stand where the world file puts them, poles far off at the edge. Outlines: Natural Earth, public domain, as drawn there; equal-area projection."
        )
    else:
        notes.append(
            "No coast is drawn: no state has the ISO 3166-1 alpha-3 code of the country in which it lies. States stand at the places of the "
            "world's file."
        )
    return " ".join(notes)


def _listed(codes, names) -> str:
    return ", ".join(names[code] for code in codes)

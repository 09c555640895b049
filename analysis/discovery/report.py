"""Discovery in words: boxes as sentences, and plain values for ``--json``."""

import textwrap

import numpy as np

from analysis.discovery.boxes import (
    AFTER,
    CHANCE,
    ENOUGH_POINTS,
    ENOUGH_REPLICATES,
    FOLDS,
    LEAST,
    LEAST_REPLICATES,
    LUCK_OF_DRAWS,
    LUCK_OF_POINTS,
    NO_HALF,
    NOT_TRIED,
    Box,
)
from analysis.discovery.sweep import Discovery
from sim.scenario.values import ARENAS

WIDTH = 100
OF_DRAWS = ", of a confirmed box also in half of the draws and on the other half"


def axis_in_words(name: str, names: dict[str, str]) -> str:
    """An axis as one would say it: `states.ABC.domestic_institutions.veto_points` → “veto points of Abcland”; others as they are."""
    table, *steps = name.split(".")
    if table not in ("states", "poles", "dyads", "organisations") or len(steps) < 2:
        return name
    code, *steps = steps
    whose = " and ".join(names.get(part, part) for part in (code.split("-") if table == "dyads" else [code]))
    arena = f" in {steps.pop()}" if steps[-1] in ARENAS and len(steps) > 1 else ""
    if steps[0] == "relations" and len(steps) > 2:
        whose = f"{whose} to {names.get(steps[1], steps[1])}"
    return f"{steps[-1].replace('_', ' ')}{arena} of {whose}"


def box_in_words(box: Box, names: dict[str, str]) -> str:
    """All restrictions, the surest first: “russian_overstretch > 0.62 and veto points of Abcland < 0.4”."""
    said = []
    for axis in dict.fromkeys(limit.axis for limit in box.limits):
        low = next((limit.value for limit in box.limits if limit.axis == axis and limit.above), None)
        high = next((limit.value for limit in box.limits if limit.axis == axis and not limit.above), None)
        name = axis_in_words(axis, names)
        if low is not None and high is not None:
            said.append(f"{name} between {low:.3g} and {high:.3g}")
        else:
            said.append(f"{name} > {low:.3g}" if high is None else f"{name} < {high:.3g}")
    return " and ".join(said)


def render(found: Discovery) -> str:
    """The text of the terminal, at most WIDTH columns wide."""
    facts = found.facts
    counted = f"{facts['interest']:,} of {facts['points']:,} points over {len(facts['axes'])} axes have it"
    if facts["replicates"] > 1:
        share = f"{facts['runs_share']:.1%} of all runs do"
        counted += f" in at least {facts['share']:.0%} of their {facts['replicates']} runs; {share}"
    out = textwrap.wrap(f"{facts['sweep']}: under what conditions does {facts['outcome']} hold?", WIDTH)
    out += textwrap.wrap(counted, WIDTH)
    out += textwrap.wrap(f"{facts['parameters']} (see --parameters of ncr sweep).", WIDTH)
    for note in found.notes:
        out += textwrap.wrap(f"! {note}", WIDTH, subsequent_indent="  ")
    if facts["interest"]:
        out += [
            "",
            "Boxes (PRIM), each among the points that those before it leave",
            *_boxes(found),
            "",
            "Tree",
            *_leaves(found),
            "",
        ]
        words = (
            "coverage: share of the points that have it which lie in the box; density: share of the points in the box that have it; "
            f"left out: the same for boxes found without a fifth of the points, on that fifth, {FOLDS} times{OF_DRAWS * facts['halves_of_draws']}; "
            "quasi-p: chance that the box without that restriction is as dense, which does not know that the box was searched for."
        )
        out += textwrap.wrap(words, WIDTH)
    return "\n".join([*out, "Shares are of a design, chosen by you, not of the world: never a forecast."])


def _boxes(found: Discovery) -> list[str]:
    """The confirmed boxes, then, under a heading of their own, those in doubt with the reason and what would confirm them."""
    if not found.looked:
        return ["  not looked for: too few points"]
    if not found.boxes:
        return textwrap.wrap(no_box(found), WIDTH, initial_indent="  ", subsequent_indent="  ")
    lines: list[str] = []
    doubted = False
    for number, box in enumerate(found.boxes, start=1):
        if box.doubt and not doubted:
            none = [] if lines else ["  none is confirmed"]
            lines += [*none, "", "Found but NOT confirmed: on draws that points share luck alone gives such boxes too"]
            doubted = True
        lines += _sentence(f"{number}. {box_in_words(box, found.facts['names'])}")
        lines += _indented(
            f"{_measures(box)}; left out: coverage {box.out_coverage:.0%}, density {box.out_density:.0%}, {chances(box)}"
        )
        lines += _indented(f"quasi-p of each restriction: {', '.join(f'{limit.quasi_p:.1g}' for limit in box.limits)}")
        if box.doubt:
            lines += _indented(f"Not confirmed: {doubt_in_words(box, found.facts)}")
    return lines


def no_box(found: Discovery) -> str:
    """Why there is none: luck, or too few points to leave some out."""
    said = f"none is denser on points left out of the search than luck makes it (p < {CHANCE:g})"
    rarer = min(found.facts["interest"], found.facts["points"] - found.facts["interest"])
    if rarer * (FOLDS - 1) / FOLDS < LEAST:
        said += (
            f"; {rarer} points with or without it are few: without a fifth of the points fewer than the {LEAST} are left that a "
            "search needs, so that a rule could hardly be found. Sweep more points"
        )
    return said


def chances(box: Box) -> str:
    """The p of a box, and of which luck: of one in doubt both."""
    if not box.doubt:
        return f"p = {box.p:.1g}"
    of_draws = "not known" if np.isnan(box.p) else f"{box.p:.1g}"
    return f"p = {box.p_points:.1g} on points left out, {of_draws} on draws left out"


def doubt_in_words(box: Box, facts: dict) -> str:
    """Why a box is not confirmed, and what would confirm it if it holds."""
    replicates, points = facts["replicates"], facts["points"]
    more = [f"more replicates than {replicates} (with {ENOUGH_REPLICATES} most sharp rules are)"]
    if replicates >= ENOUGH_REPLICATES:
        more = [f"more replicates than {replicates}"]
    if points < ENOUGH_POINTS:
        more.append(f"more points than {points} ({ENOUGH_POINTS})")
    would = f"; what would confirm it: {', '.join(more)}, or `independent: true`"
    return {
        NOT_TRIED: f"{_number(replicates, 'replicate')} cannot be cut into halves ({LEAST_REPLICATES} can), to try it on other draws{would}",
        NO_HALF: f"in one half of the {replicates} draws no box is found, or too few points have it to leave a fifth out{would}",
        LUCK_OF_DRAWS: f"tried on half of the {replicates} draws its gain is not sure: draws differ{would}",
        LUCK_OF_POINTS: f"tried on the other half of the {replicates} draws too few of its points have it for p < {CHANCE:g}{would}",
        AFTER: "it holds up itself, but among the points that a box in doubt leaves; it is confirmed when that is",
    }[box.doubt]


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _leaves(found: Discovery) -> list[str]:
    """Leaves denser than all points together; how much the others hold."""
    if not found.leaves:
        return ["  no split that predicts points left out of it"]
    base, lines = found.facts["interest"] / found.facts["points"], []
    dense = [leaf for leaf in found.leaves if leaf.density > base]
    for leaf in dense:
        lines += [*_sentence(box_in_words(leaf, found.facts["names"])), f"     {_measures(leaf)}"]
    others = [leaf for leaf in found.leaves if leaf.density <= base]
    points, interest = sum(leaf.points for leaf in others), sum(leaf.interest for leaf in others)
    return [*lines, f"  elsewhere: {interest} of {points} points"]


def _sentence(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="     ")


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="     ", subsequent_indent="     ")


def _measures(box: Box) -> str:
    return f"{box.interest} of {box.points} points: density {box.density:.0%}, coverage {box.coverage:.0%}"


def plain(found: Discovery) -> dict:
    """Everything for ``--json``: None where a number is not known."""
    from sim.summary import plain_values

    names = found.facts["names"]

    def described(box: Box) -> dict:
        limits = [limit.__dict__ for limit in box.limits]
        return box.__dict__ | {"limits": limits, "words": box_in_words(box, names)}

    def judged(box: Box) -> dict:
        why = doubt_in_words(box, found.facts) if box.doubt else ""
        return described(box) | {"confirmed": box.confirmed, "doubt_in_words": why}

    facts = {name: value for name, value in found.facts.items() if name != "names"}
    shown = facts | {"notes": found.notes}
    return plain_values(
        shown | {"boxes": [judged(box) for box in found.boxes], "leaves": [described(leaf) for leaf in found.leaves]}
    )

"""The answer of a run, in words and then in tables; its figures; its checks of health."""

from analysis.report import twin
from analysis.report.figures import Picture
from analysis.report.html import Html, bullets, code, element, figure, joined, paragraph, section, table
from analysis.report.words import (
    UNIT,
    alignment_sentence,
    bloc_of,
    class_sentences,
    health_sentence,
    interval,
    listed,
    number,
    organisation_sentences,
    percent,
    span,
)  # fmt: skip
from sim.scenario.schema import OFFSETS

TABLE = {  # in which table of the report the numbers of a figure stand
    "depth": "Its depths at the end stand in a table above.",
    "membership": "Members at the end stand in a table above.",
    "joining": "Members at the end, and when they joined, stand in a table above.",
}


def answer(results, summary: dict, names: dict) -> Html:
    """Class of the region, difference from the twin, the organisation spoken of, changes of alignment."""
    return section(
        "answer", "Answer",
        element("h3", "What becomes of the region"),
        *map(paragraph, class_sentences(summary, names)), paragraph(bloc_of(results)), _classes(summary, names),
        element("h3", "What the change of the great powers did"),
        bullets(twin.sentences(summary["paired"])), _held(summary), _paired(summary),
        element("h3", names.get(summary["organisation"], "No organisation to speak of first")),
        *map(paragraph, organisation_sentences(summary, names)), _members(summary, names), _depth(summary),
        element("h3", "To whom states turn"),
        paragraph(alignment_sentence(summary, names)), _alignment(summary, names),
    )  # fmt: skip


def _held(summary: dict) -> Html | None:
    """What “the change of the great powers” means: of all drivers together, and what levers have made of them."""
    if not summary["paired"]:
        return None
    moved = [row["name"] for row in summary["changes"] if row["kind"] == "lever" and row["name"] not in OFFSETS]
    made = f" It is what {listed(moved)} as set here make of it; in the twin all levers are at 0." if moved else ""
    return paragraph(
        "That change is of all drivers of the great powers together, as the twin holds them, so that no part of it can be laid to one "
        f"power or driver.{made}"
    )


def _twin(summary: dict, *heads: str) -> tuple[str, ...]:
    return heads if summary["paired"] else ()


def _classes(summary: dict, names: dict) -> Html:
    rows = []
    for row in summary["classes"]:
        if row["share"] or row["twin"]:
            whose = ", ".join(f"{names.get(code, code)} {percent(share)}" for code, share in row["whose"].items())
            there = _twin(summary, percent(row["twin"]), span(row.get("twin_low"), row.get("twin_high")))
            rows.append((row["class"], percent(row["share"]), span(row["low"], row["high"]), *there, whose or "–"))
    heads = ("class", "scenario", f"95{UNIT}", *_twin(summary, "twin", f"95{UNIT}"), "given by (scenario)")
    return table("Class of the region at the end: shares of runs.", heads, rows, texts=(0, len(heads) - 1))


def _paired(summary: dict) -> Html | None:
    if not summary["paired"]:
        return None
    rows = [
        (
            row["outcome"], number(row["scenario"]), number(row["twin"]), number(row["difference"], "+.3f"),
            interval(row["low"], row["high"], "+.3f"),
        )
        for row in summary["paired"]
    ]  # fmt: skip
    caption = f"Scenario less twin, over {summary['paired'][0]['pairs']} pairs of runs with the same draws."
    return table(caption, ("outcome", "scenario", "twin", "difference", f"95{UNIT}"), rows)


def _members(summary: dict, names: dict) -> Html | None:
    if not summary["members"]:
        return None
    rows = []
    for row in summary["members"]:
        when = "at the start" if row["joined"] == summary["start"] else row["joined"] or "–"
        there = _twin(summary, percent(row["twin"]), span(row.get("twin_low"), row.get("twin_high")))
        here = percent(row["member"]), span(row["low"], row["high"])
        rows.append(
            (names.get(row["state"], row["state"]), *here, *there, percent(row["observer"]), percent(row["ever"]), when)
        )
    heads = (
        "state",
        "member",
        f"95{UNIT}",
        *_twin(summary, "twin", f"95{UNIT}"),
        "observer",
        "ever member",
        "joined (median)",
    )
    return table("Full members and observers at the end, and full members at any time: shares of runs.", heads, rows)


def _depth(summary: dict) -> Html | None:
    rows = [
        (
            row["arena"], number(row["depth"], ".2f"), interval(row["low"], row["high"], ".2f"),
            *_twin(summary, number(row["twin"], ".2f"), interval(row.get("twin_low"), row.get("twin_high"), ".2f")),
        )
        for row in summary["depth"] if row["depth"] is not None
    ]  # fmt: skip
    if not rows:
        return None
    heads = ("arena", "median", f"5–95{UNIT}", *_twin(summary, "twin", f"5–95{UNIT}"))
    return table("Depth at the end by arena (0–1), over the runs in which it exists.", heads, rows)


def _alignment(summary: dict, names: dict) -> Html | None:
    rows = [
        (
            f"{names.get(row['state'], row['state'])} → {names.get(row['partner'], row['partner'])}",
            number(row["start"], ".2f"), number(row["end"], ".2f"), number(row["change"], "+.2f"),
            *_twin(summary, number(row["twin"], "+.2f")),
        )
        for row in summary["alignment_changes"]
    ]  # fmt: skip
    if not rows:
        return None
    heads = ("state → partner", "start", "end", "change", *_twin(summary, "change in the twin"))
    return table("Largest changes of alignment: median share of a state's ties.", heads, rows)


# Figures and health --------------------------------------------------------------------------------------------------


def figures(drawn: list[Picture], left_out: dict[str, str], title: str = "Figures") -> Html:
    """Every figure with what it shows, and those that could not be drawn with the reason."""
    parts = [picture_of(one) for one in drawn]
    if left_out:
        why = [joined((code(kind), f": {reason}")) for kind, reason in left_out.items()]
        parts += [element("h3", "Not drawn"), bullets(why)]
    if not parts:
        parts.append(paragraph("No figures were asked for."))
    return section("figures", title, *parts)


def picture_of(one: Picture) -> Html:
    """A figure; its text for those who do not see it says what it shows, and where its numbers stand."""
    shows = one.shows[:1].upper() + one.shows[1:]
    alt = f"Figure: {one.shows}. {TABLE.get(one.kind, 'What follows from it is said under Answer.')}"
    notes = f" {'. '.join(one.notes)}." if one.notes else ""
    return figure(one.address, alt, f"{shows}.{notes}")


def health(rows: list[dict]) -> Html:
    """Whether the run can be read at all: the checks, and what those mean that do not pass."""
    failed = [
        joined((element("strong", row["check"]), f" is {row['value']}, {_wanted(row)}. {row['look']}"))
        for row in rows
        if not row["ok"]
    ]
    lines = [(row["check"], row["value"], row["bound"] or "–", _verdict(row["ok"])) for row in rows]
    return section(
        "health", "Health of the runs",
        paragraph(health_sentence(rows)), bullets(failed) if failed else None,
        table("Checks: is the environment informative, and is the network far from saturation or cycling?",
              ("check", "value", "wanted", "verdict"), lines),
    )  # fmt: skip


def _wanted(row: dict) -> str:
    return f"where {row['bound']} is wanted"


def _verdict(ok: bool) -> Html:
    return element("span", "ok" if ok else "look", class_="good" if ok else "bad")

"""Findings in words: the table on the terminal, JSON, a Markdown page for each, and docs/propositions.md."""

import json
import math
from collections.abc import Sequence

from analysis.compare_report import interval_in_words
from analysis.propositions.experiment import Finding, Proposition
from analysis.propositions.rule import FALSIFIED, HOLDS, UNDETERMINED, Component
from sim.cli_show import signed

HEAD = ("P", "verdict", "difference", "95 % interval", "sign", "detectable", "first contrast that counts")


def number(value: float, digits: int = 3, difference: bool = False) -> str:
    """A number for a table, "–" where there is none; small ones with two significant digits. difference: with a sign, unless it is 0."""
    if not math.isfinite(value):
        return "–"
    form = ".1e" if value and abs(value) < 10**-digits else f".{digits}f"
    return signed(value, form) if difference else format(value, form)


def mean_and_interval(c: Component, digits: int = 3) -> tuple[str, str]:
    """ "+0.010" and "[-0.002, +0.022]" of a contrast, as ``ncr compare`` writes them; a level has no plus. An interval without width is put
    in words, one that is not known (one draw) is "–"."""

    def write(value: float) -> str:
        return number(value, digits, c.kind == "contrast")

    known = math.isfinite(c.low) and math.isfinite(c.high)
    return write(c.mean), interval_in_words(c.mean, c.low, c.high, write, "draws") if known else "–"


def headline(finding: Finding) -> Component:
    """The component that stands for a proposition in a table: the first contrast that counts and varied, else the first."""
    counted = [c for c in finding.components if not c.beside and c.kind == "contrast"]
    return next((c for c in counted if c.varied), (counted or list(finding.components))[0])


def _or_none(others: Sequence[Finding], findings: Sequence[Finding]) -> Sequence[Finding | None]:
    return others or [None for _ in findings]


def row(finding: Finding, other: Finding | None = None) -> list[str]:
    """Cells of a table under HEAD; with ``other``, the verdict under a second seed after the first."""
    c = headline(finding)
    verdicts = [finding.verdict] + ([other.verdict] if other else [])
    return [
        finding.id, *verdicts, *mean_and_interval(c), f"{100 * c.share:.0f} %", number(c.detectable), c.name,
    ]  # fmt: skip


def table(
    findings: Sequence[Finding], design: str, others: Sequence[Finding] = (), second: int | None = None,
    asked: Sequence[Proposition] = (),
) -> str:  # fmt: skip
    """The table on the terminal, reasons below it; of propositions ``asked`` for by name, what each claims above it."""
    head = [HEAD[0], HEAD[1], *([f"seed {second}"] if others else []), *HEAD[2:]]
    rows = [head, *(row(f, o) for f, o in zip(findings, _or_none(others, findings), strict=True))]
    widths = [max(len(line[k]) for line in rows) for k in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in rows]
    counts = {verdict: sum(f.verdict == verdict for f in findings) for verdict in (HOLDS, FALSIFIED, UNDETERMINED)}
    reasons = [f"{f.id} {f.verdict}: {f.reason}" for f in findings]
    total = ", ".join(f"{verdict} {count}" for verdict, count in counts.items())
    claims = [f"{p.id} {p.claim} Expected: {p.expected}. Falsified if: {p.falsifier}." for p in asked]
    return "\n".join([*claims, *([""] if claims else []), design, "", *lines, "", total, "", *reasons])


def as_json(
    findings: Sequence[Finding], propositions: Sequence[Proposition], design: dict, others: Sequence[Finding] = ()
) -> str:
    """Everything but the draws; null where there is no number."""

    def plain(value):
        return None if isinstance(value, float) and not math.isfinite(value) else value

    def component(c: Component) -> dict:
        names = (
            "name",
            "kind",
            "mean",
            "low",
            "high",
            "share",
            "wrong",
            "met",
            "varied",
            "beside",
            "detectable",
            "reference",
            "draws",
            "bound",
        )
        return {name: plain(getattr(c, name)) for name in names}

    items = [
        {
            "id": f.id, "claim": p.claim, "verdict": f.verdict, "reason": f.reason, "sources": p.rows, "expected": p.expected,
            "falsified_if": p.falsifier, "term": p.term, "reading": p.reading, "components": [component(c) for c in f.components],
            "remarks": list(f.remarks), **({"verdict_second_seed": o.verdict} if o else {}),
        }
        for p, f, o in zip(propositions, findings, _or_none(others, findings), strict=True)
    ]  # fmt: skip
    return json.dumps({**design, "propositions": items}, indent=2, ensure_ascii=False)


def page(
    proposition: Proposition,
    finding: Finding,
    design: str,
    figure: str | None = None,
    other: Finding | None = None,
    second=None,
) -> str:
    """One Markdown page."""
    lines = [
        f"# {proposition.id} {proposition.claim}", "", f"**{finding.verdict}**: {finding.reason}.", "",
        *([f"Under seed {second}: **{other.verdict}**: {other.reason}.", ""] if other else []),
        f"- Sources: {proposition.rows}", f"- Expected: {proposition.expected}", f"- Falsified if: {proposition.falsifier}",
        f"- Works through: {proposition.term}", *([f"- Reading: {proposition.reading}"] if proposition.reading else []),
        f"- Arms: {'; '.join(proposition.arms)}", f"- {design}", "", *components(finding), "",
        *(f"- {remark}" for remark in finding.remarks), *([f"\n![{proposition.id}]({figure})"] if figure else []), "",
    ]  # fmt: skip
    return "\n".join(lines)


def components(finding: Finding) -> list[str]:
    """The components as a Markdown table."""
    lines = [
        "| component | mean | 95 % interval | sign or bound | detectable | draws | |",
        "|---|---|---|---|---|---|---|",
    ]
    for c in finding.components:
        state = "beside" if c.beside else "met" if c.met else "not met"
        share = f"{100 * c.share:.0f} %" + (f" (bound {c.bound:g})" if c.kind == "level" else "")
        mean, interval = mean_and_interval(c, 4)
        lines.append(
            f"| {c.name} | {mean} | {interval} | {share} | {number(c.detectable, 4)} | {c.draws} | "
            f"{state}{'' if c.varied or c.kind == 'level' else ', nothing varied'} |"
        )  # fmt: skip
    return lines


def document(propositions, findings, design: str, others=(), second: int | None = None) -> str:
    """docs/propositions.md: how to read it, the table, and each proposition with its numbers."""
    counts = {verdict: sum(f.verdict == verdict for f in findings) for verdict in (HOLDS, FALSIFIED, UNDETERMINED)}
    head = ["P", "claim", "verdict", *([f"seed {second}"] if others else []), "why"]
    lines = [
        INTRODUCTION.strip(), "", f"{design}", "", ", ".join(f"**{verdict} {count}**" for verdict, count in counts.items()) + ".", "",
        "| " + " | ".join(head) + " |", "|" + "---|" * len(head),
    ]  # fmt: skip
    pairs = list(zip(propositions, findings, _or_none(others, findings), strict=True))
    for p, f, o in pairs:
        lines.append("| " + " | ".join([f.id, p.claim, f.verdict, *([o.verdict] if o else []), f.reason]) + " |")
    changed = [f.id for _, f, o in pairs if o and o.verdict != f.verdict]
    if others:
        both = ", ".join(
            f"{verdict} {sum(f.verdict == o.verdict == verdict for _, f, o in pairs if o)}" for verdict in counts
        )
        lines += ["", f"Under both seeds: {both}. Verdicts that another seed changes: {', '.join(changed) or 'none'}."]
    for p, f, _ in pairs:
        text = page(p, f, design).splitlines()
        lines += ["", f"#{text[0]}", *(line for line in text[1:] if line != f"- {design}")]
    return "\n".join(lines).rstrip() + "\n"


INTRODUCTION = """
# Propositions

Generated by `python -m analysis.propositions --also-seed 2 --document docs/propositions.md`; nothing here is written by hand.

Each is a paired experiment: the same parameter draws, seeds and replicate numbers in every arm. A contrast is written so that the expected sign
is plus; it is met if at least 80 % of draws have the sign and the 95 % interval of the mean (Student's t over draws) excludes zero. A proposition *holds* if all
that counts is met, is *falsified* by the pattern stated beforehand, and is *undetermined* otherwise, always so where no arm varied. *Detectable* is
the mean difference that this design finds with 80 % power. What stands *beside* does not enter the verdict. "No change" means: the
interval lies within a tenth of the reference arm's mean, or on the wrong side of zero, and the outcome occurs in a tenth of the draws or more; a stated bound
is passed by the whole interval. An interval without width is none: the page says *in all draws alike*. How words became numbers, and which readings were changed after runs had been seen, with the verdicts
before and after: [decision 006](decisions/006-how-the-propositions-were-read.md).

What the rule cannot do: where an outcome is rare, a draw with few replicates seldom shows a difference, and the share of draws with the sign cannot
reach 80 %. A soft bloc is rare in the Eurasian world, so propositions that are stated on its probability tend to be undetermined; the bloc
index and mean tie, which stand beside, say in which direction the model leans.
"""

"""Tables for the terminal and for results.md, and the JSON file with every sample."""

import json
from pathlib import Path

from benchmarks.timing import ROOT, Section

OUT = ROOT / "out"
TABLE = Path(__file__).with_name("results.md")


def shown(value) -> str:
    """A cell of a table: three significant digits, thousands apart."""
    if value is None:
        return "–"
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if value == 0.0 or abs(value) >= 100.0:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def table(section: dict, markdown: bool) -> list[str]:
    """The rows of a section, columns aligned."""
    if not section["rows"]:
        return []
    header = list(section["rows"][0])
    cells = [header, *([shown(row[name]) for name in header] for row in section["rows"])]
    numbers = [not isinstance(section["rows"][0][name], str) for name in header]
    widths = [max(len(row[k]) for row in cells) for k in range(len(header))]
    lines = []
    for row in cells:
        aligned = zip(row, widths, numbers, strict=True)
        padded = [text.rjust(w) if right else text.ljust(w) for text, w, right in aligned]
        lines.append("| " + " | ".join(padded) + " |" if markdown else "  ".join(padded))
    rule = ["-" * (w - 1) + (":" if right else "-") for w, right in zip(widths, numbers, strict=True)]
    lines.insert(1, "| " + " | ".join(rule) + " |" if markdown else "  ".join("-" * w for w in widths))
    return lines


def as_text(section: dict) -> str:
    """A section for the terminal."""
    lines = ["", f"({section['letter']}) {section['title']}", "", *table(section, markdown=False)]
    return "\n".join([*lines, *(f"· {note}" for note in section["notes"])])


def described(machine: dict) -> str:
    """The machine in a line."""
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return (
        f"{machine['processor']} (code for {machine['code_for']}), {machine['cores']} cores, {machine['system']}, Python "
        f"{machine['python']}, {versions}; ncr-sim {machine['ncr_sim']}, rules {machine['rules']}"
    )


def as_markdown(results: dict) -> str:
    """results.md: all sections, with the machine and the day."""
    lines = [
        "# Results of the benchmarks", "",
        "Written by `python -m benchmarks`; do not edit. What is measured and how stands in [README.md](README.md).", "",
        f"Machine: {described(results['machine'])}.", "",
    ]  # fmt: skip
    for letter in sorted(results["sections"]):
        section = results["sections"][letter]
        lines += [f"## ({letter}) {section['title']}", "", *table(section, markdown=True), ""]
        lines += [f"- {note}" for note in section["notes"]]
        before, after = section["load"]
        remark = f" {section['remark']}." if section["remark"] else ""
        lines += ["", f"Measured {section['when']}, load of the machine {before} before and {after} after.{remark}", ""]
    return "\n".join(lines)


def record(section: Section, when: str, load: tuple, remark: str | None = None) -> dict:
    """A section as JSON has it."""
    return {
        "letter": section.letter, "title": section.title, "when": when, "load": list(load), "rows": section.rows,
        "remark": remark, "notes": section.notes, "samples": section.samples,
    }  # fmt: skip


def kept(path: Path, machine: dict) -> dict:
    """Sections measured earlier on the same machine with the same versions and rules; none otherwise."""
    if path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))
        if before.get("machine") == machine:
            return before["sections"]
    return {}


def write(results: dict, path: Path, markdown: Path | None) -> None:
    """The JSON file and, if wanted, results.md."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if markdown:
        markdown.write_text(as_markdown(results), encoding="utf-8")

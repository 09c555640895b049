"""How to make a result again: versions, seed, hashes, command, and the parameters of the rules."""

from analysis.report.html import Html, code, element, pairs, section, table
from sim.parameters import PARAMETERS


def manifest(results) -> Html:
    """What was run, to the letter."""
    m = results.manifest
    versions = ", ".join(f"{name} {version}" for name, version in m.get("versions", {}).items())
    rows = [
        ("command", code(m["command"]) if "command" in m else "none: made from Python"),
        ("scenario file", m.get("file", "")),
        ("package", f"{m['package']} {m['version']}"),
        ("with", versions),
        ("seed", m["seed"]),
        ("runs", m["replicates"]),
        ("made", m["made"]),
        ("hash of inputs", code(m["inputs"])),
        ("hash of code", code(m["code"]) if "code" in m else ""),
    ]
    return section("manifest", "Manifest", pairs(rows), element("h3", "Parameters of the rules"), _parameters(results))


def _parameters(results) -> Html:
    m, runs = results.manifest, results.runs
    rows = []
    for name, value in m["parameters"].items():
        p = PARAMETERS.get(name)
        drawn = runs[name] if name in runs and runs[name].nunique() > 1 else None
        here = f"{value:g}" if drawn is None else f"{drawn.median():.3g} ({drawn.min():.3g} to {drawn.max():.3g})"
        usual = (f"{p.default:g}", f"{p.low:g} to {p.high:g}" if p.high > p.low else "held") if p else ("–", "–")
        rows.append(
            (element("span", code(name), f" {p.meaning if p else ''}"), here, *usual, p.rule or "–" if p else "–")
        )
    heads = ("parameter", "here", "start value", "prior range", "rule")
    return table("Where runs have parameters of their own: median (lowest to highest).", heads, rows)

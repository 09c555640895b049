"""What was set: the scenario, and everything in which it differs from the world as coded."""

from analysis.report.html import Html, code, element, joined, pairs, paragraph, section, table
from analysis.report.sources import replaced_rows
from analysis.report.words import listed, parameters_from
from sim.parameters import PARAMETERS
from sim.scenario.knockouts import KNOCKOUTS
from sim.scenario.scalars import plain
from sim.scenario.schema import OFFSETS

PARAMETERS_FROM = {
    "retained": "each run its own, from those that meet facts about Eurasia to 2019; see Manifest",
    "prior": "each run its own, from the whole prior ranges; see Manifest",
    "own": "each run its own, given in Python; see Manifest",
    "fixed": "the same in every run; see Manifest",
}


def setup(results) -> Html:
    """Scenario, and everything that differs from the world as coded."""
    m, names = results.manifest, results.names
    twin = f"each run beside its twin: the same draws, but every driver of a great power held from {m.get('freeze_at', m['start'])} on"
    rows = [
        ("scenario", f"{m['scenario']} ({m['file']})" if m.get("file") else m["scenario"]),
        ("world", f"{m['world']}: {listed(names[code] for code in m['states'])}" if "world" in m else ""),
        ("great powers", listed(m["poles"].values())),
        ("time", f"{m['start']} to {m['end']}, by quarters"),
        ("runs", f"{m['replicates']}, seed {m['seed']}"),
        ("comparison", twin if results.twin else "none: run without the twin"),
        ("parameters", PARAMETERS_FROM[parameters_from(results)]),
    ]
    return section(
        "set", "What was set", pairs(rows), element("h3", "Against the world as coded"), *differences(results)
    )


def differences(results) -> list[Html]:
    """Levers, parameters, knock-outs, overrides, environment and events that the coded world does not have."""
    m = results.manifest
    found = (changes_table(m), _overrides(results), _environment(m), _own_events(m))
    parts = [part for part in found if part is not None]
    if idle := m.get("inert"):
        parts.append(paragraph(f"Set, but without any effect in this scenario: {listed(idle)}.", class_="look"))
    if not parts:
        parts.append(paragraph("Nothing: every lever, parameter and coded number stands as the world has it."))
    else:
        parts.append(paragraph("Everything else stands as the world has it."))
    levers = len(m["levers"]) - len(OFFSETS)
    words = f"This world has {levers} {'lever' if levers == 1 else 'levers'}: each scales what a great power did (0 holds it, 1 is as coded). "
    return [*parts, paragraph(f"{words}Those of paths that move are listed under What it rests on.", class_="quiet")]


def changes_table(m: dict) -> Html | None:
    """Levers, parameters and knock-outs that differ from the world as coded; None if there are none. m: a manifest."""
    rows = [_change(row, m) for row in m.get("changes", ()) if row["kind"] != "override"]
    heads = ("what", "here", "as coded", "set in", "what it does")
    return table("Levers, parameters and knock-outs that differ.", heads, rows, texts=(0, 3, 4)) if rows else None


def _between(items) -> list:
    parts = [part for item in items for part in (", ", item)]
    return parts[1:]


def _change(row: dict, m: dict) -> tuple:
    where = "the scenario's file" if row["value"] == row["file"] else "this run"
    name = row["name"]
    if row["kind"] == "knock-out":
        here, coded = ("left out" if row["value"] else "there"), "there"
        meaning = KNOCKOUTS[name].meaning if name in KNOCKOUTS else ""
    else:
        here, coded = plain(row["value"]), plain(row["default"])
        lever = m.get("declared", {}).get(name)
        meaning = lever["description"] if lever else PARAMETERS[name].meaning if name in PARAMETERS else ""
    return joined((row["kind"], " ", code(name))), here, coded, where, meaning


def _overrides(results) -> Html | None:
    paths = [row["name"] for row in results.manifest["changes"] if row["kind"] == "override"]
    if not paths:
        return None
    if results.coded is None:
        return paragraph("Coded numbers that the scenario replaces: ", joined(_between(map(code, paths))), ".")
    rows = replaced_rows(results.coded, results.names)
    heads = ("coded number", "in the world", "here", "rests on")
    return table("Coded numbers that the scenario replaces.", heads, rows, texts=(0, 1, 2, 3))


def _environment(m: dict) -> Html | None:
    """How permissiveness and clarity came about, where that is not the usual way."""
    given = m.get("environment", {})
    said = []
    if given.get("mode") == "direct":
        said.append("permissiveness and clarity are given by hand, not derived from what the great powers do")
    if given.get("permissiveness_definition") == "threat":
        said.append("permissiveness is read as absence of threat, not of policing")
    if given.get("clarity_certainty"):
        said.append("clarity includes how sure the commitment of poles is")
    return paragraph(f"Environment: {'; '.join(said)}.") if said else None


def _own_events(m: dict) -> Html | None:
    own = [f"{event['name']} ({event['quarter']})" for event in m["events"] if event.get("own")]
    return paragraph(f"Events of the scenario's own: {listed(own)}.") if own else None

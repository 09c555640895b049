"""How scenarios, worlds, states and results show in a notebook: small tables of HTML, escaped, of what is there already.

``_repr_html_`` of those classes calls these functions. Long texts and tables are cut, so that a world of 200 states stays as
light as one of ten.
"""

from html import escape

from sim.coded import leaves
from sim.quarters import label
from sim.scenario.entries import Entry
from sim.scenario.scalars import plain
from sim.scenario.schema import OFFSETS, Scenario, World
from sim.scenario.values import ARENAS, Coded, PerArena

MOST = 40  # rows of a table
CELL, LINE = 100, 900  # letters that are shown of a cell and of a line
SMALL = 0.01  # alignment shares below it are left out


def entry_html(entry) -> str:
    """An entry of a scenario or world file: Scenario and World as an overview, any other with every number coded in it."""
    if isinstance(entry, Scenario):
        return _scenario(entry)
    return _world(entry) if isinstance(entry, World) else _coded(entry)


def results_html(results) -> str:
    """What was run, and the share of runs in each class beside the twin's. Reads the table ``runs`` alone."""
    from sim.manifest import changes_in_words
    from sim.summary import class_distribution

    m = results.manifest
    failed = int((results.runs["status"] == "failed").sum())
    rows = [
        (row["class"], *_share(row, "share", ""), *(_share(row, "twin", "twin_") if results.twin else ()))
        for row in class_distribution(results).to_dict("records")
        if row["share"] > 0 or (row["twin"] or 0) > 0
    ]
    heads = ("class at the end", results.manifest["arm"], "95 %", *(("twin", "95 %") if results.twin else ()))
    said = [f"{m['replicates']} runs, {m['start']}–{m['end']}, seed {m['seed']}", *changes_in_words(m["changes"])]
    said += [f"{failed} runs failed and are left out: see the column reason of .runs"] if failed else []
    table = _table(heads, rows, texts=1) if rows else "<div>no run ended</div>"
    return _shown(m["scenario"], said, table)


def sweep_html(results) -> str:
    """What a sweep varies, and how much of it has been run. Reads its manifest and the names of its files."""
    m = results.manifest
    said = [
        f"scenario: {m['scenario']}",
        f"{m['points']:,} points × {m['replicates']:,} replicates; {results.progress}",
        f"axes: {', '.join(results.axes)}",
        f"folder: {results.folder}",
    ]
    return _shown(m["sweep"], said)


def agent_html(agent) -> str | None:
    """A state of a Mesa model in the quarter last run: its situation and to whom it is tied; None once its model is closed."""
    model = agent._model()
    if model is None or model.engine is None:
        return None
    names = model.scenario.world.states
    said = [f"{agent.code}, {model.quarter}" + ("" if agent.exists else ": does not exist in this quarter")]
    held = ", ".join(f"{code} ({status})" for code, status in agent.memberships.items())
    said += [f"member of {held}"] if held else []
    situation = ("permissiveness", "perceived_permissiveness", "clarity", "hedging")
    rows = [(name, f"{getattr(agent, name):.2f}") for name in situation]
    shares = sorted(agent.alignment.items(), key=lambda item: -item[1])
    rows += [(f"share of ties: {partner}", f"{share:.2f}") for partner, share in shares if share >= SMALL]
    return _shown(names[agent.code].name, said, _table(("", "0–1"), rows, texts=1))


# Entries of files -----------------------------------------------------------------------------------------------------


def _scenario(scenario: Scenario) -> str:
    from sim.manifest import changes, changes_in_words

    world = scenario.world
    said = [f"{_span(scenario)}, {scenario.replicates} runs, seed {scenario.seed}", scenario.description]
    said += [f"world: {world.title} ({_counts(world)})"]
    if scenario.freeze_at != scenario.start:
        said.append(f"levers and twin hold drivers from {_quarter(scenario.freeze_at)} on")
    if scenario.focus:
        said.append(f"focus: {_name_of(world.organisations, scenario.focus)}")
    if scenario.environment.mode == "direct":
        said.append("permissiveness and clarity are given, not derived")
    if scenario.events:
        said.append(f"events of its own: {', '.join(event.name for event in scenario.events)}")
    said += changes_in_words(changes(scenario)) or ["levers and parameters: all as coded"]
    said.append(f"levers: {', '.join(name for name in scenario.levers if name not in OFFSETS)}")
    return _shown(scenario.title, said)


def _world(world: World) -> str:
    states = [
        (code, state.name, _span(state, world), *(map(_value, (state.capability, state.strategic_culture.autonomy))))
        for code, state in world.states.items()
    ]
    poles = [
        (code, pole.name, *map(_value, (pole.capability, pole.policing, pole.bandwidth, pole.legitimacy)))
        for code, pole in world.poles.items()
    ]
    bodies = [
        (code, body.name, _quarter(body.opens), body.led_by or "its members", str(len(body.members)))
        for code, body in world.organisations.items()
    ]
    return _shown(
        world.title,
        [f"{_span(world)}: {_counts(world)}", world.description, "→: from the first coded date to the last"],
        _table(("state", "", "exists", "capability", "autonomy"), states, texts=3),
        _table(("pole", "", "capability", "policing", "bandwidth", "legitimacy"), poles, texts=2),
        _table(("organisation", "", "opens", "led by", "members"), bodies, texts=4) if bodies else "",
    )


def _coded(entry) -> str:
    """Name, what is not a number, and one row for each coded number: attribute, value, prior range, source."""
    rows = [
        (path, *_number(coded))
        for path, number in leaves(entry, within=True)
        for path, coded in _by_arena(path, number)
    ]
    title = getattr(entry, "name", type(entry).__name__)
    return _shown(
        title, _not_numbers(entry), _table(("attribute", "value", "range", "source"), rows, texts=1) if rows else ""
    )


def _number(coded: Coded) -> tuple[str, str, str]:
    span = "–".join(map(plain, coded.range)) if coded.range else ""
    return _value(coded), span, ", ".join(coded.source)


def _by_arena(path: str, number) -> list[tuple[str, Coded]]:
    """A number, or one for each arena unless all four are alike."""
    if isinstance(number, Coded):
        return [(path, number)]
    alike = all(coded == number.defence for coded in number)
    return [(path, number.defence)] if alike else [(f"{path}.{arena}", getattr(number, arena)) for arena in ARENAS]


def _not_numbers(entry, before: str = "") -> list[str]:
    """What else is set in an entry and those within it, a line each; a table or list of entries as its names."""
    said = []
    for name in type(entry).model_fields:
        value, path = getattr(entry, name), f"{before}{name}"
        if name in ("name", "source", "range", "note") or value is None or value in ((), {}):
            continue
        if isinstance(value, Entry):
            said += _not_numbers(value, f"{path}.")
        elif isinstance(value, dict | tuple):
            said.append(f"{path}: {', '.join(str(getattr(item, 'name', item)) for item in value)}")
        elif not isinstance(value, Coded | PerArena):
            is_quarter = name in ("start", "end", "opens", "quarter", "schedule_end", "freeze_at")
            said.append(f"{path}: {_quarter(value) if is_quarter else value}")
    return said


# Words and cells ------------------------------------------------------------------------------------------------------


def _quarter(value) -> str:
    return label(value) if isinstance(value, int) else "?"


def _span(entry, within=None) -> str:
    """First and last quarter; those of ``within`` where an entry has none of its own."""
    ends = [getattr(entry, name) or getattr(within, name, None) for name in ("start", "end")]
    return "–".join(map(_quarter, ends))


def _counts(world: World) -> str:
    parts = ("states", "poles", "organisations", "dyads", "corridors", "events", "levers")
    return ", ".join(f"{len(getattr(world, part))} {part}" for part in parts if len(getattr(world, part)))


def _name_of(table: dict, code: str) -> str:
    return table[code].name if code in table else code


def _value(coded: Coded) -> str:
    ends = [plain(round(value, 4)) for _, value in (coded.knots[0], coded.knots[-1])]
    return " → ".join(dict.fromkeys(ends)) + (" (moves between)" if coded.dated and ends[0] == ends[1] else "")


def _share(row: dict, key: str, prefix: str) -> tuple[str, str]:
    return f"{row[key]:.0%}", f"{row[f'{prefix}low']:.0%}–{row[f'{prefix}high']:.0%}"


def _cut(text, longest: int) -> str:
    text = " ".join(str(text).split())
    return escape(text if len(text) <= longest else text[: longest - 1].rstrip() + "…")


def _table(heads, rows, texts: int) -> str:
    """``texts``: the leading columns that hold words; the others are aligned to the right, as notebooks do by default."""

    def line(kind, cells):
        left = [' style="text-align:left"' if k < texts else "" for k in range(len(cells))]
        return (
            "<tr>" + "".join(f"<{kind}{a}>{_cut(c, CELL)}</{kind}>" for a, c in zip(left, cells, strict=True)) + "</tr>"
        )

    more = f"<div>… and {len(rows) - MOST} more</div>" if len(rows) > MOST else ""
    return f"<table>{line('th', heads)}{''.join(line('td', row) for row in rows[:MOST])}</table>{more}"


def _shown(title, said, *tables: str) -> str:
    lines = "".join(f"<div>{_cut(text, LINE)}</div>" for text in said if text)
    return f"<div><b>{_cut(title, LINE)}</b></div>{lines}{''.join(tables)}"

"""Writes ``docs/odd.md``, the ODD protocol of the model: ``python docs/make_odd.py``.

What the code knows is read from it: attributes from the schema, state variables from ``sim/world.py``, the order of a quarter
from ``sim/quarter.py``, formulas from the docstrings of ``sim/rules``, parameters, knock-outs, facts, classes. The prose stands
in ``odd_template.md``; ``{{part}}`` there is a function of PARTS, ``{{rule module.function}}`` the number of the rule in its
docstring, ``{{value module.NAME}}`` a constant, ``{{parameter name}}`` a parameter with its start value.
"""

import ast
import re
from importlib import import_module
from pathlib import Path

from odd_source import constants, fields, functions, plain, rule_modules, rules_of, table, tree_of

from analysis.facts import CALIBRATION
from analysis.validation import FACTS
from sim.parameters import PARAMETERS, uncertain_parameters
from sim.recording import CLASS_NAMES
from sim.scenario import schema
from sim.scenario.fields import ArenasIn, CodedIn, FlagKind, NumberIn, OneOf, PairKind, QuarterKind, TextKind, Words
from sim.scenario.knockouts import KNOCKOUTS

DOCS = Path(__file__).resolve().parent
OUTCOMES = ("outcomes", "outcomes_groups", "outcomes_nulls", "outcomes_measures")
UNSAID = ("source", "range", "note", "name", "title", "description")
MEANINGS = {  # of state variables, where the comment in sim/world.py leaves it to the name
    "tie": "how closely two states work together", "stakes": "what past ties have sunk", "rung": "formal commitment of a pair",
    "pole_tie": "tie of a state and a pole", "membership": "none, observer, full", "established": "whether an organisation exists",
    "depth": "how far an organisation has come", "finance": "common funds", "perceived_permissiveness": "as the state sees it",
    "perception_noise": "what blurs perception", "permissiveness_fell": "whether perceived permissiveness fell, last eight quarters",
    "caution": "learnt from the punishment of others", "compliance": "of a state that gave way to a pole",
    "pole_hostility_shift": "hostility added to the coded one", "credibility_shift": "credibility added to the coded one",
    "optimism": "belief", "risk_acceptance": "belief of the leader in office", "tie_mass": "sum of a state's ties",
    "reach_previous": "reach in the quarter before", "reach_volatility": "how unsteady reach has been",
    "reach": "what a pole can enforce on a state", "permissiveness": "room left by poles", "clarity": "how unambiguous signals are",
    "restrictiveness": "how pressing threats are", "threat": "of a source on a state", "consent": "the tie that both want",
    "intent": "how much one wants the other", "coerced": "whether a pole coerced it",
}  # fmt: skip
ENTITIES = ("State", "Pole", "Relation", "Dyad", "Corridor", "Segment", "Organisation")


# 2. Entities ------------------------------------------------------------------------------------------------------------


def entity(name: str) -> str:
    """The attributes of an entry of the world's file, nested groups with a dot."""
    model = getattr(schema, name)
    rows = [(f"`{attribute}`", kind, meaning) for attribute, kind, meaning in attributes(model)]
    title = {"Relation": "Relation of a pole and a state", "Segment": "Segment of a corridor"}.get(name, name)
    return f"**{title}.** {plain(model.__doc__)}\n\n" + table(("attribute", "kind", "meaning"), rows)


def attributes(model, before: str = ""):
    """(dotted name, kind, meaning) of the fields of a model; tables and lists of other entries are left to those."""
    for name, field in model.model_fields.items():
        written, kind = field.alias or name, field.annotation
        if name in UNSAID:
            continue
        if isinstance(kind, type) and issubclass(kind, schema.Entry):
            yield from attributes(kind, f"{before}{written}.")
        elif said := next((kind_in_words(item) for item in field.metadata if kind_in_words(item)), ""):
            yield before + written, said, plain(field.description or "")


def kind_in_words(kind) -> str:
    """Range and form of a field; "" for what is none."""
    if isinstance(kind, CodedIn):
        form = "whole number, " if kind.whole else ""
        by_arena = " by arena" if isinstance(kind, ArenasIn) else ""
        return f"{form}{signed(kind.low)} to {signed(kind.high)}{by_arena}{', dated' if kind.dated else ''}"
    if isinstance(kind, NumberIn):
        return f"{signed(kind.low)} to {signed(kind.high)}"
    if isinstance(kind, OneOf):
        return "one of " + ", ".join(kind.words)
    words = {
        QuarterKind: "quarter",
        FlagKind: "yes or no",
        TextKind: "text",
        PairKind: "pair of states",
        Words: "list of names",
    }
    return words.get(type(kind), "")


def signed(number: float) -> str:
    return f"{number:g}".replace("-", "−")


def state_variables() -> str:
    """The fields of Situation with their shapes and what they hold."""
    rows = []
    for name, _, said in fields("world", "Situation"):
        shape, _, meaning = said.partition(")")
        meaning = re.sub(r"^(int64|float64)\s*", "", meaning.strip())
        words = [part for part in (MEANINGS.get(name, ""), plain(meaning)) if part]
        if not words:
            raise SystemExit(f"sim/world.py: nothing says what {name} holds; add a comment there")
        rows.append((f"`{name}`", f"{shape})", "; ".join(words)))
    return table(("variable", "shape", "what it holds"), rows)


# 3. Scheduling ----------------------------------------------------------------------------------------------------------


def schedule() -> str:
    """The calls of ``run_quarter`` in order, those of its stages below them."""
    bodies = {node.name: node for node in tree_of("quarter").body if isinstance(node, ast.FunctionDef)}
    return "\n".join(steps(bodies["run_quarter"].body, bodies, 0, ""))


def steps(statements, bodies, depth: int, condition: str):
    """Numbered lines for the rules and stages that the statements call, with the condition under which they do."""
    for node in statements:
        if isinstance(node, ast.If):
            asked = ast.unparse(node.test)
            asked = "not in burn-in" if asked in ("not burn_in", "acting") else f"if `{asked}`"
            otherwise = "in burn-in" if asked == "not in burn-in" else asked.replace("if ", "unless ", 1)
            for branch, when in ((node.body, asked), (node.orelse, otherwise)):
                yield from steps(branch, bodies, depth, f"{condition}, {when}" if condition else when)
        elif isinstance(node, ast.For | ast.While):
            yield from steps(node.body, bodies, depth, condition)
        else:
            for call in ast.walk(node):
                if isinstance(call, ast.Call):
                    yield from step(call, statements, bodies, depth, f" *({condition})*" if condition else "")


def step(call: ast.Call, beside, bodies, depth: int, where: str):
    """The line of one call; nothing for one that is neither a rule nor a stage. beside: the statements around it."""
    name, indent = ast.unparse(call.func), "   " * depth
    module, _, rule = name.rpartition(".")
    if f"rules/{module}" in rule_modules():
        calls = [ast.unparse(part.func) for node in beside for part in ast.walk(node) if isinstance(part, ast.Call)]
        into = f" Into `{ast.unparse(call.args[-1]).split('.')[-1]}`." if calls.count(name) > 1 else ""
        yield f"{indent}1. `{name}`: {plain(functions(f'rules/{module}')[rule].splitlines()[0])}{into}{where}"
    elif name in bodies and (said := ast.get_docstring(bodies[name])).startswith("Rule"):
        yield f"{indent}1. **{name.removesuffix('_stage')}**: {plain(said.splitlines()[0])}{where}"
        yield from steps(bodies[name].body, bodies, depth + 1, "")


# 4. Design concepts -----------------------------------------------------------------------------------------------------


def streams() -> str:
    """What is drawn at random: every stream of ``draws.py`` and the functions that draw from it."""
    names = [
        node.targets[0].id
        for node in tree_of("rules/draws").body
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("np.int64(")
    ]
    if not names:
        raise SystemExit("sim/rules/draws.py: no stream found; a stream is a name set to np.int64(number)")
    rows = []
    for name in names:
        users = [
            f"`{module.removeprefix('rules/')}.{node.name.lstrip('_')}`"
            for module in (*rule_modules(), "outcomes_nulls")
            for node in tree_of(module).body
            if isinstance(node, ast.FunctionDef)
            and any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
        ]
        rows += [(name.lower().replace("_", " "), ", ".join(users))] if users else []
    return table(("stream", "drawn by"), rows)


def patterns() -> str:
    """The facts up to 2019 that the model is judged by."""
    return "\n".join(f"- {fact.code}: {plain(fact.statement)}" for fact in FACTS if fact.set == CALIBRATION)


def classes() -> str:
    return ", ".join(f"{number} {name}" for number, name in enumerate(CLASS_NAMES))


# 7. Submodels -----------------------------------------------------------------------------------------------------------


def submodels() -> str:
    """Modules with rules in common under one heading: formulas, constants, parameters, knock-outs."""
    groups: list[list[str]] = []
    for module in rule_modules():
        shared = groups and max(rules_of(groups[-1][0])) >= min(rules_of(module))
        groups[-1].append(module) if shared else groups.append([module])
    return "\n\n".join(submodel(group) for group in groups)


def submodel(modules: list[str]) -> str:
    rules = {rule for module in modules for rule in rules_of(module)}
    title = ast.get_docstring(tree_of(modules[0])).split(":")[0].splitlines()[0]
    out = [f"### {title}"]
    for module in modules:
        out += [described(module)]
    rows = [
        (
            f"`{name}`",
            signed(p.default),
            f"{signed(p.low)}–{signed(p.high)}" if p.high > p.low else "fixed",
            p.rule,
            p.meaning,
        )
        for name, p in PARAMETERS.items()
        if p.rule in rules
    ]
    out += ["Parameters:", table(("name", "start", "prior", "rule", "meaning"), rows)] if rows else []
    left_out = [f"`{k.name}` ({plain(k.meaning)})" for k in KNOCKOUTS.values() if k.rules[0] in rules]
    out += [f"Knock-outs: {'; '.join(left_out)}."] if left_out else []
    return "\n\n".join(out)


def described(module: str) -> str:
    """The docstring of a module, its functions, and its constants."""
    out = [f"*`sim/{module}.py`.* {plain(ast.get_docstring(tree_of(module)))}"]
    out += [f"- `{name}`: {plain(text)}".replace("\n\n", " ") for name, text in functions(module).items()]
    fixed = constants(module)
    return out[0] + "\n\n" + "\n".join(out[1:]) + (f"\n\nConstants: {fixed}." if fixed else "")


def inputs() -> str:
    """How dated paths, levers and events become drivers, and the knock-outs of rules that stand in no module of rules."""
    placed = {rule for module in rule_modules() for rule in rules_of(module)}
    left_out = [f"`{k.name}` ({plain(k.meaning)})" for k in KNOCKOUTS.values() if k.rules[0] not in placed]
    return f"{described('scenario/levers')}\n\nKnock-outs: {'; '.join(left_out)}."


def outcomes() -> str:
    """How a run is read: the modules of outcomes, and where classes begin."""
    rows = [(f"`{name}`", value, plain(why)) for name, value, why in fields("outcomes", "OutcomeThresholds")]
    return "\n\n".join(
        [*(described(module) for module in OUTCOMES), "Thresholds:", table(("name", "value", "of"), rows)]
    )


# The page ---------------------------------------------------------------------------------------------------------------

PARTS = {
    "entities": lambda: "\n\n".join(entity(name) for name in ENTITIES),
    "state_variables": state_variables, "schedule": schedule, "streams": streams, "patterns": patterns,
    "classes": classes, "submodels": submodels, "outcomes": outcomes,
    "parameter_count": lambda: len(PARAMETERS), "uncertain_count": lambda: len(uncertain_parameters()),
    "knockout_count": lambda: len(KNOCKOUTS), "shock": lambda: entity("Shock"), "inputs": inputs,
    "pole_drivers": lambda: ", ".join(schema.POLE_DRIVERS), "shocks": lambda: ", ".join(schema.SHOCKS),
}  # fmt: skip


def rule_in_words(place: str) -> str:
    """ "rule 12" of module.function: from its docstring, else from that of its module."""
    module, name = place.split(".")
    said = re.match(r"Rules? [\d–]+(?: and \d+)?", functions(f"rules/{module}")[name])
    numbers = rules_of(f"rules/{module}")
    return (
        said[0].lower()
        if said
        else f"rule{'s' if len(numbers) > 1 else ''} {'–'.join(map(str, sorted({numbers[0], numbers[-1]})))}"
    )


def value_in_words(place: str) -> str:
    module, name = place.rsplit(".", 1)
    value = getattr(import_module(f"sim.{module}"), name)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def parameter_in_words(name: str) -> str:
    return f"`{name}` ({signed(PARAMETERS[name].default)})"


LOOKUPS = {"rule": rule_in_words, "value": value_in_words, "parameter": parameter_in_words}


def page() -> str:
    """The whole page."""

    def filled(found: re.Match) -> str:
        word, _, rest = found[1].partition(" ")
        return str(LOOKUPS[word](rest) if rest else PARTS[word]())

    return re.sub(r"\{\{([^}]+)\}\}", filled, (DOCS / "odd_template.md").read_text())


if __name__ == "__main__":
    (DOCS / "odd.md").write_text(page())

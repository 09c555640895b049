"""The ODD page is what the script makes of the code as it is, and the script sees the whole of the model."""

import ast
import importlib
import re
from pathlib import Path

import pytest

from sim.parameters import PARAMETERS
from sim.scenario.knockouts import KNOCKOUTS
from sim.world import Situation

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def make_odd():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "docs"))
        yield importlib.import_module("make_odd")


@pytest.fixture(scope="module")
def page(make_odd):
    return make_odd.page()


def test_the_page_is_not_stale(page):
    assert (ROOT / "docs/odd.md").read_text() == page, "run python docs/make_odd.py"


def test_it_has_the_seven_elements_and_the_design_concepts(page):
    assert re.findall(r"^## (\d)\. ", page, re.MULTILINE) == list("1234567")
    concepts = (
        "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction",
        "Stochasticity", "Collectives", "Observation",
    )  # fmt: skip
    assert re.findall(r"^\*\*([\w ]+)\.\*\*", page.split("## 4.")[1].split("## 5.")[0], re.MULTILINE) == list(concepts)


def test_every_rule_parameter_knockout_and_state_variable_is_in_it(page, make_odd):
    said = page.split("## 6.")[1]
    for name in (*PARAMETERS, *KNOCKOUTS):
        assert f"`{name}`" in said, name
    for name in Situation._fields:
        assert f"| `{name}` |" in page, name
    rules = {rule for module in make_odd.rule_modules() for rule in make_odd.rules_of(module)}
    assert rules == set(range(1, 29)) - {27}  # events act where a world is compiled
    for path in (ROOT / "sim/rules").glob("*.py"):
        if f"rules/{path.stem}" in make_odd.rule_modules():
            for node in ast.parse(path.read_text()).body:
                assert not isinstance(node, ast.FunctionDef) or f"- `{node.name}`: " in said, node.name


def test_the_order_of_a_quarter_is_that_of_the_code(page, make_odd):
    listed = re.findall(r"^ *1\. [`*]+([\w.]+)[`*]+", page, re.MULTILINE)
    called = (ROOT / "sim/quarter.py").read_text().split("def run_quarter")[1]
    stages = [name for name in listed if "." not in name]
    assert stages == re.findall(r"^ +(\w+)_stage\(", called, re.MULTILINE)
    imported = [module.removeprefix("rules/") for module in make_odd.rule_modules()]
    source = (ROOT / "sim/quarter.py").read_text()
    calls = re.findall(rf"\b((?:{'|'.join(imported)})\.\w+)\(", source.split("def environment_stage")[1])
    assert sorted(name for name in listed if "." in name) == sorted(calls)


def test_what_rests_in_burn_in_is_said_and_conditions_add_up(make_odd):
    body = ast.parse(
        "if not burn_in:\n    leaders.turnover(x)\n    if world.accession:\n        poles.coerce(x)\nelse:\n    feedback.grow(x)"
    )
    lines = list(make_odd.steps(body.body, {}, 0, ""))
    assert [line[line.rindex("*(") :] for line in lines] == [
        "*(not in burn-in)*", "*(not in burn-in, if `world.accession`)*", "*(in burn-in)*",
    ]  # fmt: skip


def test_the_template_names_only_what_there_is_and_uses_every_part(make_odd):
    template = (ROOT / "docs/odd_template.md").read_text()
    asked = set(re.findall(r"\{\{(\w+)\}\}", template))
    assert asked == set(make_odd.PARTS)
    for lookup, place in (("rule", "poles.bribe"), ("value", "world.NOTHING"), ("parameter", "w_luck")):
        with pytest.raises((KeyError, AttributeError)):
            make_odd.LOOKUPS[lookup](place)


def test_docstrings_become_markdown(make_odd):
    assert make_odd.plain("Two\nlines of x* and ``code * a``, :func:`f`.") == "Two lines of x\\* and `code * a`, `f`."
    assert make_odd.plain("*Said.* More.\n\n- one\n- two") == "*Said.* More.\n\n- one\n\n- two"

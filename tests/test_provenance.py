"""What stored results rest on: every command that writes one says it, and a change of rules, parameters or inputs is seen."""

import ast
import json
from pathlib import Path

import pytest

from analysis import provenance
from analysis.provenance import (
    EXPERIMENTS,
    FILES,
    ROOT,
    UNSAID,
    changed,
    experiment_hash,
    grounds,
    inputs_of,
    modules,
    stale,
    stored,
)
from analysis.robustness import main as robustness
from analysis.validation import SCENARIOS, validate
from sim.errors import NcrError
from sim.scenario.schema import Scenario

TEACHING = SCENARIOS / "teaching/twelve.yaml"
PRINTED = ("provenance", "history", "validation", "rivals_page")  # asked by an experiment, but no part of its verdict
WORDS = {
    "rules": "rules have changed",
    "experiment": "the experiment has changed",
    "parameters": "parameters have changed",
    "inputs": "scenarios or worlds have changed",
}


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load(TEACHING)


@pytest.mark.parametrize("volume", ["retained", "prior"])
def test_what_has_changed_is_named(scenario, volume):
    found, inputs = grounds("rivals", [scenario], volume), inputs_of([scenario])
    assert changed({"grounds": found}, inputs) == []
    for part, words in WORDS.items():
        other = found | {part: "other" if part == "rules" else dict.fromkeys(found[part], "other")}
        assert changed({"grounds": other}, inputs) == [words]
    assert changed({"grounds": found}, {}) == [WORDS["inputs"]]


@pytest.mark.parametrize(
    "made", [{}, [], None, {"grounds": []}, {"grounds": {}}, {"grounds": {"rules": "x"}}, {"grounds": "x"}, "no JSON"]
)
def test_what_does_not_say_what_it_rests_on_is_stale(scenario, tmp_path, made):
    inputs = inputs_of([scenario])
    assert changed(made, inputs) == [UNSAID]
    (tmp_path / "rivals.json").write_text("{" if made == "no JSON" else json.dumps(made))
    assert UNSAID in stale([scenario], tmp_path)["rivals"]


@pytest.mark.parametrize("part", ["rules", "experiment", "parameters", "inputs"])
def test_grounds_without_a_part_are_none(scenario, part):
    found = grounds("rivals", [scenario], "prior")
    del found[part]
    assert changed({"grounds": found}, inputs_of([scenario])) == [UNSAID]


def test_a_result_that_cannot_be_shown_is_refused(tmp_path):
    path = tmp_path / "rivals.json"
    assert stored(path) is None
    for text, message in (("{", "not JSON"), ("[]", "not a result"), ('{"rows": []}', "scores is missing")):
        path.write_text(text)
        with pytest.raises(NcrError, match=message):
            stored(path, "scores")


def test_a_table_that_is_gone_discards_no_scoreboard(monkeypatch):
    def gone(*_):
        raise NcrError("no table here")

    monkeypatch.setattr(provenance, "is_current", gone)
    monkeypatch.setattr(provenance, "retained_table", gone)
    written = []
    assert validate(written.append, replicates=1, parameters="prior", json=True) == 0
    old = json.loads(written[0])["stale"]
    assert UNSAID in old["history"] and "parameters have changed" in old["rivals"]


def test_a_changed_threshold_is_a_change_and_a_changed_comment_is_none(tmp_path):
    for path in modules("rivals"):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text())
    assert experiment_hash("rivals", tmp_path) == experiment_hash("rivals")
    copy = tmp_path / "analysis/facts_sf.py"
    text = copy.read_text()
    copy.write_text("# a comment\n" + text)
    assert experiment_hash("rivals", tmp_path) == experiment_hash("rivals")
    copy.write_text(text.replace("ADOPTED = 0.1", "ADOPTED = 0.2"))
    assert experiment_hash("rivals", tmp_path) != experiment_hash("rivals")


@pytest.mark.parametrize("result", EXPERIMENTS)
def test_an_experiment_names_every_module_that_its_own_use(result):
    """A pattern finds something, and what a listed module imports from analysis is listed too, or only asked or printed."""
    assert all(list(ROOT.glob(pattern)) for pattern in EXPERIMENTS[result])
    listed = set(modules(result))
    for path in listed:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis."):
                base = ROOT / node.module.replace(".", "/")
                parts = [base / alias.name for alias in node.names]
                for place in [part for part in parts if part.is_dir() or part.with_suffix(".py").exists()] or [base]:
                    used = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
                    assert used in listed or used.stem in PRINTED, f"{path.name} uses {used}"


def test_what_is_committed_says_its_experiment():
    for name, file in FILES.items():
        assert list(stored(ROOT / "docs" / file)["grounds"]["experiment"]) == [name]


def test_a_seed_is_no_change_and_a_world_is(scenario):
    inputs = inputs_of([scenario])
    assert inputs_of([scenario.replace(seed=9, replicates=3)]) == inputs
    assert inputs_of([scenario.replace(knockouts=("kinship",))]) != inputs


def test_stale_results_are_listed_with_the_command(scenario, tmp_path, monkeypatch):
    found = grounds("rivals", [scenario], "retained")
    (tmp_path / "rivals.json").write_text(json.dumps({"grounds": found}))
    (tmp_path / "robustness.json").write_text(json.dumps({"grounds": found | {"rules": "other"}}))
    monkeypatch.setattr(provenance, "is_current", lambda: True)
    assert stale([scenario], tmp_path) == {
        "robustness": "stale (rules have changed): rerun `python -m analysis.robustness --pair AAA-BBB --document docs/robustness.md`"
    }
    monkeypatch.setattr(provenance, "is_current", lambda: False)
    assert list(stale([scenario], tmp_path)) == ["history", "robustness"] and list(stale([], tmp_path / "none")) == [
        "history"
    ]


def test_robustness_says_what_it_rests_on(scenario, tmp_path):
    page = tmp_path / "page.md"
    arguments = ["--scenario", str(TEACHING), "--early", str(TEACHING), "--draws", "2", "--document", str(page)]
    assert robustness(arguments) == 0
    stored = json.loads(page.with_suffix(".json").read_text())
    assert changed(stored, inputs_of([scenario])) == [] and str(Path.home()) not in json.dumps(stored["grounds"])

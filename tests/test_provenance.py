"""What stored results rest on: every command that writes one says it, and a change of rules, parameters or inputs is seen."""

import json
from pathlib import Path

import pytest

from analysis import provenance
from analysis.provenance import changed, grounds, inputs_of, stale
from analysis.robustness import main as robustness
from analysis.validation import SCENARIOS
from sim.scenario.schema import Scenario

TEACHING = SCENARIOS / "teaching/twelve.yaml"
WORDS = {
    "rules": "rules have changed",
    "parameters": "parameters have changed",
    "inputs": "scenarios or worlds have changed",
}


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load(TEACHING)


@pytest.mark.parametrize("volume", ["retained", "prior"])
def test_what_has_changed_is_named(scenario, volume):
    found, inputs = grounds([scenario], volume), inputs_of([scenario])
    assert changed({"grounds": found}, inputs) == []
    for part, words in WORDS.items():
        other = found | {part: "other" if part == "rules" else dict.fromkeys(found[part], "other")}
        assert changed({"grounds": other}, inputs) == [words]
    assert changed({"grounds": found}, {}) == [WORDS["inputs"]]
    assert changed({}, inputs) == ["it does not say what it rests on"]


def test_a_seed_is_no_change_and_a_world_is(scenario):
    inputs = inputs_of([scenario])
    assert inputs_of([scenario.replace(seed=9, replicates=3)]) == inputs
    assert inputs_of([scenario.replace(knockouts=("kinship",))]) != inputs


def test_stale_results_are_listed_with_the_command(scenario, tmp_path, monkeypatch):
    found = grounds([scenario], "retained")
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

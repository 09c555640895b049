"""What a stored result rests on: the rules, the volume of parameters, the compiled inputs. What rests on others is stale.

``docs/propositions.json``, ``rivals.json``, ``robustness.json`` and ``validity.json`` each carry :func:`grounds`, taken before their
runs; ``docs/make_validity.py`` and ``ncr validate`` ask :func:`changed`.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from analysis.history import is_current, retained_table, rules_hash
from sim.errors import NcrError
from sim.manifest import inputs_hash
from sim.parameters import prior_sample
from sim.scenario.compile import compile_scenario
from sim.scenario.schema import Scenario

DOCS = Path(__file__).resolve().parent.parent / "docs"
HISTORY = "history"
COMMANDS = {
    HISTORY: "python -m analysis.history --points 20000 --seed 1 --page docs/history.md",
    "propositions": "python -m analysis.propositions --also-seed 2 --document docs/propositions.md",
    "rivals": "python -m analysis.rivals --page docs/rivals.md",
    "robustness": "python -m analysis.robustness --pair AAA-BBB --document docs/robustness.md",
    "datasets": "python docs/make_validity.py --data FOLDER",
}
FILES = {
    "propositions": "propositions.json",
    "rivals": "rivals.json",
    "robustness": "robustness.json",
    "datasets": "validity.json",
}


def grounds(scenarios: Iterable[Scenario], volume: str) -> dict:
    """Hashes as plain values: rules, parameters (of the volume ``retained`` or ``prior``, by its name), inputs by title of scenario."""
    return {"rules": rules_hash(), "parameters": {volume: volume_hash(volume)}, "inputs": inputs_of(scenarios)}


def volume_hash(volume: str) -> str:
    """SHA-256 of the retained sample, or of draws from the prior, which any range that is moved moves too."""
    table = retained_table() if volume == "retained" else prior_sample(64, 0)
    return hashlib.sha256(table.tobytes()).hexdigest()


def inputs_of(scenarios: Iterable[Scenario]) -> dict[str, str]:
    """Hash of the compiled inputs of each scenario, by title."""
    return {scenario.title: inputs_hash(compile_scenario(scenario)) for scenario in scenarios}


def changed(result: dict, inputs: dict[str, str]) -> list[str]:
    """What has changed since a stored result was made, in words; [] if it is current. inputs: those that are here now."""
    found = result.get("grounds")
    if not found:
        return ["it does not say what it rests on"]
    words = []
    if found["rules"] != rules_hash():
        words.append("rules have changed")
    if any(volume_hash(name) != value for name, value in found["parameters"].items()):
        words.append("parameters have changed")
    if any(inputs.get(title) != value for title, value in found["inputs"].items()):
        words.append("scenarios or worlds have changed")
    return words


def stored(path: Path) -> dict | None:
    """A JSON file, or None if it is not there. NcrError if it is no JSON."""
    if not path.exists():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise NcrError(f"{path}: not JSON ({error}); make it again") from None


def stale(scenarios: Iterable[Scenario], docs: Path = DOCS) -> dict[str, str]:
    """What to say of each stored result that is here and stale, by name; the retained sample first."""
    inputs = inputs_of(scenarios)
    found = {} if is_current() else {HISTORY: said(HISTORY, ["rules or worlds have changed"])}
    for name, file in FILES.items():
        result = stored(docs / file)
        if result and (words := changed(result, inputs)):
            found[name] = said(name, words)
    return found


def said(name: str, words: list[str]) -> str:
    """ "stale (rules have changed): rerun `…`" """
    return f"stale ({', '.join(words)}): rerun `{COMMANDS[name]}`"

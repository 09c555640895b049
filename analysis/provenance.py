"""What a stored result rests on: rules, volume of parameters, compiled inputs, the experiment. What rests on others is stale.

``docs/propositions.json``, ``rivals.json``, ``robustness.json`` and ``validity.json`` each carry :func:`grounds`, taken before their
runs; ``docs/make_validity.py`` and ``ncr validate`` ask :func:`changed`.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from analysis.history import code_hash, is_current, retained_table, rules_hash
from sim.errors import NcrError
from sim.manifest import inputs_hash
from sim.parameters import prior_sample
from sim.scenario.compile import compile_scenario
from sim.scenario.schema import Scenario

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
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
CONTENT = {"propositions": "propositions", "rivals": "scores", "robustness": "rows", "datasets": "correlations"}
LABORATORY = (
    *(f"analysis/propositions/{name}.py" for name in ("arms", "capped", "case", "experiment", "laboratory", "observed", "rule")),
    "analysis/propositions/changes/*.py", "analysis/propositions/measures/*.py", "analysis/series.py", "analysis/volume.py", "sim/statistics.py",
)  # fmt: skip
FACTS = tuple(f"analysis/{name}.py" for name in ("facts", "facts_a", "facts_stake", "runs", "series"))
EXPERIMENTS = {  # the modules that make a verdict; those that only print it, or read the command line, are left out if apart
    "propositions": (*LABORATORY, *(f"analysis/propositions/{name}.py" for name in (
        "balance", "mechanisms", "memory", "order", "permissiveness", "region", "register"))),
    "rivals": (*FACTS, "analysis/facts_sf.py", "analysis/rivals.py", "analysis/rivals_items.py", "sim/statistics.py"),
    "robustness": (*LABORATORY, "analysis/robustness.py"),
    "datasets": (*FACTS, *(f"analysis/{name}.py" for name in ("dataset_measures", "dataset_scores", "rank_correlation", "trade")),
                 "analysis/datasets/*.py", "sim/statistics.py"),
}  # fmt: skip
UNSAID = "it does not say what it rests on"


def grounds(result: str, scenarios: Iterable[Scenario], volume: str) -> dict:
    """Hashes as plain values: rules, experiment (by the name of the result, of EXPERIMENTS), parameters (of the volume ``retained``
    or ``prior``, by its name), inputs by title of scenario."""
    return {"rules": rules_hash(), "experiment": {result: experiment_hash(result)},
            "parameters": {volume: volume_hash(volume)}, "inputs": inputs_of(scenarios)}  # fmt: skip


def experiment_hash(result: str, root: Path = ROOT) -> str:
    """SHA-256 of the modules that make the verdicts of a result, without comments and docstrings."""
    return code_hash(modules(result, root))


def modules(result: str, root: Path = ROOT) -> list[Path]:
    """The files of EXPERIMENTS."""
    return sorted({path for pattern in EXPERIMENTS[result] for path in root.glob(pattern)})


def volume_hash(volume: str) -> str:
    """SHA-256 of the retained sample, or of draws from the prior, which any range that is moved moves too."""
    table = retained_table() if volume == "retained" else prior_sample(64, 0)
    return hashlib.sha256(table.tobytes()).hexdigest()


def inputs_of(scenarios: Iterable[Scenario]) -> dict[str, str]:
    """Hash of the compiled inputs of each scenario, by title."""
    return {scenario.title: inputs_hash(compile_scenario(scenario)) for scenario in scenarios}


def changed(result: dict, inputs: dict[str, str]) -> list[str]:
    """What has changed since a stored result was made, in words; [] if it is current. inputs: those that are here now."""
    found = result.get("grounds") if isinstance(result, dict) else None
    if not isinstance(found, dict) or not isinstance(found.get("rules"), str):
        return [UNSAID]
    parts = [
        part for name in ("experiment", "parameters", "inputs") if isinstance(part := found.get(name), dict) and part
    ]
    if len(parts) < 3:
        return [UNSAID]
    experiments, volumes, worlds = parts
    words = []
    if found["rules"] != rules_hash():
        words.append("rules have changed")
    if any(name not in EXPERIMENTS or experiment_hash(name) != value for name, value in experiments.items()):
        words.append("the experiment has changed")
    if any(_volume_here(name) != value for name, value in volumes.items()):
        words.append("parameters have changed")
    if any(inputs.get(title) != value for title, value in worlds.items()):
        words.append("scenarios or worlds have changed")
    return words


def _volume_here(name: str) -> str | None:
    """Hash of a volume, None where its table is gone or cannot be read."""
    try:
        return volume_hash(name)
    except NcrError:
        return None


def stored(path: Path, content: str | None = None) -> dict | None:
    """A JSON file, or None if it is not there. NcrError if it is no JSON object, or has no ``content``."""
    if not path.exists():
        return None
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise NcrError(f"{path}: not JSON ({error}); make it again") from None
    if not isinstance(result, dict) or (content and content not in result):
        raise NcrError(f"{path}: not a result of this project ({content or 'an object'} is missing); make it again")
    return result


def stale(scenarios: Iterable[Scenario], docs: Path = DOCS) -> dict[str, str]:
    """What to say of each stored result that is here and stale, by name; the retained sample first. A file that cannot be read is stale."""
    inputs = inputs_of(scenarios)
    words = {HISTORY: history_changed()}
    for name, file in FILES.items():
        try:
            result = stored(docs / file)
        except NcrError:
            result = {}
        words[name] = [] if result is None else changed(result, inputs)
    return {name: said(name, found) for name, found in words.items() if found}


def history_changed() -> list[str]:
    """:func:`changed` of the retained sample."""
    try:
        return [] if is_current() else ["rules or worlds have changed"]
    except (NcrError, KeyError, TypeError, AttributeError):  # no recipe, or one of another make
        return [UNSAID]


def said(name: str, words: list[str]) -> str:
    """ "stale (rules have changed): rerun `…`" """
    return f"stale ({', '.join(words)}): rerun `{COMMANDS[name]}`"

"""What a reader of the repository relies on: pages that are not stale, an example that loads, layers that hold."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

from sim.recording import CLASS_NAMES
from sim.scenario.load import check
from sim.scenario.schema import Scenario
from sim.summary_table import GLOSSARY

ROOT = Path(__file__).resolve().parent.parent
COUNTRIES = {"TUR", "AZE", "KAZ", "RUS", "USA", "CHN", "Russia", "Azerbaijan", "Turkey", "Türkiye", "Turkic", "OTS"}


@pytest.mark.parametrize("page", ["parameters", "knockouts"])
def test_generated_page_is_not_stale(page):
    spec = importlib.util.spec_from_file_location(page, ROOT / f"docs/{page}_table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / f"docs/{page}.md").read_text() == module.table(), f"run python docs/{page}_table.py"


def test_the_glossary_has_every_class_and_is_where_the_table_says():
    text = (ROOT / GLOSSARY).read_text()
    assert [name for name in CLASS_NAMES if f"**{name}**" not in text] == []


def test_links_between_pages_lead_somewhere():
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_worlds_of_the_readme_load(tmp_path):
    world, scenario = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (tmp_path / "worlds").mkdir()
    (tmp_path / "worlds/two.yaml").write_text(world)
    (tmp_path / "two.yaml").write_text(scenario)
    assert check([tmp_path / "two.yaml"]) == []
    assert len(Scenario.load(tmp_path / "two.yaml").world.states) == 2


def test_code_of_the_model_names_no_country():
    words = re.compile(r"\b(" + "|".join(COUNTRIES) + r")\b")
    for path in (ROOT / "sim").rglob("*.py"):
        named = words.findall(path.read_text())
        allowed = (
            {"AZE", "KAZ"} if path.name in ("model.py", "agents.py") else set()
        )  # examples in docstrings of the Mesa face
        assert not set(named) - allowed, path


def test_data_flows_one_way():
    for path in (ROOT / "sim").rglob("*.py"):
        imports = re.findall(r"^\s*(?:from|import) ([\w.]+)", path.read_text(), re.MULTILINE)
        assert path.name == "cli.py" or not [name for name in imports if name.startswith("analysis")], path
        assert path.name == "agents.py" or "mesa" not in imports, path
        if path.parent.name == "rules":
            kin = {name for name in imports if name.startswith("sim.")}
            shared = {"arithmetic", "compiled", "draws", "decision_terms"}
            parts = {"decision_intents.py": {"decision"}, "deepening.py": {"organisations"}}  # two files of one stage
            shared |= parts.get(path.name, set())
            assert kin <= {"sim.world", *(f"sim.rules.{name}" for name in shared)}, path  # world: names and constants


def test_lock_file_and_configuration_name_no_index():
    for name in ("constraints.txt", "pyproject.toml", "Makefile", ".ci/run"):
        text = (ROOT / name).read_text()
        assert "://" not in text and "index" not in text.lower(), name


def test_citation_has_the_version_of_the_package():
    from sim import __version__

    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == __version__

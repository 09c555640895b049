"""Notebooks: kept as small text, their links lead somewhere, and all cells run in a clean kernel, whatever the folder."""

import json
import re
import shutil

import matplotlib.font_manager  # noqa: F401 - lists the fonts now: a kernel that had to would warn of it
import nbclient
import nbformat
import numba
import pytest

from notebooks import NOTEBOOKS, kept

HANGS = 900  # seconds of one cell after which the kernel is taken for dead
NAMES = [path.stem for path in NOTEBOOKS]
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)


def test_there_are_five_in_order():
    assert [name[0] for name in NAMES] == list("12345")


@each
def test_nothing_is_stored_that_running_it_would_change(path):
    text = path.read_text(encoding="utf-8")
    assert text == kept(text), "run python tests/notebooks.py"
    notebook = nbformat.reads(text, 4)
    nbformat.validate(notebook)
    assert len(text) < 20_000
    assert all(len(cell.source.splitlines()) <= 45 for cell in notebook.cells)


@each
def test_it_teaches(path):
    words = [cell["source"] for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "markdown"]
    text = "".join(line for source in words for line in source)
    assert text.startswith("# ") and "## Questions" in text
    assert re.search(r"\d{3}", text), "says how many runs a paper needs"
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / link).exists(), link


def test_tidying_takes_out_outputs_counts_and_metadata():
    text = NOTEBOOKS[0].read_text()
    used = json.loads(text)
    used["metadata"]["widgets"] = {"state": 1}
    for cell in used["cells"]:
        cell["metadata"]["collapsed"] = True
        cell["source"] = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cell |= {"execution_count": 7, "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}]}
    assert kept(json.dumps(used)) == text


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="plain Python would take hours")
@each
def test_every_cell_runs_in_a_clean_kernel(path, tmp_path, monkeypatch):
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "TMPDIR"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))  # nothing of the user's has a part, and nothing is left behind
    monkeypatch.delenv("MPLBACKEND", raising=False)
    copied = tmp_path / "elsewhere"
    copied.mkdir()
    shutil.copy(path, copied)
    notebook = nbformat.read(copied / path.name, 4)
    resources = {"metadata": {"path": str(copied)}}
    nbclient.NotebookClient(notebook, timeout=HANGS, kernel_name="python3", resources=resources).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == [], "a reader would see a warning"
    assert any("image/png" in output.get("data", {}) for output in outputs), "a figure"
    assert list(copied.iterdir()) == [copied / path.name], "leaves nothing beside itself"

"""Notebooks as they are kept: no outputs, no counts, the least metadata, one form. ``python tests/notebooks.py`` makes them so."""

import json
from pathlib import Path

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def kept(text: str) -> str:
    """The notebook ``text`` without what running it and an editor add; a cell's lines are lines of the file."""
    notebook = json.loads(text)
    cells = []
    for cell in notebook["cells"]:
        lines = cell["source"].splitlines(True) if isinstance(cell["source"], str) else cell["source"]
        cells.append({"cell_type": cell["cell_type"], "id": cell["id"], "metadata": {}, "source": lines})
        if cell["cell_type"] == "code":
            cells[-1] |= {"execution_count": None, "outputs": []}
    whole = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    for path in NOTEBOOKS:
        path.write_text(kept(path.read_text(encoding="utf-8")), encoding="utf-8")

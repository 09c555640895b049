"""Public datasets in the formats of their official releases, from files that the user names: docs/datasets.md."""

from pathlib import Path

from analysis.datasets import atop, nmc, trade, ucdp, unga, vdem
from analysis.datasets.reading import NOT_TEXT, Dataset, header
from sim.errors import NcrError

__all__ = ["LOADERS", "Dataset", "load_all", "recognise"]
LOADERS = {module.SOURCE.name: module for module in (nmc, atop, trade, unga, vdem, ucdp)}
TABLES = {".csv", ".tab", ".tsv", ".txt"}


def recognise(path: Path) -> str | None:
    """Which dataset a file holds, by its columns; None if none of them."""
    columns = set(header(path))
    return next((n for n, m in LOADERS.items() if any(wanted <= columns for wanted in m.SOURCE.signature)), None)


def load_all(paths, any_version: bool = False) -> tuple[dict[str, Dataset], list[str]]:
    """Datasets by name from files and folders, and what was not used. A folder is searched one level deep.

    A file in a folder that is none of the six is left aside and named; a file that the user names must be one. Raises
    NcrError for a path that is not there, two files of one dataset, and whatever a loader refuses.
    """
    chosen: dict[str, Path] = {}
    aside: list[str] = []
    for path in map(Path, paths):
        if not path.exists():
            raise NcrError(f"--data {path}: no such file or folder")
        named = not path.is_dir()
        files = [path] if named else sorted(file for file in path.iterdir() if file.suffix.lower() in TABLES)
        if not files:
            raise NcrError(f"--data {path}: no .csv or .tab file in this folder; the six datasets: docs/datasets.md")
        for file in files:
            if named and file.suffix.lower() in NOT_TEXT:
                raise NcrError(f"--data {file}: {file.suffix} is no text table; unpack it or take the CSV release")
            name = recognise(file) if file.stat().st_size or named else None
            if name is None and named:
                columns = ", ".join(header(file)[:8])
                raise NcrError(f"--data {file}: none of {', '.join(LOADERS)} by its columns ({columns} …)")
            if name is None:
                aside.append(file.name)
            elif name in chosen and chosen[name] != file:
                raise NcrError(f"--data: {chosen[name]} and {file} both hold {name}; name the files one by one")
            else:
                chosen[name] = file
    if not chosen:
        raise NcrError(f"--data: no file holds one of {', '.join(LOADERS)}; columns that are wanted: docs/datasets.md")
    return {name: LOADERS[name].load(chosen[name], any_version) for name in LOADERS if name in chosen}, aside

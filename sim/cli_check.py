"""``ncr check``: every mistake of files and folders of files. Registered in ``sim.cli``; prints like it."""

import json as json_library
from pathlib import Path
from typing import Annotated

import typer

from sim.cli_show import show, tell
from sim.errors import NcrError

ENDINGS = (".yaml", ".yml")


def check(
    files: Annotated[
        list[Path],
        typer.Argument(help="Scenario, world or sweep files, or folders of them.", show_default=False),
    ],
    json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False,
) -> None:
    """Check scenario, world and sweep files, and all those of a folder; show all errors of all files."""
    from sim.scenario.load import check as check_files
    from sim.scenario.load import sort_of

    found = listed(files)
    problems = check_files(found)
    if json:
        show(json_library.dumps([problem.__dict__ for problem in problems], indent=2, ensure_ascii=False))
    else:
        for problem in problems:
            tell(problem)
        for file in found if not problems else ():
            show(f"{file}: ok ({sort_of(file)})")
    if problems:
        if len(found) > 1:
            tell(f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}; {len(found)} files were checked")
        raise typer.Exit(1)


def listed(paths: list[Path]) -> list[Path]:
    """The files of ``paths``, each once, a folder's YAML files and those of its folders in their place, by name.

    Hidden folders are left out. NcrError for a folder without any.
    """
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(file for file in path.rglob("*") if _is_yaml(file, path)) if path.is_dir() else [path]
        if not inside:
            raise NcrError(
                f"{path}: no file in this folder ends in {' or '.join(ENDINGS)}; name a file, or another folder"
            )
        found.update(dict.fromkeys(inside))
    return list(found)


def _is_yaml(file: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
    return file.suffix in ENDINGS and file.is_file() and not hidden

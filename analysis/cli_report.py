"""``ncr report``: one page of HTML for a finished run or sweep. :func:`register` adds it to ``sim.cli``."""

import json as json_library
import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from sim.cli_show import show, tell
from sim.errors import NcrError
from sim.writable import check_file

ENDINGS = (".html", ".htm")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished run or sweep.", show_default=False)]
Out = Annotated[Path | None, typer.Option(help="File (html); default: DIR/report.html.")]
Sensitivity = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder of `ncr sensitivity` or `ncr sweep`: rank by it what the run rests on."),
]
Outcome = Annotated[str | None, typer.Option(metavar="NAME", help="Outcome of that ranking; default: bloc_index.")]
Figures = Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures into the page.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def report(
    folder: Folder,
    out: Out = None,
    sensitivity: Sensitivity = None,
    outcome: Outcome = None,
    figures: Figures = True,
    json: Json = False,
) -> None:
    """Write a report of a finished run or sweep: one file of HTML that holds its figures and loads nothing."""
    from analysis.report import FILE, OUTCOME, make, sort_of

    sort = sort_of(folder)
    if outcome is not None and sort == "run" and sensitivity is None:
        raise NcrError(
            f"--outcome {outcome}: says by which outcome a sweep ranks what this run rests on; name that sweep with --sensitivity DIR "
            "(a folder of `ncr sensitivity`), or leave --outcome out"
        )
    file = folder / FILE if out is None else out
    check_file(file, ENDINGS)
    made = make(folder, sensitivity, outcome or OUTCOME, figures)
    size = _write(file, made.text)
    for words in (*made.warnings, *(f"{kind}: not drawn: {reason}" for kind, reason in made.left_out.items())):
        tell(words)
    described = {
        "file": str(file),
        "bytes": size,
        "figures": made.figures,
        "left_out": made.left_out,
        "warnings": made.warnings,
    }
    show(
        json_library.dumps(described, indent=2, ensure_ascii=False)
        if json
        else f"{file}: {size / 1e6:.2f} MB, {len(made.figures)} figures"
    )


def _write(file: Path, text: str) -> int:
    """Write the page whole or not at all; its size in bytes."""
    data = text.encode("utf-8", "xmlcharrefreplace")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".writing-", delete=False) as staging:
            staging.write(data)
        os.chmod(staging.name, 0o644)
        os.replace(staging.name, file)
    except OSError as error:
        raise NcrError(f"{file}: cannot be written ({error.strerror or error}); choose another --out") from error
    return len(data)


def register(app: typer.Typer) -> None:
    """Add ``report`` to ``app``."""
    app.command()(report)

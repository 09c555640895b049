"""The command: run, print, write. ``python -m analysis.propositions``, and ``ncr propositions``."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.propositions import report
from analysis.propositions.case import EURASIA, Case
from analysis.propositions.laboratory import DRAWS, REPLICATES, try_propositions
from analysis.propositions.register import propositions
from analysis.provenance import grounds
from analysis.volume import volume_key, volume_name
from sim.errors import NcrError
from sim.scenario.schema import Scenario
from sim.writable import check_folder

FEW = 50  # draws; with fewer, intervals are wide and the shares of draws with a sign coarse
FEW_IN_WORDS = f"fewer than {FEW} draws find large effects only and leave most verdicts undetermined (default: {DRAWS})"


def run_propositions(
    write: Callable[[str], object], wanted: Sequence[str] = (), *, draws: int = DRAWS, replicates: int = REPLICATES, seed: int = 1,
    also_seed: int | None = None, json: bool = False, out: str | Path | None = None, document: str | Path | None = None,
    threads: int | None = None, case: Case = EURASIA, progress: bool = False,
) -> int:  # fmt: skip
    """Try the propositions named (all if none), hand the table or JSON to ``write``; returns the exit code, 0 whatever the verdicts.

    also_seed: a second run with other draws and seeds, whose verdicts stand beside. threads: all cores if None; no number
    depends on it. out: folder for a page and a figure of each. document: file for the whole as one page, with the same as JSON
    beside it. Raises NcrError for wrong input, before anything is run.
    """
    if threads is not None and threads < 1:
        raise NcrError(f"--threads {threads}: write a whole number from 1 on")
    chosen = propositions(wanted, case)
    out, document = (Path(path) if path else None for path in (out, document))
    _prepare(out, document)

    def attempt(number):
        return try_propositions(
            chosen, case, draws, number, replicates=replicates, threads=threads, done=_progress(number, progress)
        )

    scenarios = [Scenario.load(path) for path in (case.scenario, case.early) if path]
    rests_on = grounds("propositions", scenarios, volume_key())
    findings = attempt(seed)
    others = attempt(also_seed) if also_seed is not None else []
    design = f"{draws} draws × {replicates} replicates in every arm, seed {seed}; parameters: {volume_name()}; scenario: {case.scenario.name}"
    design += f"; {FEW_IN_WORDS}" * (draws < FEW)
    facts = {
        "draws": draws,
        "replicates": replicates,
        "seed": seed,
        "second_seed": also_seed,
        "parameters": volume_name(),
        "grounds": rests_on,
    } | ({"note": FEW_IN_WORDS} if draws < FEW else {})
    data = report.as_json(findings, chosen, facts, others)
    write(data if json else report.table(findings, design, others, also_seed, chosen if wanted else ()))
    if out:
        _pages(out, chosen, findings, design, others, also_seed)
    if document:
        document.write_text(report.document(chosen, findings, design, others, also_seed), encoding="utf-8")
        document.with_suffix(".json").write_text(data + "\n", encoding="utf-8")  # what docs/make_validity.py reads
    return 0


def _prepare(out: Path | None, document: Path | None) -> None:
    """Whatever would stop the writing afterwards is said before anything is run."""
    if out:
        check_folder(out)
    if document and (document.is_dir() or not document.absolute().parent.is_dir()):
        raise NcrError(f"{document}: cannot be written; name a file in a folder that exists after --document")


def _pages(out: Path, chosen, findings, design, others, second) -> None:
    from analysis.propositions.figures import draw

    out.mkdir(parents=True, exist_ok=True)
    for proposition, finding, other in zip(chosen, findings, others or [None] * len(findings), strict=True):
        figure = draw(proposition, finding, out / f"{proposition.id}.png", design)
        text = report.page(proposition, finding, design, figure.name, other, second)
        (out / f"{proposition.id}.md").write_text(text, encoding="utf-8")


def _progress(seed: int, wanted: bool):
    def done(ran: int, total: int) -> None:
        if wanted:
            print(f"\rseed {seed}: arm {ran} of {total}", end="\n" if ran == total else "", file=sys.stderr, flush=True)

    return done

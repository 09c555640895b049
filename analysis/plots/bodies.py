"""Which organisations a figure can be drawn of: those of the world, and those that some run founded."""

from sim.errors import NcrError
from sim.scenario.reading import require

OWN_OF_A_RUN = "FOUNDED_"  # codes of organisations that a run founds: another body in every run


def founding_runs(results, organisation: str) -> int:
    """Runs of the scenario in which there is a row of an organisation: it was open or founded."""
    frame = results.organisations
    return int(frame.loc[frame["organisation"] == organisation, "run"].nunique())


def drawable(results) -> list[str]:
    """Codes of organisations to draw: all of the world, and those that at least one run of the scenario or of its twin founded."""
    arms = [results] + ([results.twin] if results.twin else [])
    there = {str(code) for arm in arms for code in arm.organisations["organisation"].unique()}
    return [code for code in results.manifest["organisations"] if not code.startswith(OWN_OF_A_RUN) or code in there]


def require_organisation(results, organisation: str) -> None:
    """NcrError for a code that is none, and for a body that no run founded."""
    known = drawable(results)
    if organisation in known:
        return
    if organisation in results.manifest["organisations"]:
        twin = ", nor one of the twin" if results.twin else ""
        raise NcrError(f"no run founded {organisation}{twin}: nothing to draw; there are {', '.join(known)}")
    require([organisation], {code: results.manifest["organisations"][code] for code in known}, "organisation")


def what_it_is(results, organisation: str) -> list[str]:
    """A line that a figure of a body founded in runs needs: it is not one and the same body. None of the world's own."""
    if not organisation.startswith(OWN_OF_A_RUN):
        return []
    place = organisation.removeprefix(OWN_OF_A_RUN)
    runs = f"{founding_runs(results, organisation)} of {len(results.runs)} runs"
    return [
        f"{organisation}: body number {place} that a run founds itself, with other members in every run; {runs} founded one."
    ]

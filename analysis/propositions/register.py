"""The list of the 25, in order."""

from collections.abc import Sequence

from analysis.propositions import balance, mechanisms, memory, order, permissiveness, region
from analysis.propositions.case import EURASIA, Case
from analysis.propositions.experiment import Proposition
from sim.errors import NcrError

_MAKERS = {
    f"P{number}": getattr(module, f"p{number}")
    for module, numbers in (
        (permissiveness, range(1, 5)), (mechanisms, range(5, 9)), (memory, range(9, 13)), (balance, range(13, 18)),
        (region, range(18, 22)), (order, range(22, 26)),
    )
    for number in numbers
}  # fmt: skip
IDS = tuple(_MAKERS)


def propositions(wanted: Sequence[str] = (), case: Case = EURASIA) -> list[Proposition]:
    """Those that are named, in the order of the list; all if none is. Raises NcrError for a name that does not exist."""
    names = [name.upper() for name in wanted]
    if unknown := [name for name in names if name not in _MAKERS]:
        raise NcrError(f"there is no proposition {', '.join(unknown)}; there are {IDS[0]} to {IDS[-1]}")
    return [maker(case) for name, maker in _MAKERS.items() if not names or name in names]

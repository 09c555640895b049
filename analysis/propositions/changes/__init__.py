"""Changes of arms: what no lever, knock-out or override says. Each returns a Change whose name says all that it does.

Burn-in reads row 0, and arms that are compared share it: changes of drivers begin at row 1 unless a quarter is given.
``basis`` what all use · ``poles`` drivers of poles · ``states`` filters, beliefs, crises · ``pairs`` dyads, events, bodies.
"""

from analysis.propositions.changes.basis import HELD, POLICING
from analysis.propositions.changes.pairs import (
    as_supplier,
    complementarity_at_mean,
    exclusive,
    hostility_held,
    moved_jump,
    no_finance,
    no_secretariat,
    pair_copied,
    permuted_kinship,
    uniform_kinship,
    without_jump,
)
from analysis.propositions.changes.poles import (
    close,
    confrontation,
    equal_exposure,
    held_from,
    hold_drivers,
    one_threat,
    scale_opposition,
    set_driver,
    window,
)
from analysis.propositions.changes.states import (
    at_mean,
    beliefs,
    filter_at,
    general_crisis,
    given_environment,
    leader_kept,
    no_arena,
    no_crisis,
    own_leaders,
    succession,
    swapped_institutions,
    swapped_leaders,
    transplant,
)

__all__ = [
    "HELD",
    "POLICING",
    "as_supplier",
    "at_mean",
    "beliefs",
    "close",
    "complementarity_at_mean",
    "confrontation",
    "equal_exposure",
    "exclusive",
    "filter_at",
    "general_crisis",
    "given_environment",
    "held_from",
    "hold_drivers",
    "hostility_held",
    "leader_kept",
    "moved_jump",
    "no_arena",
    "no_crisis",
    "no_finance",
    "no_secretariat",
    "one_threat",
    "own_leaders",
    "pair_copied",
    "permuted_kinship",
    "scale_opposition",
    "set_driver",
    "succession",
    "swapped_institutions",
    "swapped_leaders",
    "transplant",
    "uniform_kinship",
    "window",
    "without_jump",
]

"""The theory on trial: 25 propositions as paired experiments that can fail. ``python -m analysis.propositions``.

``case`` who plays which part · ``arms`` and ``changes`` what a run is given · ``laboratory`` runs every arm once ·
``measures`` what is read from it · ``rule`` the decision rule · the other modules hold the experiments, by theme.
"""

from analysis.propositions.case import EURASIA, Case
from analysis.propositions.experiment import Finding, Proposition
from analysis.propositions.laboratory import DRAWS, REPLICATES, try_propositions
from analysis.propositions.register import IDS, propositions

__all__ = [
    "DRAWS", "EURASIA", "IDS", "REPLICATES", "Case", "Finding", "Proposition", "propositions", "try_propositions",
]  # fmt: skip

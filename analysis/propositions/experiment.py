"""What a proposition is: data (claim, sources, arms, measures) and one function that judges the table of measures."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from analysis.propositions.arms import Arm
from analysis.propositions.rule import Component, decide

Table = dict[str, dict[str, np.ndarray]]  # arm: measure: (D, K) or (D, K, F)


@dataclass(frozen=True)
class Finding:
    """What came out. verdict: holds, falsified or undetermined; remarks: numbers that stand beside it, in words."""

    id: str
    verdict: str
    reason: str
    components: tuple[Component, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposition:
    """One experiment.

    rows: of the ledger, and sources. expected, falsifier: what the specification expects, and what would refute it.
    term: through which rule it works in this model. reading: where the specification had to be read, and how.
    arms: by name; all are run on the same draws and seeds. measures: by name, of every arm: Observed → (R,) or (R, F).
    judge: Table → (components, patterns, remarks); patterns are (bool, words), the stated ways to be falsified.
    """

    id: str
    claim: str
    rows: str
    expected: str
    falsifier: str
    term: str
    arms: dict[str, Arm]
    measures: dict[str, Callable]
    judge: Callable[[Table], tuple]
    reading: str = ""
    skip: dict[str, tuple[str, ...]] = field(default_factory=dict)  # arm: measures that it has not

    def find(self, table: Table) -> Finding:
        """The verdict on a table of measures."""
        components, patterns, remarks = self.judge(table)
        verdict, reason = decide(components, patterns)
        return Finding(self.id, verdict, reason, tuple(components), tuple(remarks))

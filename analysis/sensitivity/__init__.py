"""Which parameters, levers and coded numbers an outcome answers to, and how much of its variance is noise.

``analyse`` takes a sweep of kind sobol or morris, ``sobol_table`` and ``morris_table`` any values in SALib's layouts,
``most_influential`` the folder of a run or sweep. See docs/sensitivity.md; on the command line ``ncr sensitivity``.
"""

from analysis.sensitivity.analysis import OUTCOMES, Sensitivity, analyse
from analysis.sensitivity.indices import convergence_table, morris_table, sobol_table
from analysis.sensitivity.influence import most_influential, ranked
from analysis.sensitivity.screening import default_axes, named_axes, screening_plan

__all__ = [
    "OUTCOMES", "Sensitivity", "analyse", "convergence_table", "default_axes", "morris_table", "most_influential",
    "named_axes", "ranked", "screening_plan", "sobol_table",
]  # fmt: skip

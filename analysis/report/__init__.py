"""``ncr report``: one page of HTML that says of a finished run or sweep what was set, what came out, how sure that is, and what it rests on.

The page holds all that it shows: no script, nothing that is loaded from elsewhere.
"""

from analysis.report.write import FILE, OUTCOME, Report, make, sort_of

__all__ = ["FILE", "OUTCOME", "Report", "make", "sort_of"]

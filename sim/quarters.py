"""Quarters as integers.

The ordinal of a quarter is year · 4 + quarter − 1, so that differences count quarters: ordinal("2009Q4") is 8039.
A date in a file is a year (its first quarter) or a quarter such as 2009Q4.
"""

import re

FIRST_YEAR, LAST_YEAR = 1000, 2999
_DATE = re.compile(r"([12][0-9]{3})(?:Q([1-4]))?")


def ordinal(text: str | int) -> int:
    """Ordinal of a quarter ("2009Q4") or of the first quarter of a year (2009 or "2009").

    Raises ValueError for anything else.
    """
    match = _DATE.fullmatch(str(text))
    if not match or isinstance(text, bool):
        raise ValueError(f"{text!r} is not a date: write a year such as 2009 or a quarter such as 2009Q4")
    return int(match[1]) * 4 + int(match[2] or 1) - 1


def label(quarter: int) -> str:
    """The quarter with this ordinal as text: label(8039) is "2009Q4"."""
    year, rest = divmod(int(quarter), 4)
    return f"{year}Q{rest + 1}"

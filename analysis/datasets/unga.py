"""Ideal points of states in the UN General Assembly (Bailey, Strezhnev and Voeten 2017): state-years.

Releases up to 2024 are by session (session 1 began in 1946), that of July 2025 by year.
"""

from analysis.datasets.reading import ISO, Dataset, Form, Source, read

VALUES = {"idealpointall": "ideal_point"}
FIRST_SESSION = 1945  # session + 1945 is the year in which it began
SOURCE = Source(
    "unga",
    "United Nations General Assembly ideal points",
    (frozenset({"idealpointall"}), frozenset({"idealpointfp"})),
    (
        Form("by year", ("iso3c",), ISO, VALUES),
        Form("by session", ("iso3c",), ISO, VALUES, "session", FIRST_SESSION),
        Form("by year, with numbers", ("ccode",), "cow", VALUES),
        Form("by session, with numbers", ("ccode",), "cow", VALUES, "session", FIRST_SESSION),
        Form("reduced", ("iso3",), ISO, VALUES),
    ),
    release=r"((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*_?20\d\d)",
)


def load(path, any_version: bool = False) -> Dataset:
    """iso3, year, ideal_point (about −3 … 3; the distance of two states is the absolute difference)."""
    return read(SOURCE, path, any_version)

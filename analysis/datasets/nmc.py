"""Correlates of War, National Material Capabilities (Singer, Bremer and Stuckey 1972): state-years, −9 is missing."""

from analysis.datasets.reading import Dataset, Form, Source, read

VALUES = {name: name for name in ("milex", "milper", "irst", "pec", "tpop", "upop", "cinc")}
SOURCE = Source(
    "nmc",
    "Correlates of War, National Material Capabilities",
    (frozenset({"milex", "milper"}), frozenset({"ccode", "cinc"})),
    (Form("abridged", ("ccode",), "cow", VALUES),),
    {"2025": "7.0", "7": "7.0", "2021": "6.0", "6": "6.0"},
)


def load(path, any_version: bool = False) -> Dataset:
    """iso3, year, milex (thousand US$), milper (thousands), irst (thousand t), pec, tpop, upop (thousands), cinc (0–1)."""
    return read(SOURCE, path, any_version)

"""Correlates of War, Trade 4.0 (Barbieri and Keshk): dyad-years, −9 is missing, the larger of the two mirrors counts."""

from analysis.datasets.reading import ISO, Dataset, Form, Source, read

FLOWS = {"smoothflow1": "one", "smoothflow2": "other"}
SOURCE = Source(
    "trade",
    "Correlates of War, Trade (dyadic)",
    (frozenset({"smoothflow1", "smoothflow2"}), frozenset({"flow1", "flow2", "ccode1"})),
    (
        Form("dyadic", ("ccode1", "ccode2"), "cow", FLOWS),
        Form("reduced, with ISO codes", ("iso3_1", "iso3_2"), ISO, FLOWS),
    ),
    {"4": "4.0", "4.0": "4.0"},
)


def load(path, any_version: bool = False) -> Dataset:
    """iso3_a, iso3_b, year, trade (million US$ a year, current): the larger import of the two, NaN if both are missing."""

    def larger(table, form, skipped):
        return table[[*form.states, "year"]].assign(trade=table[["one", "other"]].max(axis=1))

    return read(SOURCE, path, any_version, prepare=larger)

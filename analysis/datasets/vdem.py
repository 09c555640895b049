"""Varieties of Democracy, country-years. Codes of countries are its own and are ISO alpha-3 for every state of today."""

from analysis.datasets.reading import ISO, Dataset, Form, Source, read

VALUES = {name: name for name in ("v2x_horacc_osp", "v2x_veracc_osp", "v2xcs_ccsi", "v2xcl_rol")}
SOURCE = Source(
    "vdem",
    "V-Dem, Country-Year",
    (frozenset({"v2x_horacc_osp"}), frozenset({"country_text_id", "v2x_polyarchy"})),
    (
        Form("country-year", ("country_text_id",), ISO, VALUES),
        Form("reduced, with ISO codes", ("iso3",), ISO, VALUES),
        Form("reduced, with numbers", ("gwcode",), "gw", VALUES),
    ),
    release=r"v(\d+(?:\.\d+)?)",  # there is no column of the version
)


def load(path, any_version: bool = False) -> Dataset:
    """iso3, year, and four indices, 0–1: horizontal and vertical accountability, civil society, rule of law."""
    return read(SOURCE, path, any_version)

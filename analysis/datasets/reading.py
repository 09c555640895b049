"""One way to read every dataset: find the columns, check the version, turn missing codes into NaN, states into ISO codes.

Whatever is left out is counted: a :class:`Dataset` carries how many rows were read, how many were skipped and why, and
how many values were codes of missing. Anything that differs from the official release raises NcrError with the file,
what was wanted and what was found.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.datasets.codes import FORMER, numbers, seniority
from sim.errors import NcrError

NOT_TEXT = {".dta", ".xlsx", ".xls", ".rds", ".rdata", ".sav", ".zip", ".gz", ".7z"}
TABS = {".tab", ".tsv"}
LISTED = 12  # columns or numbers that a message lists
ISO = "iso"
KEYS = {1: ("iso3",), 2: ("iso3_a", "iso3_b")}


@dataclass(frozen=True)
class Form:
    """One layout. states: its one or two columns of states; system: cow, gw or iso; year: column; values: {column: tidy name}."""

    name: str
    states: tuple[str, ...]
    system: str
    values: dict[str, str]
    year: str = "year"
    first_year: int = 0  # added to the year column: a session that opened in 1946 is number 1

    @property
    def needed(self) -> list[str]:
        """Columns that the form must have."""
        return [*self.states, self.year, *self.values]


@dataclass(frozen=True)
class Source:
    """A dataset as released. signature: columns by which a file is recognised (any of the sets)."""

    name: str  # a word for options and messages
    title: str
    signature: tuple[frozenset[str], ...]
    forms: tuple[Form, ...]
    versions: dict[str, str] = field(default_factory=dict)  # what the version column says: release
    missing: tuple[float, ...] = (-9.0, -88.0)
    as_text: bool = False  # values stay text
    release: str = ""  # pattern of the release in a file's name
    version: str = "version"


@dataclass(frozen=True)
class Dataset:
    """A tidy frame and what became of the file. frame: iso3 or iso3_a < iso3_b, year, values; no key twice."""

    name: str
    file: str
    version: str
    frame: pd.DataFrame
    rows: int
    skipped: dict[str, int]
    missing: dict[str, int]  # values that were empty or a missing code, by column
    remarks: tuple[str, ...] = ()

    @cached_property
    def years(self) -> tuple[int, int]:
        """First and last year."""
        return int(self.frame["year"].min()), int(self.frame["year"].max())

    @cached_property
    def states(self) -> set[str]:
        """Codes that occur."""
        return set().union(*(self.frame[name].unique() for name in self.frame.columns if name.startswith("iso3")))

    def lines(self) -> list[str]:
        """What a reader of results should know of the file."""
        first, last = self.years
        head = f"{self.name}: {self.file}, version {self.version}, {first}-{last}, {self.rows} rows"
        lines = [head + ("; left out or combined:" if self.skipped else "")]
        lines += [f"  {count}: {reason}" for reason, count in self.skipped.items()]
        gaps = ", ".join(f"{name} {count}" for name, count in self.missing.items() if count)
        return [*lines, *([f"  missing values: {gaps}"] if gaps else []), *(f"  {remark}" for remark in self.remarks)]


def header(path: Path) -> list[str]:
    """Names of the columns in lower case. Raises NcrError for what is no text table."""
    try:
        return [str(name).strip().lower() for name in _table(path, nrows=0).columns]
    except (OSError, ValueError) as error:  # an empty file, or bytes that are no text
        raise NcrError(f"{path}: not a table of text with a header ({error})") from None


def _table(path: Path, **options) -> pd.DataFrame:
    separator = "\t" if path.suffix.lower() in TABS else ","
    wanted = {"sep": separator, "dtype": str, "keep_default_na": False, **options}
    try:
        return pd.read_csv(path, encoding="utf-8-sig", **wanted)
    except UnicodeDecodeError:
        return pd.read_csv(path, encoding="latin-1", **wanted)


def read(
    source: Source,
    path: str | Path,
    any_version: bool = False,
    prepare: Callable[[pd.DataFrame, Form, dict[str, int]], pd.DataFrame] | None = None,
    combine: str = "max",
    optional: tuple[str, ...] = (),
) -> Dataset:
    """Read ``path`` as ``source``.

    prepare(table, form, skipped): works on the rows before states become codes; it may drop rows if it counts them.
    combine: how rows of one pair and year become one (pairs only; a state and year may not stand twice).
    optional: further columns that ``prepare`` may use. any_version: take releases that are not listed.
    """
    path = Path(path)
    if not path.is_file():
        raise NcrError(f"{source.name} file {path}: no such file; name the text release of {source.title}")
    if path.suffix.lower() in NOT_TEXT:
        raise NcrError(f"{source.name} file {path}: {path.suffix} is no text table; unpack it or take the CSV release")
    columns = header(path)
    form = choose_form(source, path, columns)
    extra = [name for name in (*optional, source.version) if name in columns and name not in form.needed]
    table = _table(path, header=0, names=columns, usecols=[*form.needed, *extra])
    rows, skipped = len(table), {}  # type: ignore[var-annotated]
    if not rows:
        raise NcrError(f"{source.name} file {path}: no row under the header")
    version = check_version(source, path, table, any_version)
    table = table.rename(columns=form.values)
    table["year"] = _numbers(source, path, table[form.year], whole=True) + form.first_year
    values, missing = list(form.values.values()), {}
    if not source.as_text:
        for old, name in form.values.items():
            number = _numbers(source, path, table[name], column=old)
            table[name] = number.where(~number.isin(source.missing))
            missing[old] = int(table[name].isna().sum())
    table = _without(table, table["year"].isna(), "no year", skipped)
    if prepare is not None:
        table = prepare(table, form, skipped)
        values = [name for name in table.columns if name not in (*form.states, form.year, "year", *extra, "remark")]
    remarks = tuple(dict.fromkeys(table.pop("remark").dropna())) if "remark" in table else ()
    table["year"] = table["year"].astype(int)
    table = _with_codes(table, form, skipped)
    keys = list(KEYS[len(form.states)])
    if not len(table):
        raise NcrError(f"{source.name} file {path}: none of its {rows} rows can be used ({_reasons(skipped)})")
    make = _pairs if len(form.states) == 2 else _states
    frame = make(source, path, table[[*keys, "year", *values, "rank"]], keys, values, combine, skipped)
    return Dataset(source.name, path.name, version, frame, rows, skipped, missing, remarks)


def choose_form(source: Source, path: Path, columns: list[str]) -> Form:
    """The first form whose columns are all there; NcrError that names what the nearest one lacks."""

    def lacking(form: Form) -> list[str]:
        return [name for name in form.needed if name not in columns]

    found = next((form for form in source.forms if not lacking(form)), None)
    if found is not None:
        return found
    nearest = min(source.forms, key=lambda form: len(lacking(form)))
    shown = ", ".join(columns[:LISTED]) + (f" and {len(columns) - LISTED} more" if len(columns) > LISTED else "")
    raise NcrError(
        f"{source.name} file {path}: column {', '.join(lacking(nearest))} missing; wanted, as {source.title} has them: "
        f"{', '.join(nearest.needed)}; found: {shown}"
    )


def check_version(source: Source, path: Path, table: pd.DataFrame, any_version: bool = False) -> str:
    """The release that the file says it is. Raises NcrError for several at once, and for one that is not listed."""
    if source.version not in table:
        named = re.search(source.release, path.name, re.IGNORECASE) if source.release else None
        return named[1] if named else "not stated"
    said = sorted({_plain(text) for text in table[source.version].unique()})
    if len(said) > 1:
        raise NcrError(f"{source.name} file {path}: rows of several versions ({', '.join(said)}); use one release")
    if said[0] in source.versions or any_version:
        return source.versions.get(said[0], said[0])
    known = ", ".join(f"{release} (column {source.version}: {text})" for text, release in source.versions.items())
    raise NcrError(
        f"{source.name} file {path}: version {said[0] or 'empty'} found, wanted {known}; --any-version reads it all the same"
    )


def _plain(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return text.strip()


def _numbers(source: Source, path: Path, texts: pd.Series, column: str | None = None, whole: bool = False) -> pd.Series:
    """Numbers of a column, NaN where it is empty; NcrError with the line of what is no number."""
    number = pd.to_numeric(texts.str.strip().replace({"": None, "NA": None, ".": None}), errors="coerce")
    wrong = number.isna() & ~texts.str.strip().isin(("", "NA", "."))
    if whole:
        wrong |= number.notna() & (number % 1 != 0)
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        kind = "a whole number" if whole else "a number"
        raise NcrError(
            f"{source.name} file {path}: line {place + 2}, column {column or texts.name}: {texts.iloc[place]!r} is not {kind}"
        )
    return number.astype(float)


def _without(table: pd.DataFrame, drop: pd.Series, reason: str, skipped: dict[str, int]) -> pd.DataFrame:
    """Rows that stay; those that go are counted under ``reason``."""
    if drop.any():
        skipped[reason] = skipped.get(reason, 0) + int(drop.sum())
    return table[~drop]


def _with_codes(table: pd.DataFrame, form: Form, skipped: dict[str, int]) -> pd.DataFrame:
    """Adds iso3 or iso3_a, iso3_b, and rank: which of two numbers of one state counts. Rows without a code go."""
    table = table.assign(rank=0)
    for name, column in zip(KEYS[len(form.states)], form.states, strict=True):
        text = table[column].astype(str).str.strip()
        if form.system == ISO:
            code = text.replace(FORMER).where(text.str.fullmatch("[A-Z]{3}"))
            table = table.assign(rank=table["rank"] - text.isin(FORMER))
        else:
            number = pd.to_numeric(text, errors="coerce")
            code = number.map(numbers(form.system))
            table = table.assign(rank=table["rank"] + number.map(seniority(form.system)).fillna(0))
        unknown = sorted({_plain(value) or "empty" for value in text[code.isna()].unique()})
        more = f" and {len(unknown) - LISTED} more" if len(unknown) > LISTED else ""
        reason = f"no ISO code for {', '.join(unknown[:LISTED])}{more}"
        table = _without(table.assign(**{name: code}), code.isna(), reason, skipped)
    return table


def _states(source, path, table, keys, values, combine, skipped) -> pd.DataFrame:
    """One row a state and year: the number that is valid later counts; the same row twice is one; others are an error."""
    whole = table.duplicated([*keys, "year", *values])
    table = _without(table, whole, "the same row again", skipped)
    best = table.groupby([*keys, "year"])["rank"].transform("max")
    table = _without(table, table["rank"] < best, "a predecessor in the year its successor has a row", skipped)
    twice = table.duplicated([*keys, "year"])
    if twice.any():
        row = table[twice].iloc[0]
        raise NcrError(f"{source.name} file {path}: {row['iso3']} {row['year']} stands twice with different values")
    return table.drop(columns="rank").sort_values([*keys, "year"], ignore_index=True)


def _pairs(source, path, table, keys, values, combine, skipped) -> pd.DataFrame:
    """One row a pair and year, codes in alphabetical order; rows of both directions are combined."""
    first, second = keys
    table = _without(table, table[first] == table[second], "both sides are one state", skipped)
    swap = table[first] > table[second]
    table = table.assign(**{
        first: table[first].where(~swap, table[second]), second: table[second].where(~swap, table[first]),
    })  # fmt: skip
    again = table.duplicated([*keys, "year"])
    if again.any():
        skipped["a pair and year that stands again (other direction or number): combined"] = int(again.sum())
    return table.groupby([*keys, "year"], as_index=False)[values].agg(combine)


def _reasons(skipped: dict[str, int]) -> str:
    return "; ".join(f"{count}: {reason}" for reason, count in skipped.items()) or "no reason"

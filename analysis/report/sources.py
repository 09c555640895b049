"""Coded numbers for a reader: what they are in words, their values, and what each rests on."""

import re

import pandas as pd

from analysis.report.html import Html, bullets, code, element, joined, paragraph, table
from analysis.report.words import number, percent
from sim.scenario.reading import JUDGEMENT
from sim.scenario.schema import WORLD_DRIVER
from sim.scenario.values import ARENAS

NO_ROWS = pd.DataFrame({"path": pd.Series(dtype=str), "source": pd.Series(dtype=str)})
LEDGER = re.compile(r"(L|T|A|SF|X)[0-9]+")
RELATIONS = ("hostility", "imminence", "dependence", "reliance")  # that the driver of this name moves together
FEW = 4  # numbers of one lever that are written out
KINDS = ("states", "poles", "organisations", "dyads")


def under(coded: pd.DataFrame, path: str) -> pd.DataFrame:
    """Rows of ``coded`` (of ``Results.coded``, with :func:`with_moves`) with this dotted path, or below it."""
    return coded[coded["path"].eq(path) | coded["path"].str.startswith(f"{path}.")]


def moved_by(coded: pd.DataFrame, lever: dict) -> pd.DataFrame:
    """Rows of ``coded`` that a lever moves. lever: driver and pole, as in the manifest's ``declared``."""
    driver, pole = lever["driver"], lever["pole"]
    if driver == WORLD_DRIVER:
        return under(coded, WORLD_DRIVER)
    if driver not in ("distance", "relations"):
        return under(coded, f"poles.{pole}.{driver}")
    fields = "|".join(("distance",) if driver == "distance" else RELATIONS)
    return coded[coded["path"].str.fullmatch(rf"poles\.{re.escape(pole)}\.relations\.[^.]+\.({fields})")]


def path_in_words(path: str, names: dict[str, str]) -> str:
    """``states.AZE.strategic_culture.autonomy`` as “Azerbaijan: strategic culture, autonomy”."""
    kind, *rest = path.split(".")
    if kind not in KINDS or not rest:
        return ", ".join(_step(step, names) for step in path.split("."))
    owner = (
        "–".join(names.get(code, code) for code in rest[0].split("-"))
        if kind == "dyads"
        else names.get(rest[0], rest[0])
    )
    return f"{owner}: {', '.join(_step(step, names) for step in rest[1:])}"


def _step(step: str, names: dict[str, str]) -> str:
    return f"no. {int(step) + 1}" if step.isdigit() else names.get(step, step.replace("_", " "))


def arenas_joined(rows: pd.DataFrame) -> pd.DataFrame:
    """``rows`` with one where all four arenas of a number have the same values and sources."""
    parents, arenas = rows["path"].str.rpartition(".")[0], rows["path"].str.rpartition(".")[2]
    alike = rows.assign(parent=parents.where(arenas.isin(ARENAS), rows["path"]), path="")
    size = alike.groupby("parent")["path"].transform("size")
    same = [name for name in alike.columns if name != "path"]
    whole = (size == len(ARENAS)) & (alike[same].groupby("parent").transform("nunique", dropna=False).max(axis=1) <= 1)
    return rows.assign(path=alike["parent"].where(whole, rows["path"]))[~(whole & alike["parent"].duplicated())]


def with_moves(coded: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
    """``coded`` with ``moves``: whether a number has another value somewhere between these quarters than at the first."""
    return coded.assign(moves=[_moves_within(row, start, end) for row in coded.itertuples()])


def _moves_within(row, start: str, end: str) -> bool:
    """Labels of quarters sort as text."""
    knots = [item.split(" ") for item in row.knots.split("; ") if row.knots]
    inside = [float(value) for quarter, value in knots if start < quarter < end]
    return any(abs(value - row.start) > 1e-9 for value in (*inside, row.end))


def values(row) -> str:
    """The value of a row of :func:`with_moves`, from the first quarter of the run to the last."""
    first, last = (_short(value) for value in (row.start, row.end))
    return f"{first} → {last}" if first != last else f"{first} (moves between)" if row.moves else first


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")


def prior(row) -> str:
    return "–" if pd.isna(row.low) else f"{_short(row.low)} to {_short(row.high)}"


def grounds(row) -> str:
    """Sources and the line of reason of a row."""
    return f"{row.source}: {row.note}" if row.note else row.source


def coded_table(caption: str, rows: pd.DataFrame, names: dict[str, str], cut: str = "") -> Html:
    """A table of coded numbers, one row for those with the same grounds. cut: the part of a path that the caption already says."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in arenas_joined(rows).itertuples():
        words = path_in_words(row.path, names).removeprefix(cut)
        head, colon, rest = words.rpartition(": ")
        if not colon:
            head, _, rest = words.partition(", ")
            head, rest = (head, rest) if rest else ("", head)
        groups.setdefault((head, grounds(row)), []).append(f"{rest} {values(row)} ({prior(row)})")
    lines = [(f"{head}: {'; '.join(said)}" if head else "; ".join(said), why) for (head, why), said in groups.items()]
    return table(
        caption, ("numbers: first → last quarter (prior range)", "rests on"), lines, texts=(0, 1), widths=(55, 45)
    )


def lever_in_words(lever: dict, names: dict[str, str]) -> str:
    """What a lever scales, and of whom."""
    what = lever["description"] or lever["driver"].replace("_", " ")
    return f"{what} ({names.get(lever['pole'], lever['pole'])})" if lever["pole"] else what


def lever_table(coded: pd.DataFrame, declared: dict, names: dict[str, str]) -> Html:
    """What the great powers did as coded, one row a lever, and what that rests on; without levers of paths that stand still."""
    lines = []
    for name, lever in declared.items():
        rows = moved_by(coded, lever)
        rows = rows[rows["moves"]]
        if len(rows):
            what = joined((code(name), f" {lever_in_words(lever, names)}"))
            lines.append((what, moves(rows, names), joint_grounds(rows)))
    caption = "What moved the great powers, as coded: the paths that levers scale and that the twin holds."
    return table(caption, ("lever", "first → last quarter", "rests on"), lines, texts=(0, 1, 2), widths=(36, 20, 44))


def moves(rows: pd.DataFrame, names: dict[str, str]) -> str:
    """Values of the rows of one lever, by arena or by state where it moves several."""
    rows = arenas_joined(rows)
    if len(rows) > FEW:
        return f"{len(rows)} numbers, state by state"
    said = []
    for row in rows.itertuples():
        steps = row.path.split(".")
        of = names.get(steps[3], steps[3]) if "relations" in steps else steps[-1] if steps[-1] in ARENAS else ""
        said.append(f"{of} {values(row)}".strip())
    return "; ".join(said)


def joint_grounds(rows: pd.DataFrame) -> str:
    """What several rows rest on: each ground once, or, of many, their sources alone."""
    each = dict.fromkeys(grounds(row) for row in rows.itertuples())
    return (
        "; ".join(each) if len(each) <= FEW else f"{', '.join(sources_in(rows))}; {len(each)} reasons, state by state"
    )


def kinds_of_source(coded: pd.DataFrame, citations: dict) -> str:
    """How many of the numbers of the world rest on a named source, on rows of the ledger, on judgement alone."""
    parts = coded["source"].str.split(", ")
    named = parts.map(lambda keys: any(key in citations for key in keys))
    ledger = ~named & parts.map(lambda keys: any(LEDGER.fullmatch(key) for key in keys))
    judged = parts.map(lambda keys: keys == [JUDGEMENT])
    shares = [
        (f"{percent(named.mean())} name a data set or document", named.any()),
        (f"{percent(ledger.mean())} rest on rows of the ledger alone or with judgement", ledger.any()),
        (f"{percent(judged.mean())} are judgement alone, set by hand", judged.any()),
    ]
    said = "; ".join(words for words, there in shares if there)
    return f"Of {len(coded):,} coded numbers in this world {said or 'none names a source that is declared'}."


def citations_of(used, citations: dict) -> Html:
    """Sources in full, of those keys that are ``used``, and what the other marks mean."""
    used = set(used)
    items = [joined((code(key), f" {text}")) for key, text in citations.items() if key in used]
    if any(LEDGER.fullmatch(key) and key not in citations for key in used):
        items.append(
            joined((code("L1"), ", ", code("T1"), ", ", code("X1"), ", ", code("A1"), " …: rows of the project's table of evidence, which is "
            "not part of the repository: claims of essays, points of contradiction, facts from elsewhere (docs/glossary.md)."))
        )  # fmt: skip
    if JUDGEMENT in used:
        items.append(joined((code(JUDGEMENT), " set by hand; the note says why, the range how uncertain it is.")))
    if not items:
        return paragraph("None of the numbers above names a declared source.")
    return joined((element("h3", "Sources named above"), bullets(items)))


def sources_in(*tables: pd.DataFrame) -> list[str]:
    """Every source that the rows of ``tables`` name, each once."""
    return list(dict.fromkeys(key for rows in tables for text in rows["source"] for key in text.split(", ")))


def replaced_rows(coded: pd.DataFrame, names: dict[str, str]) -> list[tuple]:
    """(what, before, now, rests on) of every number that an override replaced."""
    rows = coded[coded["before"] != ""]
    return [
        (path_in_words(row.path, names), row.before, row.knots or number(row.end, "g"), grounds(row))
        for row in rows.itertuples()
    ]

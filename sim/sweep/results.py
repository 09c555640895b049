"""What a sweep gave: rows in shards, read when asked for."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.coded import CODED
from sim.errors import NcrError
from sim.frames import categories
from sim.recording import CLASS_NAMES
from sim.results import _from_disk
from sim.statistics import paired_difference, paired_share_difference, student_975, wilson
from sim.sweep.rows import OUTCOMES, row_schema
from sim.sweep.store import DESIGN, DRAWN, Shard, read_manifest, shards_in


class SweepResults:
    """Rows of a sweep in a folder: ``runs`` (all at once) or ``shards()`` (one after the other, whatever the size).

    manifest: what was run. Make it with ``sweep(…)`` or ``SweepResults.load(folder)``.
    """

    def __init__(self, folder, manifest: dict, keep=None):
        self.folder = Path(folder)
        self.manifest = manifest
        self._keep = keep  # a temporary folder lives as long as its results

    @classmethod
    def load(cls, folder) -> "SweepResults":
        """What ``ncr sweep`` wrote to ``folder``, also while or before it is finished. Raises NcrError if there is none."""
        manifest = read_manifest(folder)
        if manifest is None:
            there = "holds no sweep" if Path(folder).is_dir() else "there is no such folder"
            raise NcrError(f"{folder}: {there}; name one that `ncr sweep SWEEP --out FOLDER` has made")
        return cls(folder, manifest)

    @property
    def axes(self) -> list[str]:
        """Columns that hold the values of the axes."""
        return self.manifest["columns"]

    @property
    def design(self) -> pd.DataFrame:
        """One row a design point: point, and the value of every axis."""
        return pd.read_parquet(self.folder / DESIGN)

    @property
    def parameters(self) -> pd.DataFrame | None:
        """One row a draw: draw, and the parameters that differ between draws; None where all have the same.

        The draw of a run is its replicate, of an independent sweep its number; after the last row the first comes again.
        """
        file = self.folder / DRAWN
        return pd.read_parquet(file) if file.is_file() else None

    @property
    def coded(self) -> pd.DataFrame | None:
        """Every coded number of the scenario, its range and its sources (``sim.coded``); None in a sweep of a version without it."""
        file = self.folder / CODED
        return pd.read_parquet(file) if file.is_file() else None

    def files(self) -> list[Shard]:
        """The finished shards, in the order of their runs."""
        return shards_in(self.folder)

    def shards(self, columns: list[str] | None = None) -> Iterator[pd.DataFrame]:
        """Rows of one shard after the other, sorted by run; ``columns``: only these."""
        for shard in self.files():
            yield shard.read(columns).to_pandas()

    @property
    def runs(self) -> pd.DataFrame:
        """One row a run, sorted by run: run, point, replicate, the axes, and the outcomes of ``docs/sweeps.md``."""
        tables = [shard.read() for shard in self.files()]
        schema = row_schema(self.manifest["identity"]["axes"])
        table = pa.concat_tables(tables) if tables else schema.empty_table()
        frame = _from_disk(table.to_pandas())
        for name in ("class", "focus_class"):
            codes = pd.Index(CLASS_NAMES).get_indexer(frame[name])
            frame[name] = categories(codes, CLASS_NAMES)
        nullable = {
            "class_number": "Int8",
            "class_peak": "Int8",
            "soft_bloc": "boolean",
            "durability": "Int32",
            "focus_members": "Int16",
        }
        return frame.astype(nullable)

    @property
    def made(self) -> int:
        """Runs that have their row."""
        return sum(shard.last - shard.first for shard in self.files())

    @property
    def finished(self) -> bool:
        """Whether every run of the design has its row."""
        return self.made == self.manifest["runs"]

    def _begun(self, table: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
        """``table`` without the points of which there is no row yet (``rows``: rows a point); warns if any run is missing."""
        if rows.sum() == self.manifest["runs"]:
            return table
        warnings.warn(f"{self.progress}: points without a run are left out, others may lack some", stacklevel=3)
        return table[rows > 0].reset_index(drop=True)

    @property
    def progress(self) -> str:
        """How many runs there are, in words."""
        total = self.manifest["runs"]
        return f"{total:,} runs" if self.finished else f"unfinished: {self.made:,} of {total:,} runs"

    def mean(self, outcome: str) -> pd.DataFrame:
        """By design point: point, the axes, runs, mean, low, high; 95 % intervals over the replicates.

        outcome: a numeric or true/false column of ``runs``; failed runs are left out. The interval of a share
        (``soft_bloc``) is Wilson's, that of a mean Student's; both are missing where fewer than two runs are left. Of an unfinished sweep only points that have runs, with a warning.
        """
        binary = _is_binary(outcome)
        points_of, values = [], []
        points = len(self.design)
        rows = np.zeros(points, np.int64)
        for frame in self.shards(["point", outcome]):
            rows += np.bincount(frame["point"], minlength=points)
            known = frame[outcome].notna().to_numpy()
            points_of.append(frame["point"].to_numpy()[known])
            values.append(frame[outcome].to_numpy()[known].astype(np.float64))
        point = np.concatenate([np.zeros(0, np.int64), *points_of])
        value = np.concatenate([np.zeros(0), *values])
        runs = np.bincount(point, minlength=points)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(point, value, minlength=points) / runs
            spread = np.bincount(point, (value - mean[point]) ** 2, minlength=points)
        if binary:
            ends = [
                wilson(round(m * n), n) if n else (np.nan, np.nan) for m, n in zip(mean, runs.tolist(), strict=True)
            ]
        else:
            ends = [_student(m, s, n) for m, s, n in zip(mean, spread, runs.tolist(), strict=True)]
        low, high = np.array(ends, dtype=float).reshape(-1, 2).T
        return self._begun(self.design.assign(runs=runs, mean=mean, low=low, high=high), rows)

    def difference(self, outcome: str, point: int, other: int) -> dict[str, float]:
        """``outcome`` at ``point`` less that at ``other``, replicate by replicate: difference, low, high (95 %), pairs.

        Points share the draws of a replicate, so this is surer than two means side by side; runs that failed at either are left out.
        NcrError for an outcome without numbers, a point that is not there, and an independent sweep, whose runs are no pairs.
        """
        binary = _is_binary(outcome)
        if self.manifest["identity"]["independent"]:
            raise NcrError(f"{self.folder}: runs of an independent sweep are no pairs; compare the means of its points")
        for one in (point, other):
            if not 0 <= one < self.manifest["points"]:
                raise NcrError(f"no point {one}; there are 0 to {self.manifest['points'] - 1}, see `design`")
        rows = [frame[frame["point"].isin((point, other))] for frame in self.shards(["point", "replicate", outcome])]
        if not rows:
            return {"difference": np.nan, "low": np.nan, "high": np.nan, "pairs": 0}
        values = (
            pd.concat(rows).pivot(index="replicate", columns="point", values=outcome).reindex(columns=[point, other])
        )
        pairs = values.dropna().astype(float)
        first, second = pairs.iloc[:, 0].to_numpy(), pairs.iloc[:, 1].to_numpy()
        if not len(pairs):
            return {"difference": np.nan, "low": np.nan, "high": np.nan, "pairs": 0}
        difference = (paired_share_difference if binary else paired_difference)(first, second)
        return dict(zip(("difference", "low", "high"), difference, strict=True)) | {"pairs": len(pairs)}

    def classes(self) -> pd.DataFrame:
        """By design point: point, the axes, and the share of the runs that ended in each class; unfinished as in ``mean``."""
        points = len(self.design)
        counts = np.zeros((points, len(CLASS_NAMES)))
        rows = np.zeros(points, np.int64)
        for frame in self.shards(["point", "class_number"]):
            rows += np.bincount(frame["point"], minlength=points)
            known = frame["class_number"].notna()
            np.add.at(counts, (frame["point"][known].to_numpy(), frame["class_number"][known].to_numpy(int)), 1)
        with np.errstate(invalid="ignore"):
            shares = counts / counts.sum(axis=1, keepdims=True)
        table = self.design.assign(**{name: shares[:, k] for k, name in enumerate(CLASS_NAMES)})
        return self._begun(table, rows)

    def __repr__(self) -> str:
        m = self.manifest
        return f"<SweepResults of “{m['sweep']}”: {m['points']:,} points, {self.progress}, in {self.folder}>"

    def _repr_html_(self) -> str:
        from sim.display import sweep_html

        return sweep_html(self)


def _is_binary(outcome: str) -> bool:
    """Whether an outcome is yes or no. NcrError where it has no numbers."""
    types = {name: kind for name, kind in OUTCOMES.items() if not pa.types.is_string(kind)}
    if outcome not in types:
        raise NcrError(f"no numeric outcome {outcome!r}; there are {', '.join(types)}")
    return pa.types.is_boolean(types[outcome])


def _student(mean: float, squares: float, runs: int) -> tuple[float, float]:
    if runs < 2:
        return np.nan, np.nan
    half = student_975(runs - 1) * np.sqrt(squares / (runs - 1) / runs)
    return mean - half, mean + half

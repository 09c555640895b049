"""What the ends of a run and of a sweep say, on results made by hand."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.cli_show import Unbroken
from sim.statistics import clustered_share, student_975
from sim.sweep.results import SweepResults
from sim.sweep.summary import render, summarise


def sweep_of(classes, independent=False):
    """Results of a sweep: ``classes[point][replicate]``, None for a failed run."""
    frame = pd.DataFrame(
        {
            "point": [p for p, row in enumerate(classes) for _ in row],
            "replicate": [r for row in classes for r in range(len(row))],
            "class": [name for row in classes for name in row],
        }
    )
    frame["status"] = np.where(frame["class"].isna(), "failed", "ok")
    frame["reason"] = np.where(frame["class"].isna(), "rule 3", "")
    manifest = {
        "sweep": "S", "scenario": "s", "points": len(classes), "replicates": len(classes[0]), "runs": len(frame), "seed": 1,
        "identity": {"independent": independent},
    }  # fmt: skip
    return SimpleNamespace(
        shards=lambda columns: iter([frame[columns]]), manifest=manifest, axes=["x"], folder="nowhere"
    )


def row_of(summary, name):
    return next(row for row in summary["classes"] if row["class"] == name)


def test_the_interval_of_a_sweep_is_over_replicates_since_points_share_draws():
    classes = [["dyad", "talk shop", "dyad"]] * 50 + [["dyad", "dyad", "talk shop"]] * 50
    summary = summarise(sweep_of(classes))
    row = row_of(summary, "dyad")
    shares = np.array([1.0, 0.5, 0.5])
    half = student_975(2) * shares.std(ddof=1) / math.sqrt(3)
    assert row["share"] == pytest.approx(2 / 3)
    assert (row["low"], row["high"]) == pytest.approx((max(0.0, 2 / 3 - half), min(1.0, 2 / 3 + half)))
    assert "95 % over replicates" in render(summary)


def test_one_replicate_has_no_interval_whatever_the_points():
    summary = summarise(sweep_of([["dyad"]] * 100 + [["none"]] * 100))
    assert row_of(summary, "dyad")["low"] is None and row_of(summary, "dyad")["high"] is None
    assert "[" not in render(summary)


def test_runs_with_draws_of_their_own_count_one_by_one():
    summary = summarise(sweep_of([["dyad"]] * 100 + [["none"]] * 100, independent=True))
    assert 0.4 < row_of(summary, "dyad")["low"] < 0.5 < row_of(summary, "dyad")["high"] < 0.6
    assert "95 % over runs" in render(summary)


def test_failed_runs_are_left_out_of_shares():
    summary = summarise(sweep_of([["dyad", None, "none"]] * 4))
    assert (summary["failed"], row_of(summary, "dyad")["share"]) == (4, 0.5)
    assert row_of(summary, "dyad")["low"] == 0.0


def test_clusters_that_all_agree_leave_a_doubt():
    low, high = clustered_share([7] * 5, [7] * 5)
    assert (round(low, 2), high) == (0.57, 1.0)


def test_an_unfinished_sweep_says_so_and_shows_only_points_with_runs(monkeypatch):
    manifest = {"sweep": "S", "points": 3, "runs": 6, "columns": ["x"], "identity": {"axes": {"x": {}}}}
    results = SweepResults("nowhere", manifest)
    frame = pd.DataFrame({"point": [0, 0, 1], "mean_tie": [0.1, 0.3, np.nan], "class_number": [2, 1, None]})
    monkeypatch.setattr(SweepResults, "design", pd.DataFrame({"point": [0, 1, 2], "x": [0.0, 0.5, 1.0]}))
    monkeypatch.setattr(SweepResults, "shards", lambda self, columns: iter([frame[columns]]))
    monkeypatch.setattr(SweepResults, "files", lambda self: [SimpleNamespace(first=0, last=3)])
    assert "unfinished: 3 of 6 runs" in repr(results)
    with pytest.warns(UserWarning, match="unfinished: 3 of 6 runs"):
        table = results.mean("mean_tie")
    assert table["point"].tolist() == [0, 1] and table["runs"].tolist() == [2, 0]
    with pytest.warns(UserWarning, match="unfinished"):
        assert results.classes()["talk shop"].tolist()[:1] == [0.5]


def test_all_axes_of_a_sweep_are_named():
    results = sweep_of([["none", "talk shop"]])
    results.axes = [f"states.{code}.strategic_culture.autonomy" for code in ("ALD", "BEX", "CAV", "DUN")]
    text = render(summarise(results))
    assert all(axis in text for axis in results.axes) and "…" not in text


def test_a_stream_that_nobody_reads_does_not_stop_a_run():
    class Gone:
        def write(self, text):
            raise BrokenPipeError

        flush = write

        def isatty(self):
            return False

    stream = Unbroken(Gone())
    assert stream.write("12 runs") == 7 and stream.isatty() is False

"""Small sweeps of the teaching world, and their tables to compare; shared by the tests of sweeps."""

import sys
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pyarrow as pa

from sim import cli
from sim.scenario.schema import Scenario
from sim.sweep.schema import Sweep

ROOT = Path(__file__).resolve().parent.parent
TEACHING = ROOT / "scenarios/teaching/twelve.yaml"
AXES = {
    "ocean_retrenchment": {"low": 0, "high": 2, "levels": 3},
    "w_threat": {"values": [1, 2]},
    "states.BEX.strategic_culture.autonomy": {"low": 0.2, "high": 0.9, "levels": 2},
}
FILE = f"""\
sweep: A small one
scenario: {TEACHING}
design: {{kind: grid}}
axes:
  ocean_retrenchment: {{low: 0, high: 2, levels: 3}}
  w_threat: {{values: [1, 2]}}
replicates: 4
"""
_loaded = []


class Here:
    """An executor that runs what it is given at once; a block travels as bytes, as to another process."""

    def submit(self, function, *arguments):
        future = Future()
        future.set_result(function(*arguments))
        return future


def teaching():
    """The teaching scenario, loaded once."""
    if not _loaded:
        _loaded.append(Scenario.load(TEACHING))
    return _loaded[0]


def plan(scenario=None, **settings):
    """Twelve points, three replicates, unless settings say otherwise."""
    given = {"design": {"kind": "grid"}, "axes": AXES, "replicates": 3, "seed": 5} | settings
    return Sweep.make(scenario or teaching(), **given)


def rows(results) -> pa.Table:
    """All rows, in the order of runs."""
    return pa.concat_tables([shard.read() for shard in results.files()]).combine_chunks()


def same(one: pa.Table, other: pa.Table) -> bool:
    """Equal to the bit, column by column."""
    if not one.equals(other):
        return False
    floats = [name for name in one.column_names if pa.types.is_floating(one.schema.field(name).type)]
    bits = [[np.asarray(table[name].to_pandas()).tobytes() for name in floats] for table in (one, other)]
    return bits[0] == bits[1]


def ncr(monkeypatch, capsys, *words):
    """Exit code, stdout and stderr of ``ncr words``, in this process."""
    monkeypatch.setattr(sys, "argv", ["ncr", *map(str, words)])
    try:
        cli.main()
    except SystemExit as end:
        shown = capsys.readouterr()
        return end.code, shown.out, shown.err

"""Results: tidy tables of many runs and of their frozen-driver twins, on disk as parquet with a manifest."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path

import pandas as pd

from sim.coded import CODED, coded_numbers
from sim.errors import NcrError
from sim.frames import (
    UNALIGNED,
    Stack,
    organisations_frame,
    rungs_frame,
    runs_frame,
    states_frame,
    system_frame,
    ties_frame,
)  # fmt: skip
from sim.manifest import scenario_manifest
from sim.parameters import PARAMETERS
from sim.scenario.reading import require
from sim.writable import check_folder

TABLES = ("runs", "states", "organisations", "system", "rungs", "ties")
MANIFEST = "manifest.json"
TWIN = "twin"
EXISTING = ("zombie", "alive")  # vitality
NO_ORGANISATION = "no common organisation"  # ties to states with which a state shares none


class Results:
    """Tables of one scenario: ``runs``, ``states``, ``organisations``, ``system``, ``rungs``, ``ties``.

    Each is a long pandas frame keyed by run, quarter (``pandas.Period``) and codes; ``twin`` holds the same tables of
    the frozen-driver twin, run r of which is paired with run r here, or None. ``manifest`` says what was run.
    """

    def __init__(
        self, manifest: dict, tables: dict | None = None, stack: Stack | None = None, constants=None, twin=None,
        coded: Callable[[], pd.DataFrame] | None = None,
    ):  # fmt: skip
        self.manifest = manifest
        self.twin = twin
        self._tables = tables or {}
        self._stack = stack
        self._constants = constants or {}
        self._read_coded = coded

    @classmethod
    def from_recordings(cls, scenario, compiled, recordings, twins, manifest: dict, drawn=None) -> "Results":
        """Tables of ``recordings`` (run r is element r) and of their paired ``twins`` (or None).

        drawn: (runs, len(PARAMETERS)) where runs have parameters of their own; those that differ from the scenario's in any run are
        columns of ``runs``.
        """
        manifest = manifest | scenario_manifest(scenario, compiled)
        constants = dict(scenario.levers) | dict(scenario.parameters)
        if drawn is not None:
            columns = zip(PARAMETERS, drawn.T, compiled.parameters, strict=True)
            constants |= {name: column for name, column, own in columns if (column != own).any()}

        def stack(arm):
            return Stack(
                arm, compiled.states, compiled.poles, compiled.organisations, compiled.quarters, compiled.world.leader,
                compiled.drivers.exists,
            )  # fmt: skip

        twin = cls(manifest | {"arm": "frozen-driver twin"}, stack=stack(twins), constants=constants) if twins else None
        coded = partial(coded_numbers, scenario)
        return cls(manifest | {"arm": "scenario"}, None, stack(recordings), constants, twin, coded)

    def _table(self, name, build):
        if name not in self._tables:
            self._tables[name] = build(self._stack)
        return self._tables[name]

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: status, class, bloc index, organisation, members, founding, durability, levers."""
        return self._table("runs", lambda stack: runs_frame(stack, self._constants))

    @cached_property
    def states(self) -> pd.DataFrame:
        """run × quarter × state: hedging, permissiveness and clarity, true and perceived, and alignment shares."""
        return self._table("states", states_frame)

    @cached_property
    def organisations(self) -> pd.DataFrame:
        """run × quarter × organisation: members, depth by arena, vitality, and its class where a window ends."""
        return self._table("organisations", organisations_frame)

    @cached_property
    def system(self) -> pd.DataFrame:
        """run × quarter: measures S1–S5, mean tie, spectral radius at the end."""
        return self._table("system", system_frame)

    @cached_property
    def rungs(self) -> pd.DataFrame:
        """A row whenever a formal commitment of a pair changes, and for those at the start."""
        return self._table("rungs", rungs_frame)

    @cached_property
    def ties(self) -> pd.DataFrame:
        """run × quarter × pair × arena: tie and rung; empty unless ``simulate(…, ties=True)``."""
        return self._table("ties", ties_frame)

    @cached_property
    def coded(self) -> pd.DataFrame | None:
        """Every coded number of the world, its range and its sources (``sim.coded``); None in a result of a version without it."""
        return None if self._read_coded is None else self._read_coded()

    @property
    def partners(self) -> list[str]:
        """Columns of alignment shares in ``states``: poles, organisations, and ``unaligned``."""
        return [*self.manifest["poles"], *self.manifest["organisations"], UNALIGNED]

    def alignment(self, states=None) -> pd.DataFrame:
        """Alignment shares, long: run, quarter, state, partner, share. ``states``: codes, all by default."""
        frame = self.states
        if states is not None:
            wanted = [states] if isinstance(states, str) else list(states)
            self.require_states(wanted)
            frame = frame[frame["state"].isin(wanted)]
        keys = ["run", "quarter", "state"]
        return frame.melt(keys, self.partners, var_name="partner", value_name="share").sort_values(
            [*keys, "partner"], ignore_index=True
        )

    def require_states(self, codes) -> None:
        """Raise NcrError unless every code is that of a state of this result."""
        m = self.manifest
        require(codes, m["states"], "state", {"a pole": m["poles"], "an organisation": m["organisations"]})

    @property
    def names(self) -> dict[str, str]:
        """In words: codes of states, poles and organisations, and the remainder of alignment."""
        m = self.manifest
        return m["states"] | m["poles"] | m["organisations"] | {UNALIGNED: NO_ORGANISATION}

    def existing(self, organisation: str) -> pd.DataFrame:
        """Rows of ``organisations`` in which one exists: a body that fewer than two members are left in is dead."""
        mine = self.organisations[self.organisations["organisation"] == organisation]
        return mine[mine["vitality"].isin(EXISTING)]

    def quarter(self, text: str) -> pd.Period:
        """The ``pandas.Period`` of a quarter such as "2009Q4"."""
        return pd.Period(text, freq="Q")

    @property
    def focus(self) -> str | None:
        """The organisation to speak of first: the scenario's, else the one with the highest bloc index, else none."""
        if self.manifest["focus"]:
            return self.manifest["focus"]
        free = self.organisations[self.organisations["organisation"].map(self.manifest["led_by"]).isna()]
        means = free.groupby("organisation", observed=True)["bloc_index"].mean().dropna()
        return None if means.empty or means.max() == 0 else str(means.idxmax())

    def save(self, folder) -> Path:
        """Write every table and the manifest to ``folder``, whole or not at all; an earlier result there is replaced."""
        target = Path(folder)
        check_writable(target)
        try:
            target.mkdir(parents=True, exist_ok=True)
            staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=target))
        except OSError as error:
            raise NcrError(f"{target}: cannot write the results ({error.strerror}); choose another --out") from error
        try:
            for place, arm in ((staging, self), (staging / TWIN, self.twin)):
                if arm is not None:
                    place.mkdir(exist_ok=True)
                    for name in TABLES:
                        arm._for_disk(name).to_parquet(place / f"{name}.parquet", index=False)
            if self.coded is not None:
                self.coded.to_parquet(staging / CODED, index=False)
            (staging / MANIFEST).write_text(json.dumps(self.manifest, indent=2, ensure_ascii=False) + "\n")
            shutil.rmtree(target / TWIN, ignore_errors=True)
            (target / CODED).unlink(missing_ok=True)
            (target / MANIFEST).unlink(
                missing_ok=True
            )  # without its manifest, a half-replaced result is not taken for one
            for item in sorted(staging.iterdir(), key=lambda path: path.name == MANIFEST):
                os.replace(item, target / item.name)
        except OSError as error:
            raise NcrError(f"{target}: cannot write the results ({error.strerror}); choose another --out") from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        return target

    def _for_disk(self, name: str) -> pd.DataFrame:
        frame = getattr(self, name)
        dated = [column for column in frame if isinstance(frame[column].dtype, pd.PeriodDtype)]
        return frame.assign(**{column: frame[column].astype("string") for column in dated})

    @classmethod
    def load(cls, folder) -> "Results":
        """Read what :meth:`save` wrote. Raises NcrError if there is no whole result in ``folder``."""
        folder = Path(folder)
        if not (folder / MANIFEST).is_file():
            raise NcrError(
                f"{folder}: no results here (no {MANIFEST}); make some with `ncr run SCENARIO --out {folder}`"
            )
        manifest = json.loads((folder / MANIFEST).read_text())

        def tables(place):
            return {name: _from_disk(pd.read_parquet(place / f"{name}.parquet")) for name in TABLES}

        twin = (
            cls(manifest | {"arm": "frozen-driver twin"}, tables(folder / TWIN)) if (folder / TWIN).is_dir() else None
        )
        file = folder / CODED
        coded = partial(pd.read_parquet, file) if file.is_file() else None
        return cls(manifest, tables(folder), twin=twin, coded=coded)

    def __repr__(self) -> str:
        m = self.manifest
        return f"<Results of “{m['scenario']}”: {m['replicates']} runs, {m['start']}–{m['end']}, seed {m['seed']}>"

    def _repr_html_(self) -> str:
        from sim.display import results_html

        return results_html(self)


def _from_disk(frame: pd.DataFrame) -> pd.DataFrame:
    for column in ("quarter", "bloc_quarter", "founding_quarter"):
        if column in frame:
            place, texts = pd.factorize(frame[column])  # few distinct ones, of millions of rows
            quarters = pd.PeriodIndex(texts.astype(str), freq="Q-DEC").append(pd.PeriodIndex([pd.NaT], freq="Q-DEC"))
            frame[column] = quarters.take(place)  # −1, where there is none, takes the last
    return frame


def check_writable(folder: Path) -> None:
    """Raise NcrError unless results can be written to ``folder``: new, empty, or of an earlier result. Leaves nothing behind."""
    check_folder(folder, MANIFEST, "earlier result")

"""From stacked recordings to tidy tables: one pure function for every table, vectorised over runs.

R runs that did not fail, T recorded quarters, V windows, N states, P poles, M organisation slots. The rows of a table
are in the order of its keys (run, quarter, then codes), codes are categories and quarters ``pandas.Period``.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.recording import CLASS_NAMES, SYSTEM_MEASURES, VITALITY, WINDOW, WINDOW_STEP, Recording, window_ends
from sim.world import ARENAS

PERIOD_EPOCH = 1970 * 4  # ordinal of pandas' quarter 0
SOFT_BLOC, COLLECTIVE_DEFENCE = CLASS_NAMES.index("soft bloc"), CLASS_NAMES.index("collective defence")
OBSERVER, FULL = 1, 2
STATE_SERIES = (
    "hedging", "permissiveness", "perceived_permissiveness", "clarity", "certainty", "coerced", "overreach", "leader_change",
)  # fmt: skip
COERCED = ("no", "complied", "resisted")
LEADER_CHANGE = ("no", "dated", "dated", "by chance")  # as the kinds of sim.rules.leaders
UNALIGNED = "unaligned"


class Stack(NamedTuple):
    """Recordings of one arm, and what their axes mean."""

    recordings: list[Recording]  # of all runs, failed ones included
    states: tuple[str, ...]
    poles: tuple[str, ...]
    organisations: tuple[str, ...]
    quarters: tuple[int, ...]  # ordinals
    leader: np.ndarray  # (M,) index of the pole that leads the organisation, −1 if none
    exists: np.ndarray  # (T, N) bool

    @property
    def ran(self) -> np.ndarray:
        """(R,) numbers of the runs that did not fail; the others are left out of every table but ``runs``."""
        return np.array([r for r, recording in enumerate(self.recordings) if recording.failure[0] == 0], np.int64)

    def all(self, name: str) -> np.ndarray:
        """(R, …) one array of all runs that did not fail."""
        arrays = [getattr(self.recordings[r], name) for r in self.ran]
        one = getattr(self.recordings[0], name)
        return np.stack(arrays) if arrays else np.zeros((0, *one.shape), one.dtype)

    @property
    def series(self) -> int:
        """Recorded quarters; 0 in summary runs, which have only the last."""
        rows = self.recordings[0].alignment.shape[0]
        return rows if rows == len(self.quarters) else 0


def periods(ordinals: np.ndarray) -> pd.PeriodIndex:
    """Quarter ordinals (``sim.quarters``) as ``pandas.Period``."""
    return pd.PeriodIndex.from_ordinals(np.asarray(ordinals, np.int64) - PERIOD_EPOCH, freq="Q-DEC")


def maybe_periods(ordinals: np.ndarray, known: np.ndarray) -> pd.Series:
    """Quarters, missing where ``known`` is false."""
    values = periods(np.where(known, ordinals, PERIOD_EPOCH)).to_series(index=range(len(known)))
    return values.where(known)


def categories(codes: np.ndarray, names) -> pd.Categorical:
    """Names by their index; −1 is missing."""
    return pd.Categorical.from_codes(codes, categories=list(names))


def nullable(values: np.ndarray, known: np.ndarray, dtype: str):
    """A nullable column (``Float32``, ``Int8`` …), missing where ``known`` is false."""
    kind = pd.array([], dtype=dtype).dtype
    return kind.construct_array_type()(values.astype(kind.numpy_dtype), ~known)


def states_frame(stack: Stack) -> pd.DataFrame:
    """run, quarter, state, STATE_SERIES, and the share of the state's tie mass going to each partner.

    A state has no rows in quarters in which it does not exist.
    """
    ran, t, n = stack.ran, stack.series, len(stack.states)
    keep = np.broadcast_to(stack.exists[:t], (len(ran), t, n))
    run, quarter, state = np.nonzero(keep)
    columns = {
        "run": ran[run],
        "quarter": periods(np.asarray(stack.quarters)[quarter]),
        "state": categories(state, stack.states),
    }
    for name in STATE_SERIES:
        values = stack.all(name)[keep]
        if name == "coerced":
            values = categories(values.astype(np.int8), COERCED)
        if name == "leader_change":
            values = pd.Categorical(np.asarray(LEADER_CHANGE)[values], list(dict.fromkeys(LEADER_CHANGE)))
        columns[name] = values.astype(bool) if name == "overreach" else values
    shares = stack.all("alignment")[keep]
    partners = (*stack.poles, *stack.organisations, UNALIGNED)
    return pd.DataFrame({**columns, **{name: np.ascontiguousarray(shares[:, k]) for k, name in enumerate(partners)}})


def organisations_frame(stack: Stack) -> pd.DataFrame:
    """run, quarter, organisation, members, observers, member_count, depth by arena, vitality, and outcomes at window ends.

    An organisation has no rows in quarters in which it is absent (not yet open, not founded in that run).
    """
    ran, t = stack.ran, stack.series
    vitality = stack.all("vitality")
    run, quarter, slot = np.nonzero(vitality > 0)
    member = stack.all("membership")[run, quarter, slot]
    depth = stack.all("depth")[run, quarter, slot]
    window = np.full(max(t, 1), -1)
    ends = window_ends(t)
    window[ends] = np.arange(len(ends))
    at = window[quarter]
    known = at >= 0
    place = (run, np.maximum(at, 0), slot)
    outcome = {
        name: stack.all(f"organisation_{name}")[place] if len(ends) else np.zeros(len(run))
        for name in ("class", "bloc_index", "contrast")
    }
    return pd.DataFrame(
        {
            "run": ran[run],
            "quarter": periods(np.asarray(stack.quarters)[quarter]),
            "organisation": categories(slot, stack.organisations),
            "members": listed(member == FULL, stack.states),
            "observers": listed(member == OBSERVER, stack.states),
            "member_count": (member == FULL).sum(1).astype(np.int16),
            **{f"depth_{arena}": np.ascontiguousarray(depth[:, a]) for a, arena in enumerate(ARENAS)},
            "vitality": categories(vitality[run, quarter, slot].astype(np.int8), VITALITY),
            "class": categories(np.where(known, outcome["class"], -1).astype(np.int8), CLASS_NAMES),
            "class_number": nullable(outcome["class"], known, "Int8"),
            "bloc_index": nullable(outcome["bloc_index"], known, "Float64"),
            "contrast": nullable(outcome["contrast"], known & (outcome["contrast"] >= 0), "Float64"),
        }
    )


def listed(chosen: np.ndarray, names) -> pd.Categorical:
    """Rows of a (rows, N) bool array as comma-separated lists of names: few distinct ones, hence a category."""
    packed = np.packbits(chosen, axis=1)
    if not len(packed):
        return categories(np.zeros(0, np.int64), [])
    rows = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, code = np.unique(rows, return_index=True, return_inverse=True)
    words = [",".join(np.asarray(names, object)[chosen[k]]) for k in first]
    order = np.argsort(np.array(words))
    return categories(np.argsort(order)[code], [words[k] for k in order])


def system_frame(stack: Stack) -> pd.DataFrame:
    """run, quarter and SYSTEM_MEASURES; the spectral radius is missing where it was not computed."""
    ran, t = stack.ran, stack.series
    values = stack.all("system").reshape(len(ran) * t, len(SYSTEM_MEASURES))
    columns = {name: np.ascontiguousarray(values[:, k]) for k, name in enumerate(SYSTEM_MEASURES)}
    columns["spectral_radius"] = nullable(columns["spectral_radius"], columns["spectral_radius"] >= 0, "Float32")
    columns["overreach_events"] = columns["overreach_events"].astype(np.int32)
    return pd.DataFrame(
        {"run": np.repeat(ran, t), "quarter": periods(np.tile(np.asarray(stack.quarters)[:t], len(ran))), **columns}
    )


def rungs_frame(stack: Stack) -> pd.DataFrame:
    """run, quarter, state_a, state_b, arena, rung: a row whenever a formal commitment changes, and for those at the start."""
    rung = stack.all("rung").astype(np.int8)
    changed = np.concatenate([rung[:, :1] != 0, np.diff(rung, axis=1) != 0], axis=1)
    changed &= np.triu(np.ones(rung.shape[-2:], bool), 1)
    run, quarter, arena, first, second = np.nonzero(changed)
    return pd.DataFrame(_pair_keys(stack, run, quarter, first, second, arena) | {"rung": rung[changed]})


def ties_frame(stack: Stack) -> pd.DataFrame:
    """run, quarter, state_a, state_b, arena, tie, rung of every pair of states that exist; empty unless recorded."""
    tie = stack.all("tie")
    t, n = tie.shape[1], len(stack.states)
    both = stack.exists[:t, :, None] & stack.exists[:t, None, :] & np.triu(np.ones((n, n), bool), 1)
    keep = np.broadcast_to(both[None, :, None], tie.shape)
    run, quarter, arena, first, second = np.nonzero(keep)
    rung = stack.all("rung")[:, :t].astype(np.int8)[keep]
    return pd.DataFrame(_pair_keys(stack, run, quarter, first, second, arena) | {"tie": tie[keep], "rung": rung})


def _pair_keys(stack: Stack, run, quarter, first, second, arena) -> dict:
    return {
        "run": stack.ran[run],
        "quarter": periods(np.asarray(stack.quarters)[quarter]),
        "state_a": categories(first, stack.states),
        "state_b": categories(second, stack.states),
        "arena": categories(arena, ARENAS),
    }


def runs_frame(stack: Stack, constants: dict[str, float]) -> pd.DataFrame:
    """One row a run, failed ones included: status, outcome, and the values that all runs of this arm share.

    class: of the region in the last window; organisation: the one that gives it; members: its full members at the end.
    soft_bloc: an organisation that no pole leads is a soft bloc or deeper at the end; bloc_quarter: the first window
    end at which one is. durability: quarters of the longest unbroken spell of that, of one and the same organisation;
    leader_changes_survived: changes of leader within it, in that organisation's members at the end of the spell.
    """
    total, ran, quarters = len(stack.recordings), stack.ran, np.asarray(stack.quarters)
    window_class, organisation = stack.all("window_class").astype(int), stack.all("window_organisation").astype(int)
    blocs = np.logical_and(np.isin(stack.all("organisation_class"), (SOFT_BLOC, COLLECTIVE_DEFENCE)), stack.leader < 0)
    bloc = np.any(blocs, axis=2)
    length, end, carrier = longest_spell(blocs)
    ends = window_ends(len(quarters))
    last = organisation[:, -1]
    outcome = {
        "class": categories(window_class[:, -1], CLASS_NAMES),
        "class_number": pd.array(window_class[:, -1], "Int8"),
        "class_peak": pd.array(window_class.max(1), "Int8"),
        "soft_bloc": pd.array(bloc[:, -1], "boolean"),
        "bloc_quarter": maybe_periods(quarters[ends][bloc.argmax(1)], bloc.any(1)),
        "bloc_index": pd.array(stack.all("window_bloc_index")[:, -1], "Float64"),
        "organisation": categories(last, stack.organisations),
        **_membership_at_end(stack, last),
        "durability": pd.array(np.where(length > 0, (length - 1) * WINDOW_STEP + WINDOW, 0), "Int32"),
        "leader_changes_survived": _leader_changes(stack, length, end, carrier),
    }
    frame = pd.DataFrame(outcome).set_axis(ran).reindex(range(total))
    reasons = [failure_reason(recording, stack.quarters) for recording in stack.recordings]
    frame.insert(0, "run", np.arange(total))
    frame.insert(1, "status", pd.Categorical(["failed" if reason else "ok" for reason in reasons], ["ok", "failed"]))
    frame.insert(2, "reason", pd.array(reasons, "string"))
    return frame.assign(**{name if name not in frame else f"set_{name}": value for name, value in constants.items()})


def failure_reason(recording: Recording, quarters: tuple[int, ...]) -> str:
    """Why a run failed, in words; "" if it did not."""
    rule, quarter = (int(value) for value in recording.failure)
    if rule == 0:
        return ""
    when = f" in {periods(np.array([quarters[quarter]]))[0]}" if 0 <= quarter < len(quarters) else ""
    return f"rule {rule} gave a number that is not finite{when}"


def longest_spell(held: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Length, last window and organisation of the longest unbroken spell in each run of a (R, V, M) bool array.

    Of equal spells the earliest, then the first organisation. (R,) each; 0, −1 and −1 without any.
    """
    current = np.zeros((held.shape[0], held.shape[2]), np.int64)
    best, end, carrier = (np.full(len(held), value) for value in (0, -1, -1))
    for window in range(held.shape[1]):
        current = np.where(held[:, window], current + 1, 0)
        longest = current.max(axis=1, initial=0)
        better = longest > best
        best, end = np.where(better, longest, best), np.where(better, window, end)
        carrier = np.where(better, (current == longest[:, None]).argmax(axis=1), carrier) if held.shape[2] else carrier
    return best, end, carrier


def _membership_at_end(stack: Stack, slot: np.ndarray) -> dict:
    """Full members at the end and founding quarter of the organisation in ``slot`` (R,); missing where it is −1."""
    rows, place, given = np.arange(len(slot)), np.maximum(slot, 0), slot >= 0
    chosen = stack.all("membership")[rows, -1, place] == FULL
    members = pd.Series(listed(chosen & given[:, None], stack.states).astype(str), dtype="string").where(given)
    opened = stack.all("opened")[rows, place]
    founded = np.asarray(stack.quarters)[np.maximum(opened, 0)]
    return {"members": members, "founding_quarter": maybe_periods(founded, given & (opened >= 0))}


def _leader_changes(stack: Stack, length: np.ndarray, end: np.ndarray, carrier: np.ndarray) -> np.ndarray:
    """(R,) changes of leader that a spell of ``length`` windows of ``carrier`` up to window ``end`` has outlasted.

    Missing in summary runs, which do not keep the changes of every quarter.
    """
    survived = np.zeros(len(length), np.int64)
    if not stack.series:
        return nullable(survived, survived > 0, "Int32")
    ends = window_ends(stack.series)
    membership, change = stack.all("membership"), stack.all("leader_change")
    for r in np.flatnonzero(length):
        last = ends[end[r]]
        first = last - (length[r] - 1) * WINDOW_STEP - WINDOW + 1
        survived[r] = (change[r, first : last + 1] * (membership[r, last, carrier[r]] == FULL) > 0).sum()
    return pd.array(survived, "Int32")

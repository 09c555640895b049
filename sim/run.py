"""One whole run: burn-in, the recorded quarters, and the outcomes of every window, without leaving compiled code."""

from typing import NamedTuple

import numpy as np

from sim.handles import Handle, handle, register
from sim.outcomes import (
    alignment_shares,
    assess_window,
    hedging_index,
    member_count,
    overreach_flags,
    system_measures,
    vitality,
)  # fmt: skip
from sim.quarter import prepare, run_quarter
from sim.recording import WINDOW, WINDOW_STEP, Recording
from sim.rules.arithmetic import copy
from sim.rules.compiled import compiled, woven
from sim.rules.environment import mean_over_arenas
from sim.world import BURN_IN


class RecordingType(Handle):
    """numba type of a handle of Recording."""


class Observer(NamedTuple):
    """Buffers with which a thread watches a run."""

    older: np.ndarray  # (4, N, N) sum of ties over the first half of a window
    newer: np.ndarray  # (4, N, N) over the second half
    pole_older: np.ndarray  # (4, P, N)
    pole_newer: np.ndarray  # (4, P, N)
    pole_history: np.ndarray  # (8, 4, P, N) ring
    shares: np.ndarray  # (N, P + M + 1)
    hedging: np.ndarray  # (N,)
    members: np.ndarray  # (M,) int64
    vitality: np.ndarray  # (M,) int64
    overreach: np.ndarray  # (N,) int64


class ObserverType(Handle):
    """numba type of a handle of Observer."""


register(Recording, RecordingType)
register(Observer, ObserverType)


def observer(states: int, poles: int, organisations: int) -> Observer:
    """A handle of observation buffers."""
    n, p, m = states, poles, organisations
    return handle(Observer(
        np.zeros((4, n, n)), np.zeros((4, n, n)), np.zeros((4, p, n)), np.zeros((4, p, n)), np.zeros((WINDOW, 4, p, n)),
        np.zeros((n, p + m + 1)), np.zeros(n), np.zeros(m, np.int64), np.zeros(m, np.int64), np.zeros(n, np.int64),
    ))  # fmt: skip


@woven
def record_quarter(world, drivers, t, row, situation, work, watch, recording):
    """Write quarter t to ``row`` of every quarterly series of ``recording``."""
    exists = drivers.exists[t]
    states, poles = exists.shape[0], situation.pole_tie.shape[1]
    # the oldest quarter that is remembered; before a whole window has passed, the start
    before = t % watch.pole_history.shape[0] if t >= watch.pole_history.shape[0] else 0
    alignment_shares(situation.tie, situation.pole_tie, situation.membership, exists, watch.shares)
    hedging_index(situation.pole_tie, watch.pole_history[before], exists, watch.hedging)
    events = overreach_flags(
        situation.perceived_permissiveness, situation.permissiveness, situation.coerced, exists, watch.overreach
    )
    copy(watch.shares, recording.alignment[row])
    copy(watch.hedging, recording.hedging[row])
    copy(situation.clarity, recording.clarity[row])
    copy(situation.certainty, recording.certainty[row])
    copy(watch.overreach, recording.overreach[row])
    copy(work.leader_changed, recording.leader_change[row])
    for i in range(states):
        recording.permissiveness[row, i] = mean_over_arenas(situation.permissiveness, i)
        recording.perceived_permissiveness[row, i] = mean_over_arenas(situation.perceived_permissiveness, i)
        for p in range(poles):
            if situation.coerced[p, i] > recording.coerced[row, i]:
                recording.coerced[row, i] = situation.coerced[p, i]
    copy(situation.pole_tie, recording.pole_tie[row])
    if recording.tie.shape[0] > 0:
        copy(situation.tie, recording.tie[row])
    copy(situation.rung, recording.rung[row])
    for m in range(situation.membership.shape[0]):
        for i in range(states):
            recording.membership[row, m, i] = 2.0 * situation.membership[m, i]
    copy(situation.depth, recording.depth[row])
    copy(watch.vitality, recording.vitality[row])
    s1, s2, s3, s4, mean_tie = system_measures(
        situation.tie, situation.pole_tie, situation.membership, situation.depth, watch.vitality, world.leader, exists
    )
    recording.system[row, 0], recording.system[row, 1], recording.system[row, 2] = s1, s2, s3
    recording.system[row, 3], recording.system[row, 4], recording.system[row, 5] = s4, events, mean_tie
    recording.system[row, 6] = -1.0  # the spectral radius is computed apart


@compiled
def mean_of_halves(newer, older):
    """older ← mean over the quarters of a window, from the sums over its two halves; both C-contiguous."""
    for k in range(newer.size):
        older.flat[k] = (older.flat[k] + newer.flat[k]) / WINDOW


@woven
def close_window(world, drivers, t, v, seed, replicate, with_index, situation, watch, thresholds, recording):
    """Outcomes of the window that ends in quarter t, written to row v; ``with_index``: bloc indices too.

    ``watch.older`` and ``watch.pole_older`` hold the means over the window afterwards.
    """
    mean_of_halves(watch.newer, watch.older)
    mean_of_halves(watch.pole_newer, watch.pole_older)
    recording.window_class[v], recording.window_organisation[v], recording.window_bloc_index[v] = assess_window(
        watch.older, watch.pole_older, drivers.hostility[t], drivers.exists[t], situation.membership, situation.depth,
        watch.vitality, world.leader, seed, replicate, t, world.state_keys, thresholds, with_index,
        recording.organisation_class[v], recording.organisation_bloc_index[v], recording.organisation_contrast[v],
    )  # fmt: skip


@compiled
def not_finite(situation, work):
    """Number of the first rule whose result is not finite, 0 if all is well; checked in the order of the rules."""
    if not np.isfinite(situation.reach.sum()):
        return 2
    if not np.isfinite(situation.permissiveness.sum()):
        return 4
    if not np.isfinite(situation.threat.sum()):
        return 5
    if not np.isfinite(situation.clarity.sum()):
        return 6
    if not np.isfinite(work.actor.norm_cost[0]):
        return 7
    if not np.isfinite(situation.perceived_permissiveness.sum() + situation.perceived_threat.sum()):
        return 10
    if not np.isfinite(situation.intent.sum()):
        return 14
    if not np.isfinite(situation.tie.sum()):
        return 16
    if not np.isfinite(situation.stakes.sum()):
        return 17
    if not np.isfinite(situation.pole_tie.sum()):
        return 19
    if not np.isfinite(situation.depth.sum() + situation.finance.sum()):
        return 24
    if not np.isfinite(situation.growth.sum() + situation.optimism.sum()):
        return 28
    return 0


@compiled
def add(values, total):
    """total ← total + values: two arrays of one shape, both C-contiguous."""
    for k in range(values.size):
        total.flat[k] += values.flat[k]


@compiled
def observe(world, drivers, t, seed, replicate, thresholds, situation, work, watch, recording):
    """What follows recorded quarter t: the sums of its window, the series, and outcomes where a window ends.

    Summary runs keep the last quarter alone, and bloc indices of the last window alone.
    """
    quarters = drivers.policing.shape[0]
    series, last = recording.hedging.shape[0] == quarters, t == quarters - 1
    first_end = (quarters - WINDOW) % WINDOW_STEP + WINDOW - 1
    if t == 0:
        watch.older[:, :, :] = 0.0
        watch.newer[:, :, :] = 0.0
        watch.pole_older[:, :, :] = 0.0
        watch.pole_newer[:, :, :] = 0.0
        for earlier in range(WINDOW):
            copy(situation.pole_tie, watch.pole_history[earlier])
    add(situation.tie, watch.newer)
    add(situation.pole_tie, watch.pole_newer)
    for m in range(recording.opened.shape[0]):
        if recording.opened[m] < 0 and situation.established[m]:
            recording.opened[m] = t
    ends = (t - first_end) % WINDOW_STEP == 0
    if ends or series:
        member_count(situation.membership, world.leader, drivers.exists[t], watch.members)
        vitality(situation.depth_history, situation.depth, watch.members, situation.established, watch.vitality)
    if series or last:
        record_quarter(world, drivers, t, t if series else 0, situation, work, watch, recording)
    copy(situation.pole_tie, watch.pole_history[t % WINDOW])
    if ends:
        if t >= first_end:
            v, with_index = (t - first_end) // WINDOW_STEP, series or last
            close_window(world, drivers, t, v, seed, replicate, with_index, situation, watch, thresholds, recording)
        copy(watch.newer, watch.older)
        copy(watch.pole_newer, watch.pole_older)
        watch.newer[:, :, :] = 0.0
        watch.pole_newer[:, :, :] = 0.0


@compiled
def run_recorded(
    world, drivers, parameters, seed, replicate, first, last, thresholds, situation, work, watch, recording
):  # fmt: skip
    """Run ``situation`` through quarters first … last − 1 since the run began, the recorded ones into ``recording``.

    A run begins at 0, with a copy of the initial situation, and is recorded from BURN_IN on. One that goes on at another
    quarter needs ``situation`` and ``work`` as they were left. Stops at the first non-finite value and writes its
    rule and quarter to ``recording.failure``.
    """
    if first == 0:
        prepare(world, drivers, parameters, situation, work)
    for clock in range(first, last):
        burn_in = 1 if clock < BURN_IN else 0
        t = 0 if clock < BURN_IN else clock - BURN_IN
        run_quarter(world, drivers, parameters, seed, replicate, clock, t, burn_in, situation, work)
        total = situation.tie_mass.sum() + situation.growth.sum() + situation.clarity.sum() + situation.depth.sum()
        if not np.isfinite(total + situation.optimism.sum() + situation.pole_tie.sum() + situation.reach.sum()):
            recording.failure[0] = max(1, not_finite(situation, work))
            recording.failure[1] = t
            return
        if not burn_in:
            observe(world, drivers, t, seed, replicate, thresholds, situation, work, watch, recording)

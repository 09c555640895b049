"""What one run leaves behind, as arrays; ``results.py`` turns stacks of them into tidy tables.

A run writes into a Recording that is allocated before it starts: one row per recorded quarter for what is
followed over time, one row per yearly window for outcomes. Summary runs (sweeps) have one row of every series, the
last quarter, so that a million runs need no more memory than a few.
"""

from typing import NamedTuple

import numpy as np

CLASS_NAMES = (
    "none", "dyad", "talk shop", "functional club", "soft bloc", "collective defence", "pole-absorbed", "polarised",
)  # fmt: skip
SYSTEM_MEASURES = (
    "influence_concentration",  # S1 Herfindahl of external influence
    "regional_share",  # S2 share of tie mass inside the region
    "centre_of_gravity",  # S3 eigenvector mass of secondary states
    "organisational_density",  # S4
    "overreach_events",  # S5 states overreaching this quarter
    "mean_tie",
    "spectral_radius",  # of the linearised tie map; computed at window ends, −1 elsewhere
)
VITALITY = ("absent", "dead", "zombie", "alive")
WINDOW = 8  # quarters of a rolling window
WINDOW_STEP = 4  # a window ends every year, the last one in the last quarter


class Recording(NamedTuple):
    """Arrays of one run. T recorded quarters (1 in summary runs), V windows, N states, P poles, M organisation slots.

    In summary runs the bloc index and contrast of windows before the last are left out where no class needed them.
    """

    alignment: np.ndarray  # (T, N, P + M + 1) float32 shares: poles, organisations, unaligned
    hedging: np.ndarray  # (T, N) float32
    permissiveness: np.ndarray  # (T, N) float32 true, weighted over arenas
    perceived_permissiveness: np.ndarray  # (T, N) float32
    clarity: np.ndarray  # (T, N) float32
    certainty: np.ndarray  # (T, N) float32
    coerced: np.ndarray  # (T, N) uint8 0 no, 1 complied, 2 resisted
    overreach: np.ndarray  # (T, N) uint8
    pole_tie: np.ndarray  # (T, 4, P, N) float32
    tie: np.ndarray  # (T or 0, 4, N, N) float32, only when asked for
    rung: np.ndarray  # (T, 4, N, N) uint8
    membership: np.ndarray  # (T, M, N) uint8: 0, 1 observer, 2 full
    depth: np.ndarray  # (T, M, 4) float32
    vitality: np.ndarray  # (T, M) uint8 index into VITALITY
    system: np.ndarray  # (T, 7) float32, columns SYSTEM_MEASURES
    leader_change: np.ndarray  # (T, N) uint8
    # outcomes, one row per window
    window_class: np.ndarray  # (V,) int64 index into CLASS_NAMES, of the whole region
    window_organisation: np.ndarray  # (V,) int64 the organisation that gives the class, −1 if none does
    window_bloc_index: np.ndarray  # (V,) float64 of the best organisation that no pole leads
    organisation_class: np.ndarray  # (V, M) int64
    organisation_bloc_index: np.ndarray  # (V, M) float64
    organisation_contrast: np.ndarray  # (V, M) float64 percentile, −1 where not computed
    opened: np.ndarray  # (M,) int64 recorded quarter in which an organisation was first there, −1 if never
    failure: np.ndarray  # (2,) int64 rule number and quarter of the first non-finite value; 0 if none


def window_ends(quarters: int) -> np.ndarray:
    """Recorded quarters (0-based) at which a window of WINDOW quarters ends, ascending; the last quarter is one."""
    return np.arange((quarters - 1 - (WINDOW - 1)) % WINDOW_STEP + WINDOW - 1, quarters, WINDOW_STEP)


def blank_recording(
    states: int, poles: int, organisations: int, quarters: int, *, series: bool = True, ties: bool = False
) -> Recording:
    """Allocate the arrays of one run; ``series=False`` keeps outcomes and the last quarter."""
    n, p, m = states, poles, organisations
    t = quarters if series else 1
    v = len(window_ends(quarters))
    small, real = np.uint8, np.float32
    return Recording(
        alignment=np.zeros((t, n, p + m + 1), real),
        hedging=np.zeros((t, n), real),
        permissiveness=np.zeros((t, n), real),
        perceived_permissiveness=np.zeros((t, n), real),
        clarity=np.zeros((t, n), real),
        certainty=np.zeros((t, n), real),
        coerced=np.zeros((t, n), small),
        overreach=np.zeros((t, n), small),
        pole_tie=np.zeros((t, 4, p, n), real),
        tie=np.zeros((t if ties else 0, 4, n, n), real),
        rung=np.zeros((t, 4, n, n), small),
        membership=np.zeros((t, m, n), small),
        depth=np.zeros((t, m, 4), real),
        vitality=np.zeros((t, m), small),
        system=np.zeros((t, len(SYSTEM_MEASURES)), real),
        leader_change=np.zeros((t, n), small),
        window_class=np.zeros(v, np.int64),
        window_organisation=np.full(v, -1, np.int64),
        window_bloc_index=np.zeros(v),
        organisation_class=np.zeros((v, m), np.int64),
        organisation_bloc_index=np.zeros((v, m)),
        organisation_contrast=np.full((v, m), -1.0),
        opened=np.full(m, -1, np.int64),
        failure=np.zeros(2, np.int64),
    )

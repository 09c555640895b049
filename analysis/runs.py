"""Many recorded runs of one scenario as stacked arrays, asked by code and quarter: what the facts read."""

from dataclasses import dataclass, field

import numpy as np

from sim.errors import NcrError
from sim.quarters import label, ordinal
from sim.recording import SYSTEM_MEASURES, VITALITY, window_ends
from sim.rules.feedback import grow
from sim.world import ARENAS

OBSERVER, FULL = 1, 2
ZOMBIE, ALIVE = VITALITY.index("zombie"), VITALITY.index("alive")
When = str | tuple[str, str]  # a quarter, or the first and last of a stretch


@dataclass(frozen=True)
class Runs:
    """R runs of T quarters; N states, P poles, M organisation slots, V windows, S corridor segments.

    A quarter that is given as a label yields (R,); a pair of labels, both included, yields (R, K).
    """

    states: tuple[str, ...]
    poles: tuple[str, ...]
    organisations: tuple[str, ...]
    quarters: tuple[int, ...]  # ordinals
    leader: np.ndarray  # (M,) pole that leads the organisation, −1 if none
    ties: np.ndarray  # (R, T, 4, N, N) float32
    rungs: np.ndarray  # (R, T, 4, N, N) uint8
    pole_ties: np.ndarray  # (R, T, 4, P, N) float32
    memberships: np.ndarray  # (R, T, M, N) uint8: 0, 1 observer, 2 full
    depths: np.ndarray  # (R, T, M, 4) float32
    vitalities: np.ndarray  # (R, T, M) uint8
    mean_ties: np.ndarray  # (R, T) float32
    classes: np.ndarray  # (R, V, M) class of each organisation at the end of each window
    bandwidth: np.ndarray  # (T, P), an input
    corridors: dict[str, list] = field(default_factory=dict)  # name: [(node, node, (T,) capacity)]; node: a code
    failed: int = 0  # runs left out
    trade: dict[tuple[str, str], float] | None = None  # of pairs, from an external file (``analysis.trade``)
    exists: np.ndarray | None = None  # (T, N) bool
    veto_points: np.ndarray | None = None  # (T, N), an input
    capability: np.ndarray | None = None  # (R, T, N) with what ties have added; see ``capability_paths``
    pole_capability: np.ndarray | None = None  # (T, P), an input

    @classmethod
    def from_recordings(cls, scenario, compiled, recordings) -> "Runs":
        """Stack the recordings of ``compiled``, made with ``ties=True``; failed runs are counted and left out."""
        ran = [recording for recording in recordings if not recording.failure[0]]
        if not ran:
            raise NcrError(f"{scenario.title}: every run failed, there is nothing to score")

        def stack(name):
            return np.stack([getattr(recording, name) for recording in ran])

        return cls(
            compiled.states, compiled.poles, compiled.organisations, compiled.quarters, compiled.world.leader,
            ties=stack("tie"), rungs=stack("rung"), pole_ties=stack("pole_tie"), memberships=stack("membership"),
            depths=stack("depth"), vitalities=stack("vitality"),
            mean_ties=np.stack([recording.system[:, SYSTEM_MEASURES.index("mean_tie")] for recording in ran]),
            classes=stack("organisation_class"), bandwidth=compiled.drivers.bandwidth,
            corridors=_segments(scenario, compiled), failed=len(recordings) - len(ran), exists=compiled.drivers.exists,
            veto_points=compiled.drivers.veto_points, pole_capability=compiled.drivers.pole_capability,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.ties)

    def at(self, when: When):
        """Index of a quarter, or the slice of a stretch, among the recorded quarters."""
        if isinstance(when, tuple):
            return slice(self.at(when[0]), self.at(when[1]) + 1)
        place = ordinal(when) - self.quarters[0]
        if not 0 <= place < len(self.quarters):
            raise NcrError(f"{when} is not recorded: the runs go from {self.first} to {label(self.quarters[-1])}")
        return place

    @property
    def first(self) -> str:
        """Label of the first recorded quarter."""
        return label(self.quarters[0])

    def state(self, code: str) -> int:
        """Index of a state."""
        return _index(self.states, code, "state")

    def pole(self, code: str) -> int:
        """Index of a pole."""
        return _index(self.poles, code, "pole")

    def organisation(self, code: str) -> int:
        """Index of an organisation."""
        return _index(self.organisations, code, "organisation")

    def tie(self, a: str, b: str, arena: str | None, when: When) -> np.ndarray:
        """Tie of two states; without an arena, the mean over the four."""
        return self._arena(self.ties[:, self.at(when), ..., self.state(a), self.state(b)], arena)

    def rung(self, a: str, b: str, arena: str, when: When) -> np.ndarray:
        """Formal commitment of two states, 0–3."""
        return self.rungs[:, self.at(when), ARENAS.index(arena), self.state(a), self.state(b)]

    def pole_tie(self, pole: str, state: str, arena: str | None, when: When) -> np.ndarray:
        """Tie of a state to a pole; without an arena, the mean over the four."""
        return self._arena(self.pole_ties[:, self.at(when), ..., self.pole(pole), self.state(state)], arena)

    def full(self, organisation: str, state: str, when: When) -> np.ndarray:
        """Whether the state is a full member."""
        return self.memberships[:, self.at(when), self.organisation(organisation), self.state(state)] == FULL

    def members(self, organisation: str, when: When) -> np.ndarray:
        """(R, …, N) bool: the full members."""
        return self.memberships[:, self.at(when), self.organisation(organisation)] == FULL

    def depth(self, organisation: str, arena: str | None, when: When) -> np.ndarray:
        """Depth of an organisation; without an arena, the mean over the four."""
        return self._arena(self.depths[:, self.at(when), self.organisation(organisation)], arena)

    def vitality(self, organisation: str, when: When) -> np.ndarray:
        """Index into ``recording.VITALITY``."""
        return self.vitalities[:, self.at(when), self.organisation(organisation)]

    def windows(self, last: str) -> tuple[np.ndarray, np.ndarray]:
        """(rows of ``classes``, quarters in which they end) of the windows that end by quarter ``last``."""
        ends = window_ends(len(self.quarters))
        rows = np.flatnonzero(ends <= self.at(last))
        return rows, ends[rows]

    def secondary_rungs(self, arena: str, when: When) -> np.ndarray:
        """(R, …, D) formal commitment of every pair of states, in the order of ``pairs``."""
        first, second = np.triu_indices(len(self.states), 1)
        return self.rungs[:, self.at(when), ARENAS.index(arena)][..., first, second]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Codes of every pair of states."""
        return [(self.states[i], self.states[j]) for i, j in zip(*np.triu_indices(len(self.states), 1), strict=True)]

    def flow(self, corridor: str, when: When) -> np.ndarray:
        """Weakest-link product over a corridor's segments of capacity × connectivity tie of its two hosts (L133).

        A tie to a pole counts where a host is one; between two poles only capacity counts.
        """
        if corridor not in self.corridors:
            raise NcrError(f"corridor {corridor} is not in this world: it has {', '.join(self.corridors)}")
        product = np.ones(1)
        for start, end, capacity in self.corridors[corridor]:
            product = product * capacity[self.at(when)]
            poles = [node for node in (start, end) if node in self.poles]
            if len(poles) == 1:
                product = product * self.pole_tie(poles[0], end if start in poles else start, "connectivity", when)
            elif not poles:
                product = product * self.tie(start, end, "connectivity", when)
        return product

    @staticmethod
    def _arena(values, arena):
        return values.mean(axis=-1) if arena is None else values[..., ARENAS.index(arena)]


def capability_paths(compiled, tasks, recordings) -> np.ndarray:
    """(R, T, N) capability at the start of each quarter: as coded, times the growth that ties have added (rule 28).

    tasks: (replicate, parameters) of each recording; failed runs are left out, as in ``Runs``. Recordings need ties.
    """
    paths = []
    for (_, parameters), recording in zip(tasks, recordings, strict=True):
        if recording.failure[0]:
            continue
        growth = np.ones(len(compiled.states))
        path = np.empty((len(compiled.quarters), len(growth)))
        for t, tie in enumerate(recording.tie.astype(float)):
            path[t] = compiled.drivers.capability[t] * growth
            grow(tie, compiled.drivers.complementarity[t], parameters.growth_feedback, growth)
        paths.append(path)
    return np.stack(paths)


def _index(codes, code, kind):
    if code not in codes:
        raise NcrError(f"{kind} {code} is not in these runs: they have {', '.join(codes)}")
    return codes.index(code)


def _segments(scenario, compiled):
    names, nodes, world = sorted(scenario.world.corridors), (*compiled.states, *compiled.poles), compiled.world
    corridors = {name: [] for name in names}
    for s, c in enumerate(world.segment_corridor):
        ends = nodes[world.segment_from[s]], nodes[world.segment_to[s]]
        corridors[names[c]].append((*ends, compiled.drivers.segment_capacity[:, s]))
    return corridors

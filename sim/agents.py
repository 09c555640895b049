"""The agents of the Mesa face: states and poles as views of the arrays of a run.

The one module that imports mesa: importing it sets multiprocessing's start method, which is put back.
"""

import multiprocessing
import warnings
import weakref

_start_method = multiprocessing.get_start_method(allow_none=True)
with warnings.catch_warnings():  # of the progress bar of ``batch_run``, in notebooks without ipywidgets
    warnings.filterwarnings("ignore", message="IProgress not found")
    import mesa

multiprocessing.set_start_method(_start_method, force=True)  # None: undecided, as it was

from sim.display import agent_html  # noqa: E402
from sim.errors import NcrError  # noqa: E402
from sim.rules.environment import mean_over_arenas  # noqa: E402
from sim.views import (  # noqa: E402
    FULL,
    Dated,
    DatedByArena,
    DatedPolicing,
    DomesticInstitutions,
    LeaderImages,
    StateSociety,
    StrategicCulture,
    arena_index,
    check_settable,
    index_of,
)  # fmt: skip


class ActorAgent(mesa.Agent):
    """A state or a pole. It does not keep its model alive: hold the model, not only its agents."""

    is_pole = False

    def __init__(self, model, code: str, index: int):
        self.code, self.index = code, index
        super().__init__(model)

    @property
    def model(self):
        model = self._model()
        if model is None:
            raise NcrError("the model of this agent is gone: keep a name for it")
        return model

    @model.setter
    def model(self, model):
        self._model = weakref.ref(model)

    def __setattr__(self, name, value):
        check_settable(self, name, mesa.Agent)
        super().__setattr__(name, value)

    def __repr__(self):
        return f"<{type(self).__name__} {self.code}>"


class StateAgent(ActorAgent):
    """A view of one state: its filters to read and write, its situation to read (arenas as in ``world.ARENAS``)."""

    leader_images = property(LeaderImages)
    strategic_culture = property(StrategicCulture)
    state_society = property(StateSociety)
    domestic_institutions = property(DomesticInstitutions)

    def _repr_html_(self):
        return agent_html(self)

    def _of(self, name):
        return getattr(self.model.engine.situation, name)

    def _by_arena(self, name, arena):
        if arena is None:
            return float(mean_over_arenas(self._of(name), self.index))
        return float(self._of(name)[arena_index(arena), self.index])

    def permissiveness_in(self, arena: str | None = None) -> float:
        """True permissiveness in an arena; without one, the mean weighted by visibility, as tables have it. 0–1."""
        return self._by_arena("permissiveness", arena)

    def perceived_permissiveness_in(self, arena: str | None = None) -> float:
        """Permissiveness as the state sees it."""
        return self._by_arena("perceived_permissiveness", arena)

    permissiveness = property(permissiveness_in)
    perceived_permissiveness = property(perceived_permissiveness_in)

    @property
    def clarity(self) -> float:
        """Clarity of the signals that reach the state, 0–1."""
        return float(self._of("clarity")[self.index])

    @property
    def hedging(self) -> float:
        """Hedging index over the last window of quarters."""
        return float(self.model.watch.hedging[self.index])

    @property
    def exists(self) -> bool:
        """Whether the state exists in the quarter last run."""
        return bool(self.model.engine.inputs.exists[self.model.row, self.index])

    def tie(self, other: str, arena: str) -> float:
        """Tie to another state or to a pole in an arena, 0–1."""
        if other in self.model.compiled.poles:
            return self.pole_tie(other, arena)
        return float(self._of("tie")[arena_index(arena), self.index, index_of(other, self.model.codes, "state")])

    def pole_tie(self, pole: str, arena: str) -> float:
        """Tie to a pole in an arena, 0–1."""
        p = index_of(pole, self.model.compiled.poles, "pole")
        return float(self._of("pole_tie")[arena_index(arena), p, self.index])

    @property
    def memberships(self) -> dict[str, str]:
        """Organisations to which the state belongs: "full" or "observer"."""
        column = zip(self.model.compiled.organisations, self._of("membership")[:, self.index], strict=True)
        return {code: "full" if status >= FULL else "observer" for code, status in column if status > 0.0}

    @property
    def alignment(self) -> dict[str, float]:
        """Share of the state's tie mass that goes to each pole and organisation, and what is ``unaligned``; sum 1."""
        return dict(zip(self.model.partners, self.model.watch.shares[self.index].tolist(), strict=True))

    @property
    def largest_partner(self) -> str | None:
        """The pole or organisation with the largest share; None for a state that is aligned with nobody."""
        shares = self.model.watch.shares[self.index, :-1]
        return self.model.partners[int(shares.argmax())] if shares.any() else None

    @property
    def largest_share(self) -> float:
        """Share of ``largest_partner``."""
        return float(self.model.watch.shares[self.index, :-1].max(initial=0.0))


class PoleAgent(ActorAgent):
    """A view of one pole: its dated drivers to read and write, its reach and ties to read."""

    is_pole = True

    policing = DatedPolicing()
    bandwidth = Dated()
    legitimacy = Dated()
    opposition = DatedByArena(-1.0)
    patronage = DatedByArena()
    agent = property(lambda self: self)

    def reach(self, state: str) -> float:
        """Reach of the pole to a state, 0–1."""
        return float(self.model.engine.situation.reach[self.index, index_of(state, self.model.codes, "state")])

    def tie(self, state: str, arena: str) -> float:
        """Tie of a state to the pole in an arena, 0–1."""
        return self.model.state(state).pole_tie(self.code, arena)

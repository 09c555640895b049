"""Views of the arrays of one run: what an agent of the Mesa face reads and writes. They need no mesa."""

from functools import partial

from sim.errors import NcrError
from sim.scenario.reading import suggestion
from sim.world import ARENAS

UNALIGNED = "unaligned"
FULL = 1.0
# the arrays that a write of `policing` reaches, each unless its channel is knocked out
POLICING = {
    "policing": "channel_policing", "policing_norm": "channel_norms", "policing_reliability": "channel_reliability",
    "policing_counterbalance": "channel_counterbalance",
}  # fmt: skip


# What can be written -------------------------------------------------------------------------------------------------


def within(name: str, value, low: float, high: float) -> float:
    """``value`` as a float. Raises NcrError unless it is a number from ``low`` to ``high``."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not low <= number <= high:
        raise NcrError(f"{name}: {value!r} is not a number from {low:g} to {high:g}")
    return number


def index_of(code: str, codes, what: str) -> int:
    """Place of ``code`` in ``codes``. Raises NcrError with the nearest known one."""
    if code not in codes:
        raise NcrError(f"no {what} {code!r}; {suggestion(str(code), codes)}")
    return codes.index(code)


arena_index = partial(index_of, codes=ARENAS, what="arena")


class Attribute:
    """A number of an agent that the rules read: descriptor of views and agents. ``low``, ``high``: what it may be."""

    def __init__(self, low: float = 0.0, high: float = 1.0):
        self.low, self.high = low, high

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, view, owner=None):
        return self if view is None else self.read(view.agent)

    def __set__(self, view, value):
        self.write(view.agent, within(self.name, value, self.low, self.high))


class Belief(Attribute):
    """A state variable (N,) of Situation: what is written is where the next quarter begins."""

    def read(self, agent):
        return float(getattr(agent.model.engine.situation, self.name)[agent.index])

    def write(self, agent, number):
        agent.model.rows_to_come()
        getattr(agent.model.engine.situation, self.name)[agent.index] = number


class Dated(Attribute):
    """A dated input (T, N or P) of Drivers: read as the next quarter will, written from it to the end of the run."""

    def read(self, agent):
        return float(getattr(agent.model.engine.inputs, self.name)[agent.model.next_row, agent.index])

    def write(self, agent, number):
        for name in self.names(agent.model):
            getattr(agent.model.engine.inputs, name)[agent.model.rows_to_come(), agent.index] = number

    def names(self, model):
        return (self.name,)


class DatedPolicing(Dated):
    """Policing as every channel sees it; a channel that is knocked out stays as it is held."""

    def names(self, model):
        return [name for name, knockout in POLICING.items() if knockout not in model.compiled.knockouts]


class DatedByArena(Attribute):
    """A dated input by arena, (T, 4, N) of states or (T, P, 4) of poles; one number written stands for all arenas."""

    def read(self, agent):
        return ByArena(self, agent)

    def write(self, agent, number):
        for arena in ARENAS:
            self.read(agent)[arena] = number

    def place(self, agent, arena):
        a = arena_index(arena)
        return (agent.index, a) if agent.is_pole else (a, agent.index)  # Drivers order poles before arenas


class ByArena:
    """One attribute by arena, a mapping that cannot grow: ``repertoire["defence"] = .2``."""

    def __init__(self, attribute, agent):
        self._attribute, self._agent = attribute, agent

    def __getitem__(self, arena):
        rows = getattr(self._agent.model.engine.inputs, self._attribute.name)
        return float(rows[(self._agent.model.next_row, *self._attribute.place(self._agent, arena))])

    def __setitem__(self, arena, value):
        attribute, agent = self._attribute, self._agent
        number = within(f"{attribute.name}[{arena!r}]", value, attribute.low, attribute.high)
        rows = getattr(agent.model.engine.inputs, attribute.name)
        rows[(agent.model.rows_to_come(), *attribute.place(agent, arena))] = number

    def __iter__(self):
        return iter(ARENAS)

    def __len__(self):
        return len(ARENAS)

    def keys(self):
        return ARENAS

    def __repr__(self):
        return repr(dict(self))


class View:
    """A group of attributes of one agent; no other attribute can be set."""

    __slots__ = ("agent",)

    def __init__(self, agent):
        self.agent = agent


class LeaderImages(View):
    """Beliefs of the leader in office; what is written holds until outcomes or a successor change it."""

    __slots__ = ()
    optimism = Belief(-1.0)
    risk_acceptance = Belief()


class StrategicCulture(View):
    """Dated."""

    __slots__ = ()
    assertiveness = Dated(-1.0)
    autonomy = Dated()
    sovereignty = Dated()
    repertoire = DatedByArena()


class StateSociety(View):
    """Dated."""

    __slots__ = ()
    cohesion = Dated()
    extraction = Dated()


class DomesticInstitutions(View):
    """Dated."""

    __slots__ = ()
    veto_points = Dated()
    centralisation = Dated()
    administration = DatedByArena()


# Agents --------------------------------------------------------------------------------------------------------------

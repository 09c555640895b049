"""Views of the arrays of one run: what an agent of the Mesa face reads and writes. They need no mesa."""

from difflib import get_close_matches
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


class AttributeRefused(NcrError, AttributeError):
    """An attribute of an agent that nothing would read, or that cannot be written."""


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


def index_of(code: str, codes, what: str, table=None) -> int:
    """Place of ``code`` in ``codes``. Raises NcrError with the nearest known one; table: what the codes stand for, by code."""
    if code not in codes:
        raise NcrError(f"no {what} {code!r}; {suggestion(str(code), table or codes)}")
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

    def __set__(self, view, value):
        try:
            super().__set__(view, value)
        except NcrError as error:
            one = f'{self.name}["defence"]'
            raise NcrError(
                f"{error}; {self.name}[arena] is one number an arena: write {one} = …, or one number for all"
            ) from None

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

    def __setattr__(self, name, value):
        if not hasattr(type(self), name):
            place = suggested_place(name, False) or f"there are {', '.join(vars_of(type(self)))}"
            raise AttributeRefused(f"no attribute {name!r} in this group; {place}")
        super().__setattr__(name, value)


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


# What else may be set ------------------------------------------------------------------------------------------------

GROUPS = {
    "leader_images": LeaderImages, "strategic_culture": StrategicCulture, "state_society": StateSociety,
    "domestic_institutions": DomesticInstitutions,
}  # fmt: skip
POLE_PLACES = {
    "policing": "policing", "bandwidth": "bandwidth", "legitimacy": "legitimacy", "opposition": "opposition[arena]",
    "patronage": "patronage[arena]",
}  # fmt: skip
FIXED = (
    "capability",
    "offence",
    "need",
    "credibility",
    "norm_weight",
    "tolerance",
)  # coded, and not written on the way


def _state_places() -> dict[str, str]:
    """Attributes of states by the place at which they are written."""
    places = {}
    for group, view in GROUPS.items():
        for name, item in vars(view).items():
            if isinstance(item, Attribute):
                places[name] = f"{group}.{name}{'[arena]' if isinstance(item, DatedByArena) else ''}"
    return places


def suggested_place(name: str, is_pole: bool) -> str:
    """Where what was probably meant by ``name`` is written; "" if it resembles no attribute of a state or a pole."""
    own, other = (POLE_PLACES, _state_places()) if is_pole else (_state_places(), POLE_PLACES)
    places = {key: f"write `{'pole' if is_pole else 'state'}.{place}`" for key, place in own.items()}
    whose = "a state" if is_pole else "a pole"
    places |= {key: f"it is an attribute of {whose}: `{whose[2:]}.{place}`" for key, place in other.items()}
    places |= {
        group: f"write one of its attributes, such as `{group}.{vars_of(view)[0]}`" for group, view in GROUPS.items()
    }
    places |= {key: "it cannot be changed on the way: use `overrides` of the scenario" for key in FIXED}
    if name in places:
        return places[name]
    near = get_close_matches(name.lower()[:80], [key for key in places if key not in FIXED], n=1, cutoff=0.8)
    return f"did you mean `{near[0]}`? {places[near[0]]}" if near else ""


def vars_of(view) -> list[str]:
    """Attributes of a group."""
    return [name for name, item in vars(view).items() if isinstance(item, Attribute)]


def check_settable(agent, name: str, base: type) -> None:
    """Raise AttributeRefused for what is read only or resembles an attribute of the model; a user's own may be set.

    base: the class whose attributes (Mesa's) may always be set.
    """
    if name.startswith("_") or hasattr(base, name):
        return
    held = getattr(type(agent), name, None)
    if isinstance(held, Attribute) or name in ("code", "index", "agent"):
        return
    kind = "pole" if agent.is_pole else "state"
    place = suggested_place(name, agent.is_pole)
    if place:
        raise AttributeRefused(f"{kind}.{name}: nothing would read this; {place}")
    home = next((cls for cls in type(agent).__mro__ if name in vars(cls)), None)
    if home is not None and home.__module__ == "sim.agents" and getattr(held, "fset", None) is None:
        raise AttributeRefused(f"{kind}.{name} is read only; what can be written is in docs/mesa.md")

"""Scenario and world: what a user writes, as models.

Attributes are named as in the YAML, except `from` and `to`, which are ``start`` and ``end``, and the titles
(`world:` in a world, `scenario:` in a scenario), which are ``title``. Dates are quarter ordinals (``sim.quarters``).
Every coded number is a ``Coded`` (or ``PerArena`` of four) with its inherited source, range and note resolved.
"""

from typing import Annotated, Any

from pydantic import Field, PrivateAttr

from sim.quarters import label
from sim.scenario.entries import ByName, ByPair, Entry, InOrder, Sourced
from sim.scenario.fields import (
    Arenas,
    ArenasIn,
    CodedIn,
    Codes,
    Flag,
    Kilometres,
    LeverIn,
    MaybeQuarter,
    MaybeText,
    Number,
    NumberIn,
    OneOf,
    PairKind,
    Quarter,
    Share,
    Shares,
    Signed,
    SignedNumber,
    Table,
    Text,
    TextKind,
    Words,
)
from sim.scenario.paths import OverridesKind, PathByStateKind, PathOfWorld
from sim.scenario.values import ARENAS, Coded, PerArena

ZERO, HALF, NONE_BY_ARENA = Coded.constant(0.0), Coded.constant(0.5), PerArena.constant(0.0)
POLE_DRIVERS = (
    "policing", "bandwidth", "legitimacy", "opposition", "patronage", "capability", "distance", "relations",
)  # fmt: skip
WORLD_DRIVER = "normative_fragmentation"
STATE_SHOCKS = ("crisis", "credibility", "need", "offence", "punishment")
PAIR_SHOCKS = ("hostility", "imminence")
POLE_SHOCKS = ("bandwidth", "policing", "legitimacy")
SHOCKS = (*STATE_SHOCKS, *PAIR_SHOCKS, *POLE_SHOCKS, WORLD_DRIVER, "stakes")
OFFSETS = ("clarity_offset", "permissiveness_offset")
TOLERANCE = Coded.constant(0.1)


class Location(Sourced):
    """Where a state's capital, or a pole's, lies; distances are great-circle."""

    latitude: Annotated[float, NumberIn(-90, 90, sourced=True)] = Field(description="degrees north")
    longitude: Annotated[float, NumberIn(-180, 180, sourced=True)] = Field(description="degrees east")


class LeaderImages(Sourced):
    """Mean around which a state's leaders are drawn, and beliefs of a leader without coded ones."""

    optimism: SignedNumber = Field(description="gloomy −1 to sanguine 1")
    risk_acceptance: Number = Field(description="cautious 0 to daring 1")


class Leader(Sourced):
    """A leader who takes office at a date, with coded beliefs (both) or drawn ones (neither)."""

    name: Text
    start: Quarter = Field(alias="from", description="quarter of taking office")
    optimism: Annotated[Coded | None, CodedIn(-1, 1, dated=False)] = Field(default=None, description="−1 to 1")
    risk_acceptance: Annotated[Coded | None, CodedIn(0, 1, dated=False)] = Field(default=None, description="0 to 1")


class Turnover(Sourced):
    """Unscheduled changes of leader."""

    hazard: Number = Field(description="chance per quarter of a new leader, after the schedule ends")


class StrategicCulture(Sourced):
    """How a state reads the world, and what it thinks proper to do."""

    assertiveness: Signed = Field(description="how boldly it reads its environment, −1 to 1")
    autonomy: Share = Field(description="how much room of its own it seeks")
    sovereignty: Share = Field(description="how closely it guards its sovereignty")
    repertoire: Shares = Field(description="what is thinkable")


class StateSociety(Sourced):
    """What a state can draw from its society."""

    cohesion: Share = Field(description="of the coalition in power")
    extraction: Share = Field(description="what it can draw from its society")


class DomesticInstitutions(Sourced):
    """Who can say no, and who can carry out."""

    veto_points: Share = Field(description="who can say no")
    centralisation: Share = Field(description="of decisions; sets how fast it learns")
    administration: Shares = Field(description="what it can carry out")


class State(Sourced):
    """A secondary state."""

    name: Text
    start: MaybeQuarter = Field(default=None, alias="from", description="first quarter; default the world's start")
    end: MaybeQuarter = Field(default=None, alias="to", description="last quarter; default the world's end")
    location: Location
    capability: Share = Field(description="share of the material capability of cast and poles")
    offence: Share = Field(description="offensive posture")
    need: Share = Field(description="want of capability")
    credibility: Share = Field(description="worth as a defence supplier and partner")
    leader_images: LeaderImages
    leaders: Annotated[tuple[Leader, ...], InOrder] = Field(default=(), description="dated schedule, ascending")
    turnover: Turnover = Turnover(hazard=ZERO)
    schedule_end: MaybeQuarter = Field(default=None, description="hazard turnover starts after this quarter")
    strategic_culture: StrategicCulture
    state_society: StateSociety
    domestic_institutions: DomesticInstitutions


class Relation(Sourced):
    """What a pole is to one state."""

    distance: Kilometres = Field(
        default=None, description="thousand km from the nearest place from which the pole acts"
    )
    dependence: Share = Field(default=ZERO, description="economic dependence on the pole")
    hostility: Share = Field(default=ZERO, description="of the pole and the state")
    reliance: Share = Field(default=ZERO, description="reliance on it as patron")
    imminence: Share = Field(default=HALF, description="how near the danger is")
    ties: Shares = Field(default=NONE_BY_ARENA, description="initial values, read at the start")


class Pole(Sourced):
    """A great power, or a lesser one."""

    name: Text
    location: Location | None = None
    capability: Share = Field(description="share of the material capability of cast and poles")
    policing: Share = Field(description="willingness to police")
    bandwidth: Share = Field(description="capacity left over")
    legitimacy: Share = Field(description="normative standing")
    norm_weight: Number = Field(description="how much of the universal norm order rests on it; sums to at most 1")
    tolerance: Number = Field(default=TOLERANCE, description="opposed tie mass that it lets pass; default 0.1")
    opposition: Annotated[PerArena, ArenasIn(-1, 1)] = Field(description="how much it minds ties; negative: supports")
    patronage: Shares = Field(description="inducements and brokerage")
    relations: Annotated[dict[str, Relation], ByName] = Field(default={}, description="by state")


class Dyad(Sourced):
    """A pair of states. What is not given is zero."""

    kinship: Number = Field(default=ZERO, description="shared language and descent")
    hostility: Share = Field(default=ZERO, description="of the two")
    complementarity: Share = Field(default=ZERO, description="how much they have to trade")
    imminence: Share = Field(default=HALF, description="how near the danger is")
    distance: Annotated[Coded | None, CodedIn(0, 21, dated=False)] = Field(default=None, description="thousand km")
    ties: Shares = Field(default=NONE_BY_ARENA, description="initial values, read at the start")
    rungs: Annotated[PerArena, ArenasIn(0, 3, whole=True, partial=True)] = Field(
        default=NONE_BY_ARENA, description="formal commitment by arena, 0 to 3, read at the start; missing is 0"
    )
    stakes: Annotated[PerArena, ArenasIn(0, 100, dated=False)] = Field(
        default=NONE_BY_ARENA, description="initial values"
    )


class Segment(Sourced):
    """One leg of a corridor."""

    between: Codes = Field(description="two hosts, each a state or a pole")
    capacity: Share = Field(description="what the leg can carry")


class Corridor(Sourced):
    """A route whose worth is that of its weakest segment."""

    name: Text
    gain: Number = Field(description="what the whole route is worth to states on it")
    segments: Annotated[tuple[Segment, ...], InOrder]


class Membership(Entry):
    """Membership of one state, read at the scenario's start only."""

    start: Quarter = Field(alias="from")
    end: MaybeQuarter = Field(default=None, alias="to")
    status: Annotated[str, OneOf(("full", "observer"))] = "full"


class Organisation(Sourced):
    """An organisation that exists, or that opens as an offer."""

    name: Text
    led_by: MaybeText = Field(default=None, description="the pole that leads it; absent: led by its members")
    opens: Quarter = Field(description="first quarter; an offer if after the scenario's start")
    offered_to: Codes = Field(default=(), description="states to which it is offered when it opens")
    remit: Arenas = Field(default=ARENAS, description="arenas it deals with; default all")
    members: Annotated[dict[str, Membership], ByName] = {}
    secretariat: Number = Field(description="staff; how fast it deepens")
    finance: Number = Field(description="common funds at the start")
    exit_cost: Number = Field(description="how far below nothing its value falls before a member leaves")
    legitimacy: Number = Field(description="standing; softens the cost of breaking with universal norms")
    exclusive: Flag = Field(default=False, description="whether members may belong to no other organisation")
    depth: Annotated[PerArena, ArenasIn(0, 1, dated=False)] = Field(
        default=NONE_BY_ARENA, description="how far it has come, at the start"
    )


class Lever(Entry):
    """A driver that a scenario can freeze, replay or exaggerate."""

    pole: MaybeText = None
    driver: Annotated[str, OneOf((*POLE_DRIVERS, WORLD_DRIVER))]
    description: Text = ""


class Shock(Sourced):
    """A change of one variable, for good, for some quarters, or decaying."""

    variable: Annotated[str, OneOf(SHOCKS)] = Field(description="what it changes")
    size: Annotated[Coded, CodedIn(-10, 10, dated=False)] = Field(description="added to the variable")
    state: MaybeText = Field(default=None, description="whose variable, of one of a state")
    dyad: Annotated[str | None, PairKind()] = Field(default=None, description="two states: ABC-XYZ")
    pole: MaybeText = Field(default=None, description="whose variable, of one of a pole; with `state` of the two")
    arena: Annotated[str | None, OneOf(ARENAS)] = Field(default=None, description="of stakes only")
    quarters: Annotated[int | None, NumberIn(1, 800, whole=True)] = Field(default=None, description="how long it lasts")
    half_life: Annotated[float | None, NumberIn(0.1, 800)] = Field(
        default=None, description="quarters until half is left"
    )


class Event(Sourced):
    """Something that happened, or may happen, and shocks variables, never ties or outcomes."""

    name: Text
    quarter: Quarter
    shocks: Annotated[tuple[Shock, ...], InOrder]


class World(Sourced):
    """States, poles, what is between them, and what moved them."""

    title: Text = Field(alias="world")
    description: Text = ""
    start: Quarter
    end: Quarter
    sources: Annotated[dict[str, str], Table(TextKind())] = Field(default={}, description="key: full citation")
    normative_fragmentation: Share = Field(description="how far the universal norm order has come apart")
    states: Annotated[dict[str, State], ByName]
    poles: Annotated[dict[str, Pole], ByName]
    dyads: Annotated[dict[str, Dyad], ByPair] = Field(default={}, description="pairs of states: ABC-XYZ")
    corridors: Annotated[dict[str, Corridor], ByName] = {}
    organisations: Annotated[dict[str, Organisation], ByName] = {}
    levers: Annotated[dict[str, Lever], ByName] = {}
    events: Annotated[tuple[Event, ...], InOrder] = ()


class Environment(Sourced):
    """Where permissiveness and clarity come from: derived by the rules, or given directly."""

    mode: Annotated[str, OneOf(("derived", "direct"))] = "derived"
    permissiveness_definition: Annotated[str, OneOf(("policing", "threat"))] = "policing"
    clarity_certainty: Flag = False
    permissiveness: Annotated[dict[str, Coded] | None, PathByStateKind()] = None
    clarity: Annotated[dict[str, Coded] | None, PathByStateKind()] = None


class Scenario(Entry):
    """One experiment on one world. Make it with ``Scenario.load`` and vary it with ``replace``.

    levers: every lever of the world and both offsets, whether or not the file names them. parameters: changes only.
    world: the loaded World with the overrides applied. events: the scenario's own; ``all_events`` has both.
    """

    title: Text = Field(alias="scenario")
    description: Text = ""
    world: Annotated[Any, PathOfWorld()] = Field(description="path of the world file, relative to this file")
    start: MaybeQuarter = Field(default=None, description="first quarter; default the world's")
    end: MaybeQuarter = Field(default=None, description="last quarter; default the world's")
    freeze_at: MaybeQuarter = Field(
        default=None, description="quarter at which levers and the twin hold drivers; default start"
    )
    seed: Annotated[int, NumberIn(0, 2**64 - 1, whole=True)] = 1
    replicates: Annotated[int, NumberIn(1, 1_000_000, whole=True)] = 200
    focus: MaybeText = Field(default=None, description="the organisation that the report speaks of first")
    levers: Annotated[dict[str, float], Table(LeverIn(-1, 3))] = Field(
        default={}, description="0 freezes, 1 as coded, up to 3; offsets −1 to 1"
    )
    parameters: Annotated[dict[str, float], Table(NumberIn(-1e6, 1e6))] = Field(
        default={}, description="changed parameters"
    )
    knockouts: Annotated[tuple[str, ...], Words()] = ()
    environment: Environment = Environment()
    overrides: Annotated[dict[str, Coded | PerArena], OverridesKind()] = Field(
        default={}, description="dotted path in the world: coded value"
    )
    events: Annotated[tuple[Event, ...], InOrder] = ()
    sources: Annotated[dict[str, str], Table(TextKind())] = {}

    _origin: Any = PrivateAttr(None)  # load.Origin: the tree as read and the world before overrides

    def __repr__(self) -> str:
        span = "–".join(label(quarter) if isinstance(quarter, int) else "?" for quarter in (self.start, self.end))
        return f"<Scenario “{self.title}”: {span}, {self.replicates} runs, seed {self.seed}>"

    __str__ = __repr__

    @classmethod
    def load(cls, path) -> "Scenario":
        """Read a scenario file and its world; raises ScenarioError with every problem of both."""
        from sim.scenario.load import load_scenario

        return load_scenario(path)

    def replace(self, **changes) -> "Scenario":
        """A changed copy, validated again; raises ScenarioError.

        levers, parameters and overrides are added to those of this scenario; everything else replaces its
        predecessor: knockouts, seed, replicates, start, end, freeze_at, environment, events, focus, title.
        Values are written as in a file (dates as "2009Q4" or a year), or are objects of this module; numbers set
        here need no source.
        """
        from sim.scenario.load import replace_scenario

        return replace_scenario(self, changes)

    @property
    def all_events(self) -> tuple[Event, ...]:
        """Events of the world and of the scenario, by quarter."""
        return tuple(sorted((*self.world.events, *self.events), key=lambda event: event.quarter))

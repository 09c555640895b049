"""The Mesa face: one run as a ``mesa.Model``, stepped by the same compiled rules as the engine, bit for bit.

Agents are views: ``model.state("ABC").leader_images.optimism = 0.5`` writes the array that the next quarter reads.
What it works around in Mesa 3.3.1: ``Agent._ids`` and the wrapped ``step`` keep every model alive; ``batch_run`` gives
all iterations one seed (vary ``replicate`` instead), reads agents one step behind the model, and may step once too often.
"""

import itertools
import operator
from functools import partial
from typing import NamedTuple

import numpy as np

from sim.agents import PoleAgent, StateAgent, mesa
from sim.engine import Engine
from sim.errors import NcrError
from sim.handles import handle
from sim.outcomes import alignment_shares, hedging_index, member_count, system_measures, vitality
from sim.parameters import PARAMETERS
from sim.quarter import prepare, run_quarter
from sim.quarters import label
from sim.recording import CLASS_NAMES, SYSTEM_MEASURES, WINDOW, blank_recording, window_ends
from sim.run import Observer, not_finite, observe
from sim.scenario.compile import compile_scenario
from sim.scenario.reading import suggestion
from sim.scenario.schema import Scenario
from sim.views import UNALIGNED, index_of
from sim.world import BURN_IN, Drivers

# Data ----------------------------------------------------------------------------------------------------------------


def _window(name, model):
    return getattr(model.window, name)


def _measure(name, model):
    return model.measures[name]


def _depth(m, model):
    return float(model.engine.situation.depth[m].mean())


AGENT_REPORTERS = (
    "code", "exists", "permissiveness", "perceived_permissiveness", "clarity", "hedging", "largest_partner",
    "largest_share",
)  # fmt: skip


class QuarterCollector(mesa.DataCollector):
    """Mesa's collector, whose row k is recorded quarter k (from 0) for model and agents alike; agents are the states.

    Mesa's own counts agents from 1 where the model counts from 0, and ``batch_run`` would join the two a quarter apart.
    """

    def collect(self, model):
        super().collect(model)
        if self.agent_reporters:
            self._agent_records[model.steps - 1] = self._agent_records.pop(model.steps)

    def _record_agents(self, model):
        for agent in model.agents_by_type.get(StateAgent, ()):
            yield (model.steps - 1, agent.unique_id, *(report(agent) for report in self.agent_reporters.values()))


class Window(NamedTuple):
    """Outcome of the last closed window; None and NaN before the first closes."""

    window_class: str | None
    bloc_index: float


# The model -----------------------------------------------------------------------------------------------------------


def plain(value):
    """A number of numpy as one of Python: what ``np.linspace`` gives to ``batch_run``."""
    return value.item() if isinstance(value, np.generic) else value


def varied(scenario: Scenario, seed, parameters, levers, knockouts, named: dict) -> Scenario:
    """``scenario`` with what the keywords of a model change. Raises NcrError (ScenarioError for values)."""
    levers, parameters = dict(levers or {}), dict(parameters or {})
    for name, value in named.items():
        if name not in scenario.levers and name not in PARAMETERS:
            near = suggestion(name, [*scenario.levers, *PARAMETERS], "`ncr check` and docs/parameters.md list both")
            raise NcrError(f"no argument, lever or parameter is named {name!r}; {near}")
        (levers if name in scenario.levers else parameters)[name] = value
    knockouts = (knockouts,) if isinstance(knockouts, str) and knockouts else tuple(knockouts or ())
    changes = {
        "levers": {name: plain(value) for name, value in levers.items()},
        "parameters": {name: plain(value) for name, value in parameters.items()},
        "knockouts": tuple(dict.fromkeys((*scenario.knockouts, *knockouts))) if knockouts else None,
        "seed": plain(seed),
    }
    changes = {name: value for name, value in changes.items() if value not in (None, {})}
    return scenario.replace(**changes) if changes else scenario


class GeopoliticalModel(mesa.Model):
    """One run of a scenario; a step is a recorded quarter. Burn-in is run when the model is made.

    scenario: a Scenario, or the path of one. seed: default the scenario's; 0 is a seed. replicate: which of its runs.
    parameters, levers: changes by name; either may also be given as keywords (``us_retrenchment=0.5, w_threat=2``).
    knockouts: a name or names, added to the scenario's. frozen: run the frozen-driver twin.
    ``running`` is False after the last quarter, or when a value was not finite (``status`` says which rule); a further
    step does nothing. Raises NcrError for what it does not know.
    """

    def __init__(
        self, scenario, *, seed=None, replicate=0, parameters=None, levers=None, knockouts=(), frozen=False, **kwargs
    ):  # fmt: skip
        scenario = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
        self.scenario = varied(scenario, seed, parameters, levers, knockouts, kwargs)
        self.replicate = operator.index(replicate)
        if not 0 <= self.replicate < 2**32:
            raise NcrError(f"replicate: {replicate} is not a whole number from 0 to 2³² − 1")
        super().__init__(rng=[self.scenario.seed, self.replicate])  # for users' own draws: the rules have keyed ones
        self._count_steps_without_cycle()
        self._ids = itertools.count(1)
        self.compiled = compile_scenario(self.scenario, frozen=frozen)
        self.codes = self.compiled.states
        self.partners = (*self.compiled.poles, *self.compiled.organisations, UNALIGNED)
        own = Drivers(*(array.copy() for array in self.compiled.drivers))  # a user may write to it through the agents
        self.engine = Engine(self.compiled._replace(drivers=own))
        self.recording = blank_recording(*self.engine.size, len(self.compiled.quarters))
        self.watch = self._observer()
        self._leader = self.compiled.world.leader.copy()  # writeable: the type for which rules are compiled
        self._handles = handle(self.compiled.parameters), handle(self.watch), handle(self.recording)
        self._states = {code: StateAgent(self, code, i) for i, code in enumerate(self.codes)}
        self._poles = {code: PoleAgent(self, code, p) for p, code in enumerate(self.compiled.poles)}
        prepare(
            self.engine.world, self.engine.drivers, self._handles[0], self.engine.situation_handle, self.engine.work
        )
        if all(self._run_rules(clock, 0, burn_in=1) for clock in range(BURN_IN)):
            self._look_around()
        self.datacollector = self._collector()

    # Mesa's bookkeeping

    def _count_steps_without_cycle(self):
        """Undo Mesa's wrapping of ``step``, which ties the model to itself; ``step`` counts instead."""
        for name in ("step", "_user_step"):
            self.__dict__.pop(name, None)

    def register_agent(self, agent):
        """Number agents here: Mesa's own counter, ``Agent._ids``, would keep the model alive for ever."""
        if hasattr(mesa.Agent, "_ids"):
            agent.unique_id = next(self._ids)
            mesa.Agent._ids.pop(self, None)
        super().register_agent(agent)

    def _collector(self):
        depths = {f"depth_{code}": partial(_depth, m) for m, code in enumerate(self.compiled.organisations)}
        measures = {name: partial(_measure, name) for name in self.measures}
        windows = {name: partial(_window, name) for name in Window._fields}
        own = {"quarter": "quarter", "status": "status"}
        return QuarterCollector(own | windows | measures | depths, {name: name for name in AGENT_REPORTERS})

    # Running

    def step(self):
        """Run the next recorded quarter and collect data; after the last one, do nothing."""
        self._require_open()
        if self.steps == len(self.compiled.quarters) or (self.steps and self.recording.failure[0]):
            self.running = False
            return
        t = self.steps
        if not self.recording.failure[0] and self._run_rules(BURN_IN + t, t, burn_in=0):
            self._record(t)
        self.steps += 1
        self.running = self.steps < len(self.compiled.quarters) and not self.recording.failure[0]
        self.datacollector.collect(self)

    def _run_rules(self, clock, t, burn_in):
        """One quarter; False, with rule and quarter in ``recording.failure``, if a value is not finite."""
        e, s = self.engine, self.engine.situation
        run_quarter(
            e.world, e.drivers, self._handles[0], np.uint64(self.compiled.seed), self.replicate, clock, t, burn_in,
            e.situation_handle, e.work,
        )  # fmt: skip
        total = s.tie_mass.sum() + s.growth.sum() + s.clarity.sum() + s.depth.sum()
        if np.isfinite(total + s.optimism.sum() + s.pole_tie.sum() + s.reach.sum()):
            return True
        self.recording.failure[:] = max(1, not_finite(e.situation_handle, e.work)), t
        self.measures = dict.fromkeys(SYSTEM_MEASURES[:-1], float("nan"))
        return False

    def _record(self, t):
        """What ``run.run_recorded`` does after every recorded quarter, with the same function."""
        e = self.engine
        _, watching, recording = self._handles
        observe(
            e.world, e.drivers, t, np.uint64(self.compiled.seed), self.replicate, e.thresholds, e.situation_handle, e.work,
            watching, recording,
        )  # fmt: skip
        self.measures = dict(zip(SYSTEM_MEASURES[:-1], self.recording.system[t].tolist()))  # noqa: B905 - no radius

    def _observer(self):
        """Buffers of observation, as ``run.observer`` makes them, but open to Python."""
        n, p, m = self.engine.size
        shapes = {
            "older": (4, n, n), "newer": (4, n, n), "pole_older": (4, p, n), "pole_newer": (4, p, n),
            "pole_history": (WINDOW, 4, p, n), "shares": (n, p + m + 1), "hedging": n, "members": m, "vitality": m,
            "overreach": n,
        }  # fmt: skip
        whole = ("members", "vitality", "overreach")
        return Observer(
            **{name: np.zeros(shape, np.int64 if name in whole else float) for name, shape in shapes.items()}
        )

    def _judge_organisations(self, t):
        s = self.engine.situation
        member_count(s.membership, self._leader, self.engine.inputs.exists[t], self.watch.members)
        vitality(s.depth_history, s.depth, self.watch.members, s.established, self.watch.vitality)

    def _look_around(self):
        """What views show between burn-in and the first step."""
        s, watch, exists = self.engine.situation, self.watch, self.engine.inputs.exists[0]
        self._judge_organisations(0)
        alignment_shares(s.tie, s.pole_tie, s.membership, exists, watch.shares)
        hedging_index(s.pole_tie, s.pole_tie, exists, watch.hedging)
        *four, mean_tie = system_measures(
            s.tie, s.pole_tie, s.membership, s.depth, watch.vitality, self._leader, exists
        )
        self.measures = dict(zip(SYSTEM_MEASURES[:-1], (*four, 0.0, mean_tie), strict=True))

    # Looking

    @property
    def step_number(self) -> int:
        """Recorded quarters run so far."""
        return self.steps

    @property
    def row(self) -> int:
        """Recorded quarter last run, from 0; 0 before the first."""
        return max(0, self.steps - 1)

    @property
    def next_row(self) -> int:
        """Recorded quarter that the next step will run; after the end, the last."""
        self._require_open()
        return min(self.steps, len(self.compiled.quarters) - 1)

    def rows_to_come(self) -> slice:
        """Rows of dated inputs that quarters to come will read. Raises NcrError after the end."""
        self._require_open()
        if not self.running:
            raise NcrError("the run is over: nothing that is written now would be read")
        return slice(self.steps, None)

    @property
    def quarter(self) -> str:
        """The quarter last run, such as "2009Q4"; before the first step, the one before the scenario's start."""
        return label(self.compiled.quarters[0] + self.steps - 1)

    @property
    def status(self) -> str:
        """Running, finished, or the rule whose result was not finite."""
        if self.recording.failure[0]:
            return f"rule {self.recording.failure[0]} gave a value that is not finite"
        return "running" if self.steps < len(self.compiled.quarters) else "finished"

    @property
    def window(self) -> Window:
        """Class of the region and bloc index over the last closed window."""
        closed = int((window_ends(len(self.compiled.quarters)) < self.steps).sum())
        if closed == 0:
            return Window(None, float("nan"))
        place = closed - 1
        return Window(CLASS_NAMES[self.recording.window_class[place]], float(self.recording.window_bloc_index[place]))

    @property
    def mean_tie(self) -> float:
        """Mean tie over pairs of states and arenas."""
        return self.measures["mean_tie"]

    def state(self, code: str) -> StateAgent:
        """The agent of a state. Raises NcrError for an unknown code."""
        self._require_open()
        return self._states[self.codes[index_of(code, self.codes, "state", self.scenario.world.states)]]

    def pole(self, code: str) -> PoleAgent:
        """The agent of a pole. Raises NcrError for an unknown code."""
        self._require_open()
        return self._poles[self.compiled.poles[index_of(code, self.compiled.poles, "pole", self.scenario.world.poles)]]

    # Closing

    def _require_open(self):
        if self.engine is None:
            raise NcrError("the model is closed")

    def close(self) -> None:
        """Stop and free agents and arrays; the collected data and the recording stay. May be called again."""
        self.running = False
        self.remove_all_agents()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        self.engine = self.watch = self._handles = None
        self._states, self._poles = {}, {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

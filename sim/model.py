"""The Mesa face: one run as a ``mesa.Model``, stepped by the same compiled rules as the engine, bit for bit.

Agents are views: ``model.state("AZE").leader_images.optimism = 0.5`` writes the array that the next quarter reads.
Only this module imports mesa. What it works around in Mesa 3.3.1: importing mesa sets the global start method of
multiprocessing; every model is kept alive by ``Agent._ids``; ``batch_run`` gives all iterations one seed (vary
``replicate`` instead) and makes one step too many (a step after the last quarter does nothing).
"""

import multiprocessing
from difflib import get_close_matches

import numpy as np

_START_METHOD = multiprocessing.get_start_method(allow_none=True)
import mesa  # noqa: E402

multiprocessing.set_start_method(_START_METHOD, force=True)

from sim.engine import Engine  # noqa: E402
from sim.errors import NcrError  # noqa: E402
from sim.handles import handle  # noqa: E402
from sim.outcomes import alignment_shares, system_measures  # noqa: E402
from sim.parameters import PARAMETERS  # noqa: E402
from sim.quarter import prepare, run_quarter  # noqa: E402
from sim.quarters import label  # noqa: E402
from sim.rules.environment import mean_over_arenas  # noqa: E402
from sim.scenario.compile import compile_scenario  # noqa: E402
from sim.scenario.schema import Scenario  # noqa: E402
from sim.world import ARENAS, BURN_IN  # noqa: E402

CLUSTERS = {
    "strategic_culture": ("assertiveness", "autonomy", "sovereignty", "repertoire"),
    "state_society": ("cohesion", "extraction"),
    "domestic_institutions": ("veto_points", "centralisation", "administration"),
}
BY_ARENA = ("repertoire", "administration")


class ByArena:
    """One attribute by arena, read and written like a dictionary: ``repertoire["defence"] = .2``."""

    def __init__(self, rows, t, i):
        self._rows, self._t, self._i = rows, t, i

    def __getitem__(self, arena):
        return float(self._rows[self._t, ARENAS.index(arena), self._i])

    def __setitem__(self, arena, value):
        self._rows[self._t :, ARENAS.index(arena), self._i] = value

    def __repr__(self):
        return repr({arena: self[arena] for arena in ARENAS})


class LeaderImages:
    """Beliefs of the leader in office; writing one holds until the next leader."""

    __slots__ = ("_agent",)

    def __init__(self, agent):
        object.__setattr__(self, "_agent", agent)

    def __getattr__(self, name):
        return float(self._array(name)[self._agent.index])

    def __setattr__(self, name, value):
        self._array(name)[self._agent.index] = value

    def _array(self, name):
        if name not in ("optimism", "risk_acceptance"):
            raise AttributeError(f"leader_images has optimism and risk_acceptance, not {name!r}")
        return getattr(self._agent.model.engine.situation, name)


class Cluster:
    """One cluster of filters, dated; writing an attribute holds from the next quarter to the end of the run."""

    __slots__ = ("_agent", "_names")

    def __init__(self, agent, names):
        object.__setattr__(self, "_agent", agent)
        object.__setattr__(self, "_names", names)

    def __getattr__(self, name):
        rows, t, i = self._place(name)
        return ByArena(rows, t, i) if name in BY_ARENA else float(rows[t, i])

    def __setattr__(self, name, value):
        rows, t, i = self._place(name)
        rows[t:, ..., i] = value

    def _place(self, name):
        if name not in self._names:
            raise AttributeError(f"no attribute {name!r} here; there are {', '.join(self._names)}")
        model = self._agent.model
        return getattr(model.engine.inputs, name), model.next_row, self._agent.index


class StateAgent(mesa.Agent):
    """A view of one state: its filters to read and write, its situation to read."""

    def __init__(self, model, code, index):
        super().__init__(model)
        self.code, self.index = code, index
        self.leader_images = LeaderImages(self)
        for name, attributes in CLUSTERS.items():
            setattr(self, name, Cluster(self, attributes))

    def _situation(self, name):
        return getattr(self.model.engine.situation, name)

    @property
    def permissiveness(self) -> float:
        """True permissiveness, weighted over arenas, 0–1."""
        return float(mean_over_arenas(self._situation("permissiveness"), self.index))

    @property
    def perceived_permissiveness(self) -> float:
        """The same as the state sees it."""
        return float(mean_over_arenas(self._situation("perceived_permissiveness"), self.index))

    @property
    def clarity(self) -> float:
        """Clarity of the signals that reach the state, 0–1."""
        return float(self._situation("clarity")[self.index])

    def tie(self, other: str, arena: str) -> float:
        """Tie to another state in an arena, 0–1."""
        return float(self._situation("tie")[ARENAS.index(arena), self.index, self.model.codes.index(other)])

    def pole_tie(self, pole: str, arena: str) -> float:
        """Tie to a pole in an arena, 0–1."""
        return float(self._situation("pole_tie")[ARENAS.index(arena), self.model.compiled.poles.index(pole), self.index])

    @property
    def memberships(self) -> dict[str, float]:
        """Organisations to which the state belongs: 1 full, ½ observer."""
        column = self._situation("membership")[:, self.index]
        return {code: float(v) for code, v in zip(self.model.compiled.organisations, column) if v > 0}

    @property
    def alignment(self) -> dict[str, float]:
        """Share of the state's tie mass going to each pole and organisation, and ``unaligned``."""
        return dict(zip(self.model.partners, map(float, self.model.alignment()[self.index])))


class GeopoliticalModel(mesa.Model):
    """One run of a scenario. A step is a recorded quarter; burn-in is run when the model is made.

    scenario: a Scenario or the path of one. seed: default the scenario's; 0 is a seed. replicate: which run of that seed.
    knockouts: names. Other keywords are levers and parameters by name. Raises NcrError for a keyword that is neither.
    ``running`` is False after the last quarter; the collected tables stay, the agents are let go.
    """

    def __init__(self, scenario, *, seed=None, replicate=0, knockouts=(), **settings):
        super().__init__(seed=None if seed is None else int(seed) % 2**32)
        scenario = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
        levers = {name: value for name, value in settings.items() if name in scenario.levers}
        parameters = {name: value for name, value in settings.items() if name in PARAMETERS and name not in levers}
        for name in settings.keys() - levers.keys() - parameters.keys():
            near = get_close_matches(name, [*scenario.levers, *PARAMETERS], n=1)
            raise NcrError(f"{name}: no lever or parameter has this name" + (f"; did you mean {near[0]}?" if near else ""))
        changes = {"levers": levers, "parameters": parameters, "knockouts": (*scenario.knockouts, *knockouts)}
        if seed is not None:
            changes["seed"] = int(seed)
        self.scenario = scenario.replace(**changes)
        self.compiled = compile_scenario(self.scenario)
        self.codes = list(self.compiled.states)
        self.partners = (*self.compiled.poles, *self.compiled.organisations, "unaligned")
        self.replicate = int(replicate)
        self.next_row = 0
        self.engine = Engine(self.compiled)
        self._parameters = handle(self.compiled.parameters)
        e = self.engine
        prepare(e.world, e.drivers, self._parameters, e.situation_handle, e.work)
        for clock in range(BURN_IN):
            self._quarter(clock, 0, 1)
        self._states = {code: StateAgent(self, code, i) for i, code in enumerate(self.codes)}
        self.datacollector = mesa.DataCollector(
            model_reporters={"quarter": "quarter", "mean_tie": "mean_tie", "organisational_density": "organisational_density"},
            agent_reporters={
                "code": "code", "permissiveness": "permissiveness",
                "perceived_permissiveness": "perceived_permissiveness", "clarity": "clarity",
                "unaligned": lambda agent: agent.alignment["unaligned"],
            },
        )  # fmt: skip

    def _quarter(self, clock, t, burn_in):
        e = self.engine
        run_quarter(
            e.world, e.drivers, self._parameters, np.uint64(self.compiled.seed), self.replicate, clock, t, burn_in,
            e.situation_handle, e.work,
        )  # fmt: skip

    def step(self):
        """Run the next recorded quarter and collect data; after the last one, do nothing."""
        if not self.running:
            return
        self._quarter(BURN_IN + self.next_row, self.next_row, 0)
        self.next_row = min(self.next_row + 1, len(self.compiled.quarters) - 1)
        self.datacollector.collect(self)
        if self.steps >= len(self.compiled.quarters):
            self.close()

    @property
    def quarter(self) -> str:
        """The quarter last run, such as "2009Q4"; the start before the first step."""
        return label(self.compiled.quarters[max(0, min(self.steps, len(self.compiled.quarters)) - 1)])

    def state(self, code: str) -> StateAgent:
        """The agent of a state. Raises NcrError for an unknown code."""
        if code not in self._states:
            raise NcrError(f"no state {code!r}; there are {', '.join(self.codes)}")
        return self._states[code]

    def alignment(self) -> np.ndarray:
        """Alignment shares, (N, P + M + 1), columns ``partners``."""
        situation = self.engine.situation
        out = np.zeros((len(self.codes), len(self.partners)))
        exists = self.engine.inputs.exists[max(0, min(self.steps, len(self.compiled.quarters)) - 1)]
        alignment_shares(situation.tie, situation.pole_tie, situation.membership, exists, out)
        return out

    def _measures(self):
        s, t = self.engine.situation, max(0, min(self.steps, len(self.compiled.quarters)) - 1)
        vitality = np.where(s.established > 0, 3, 0)
        return system_measures(
            s.tie, s.pole_tie, s.membership, s.depth, vitality, self.compiled.world.leader, self.engine.inputs.exists[t]
        )

    @property
    def mean_tie(self) -> float:
        """Mean tie over pairs of states and arenas."""
        return self._measures()[4]

    @property
    def organisational_density(self) -> float:
        """S4, every established organisation counted as living."""
        return self._measures()[3]

    def close(self) -> None:
        """Stop, and let go of what Mesa would keep alive for ever."""
        self.running = False
        self.remove_all_agents()
        mesa.Agent._ids.pop(self, None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

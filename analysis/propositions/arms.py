"""An arm: everything that distinguishes one set of runs from another, as data that can be compared."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sim.outcomes import OutcomeThresholds
from sim.scenario.compile import Compiled, compile_scenario

WORLD, ARRAYS, DRAW = "world", "arrays", "draw"


@dataclass(frozen=True)
class Change:
    """A named change of an arm; two changes of the same name are the same change.

    on world: World → World before compiling. On arrays: (scenario, compiled) → compiled. On draw: (compiled, generator) →
    compiled, once for every draw.
    """

    name: str
    on: str
    apply: Callable = field(compare=False)


@dataclass(frozen=True)
class Arm:
    """One set of runs. early: of the case's early scenario. series: every quarter is kept, not only the last.

    frozen: the frozen-driver twin. Levers, parameters and knock-outs are added to those of the scenario.
    """

    early: bool = False
    end: str | None = None
    freeze_at: str | None = None
    levers: tuple[tuple[str, float], ...] = ()
    parameters: tuple[tuple[str, float], ...] = ()
    knockouts: tuple[str, ...] = ()
    frozen: bool = False
    changes: tuple[Change, ...] = ()
    definition: str | None = None  # of permissiveness; None: the scenario's
    thresholds: OutcomeThresholds | None = None  # where the classes begin; None: as specified
    series: bool = False
    stepped: tuple = ()  # (first quarter, last quarter, capped states): system measures at both (capped.py)

    def but(self, **changes) -> "Arm":
        """The same arm with something else; ``changes`` and ``knockouts`` are added, the rest replaced."""
        for name in ("changes", "knockouts"):
            if name in changes:
                changes[name] = (*getattr(self, name), *changes[name])
        return replace(self, **changes)

    def compile(self, scenario) -> tuple[object, Compiled]:
        """(scenario, compiled) of this arm; draw-level changes come later (``by_draw``)."""
        wanted: dict = {
            "end": self.end, "freeze_at": self.freeze_at, "levers": dict(self.levers) or None,
            "parameters": dict(self.parameters) or None,
            "knockouts": tuple(dict.fromkeys((*scenario.knockouts, *self.knockouts))) if self.knockouts else None,
        }  # fmt: skip
        wanted = {name: value for name, value in wanted.items() if value is not None}
        scenario = scenario.replace(**wanted) if wanted else scenario
        if self.definition:  # the rest of the environment stays
            environment = scenario.environment.model_copy(update={"permissiveness_definition": self.definition})
            scenario = scenario.model_copy(update={"environment": environment})
        for change in self.changes:
            if change.on == WORLD:
                scenario = scenario.model_copy(update={"world": change.apply(scenario.world)})
        compiled = compile_scenario(scenario, self.frozen)
        for change in self.changes:
            if change.on == ARRAYS:
                compiled = change.apply(scenario, compiled)
        return scenario, compiled

    @property
    def by_draw(self) -> tuple[Change, ...]:
        """Changes that differ from draw to draw."""
        return tuple(change for change in self.changes if change.on == DRAW)

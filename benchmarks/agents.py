"""The decision stage (rules 12–15) as a Mesa model: what somebody who writes Mesa well would write.

A state is an agent; it looks around once a step, then loops over its partners and weighs each tie, term by term, in
Python floats. Nothing is recomputed that one agent can keep, and what is zero is not stored (threats, enemies, ties).
It reads the same inputs as the compiled stage and has to give the same intents and the same consents.
"""

import math
from dataclasses import dataclass, field
from types import SimpleNamespace

import mesa
import numpy as np

VISIBILITY = (1.0, 0.5, 0.2, 0.7)
AUTONOMY_BY_ARENA = (0.5, 0.6, 0.3, 1.0)
SOVEREIGNTY_BY_ARENA = (1.2, 0.5, 0.3, 0.8)
NORM_BY_ARENA = (0.0, 0.0, 0.25, 0.5)
DEFENCE, CONNECTIVITY, CULTURE, INSTITUTIONS = ARENAS = range(4)


def clip(value: float) -> float:
    """``value`` between 0 and 1."""
    return min(1.0, max(0.0, value))


@dataclass(slots=True, eq=False)
class Organisation:
    """What its members share."""

    depth: list[float]
    legitimacy: float


@dataclass(slots=True)
class Relation:
    """What one state has with another: ties, stakes and consents by arena, and what is coded."""

    ties: list[float]
    stakes: list[float]
    kinship: float
    hostility: float
    complementarity: float
    corridor: float
    intents: list[float] = field(default_factory=lambda: [0.0] * 4)
    consents: list[float] = field(default_factory=lambda: [0.0] * 4)
    # of this step
    aggregated_threat: float = 0.0
    crisis: float = 0.0
    lock_in: list[float] = field(default_factory=lambda: [0.0] * 4)


class State(mesa.Agent):
    """A state that decides about its ties to all others."""

    def __init__(self, model, code: str, attributes: dict):
        super().__init__(model)
        self.code = code
        self.relations: dict[State, Relation] = {}
        self.memberships: dict[Organisation, float] = {}
        for name, value in attributes.items():
            setattr(self, name, value)

    # looking around

    def look(self):
        """What the agent needs to know before it weighs anybody."""
        p = self.model.parameters
        relations = self.relations.items()
        self.partners = [[(k, own.ties[a]) for k, own in relations if own.ties[a] > 0.0] for a in ARENAS]
        self.enemies = [(k, own.hostility) for k, own in relations if own.hostility > 0.0]
        self.roots_seen = [(k, math.sqrt(seen)) for k, seen in self.perceived_threats.items()]
        self.roots = {k: math.sqrt(threat) for k, threat in self.threats.items()}
        self.in_crisis = max(self.crisis_event, clip((self.restrictiveness - 0.1) / 0.3))
        self.worth = self.capability / (self.capability + 0.25)
        self.aggregation = self.capability / (self.capability + 0.15)
        unreliable = 0.5 + p.reliability_gain * (1.0 - self.reliability)
        self.autonomy_motive = p.w_autonomy * self.autonomy * unreliable * math.sqrt(self.herfindahl())
        self.institutions = p.w_veto * self.veto_points + p.w_cohesion * (1.0 - self.cohesion)
        self.leader = p.w_leader * 0.5 * (self.optimism + 2.0 * self.risk_acceptance - 1.0)
        self.temperature = p.temperature_base * (1.0 + p.temperature_clarity * (1.0 - self.clarity))
        used = self.tie_mass / (p.congestion_capacity * max(0.01, sum(self.administration) / 4.0))
        self.congestion = p.w_congestion * max(0.0, used - 0.6)
        self.punishments = [self.expected_punishment(a) for a in ARENAS]

    def herfindahl(self) -> float:
        """Concentration of tie mass over partners and poles."""
        masses = [sum(own.ties) for own in self.relations.values()] + self.pole_masses
        total = sum(masses)
        return sum(mass * mass for mass in masses) / (total * total) if total > 0.0 else 0.0

    def expected_punishment(self, arena) -> float:
        """Rule 12: what poles would do about a tie in this arena, as the agent sees it."""
        fear = clip(1.0 - self.perceived_permissiveness[arena] + 0.5 * self.compliance)
        return self.model.parameters.w_punishment * VISIBILITY[arena] * fear * (1.0 + self.caution)

    # deciding

    def decide(self):
        """Weigh every tie to every other state: rules 12–14."""
        for other, relation in self.relations.items():
            shared_danger = self.shared_danger(other)
            relation.aggregated_threat = self.aggregated_threat(other)
            relation.crisis = self.in_crisis * shared_danger / (shared_danger + 0.1)
            relation.lock_in = self.lock_in(relation)
            depth, legitimacy = self.shared_organisations(other)
            shared_costs = self.transaction_cost(relation) + self.structural_balance(other, relation) + self.congestion
            for arena in ARENAS:
                benefits = (
                    self.benefit_of(arena, other, relation)
                    + self.autonomy_motive * AUTONOMY_BY_ARENA[arena] * other.worth
                    + self.spillover(arena, relation)
                    + self.closure(arena, other, depth[arena])
                    + self.vested_interest(arena, relation)
                )
                costs = (
                    shared_costs
                    + self.punishments[arena]
                    + self.sovereignty_cost(arena, relation)
                    + self.norm_break(arena, legitimacy)
                )
                if arena == DEFENCE:
                    costs += self.entrapment(other, shared_danger)
                utility = self.repertoire[arena] * benefits - costs
                relation.intents[arena] = self.intent(utility, relation.crisis, relation.lock_in[arena])

    def benefit_of(self, arena, other, relation) -> float:
        """The benefit that belongs to one arena."""
        if arena == DEFENCE:
            return self.common_threat(other, relation) + self.acquisition(other)
        if arena == CONNECTIVITY:
            return self.model.parameters.w_complement * (relation.complementarity + relation.corridor)
        if arena == CULTURE:
            return self.model.parameters.w_identity * relation.kinship
        return 0.5 * self.common_threat(other, relation) + self.coordination(relation)

    def aggregated_threat(self, other) -> float:
        """Σ_k √(threat of k to me as I see it · threat of k to the other)."""
        roots = other.roots
        return sum(root * roots[k] for k, root in self.roots_seen if k in roots)

    def shared_danger(self, other) -> float:
        """Σ_k of the smaller of the two threats."""
        theirs = other.threats
        return sum(min(threat, theirs[k]) for k, threat in self.threats.items() if k in theirs)

    def common_threat(self, other, relation) -> float:
        """Balancing by aggregation of capability."""
        return self.model.parameters.w_threat * relation.aggregated_threat * other.aggregation

    def acquisition(self, other) -> float:
        """Buying capability, or selling it."""
        bought, sold = self.need * other.credibility, 0.8 * other.need * self.credibility
        return self.model.parameters.w_supply * max(bought, sold)

    def coordination(self, relation) -> float:
        """Common rules pay off with ties elsewhere."""
        others = relation.ties[DEFENCE] + relation.ties[CONNECTIVITY] + relation.ties[CULTURE]
        return self.model.parameters.w_coordination * (0.5 + 0.5 * others / 3.0)

    def spillover(self, arena, relation) -> float:
        """Ties of the same pair in other arenas."""
        w, x = self.model.spillover[arena], relation.ties
        return self.model.parameters.w_spillover * (w[0] * x[0] + w[1] * x[1] + w[2] * x[2] + w[3] * x[3])

    def closure(self, arena, other, shared_depth) -> float:
        """Shared partners, and the depth of shared organisations."""
        p, theirs = self.model.parameters, other.relations
        shared = sum(tie * theirs[k].ties[arena] for k, tie in self.partners[arena] if k is not other)
        return p.w_closure * min(1.0, shared / 6.0) + p.w_comembership * shared_depth

    def vested_interest(self, arena, relation) -> float:
        """Routine makes its own constituencies."""
        return self.model.parameters.w_vested * relation.lock_in[arena]

    def lock_in(self, relation) -> list[float]:
        """s/(s + half) by arena."""
        half = self.model.parameters.stakes_half
        return [stakes / (stakes + half) for stakes in relation.stakes]

    def shared_organisations(self, other) -> tuple[list[float], float]:
        """Depth by arena, at most 1, and the highest legitimacy of the organisations to which both belong."""
        depth, legitimacy = [0.0] * 4, 0.0
        for organisation, status in self.memberships.items():
            if organisation in other.memberships:
                both = status * other.memberships[organisation]
                depth = [min(1.0, deep + both * own) for deep, own in zip(depth, organisation.depth, strict=True)]
                legitimacy = max(legitimacy, both * organisation.legitimacy)
        return depth, legitimacy

    def transaction_cost(self, relation) -> float:
        """A common language lowers friction."""
        p = self.model.parameters
        return (1.0 - p.kin_friction * relation.kinship) * p.transaction

    def structural_balance(self, other, relation) -> float:
        """The friend of my enemy, and my enemy."""
        theirs = other.relations
        with_enemies = sum(hostility * theirs[k].ties[DEFENCE] for k, hostility in self.enemies if k is not other)
        return self.model.parameters.w_balance * (with_enemies + 0.8 * relation.hostility)

    def sovereignty_cost(self, arena, relation) -> float:
        """Convex in the tie."""
        p, tie = self.model.parameters, relation.ties[arena]
        friction = 1.0 - 0.5 * p.kin_friction * relation.kinship
        return p.w_sovereignty * friction * self.sovereignty * tie * tie * SOVEREIGNTY_BY_ARENA[arena]

    def norm_break(self, arena, legitimacy) -> float:
        """Universal norms against bespoke institutions."""
        return self.model.norm_cost * NORM_BY_ARENA[arena] * (1.0 - 0.5 * legitimacy)

    def entrapment(self, other, shared_danger) -> float:
        """Quarrels that are not mine."""
        return self.model.parameters.w_entrapment * max(0.0, other.total_threat - shared_danger)

    def intent(self, utility, crisis, lock_in) -> float:
        """Utility against the threshold, through the logistic."""
        p = self.model.parameters
        leader = (p.calm_leader + (1.0 - p.calm_leader) * crisis) * self.leader
        if leader < 0.0:
            leader *= 1.0 - lock_in
        bar = p.threshold_base + (1.0 - crisis) * self.institutions - leader
        argument = (utility - bar + 0.6 * lock_in * abs(bar) + 0.1 * lock_in) / self.temperature
        return 1.0 / (1.0 + math.exp(-min(40.0, max(-40.0, argument))))

    # consenting

    def consent(self):
        """Rule 15: the less willing side decides."""
        hurdle = self.model.parameters.hurdle
        for other, relation in self.relations.items():
            theirs = other.relations[self].intents
            for arena in ARENAS:
                willing = min(relation.intents[arena], theirs[arena])
                both = self.exists and other.exists
                relation.consents[arena] = max(0.0, (willing - hurdle) / (1.0 - hurdle)) if both else 0.0


class DecisionModel(mesa.Model):
    """One quarter's decisions; ``step`` takes them from the inputs with which the model was made."""

    def __init__(self, inputs: SimpleNamespace):
        super().__init__(seed=1)
        self.parameters = inputs.parameters
        self.spillover = inputs.spillover.tolist()
        self.norm_cost = float(inputs.norm_cost[0])
        for i, code in enumerate(inputs.codes):
            State(self, code, attributes_of(i, inputs))
        self.states = list(self.agents)
        for i, state in enumerate(self.states):
            state.relations = {k: relation_of(i, j, inputs) for j, k in enumerate(self.states) if k is not state}
        self.join(inputs)

    def join(self, inputs):
        """Make the organisations that are established, and their members."""
        for m in np.flatnonzero(inputs.established):
            organisation = Organisation(inputs.depth[m].tolist(), float(inputs.organisation_legitimacy[m]))
            for i in np.flatnonzero(inputs.membership[m]):
                self.states[i].memberships[organisation] = float(inputs.membership[m, i])

    def step(self):
        """Look, decide, consent: each for all before the next."""
        self.agents.do("look")
        self.agents.do("decide")
        self.agents.do("consent")

    def table(self, name: str) -> np.ndarray:
        """``intents`` or ``consents`` as (4, N, N)."""
        out = np.zeros((4, len(self.states), len(self.states)))
        for i, state in enumerate(self.states):
            for j, other in enumerate(self.states):
                if i != j:
                    out[:, i, j] = getattr(state.relations[other], name)
        return out


OF_STATE = (
    "capability", "credibility", "reliability", "need", "autonomy", "sovereignty", "cohesion", "veto_points", "optimism",
    "risk_acceptance", "clarity", "caution", "tie_mass", "restrictiveness", "compliance", "exists",
)  # fmt: skip


def attributes_of(i: int, inputs) -> dict:
    """Attributes of the i-th state as Python numbers."""
    named = {name: getattr(inputs, name)[i].item() for name in OF_STATE}
    threat, perceived = inputs.threat[:, i].tolist(), inputs.perceived_threat[:, i].tolist()
    return named | {
        "crisis_event": inputs.crisis[i].item(),
        "repertoire": inputs.repertoire[:, i].tolist(),
        "administration": inputs.administration[:, i].tolist(),
        "perceived_permissiveness": inputs.perceived_permissiveness[:, i].tolist(),
        "pole_masses": inputs.pole_tie[:, :, i].sum(axis=0).tolist(),
        "threats": {k: value for k, value in enumerate(threat) if value > 0.0},
        "perceived_threats": {k: value for k, value in enumerate(perceived) if value > 0.0},
        "total_threat": sum(threat),
    }


def relation_of(i: int, j: int, inputs) -> Relation:
    """What the i-th state has with the j-th."""
    return Relation(
        inputs.tie[:, i, j].tolist(), inputs.stakes[:, i, j].tolist(), inputs.kinship[i, j].item(),
        inputs.hostility[i, j].item(), inputs.complementarity[i, j].item(), inputs.corridor[i, j].item(),
    )  # fmt: skip

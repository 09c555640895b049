"""Stage 2, the terms of utility (rule 12): U_ija = repertoire_ia·Σ benefits − Σ costs.

Each term is one small function with one weight, and setting that weight to 0 knocks it out. They are scalars of one
ordered pair (i looks at j) so that they read like the formulas; compiled code inlines them into one pass.
Kinship stands in two costs, where it lowers friction, and in ``identity``, which acts in culture alone (L1).
"""

import math

from sim.rules.arithmetic import positive
from sim.rules.compiled import compiled

AGGREGATION_HALF = 0.15  # capability at which a partner adds half of what the strongest would against a threat
AUTONOMY_HALF = 0.25
SUPPLY_RETURN = 0.8  # selling capability is worth a little less than obtaining it
CLOSURE_FULL = 6.0  # shared partners at full ties that make closure complete
LEAST_ADMINISTRATION = 0.01  # a state without any administration is congested, not undefined
CONGESTION_FREE = 0.6  # share of administrative capacity that is used without friction
OWN_HOSTILITY = 0.8


# Benefits -----------------------------------------------------------------------------------------------------------


@compiled
def aggregation(capability_j):
    """K_j/(K_j+.15): what j's capability adds against a threat."""
    return capability_j / (capability_j + AGGREGATION_HALF)


@compiled
def common_threat(shared, aggregation_j, w_threat):
    """w_threat·Σ_k√(perceived threat_ki·threat_kj)·K_j/(K_j+.15), the sum given; defence, half in institutions.

    Balancing against threat by aggregation of capability (Walt 1987), over states and poles alike.
    """
    return w_threat * shared * aggregation_j


@compiled
def capability_acquisition(need_i, credibility_j, need_j, credibility_i, w_supply):
    """w_supply·max(need_i·credibility_j, .8·need_j·credibility_i); defence (L115, L130)."""
    bought = need_i * credibility_j
    sold = SUPPLY_RETURN * need_j * credibility_i
    return w_supply * (bought if bought > sold else sold)


@compiled
def autonomy_motive(autonomy_i, reliability_i, concentration_i, w_autonomy, reliability_gain):
    """w_autonomy·autonomy_i·(½ + reliability_gain·(1−rel_i))·√concentration_i: the side of state i (L6, L53, L102).

    Concentration is the Herfindahl index of all of i's ties, so the motive to diversify limits itself.
    """
    return w_autonomy * autonomy_i * (0.5 + reliability_gain * (1.0 - reliability_i)) * math.sqrt(concentration_i)


@compiled
def autonomy_partner(capability_j):
    """K_j/(K_j+.25): what j is worth as an alternative; times (.5, .6, .3, 1) by arena."""
    return capability_j / (capability_j + AUTONOMY_HALF)


@compiled
def complementarity_gain(complementarity_ij, corridor_ij, w_complement):
    """w_complement·(complementarity + corridor gain); connectivity (L85, L133)."""
    return w_complement * (complementarity_ij + corridor_ij)


@compiled
def identity(kinship_ij, w_identity):
    """w_identity·kinship; culture only (L1, L15)."""
    return w_identity * kinship_ij


@compiled
def coordination(defence, connectivity, culture, w_coordination):
    """w_coordination·(½ + ½·mean of the other three ties); institutions: common rules pay off for anyone (L123)."""
    return w_coordination * (0.5 + 0.5 * (defence + connectivity + culture) / 3.0)


@compiled
def spillover(defence, connectivity, culture, institutions, into, w_spillover):
    """w_spillover·Σ_b W_ab·x_ijb, ``into`` being row a of W (L88, L118; Haas)."""
    return w_spillover * (into[0] * defence + into[1] * connectivity + into[2] * culture + into[3] * institutions)


@compiled
def closure(shared_partners, shared_depth, w_closure, w_comembership):
    """w_closure·min(1, Σ_k x_ik·x_jk/6) + w_comembership·depth of shared organisations."""
    full = shared_partners / CLOSURE_FULL
    return w_closure * (full if full < 1.0 else 1.0) + w_comembership * shared_depth


@compiled
def vested_interest(lock_in_ij, w_vested):
    """w_vested·lock_in: routine makes its own constituencies (L125)."""
    return w_vested * lock_in_ij


# Costs --------------------------------------------------------------------------------------------------------------


@compiled
def expected_punishment(perceived_permissiveness, compliance, caution, visibility, w_punishment):
    """w_punishment·visibility_a·clip(1 − perceived permissiveness + ½·maxₚ compliance)·(1 + caution) (L119).

    Not discounted by kinship. The place where permissiveness enters the decision: as the removal of a cost.
    """
    fear = 1.0 - perceived_permissiveness + 0.5 * compliance
    fear = 0.0 if fear < 0.0 else (1.0 if fear > 1.0 else fear)
    return w_punishment * visibility * fear * (1.0 + caution)


@compiled
def transaction_cost(kinship_ij, transaction, kin_friction):
    """(1 − kin_friction·kinship)·transaction: a common language lowers friction (L134)."""
    return (1.0 - kin_friction * kinship_ij) * transaction


@compiled
def sovereignty_cost(tie, sovereignty_i, kinship_ij, arena_factor, w_sovereignty, kin_friction):
    """w_sovereignty·(1 − ½·kin_friction·kinship)·sovereignty_i·x²·arena factor: convex, so integration is incremental."""
    return w_sovereignty * (1.0 - 0.5 * kin_friction * kinship_ij) * sovereignty_i * tie * tie * arena_factor


@compiled
def congestion(tie_mass_i, administration_i, congestion_capacity, w_congestion):
    """w_congestion·[Σx/(congestion_capacity·administration_i) − .6]₊: finite bandwidth, whatever the number of states."""
    able = administration_i if administration_i > LEAST_ADMINISTRATION else LEAST_ADMINISTRATION
    return w_congestion * positive(tie_mass_i / (congestion_capacity * able) - CONGESTION_FREE)


@compiled
def entrapment(threats_on_j, shared_threat_ij, w_entrapment):
    """w_entrapment·[Σ_k threat_kj − Σ_k min(threat_ki, threat_kj)]₊; defence: quarrels that are not mine (Snyder 1984)."""
    return w_entrapment * positive(threats_on_j - shared_threat_ij)


@compiled
def structural_balance(foes_of_i_with_j, hostility_ij, w_balance):
    """w_balance·(Σ_k hostility_ik·x_jk,defence + .8·hostility_ij): the friend of my enemy (Heider; L62)."""
    return w_balance * (foes_of_i_with_j + OWN_HOSTILITY * hostility_ij)


@compiled
def norm_break(norm_cost, shared_legitimacy):
    """norm_cost·(1 − ½·legitimacy of a shared organisation), norm_cost times ½ in institutions, ¼ in culture (L14, L15)."""
    return norm_cost * (1.0 - 0.5 * shared_legitimacy)

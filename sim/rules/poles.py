"""The poles (rules 19–21): what great powers do to secondary states. The same rules for every pole.

Patronage and policing are apart (T1): a pole that stops policing may still broker. Arrays: P poles, N states, 4 arenas.
"""

from sim.rules.arithmetic import exp, logistic, positive, unit
from sim.rules.compiled import compiled
from sim.rules.draws import COERCION, uniforms
from sim.world import COMPLIED, RESISTED, VISIBILITY

VISIBLE = 0.5  # compliance loosens the ties of arenas at least this visible
INSTITUTIONS_SOVEREIGNTY = 0.8
COMPLIANCE_FADES = 0.05  # a quarter
COMPLIANCE_STEP = 0.2
LOOSENED = 0.88
RESISTANCE_HOSTILITY = 0.1
RESISTANCE_CREDIBILITY = 0.05


@compiled
def standing_hostility(coded, shift, out):
    """Hostility of each pole as it stands, (P, N): the dated path plus what resistance to it added (rule 21), 0–1."""
    for p in range(out.shape[0]):
        for i in range(out.shape[1]):
            out[p, i] = unit(coded[p, i] + shift[p, i])


@compiled
def inducement(capability_p, patronage_pa, bandwidth_p, exposure_pi, hostility_pi, compliance_pi):
    """Rule 19. clip[K·patronage·bandwidth·exposure − ½·hostility + compliance]: where a pole tie tends, 0–1."""
    return unit(capability_p * patronage_pa * bandwidth_p * exposure_pi - 0.5 * hostility_pi + compliance_pi)


@compiled
def intent_toward_pole(
    offered,
    pole_tie,
    pole_share,
    repertoire_i,
    autonomy_i,
    sovereignty_i,
    threshold_i,
    temperature_i,
    w_coordination,
    w_sovereignty,
    w_autonomy,
    transaction,
):
    """Rule 19. A state's own intent to tie its institutions to a pole, 0–1: the counterpart of rules 12–14 for poles.

    Benefits: the inducement and common rules. Costs: sovereignty, convex; the autonomy motive, which grows with the
    share of all its ties that the pole holds already; transaction. There is no kinship and no threat in it.
    """
    benefits = offered + w_coordination * 0.5
    costs = (
        w_sovereignty * sovereignty_i * pole_tie * pole_tie * INSTITUTIONS_SOVEREIGNTY
        + w_autonomy * autonomy_i * pole_share
        + transaction
    )
    return logistic((repertoire_i * benefits - costs - threshold_i) / temperature_i)


@compiled
def inducements(capability_p, patronage_pa, bandwidth_p, exposure, hostility, compliance, out):
    """Rule 19. :func:`inducement` of one pole to every state in one arena, (N,)."""
    for i in range(out.shape[0]):
        out[i] = inducement(capability_p, patronage_pa, bandwidth_p, exposure[i], hostility[i], compliance[i])


@compiled
def pole_shares(pole_tie, total, p, out):
    """Share of pole p in all of a state's ties to poles, (N,), 0–1. total: (N,); 0 without ties."""
    for i in range(out.shape[0]):
        mass = pole_tie[0, p, i] + pole_tie[1, p, i] + pole_tie[2, p, i] + pole_tie[3, p, i]
        out[i] = mass / total[i] if total[i] > 0.0 else 0.0


@compiled
def intents_toward_pole(
    offered, pole_tie, pole_share, repertoire, autonomy, sovereignty, thresholds, temperatures, parameters, out
):  # fmt: skip
    """Rule 19. :func:`intent_toward_pole` of every state, (N,)."""
    w_coordination, w_sovereignty = parameters.w_coordination, parameters.w_sovereignty
    w_autonomy, transaction = parameters.w_autonomy, parameters.transaction
    for i in range(out.shape[0]):
        out[i] = intent_toward_pole(
            offered[i], pole_tie[i], pole_share[i], repertoire[i], autonomy[i], sovereignty[i], thresholds[i],
            temperatures[i], w_coordination, w_sovereignty, w_autonomy, transaction,
        )  # fmt: skip


@compiled
def approach(goal, pole_rate, exists, pole_tie):
    """Rule 19. pole_tie + pole_rate·(goal − pole_tie) in place, (N,); 0 for a state that does not exist."""
    for i in range(goal.shape[0]):
        pole_tie[i] = exists[i] * (pole_tie[i] + pole_rate * (goal[i] - pole_tie[i]))


@compiled
def move_pole_ties(
    parameters, capability, patronage, bandwidth, exposure, hostility, now, thresholds, temperatures, compliance, exists,
    rows, pole_tie,
):  # fmt: skip
    """Rule 19. pole_tie ← pole_tie + pole_rate·(inducement − pole_tie), (4, P, N), in place.

    In institutions the state's own intent is an upper limit. hostility: (P, N) as it stands. ``thresholds``,
    ``temperatures``: (N,). ``rows``: (4, N) buffer or longer.
    """
    poles, states = exposure.shape
    total, share, goal, wanted = rows[0], rows[1], rows[2], rows[3]
    total[:] = 0.0
    for a in range(4):
        for p in range(poles):
            for i in range(states):
                total[i] += pole_tie[a, p, i]
    for p in range(poles):
        pole_shares(pole_tie, total, p, share)
        for a in (3, 0, 1, 2):  # institutions first: they read the ties of all arenas as they stand
            inducements(capability[p], patronage[p, a], bandwidth[p], exposure[p], hostility[p], compliance[p], goal)
            if a == 3:
                intents_toward_pole(
                    goal, pole_tie[3, p], share, now.repertoire[3], now.autonomy, now.sovereignty, thresholds,
                    temperatures, parameters, wanted,
                )  # fmt: skip
                for i in range(states):
                    goal[i] = wanted[i] if wanted[i] < goal[i] else goal[i]
            approach(goal, parameters.pole_rate, exists, pole_tie[a, p])


@compiled
def strongest_compliance(compliance, out):
    """maxₚ compliance_ip, (N,)."""
    for i in range(out.shape[0]):
        out[i] = 0.0
        for p in range(compliance.shape[0]):
            out[i] = compliance[p, i] if compliance[p, i] > out[i] else out[i]


@compiled
def offended_mass(opposed_reach, mass, p, i):
    """Rule 20. Σₐ opposed_reach·visibility·Σ_j x_ija/5: how much of i's ties pole p minds and can reach. mass: (4, N)."""
    offence = 0.0
    for a in range(4):
        offence += opposed_reach[p, a, i] * VISIBILITY[a] * mass[a, i] / 5.0
    return offence


@compiled
def masses_by_arena(tie, out):
    """Σ_j x_ija, (4, N)."""
    for a in range(4):
        for i in range(tie.shape[1]):
            total = 0.0
            for j in range(tie.shape[2]):
                total += tie[a, i, j]
            out[a, i] = total


@compiled
def backing(i, p, capability, tie, common_threat, threats_on_i, opposition, reach):
    """Rule 21. K_i + Σ_j x_ij,defence·K_j·(share of i's threats that j has too) + strongest supporter, ≥ 0."""
    strength = capability[i]
    if threats_on_i > 0.0:
        for j in range(tie.shape[1]):
            strength += tie[0, i, j] * capability[j] * common_threat[i, j] / threats_on_i
    support = 0.0
    for q in range(reach.shape[0]):
        if q != p:
            offered = positive(-opposition[q, 0]) * reach[q, i]
            support = offered if offered > support else support
    return strength + support


@compiled
def coerce(
    parameters, opposed_reach, opposition, reach, tolerance, capability, common_threat, threats, seed, replicate, clock,
    state_keys, pole_keys, resistance, exists, mass, situation,
):  # fmt: skip
    """Rules 20–21. Coercion with hazard 1 − exp(−coercion_rate·[offended mass − tolerance]₊); then resist or comply.

    A target resists if its backing ≥ resistance_bar·reach: hostility to the pole + .1, credibility + .05. Else its
    compliance + .2, fading by .05 a quarter, and its ties in visible arenas × .88. Backlash can deter or consolidate.
    All are judged by the ties as they stand; only then do the ties of those that comply loosen, so that the order of
    poles and states does not matter. Writes ``punished``, ``coerced``, ties, compliance and the shifts. mass: (4, N) buffer.
    """
    poles, states = reach.shape
    situation.punished[:] = 0.0
    situation.coerced[:, :] = 0
    masses_by_arena(situation.tie, mass)
    for p in range(poles):
        for i in range(states):
            situation.compliance[p, i] = positive(situation.compliance[p, i] - COMPLIANCE_FADES)
            excess = positive(offended_mass(opposed_reach, mass, p, i) - tolerance[p]) if exists[i] else 0.0
            if excess > 0.0:
                chance = uniforms(seed, replicate, clock, COERCION, pole_keys[p], state_keys[i])[0]
                if chance < 1.0 - exp(-parameters.coercion_rate * excess):
                    situation.punished[i] = 1.0
                    strength = backing(i, p, capability, situation.tie, common_threat, threats[i], opposition, reach)
                    if resistance and strength >= parameters.resistance_bar * reach[p, i]:
                        situation.coerced[p, i] = RESISTED
                        situation.pole_hostility_shift[p, i] += RESISTANCE_HOSTILITY
                        situation.credibility_shift[i] += RESISTANCE_CREDIBILITY
                    else:
                        situation.coerced[p, i] = COMPLIED
                        situation.compliance[p, i] = unit(situation.compliance[p, i] + COMPLIANCE_STEP)
    for p in range(poles):
        for i in range(states):
            if situation.coerced[p, i] == COMPLIED:
                loosen(situation.tie, i)


@compiled
def loosen(tie, i):
    """Rule 21. The ties of a state that complies, × .88 in visible arenas, on both sides."""
    for a in range(4):
        if VISIBILITY[a] >= VISIBLE:
            for j in range(tie.shape[1]):
                tie[a, i, j] *= LOOSENED
                tie[a, j, i] = tie[a, i, j]

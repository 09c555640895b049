"""The poles (rules 19–22): what great powers do to secondary states. The same rules for every pole.

Patronage and policing are apart (T1): a pole that stops policing may still broker. Arrays: P poles, N states, 4 arenas.
"""

from sim.rules.arithmetic import exp, logistic, positive, unit
from sim.rules.compiled import compiled
from sim.rules.draws import COERCION, uniforms

VISIBILITY = (1.0, 0.5, 0.2, 0.7)
VISIBLE = 0.5  # compliance loosens the ties of arenas at least this visible
INSTITUTIONS_SOVEREIGNTY = 0.8
COMPLIANCE_MEMORY = 0.95
COMPLIANCE_STEP = 0.2
LOOSENED = 0.88
RESISTANCE_HOSTILITY = 0.1
RESISTANCE_CREDIBILITY = 0.05
BROKER_PATRONAGE = 0.5
HOSTILE_HOST = 0.5


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
    offered, pole_tie, pole_share, repertoire_i, autonomy_i, sovereignty_i, threshold_i, temperature_i, parameters
):
    """Rule 19. A state's own intent to tie its institutions to a pole, 0–1: the counterpart of rules 12–14 for poles.

    Benefits: the inducement and common rules. Costs: sovereignty, convex; the autonomy motive, which grows with the
    share of all its ties that the pole holds already; transaction. There is no kinship and no threat in it.
    """
    benefits = offered + parameters.w_coordination * 0.5
    costs = (
        parameters.w_sovereignty * sovereignty_i * pole_tie * pole_tie * INSTITUTIONS_SOVEREIGNTY
        + parameters.w_autonomy * autonomy_i * pole_share
        + parameters.transaction
    )
    return logistic((repertoire_i * benefits - costs - threshold_i) / temperature_i)


@compiled
def move_pole_ties(
    parameters, capability, patronage, bandwidth, exposure, hostility, hostility_shift, now, thresholds, temperatures,
    compliance, exists, pole_tie,
):  # fmt: skip
    """Rule 19. pole_tie ← pole_tie + pole_rate·(inducement − pole_tie), (4, P, N), in place.

    In institutions the state's own intent is an upper limit. ``thresholds``, ``temperatures``: (N,).
    """
    poles, states = exposure.shape
    for i in range(states):
        total = 0.0
        for p in range(poles):
            total += pole_tie[0, p, i] + pole_tie[1, p, i] + pole_tie[2, p, i] + pole_tie[3, p, i]
        for p in range(poles):
            mass = pole_tie[0, p, i] + pole_tie[1, p, i] + pole_tie[2, p, i] + pole_tie[3, p, i]
            share = mass / total if total > 0.0 else 0.0
            hostile = unit(hostility[p, i] + hostility_shift[p, i])
            for a in range(4):
                goal = 0.0
                if exists[i]:
                    goal = inducement(
                        capability[p], patronage[p, a], bandwidth[p], exposure[p, i], hostile, compliance[p, i]
                    )
                    if a == 3:
                        wanted = intent_toward_pole(
                            goal, pole_tie[a, p, i], share, now.repertoire[a, i], now.autonomy[i], now.sovereignty[i],
                            thresholds[i], temperatures[i], parameters,
                        )  # fmt: skip
                        goal = wanted if wanted < goal else goal
                moved = pole_tie[a, p, i] + parameters.pole_rate * (goal - pole_tie[a, p, i])
                pole_tie[a, p, i] = moved if exists[i] else 0.0


@compiled
def strongest_compliance(compliance, out):
    """maxₚ compliance_ip, (N,)."""
    for i in range(out.shape[0]):
        out[i] = 0.0
        for p in range(compliance.shape[0]):
            out[i] = compliance[p, i] if compliance[p, i] > out[i] else out[i]


@compiled
def offended_mass(opposed_reach, tie, p, i):
    """Rule 20. Σₐ opposed_reach·visibility·Σ_j x_ija/5: how much of i's ties pole p minds and can reach."""
    offence = 0.0
    for a in range(4):
        minded = opposed_reach[p, a, i]
        if minded > 0.0:
            mass = 0.0
            for j in range(tie.shape[2]):
                mass += tie[a, i, j]
            offence += minded * VISIBILITY[a] * mass / 5.0
    return offence


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
    state_keys, pole_keys, resistance, exists, situation,
):  # fmt: skip
    """Rules 20–21. Coercion with hazard 1 − exp(−coercion_rate·[offended mass − tolerance]₊); then resist or comply.

    A target resists if its backing ≥ resistance_bar·reach: hostility to the pole + .1, credibility + .05. Else its
    ties in visible arenas × .88 and its compliance + .2. Backlash can deter or consolidate. Pole by pole in the order
    of their codes; writes ``punished``, ``coerced``, ties, compliance and the shifts.
    """
    poles, states = reach.shape
    situation.punished[:] = 0.0
    situation.coerced[:, :] = 0
    for p in range(poles):
        for i in range(states):
            situation.compliance[p, i] *= COMPLIANCE_MEMORY
            excess = positive(offended_mass(opposed_reach, situation.tie, p, i) - tolerance[p]) if exists[i] else 0.0
            if excess > 0.0:
                chance = uniforms(seed, replicate, clock, COERCION, pole_keys[p], state_keys[i])[0]
                if chance < 1.0 - exp(-parameters.coercion_rate * excess):
                    situation.punished[i] = 1.0
                    strength = backing(i, p, capability, situation.tie, common_threat, threats[i], opposition, reach)
                    if resistance and strength >= parameters.resistance_bar * reach[p, i]:
                        situation.coerced[p, i] = 2
                        situation.pole_hostility_shift[p, i] += RESISTANCE_HOSTILITY
                        situation.credibility_shift[i] += RESISTANCE_CREDIBILITY
                    else:
                        situation.coerced[p, i] = 1
                        situation.compliance[p, i] = unit(situation.compliance[p, i] + COMPLIANCE_STEP)
                        loosen(situation.tie, i)


@compiled
def loosen(tie, i):
    """Rule 21. The ties of a state that complies, × .88 in visible arenas, on both sides."""
    for a in range(4):
        if VISIBILITY[a] >= VISIBLE:
            for j in range(tie.shape[1]):
                tie[a, i, j] *= LOOSENED
                tie[a, j, i] = tie[a, i, j]


@compiled
def willing_host(node, other, consent, pole_hostility):
    """Rule 22. Does the host at ``node`` agree to a segment with ``other``? A pole agrees unless hostile."""
    states = consent.shape[1]
    if node < states and other < states:
        return consent[1, node, other] > 0.0
    if node >= states and other >= states:
        return True
    pole, state = (node - states, other) if node >= states else (other - states, node)
    return pole_hostility[pole, state] <= HOSTILE_HOST


@compiled
def segment_opening(
    start, end, capacity, hostility, pole_hostility, opposed_reach, patronage, consent, veto_bar, brokerage
):  # fmt: skip
    """Rule 22. Worth of one corridor segment: its capacity, or 0 if a hostile or vetoing host closes it.

    It is closed when its two hosts are hostile (> .5) or a pole's opposed reach in connectivity at a host exceeds
    veto_bar. Brokerage: a pole whose patronage in connectivity exceeds .5 opens a closed segment if both hosts
    consent, whatever policing is (L145: a broker is not a policeman).
    """
    states, poles = hostility.shape[0], pole_hostility.shape[0]
    closed = False
    if start < states and end < states:
        closed = hostility[start, end] > HOSTILE_HOST
    elif start < states or end < states:
        pole, state = (end - states, start) if end >= states else (start - states, end)
        closed = pole_hostility[pole, state] > HOSTILE_HOST
    brokered = False
    for p in range(poles):
        if start < states and opposed_reach[p, 1, start] > veto_bar:
            closed = True
        if end < states and opposed_reach[p, 1, end] > veto_bar:
            closed = True
        if patronage[p, 1] > BROKER_PATRONAGE:
            brokered = True
    if closed and brokerage and brokered:
        agreed = willing_host(start, end, consent, pole_hostility) and willing_host(end, start, consent, pole_hostility)
        closed = not agreed
    return 0.0 if closed else capacity


@compiled
def corridor_gains(
    world, capacity, hostility, pole_hostility, opposed_reach, patronage, consent, veto_bar, flow, out
):  # fmt: skip
    """Rules 12 and 22. Gain of every pair of states on a corridor: its gain × the product of its segments. (N, N).

    A corridor is as good as its weakest links multiply to: one closed segment makes it worth nothing (L133).
    ``flow``: (C,), written: the weakest-link product of each corridor.
    """
    states = out.shape[0]
    flow[:] = 1.0
    for s in range(world.segment_corridor.shape[0]):
        flow[world.segment_corridor[s]] *= segment_opening(
            world.segment_from[s], world.segment_to[s], capacity[s], hostility, pole_hostility, opposed_reach, patronage,
            consent, veto_bar, world.brokerage,
        )  # fmt: skip
    out[:, :] = 0.0
    for c in range(flow.shape[0]):
        gain = world.corridor_gain[c] * flow[c]
        if gain > 0.0:
            for i in range(states):
                for j in range(states):
                    if i != j and world.corridor_users[c, i] and world.corridor_users[c, j]:
                        out[i, j] += gain

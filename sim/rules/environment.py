"""The systemic environment (rules 1–9): who reaches whom, what is permitted, and how clear the signals are.

Structure sets the boundaries of the feasible and nothing more (L16, L18): every rule here describes the system
as it is; what states make of it is the business of the next stages. Arrays: P poles, N states, 4 arenas.
"""

from sim.rules.arithmetic import exp, ln, positive, unit
from sim.rules.compiled import compiled
from sim.world import VISIBILITY

DISCERNIBILITY_FLOOR = 0.05
VOLATILITY_MEMORY = 0.15  # weight of the newest quarter in the EWMA of changes of reach
VOLATILITY_SCALE = 30.0
FREEST = 1e-9  # permissiveness is kept above this when opposed reach is rescaled through its logarithm


@compiled
def exposure(distance, dependence, reach_distance, out):
    """Rule 1. exposure = 1 − (1 − e^(−distance/reach_distance))·(1 − dependence).

    Distance decay (Boulding) and dependence (Hirschman), each enough alone. (P, N), 0–1.
    """
    for p in range(out.shape[0]):
        for i in range(out.shape[1]):
            out[p, i] = 1.0 - (1.0 - exp(-distance[p, i] / reach_distance)) * (1.0 - dependence[p, i])


@compiled
def reach(capability, policing, bandwidth, exposure, reach_slope, out):
    """Rule 2. reach = 1 − exp(−reach_slope·K·policing·bandwidth·exposure), (P, N), 0–1.

    Willingness and bandwidth are each necessary; saturating, since a bare product leaves every driver inert.
    """
    for p in range(out.shape[0]):
        strength = reach_slope * capability[p] * policing[p] * bandwidth[p]
        for i in range(out.shape[1]):
            out[p, i] = 1.0 - exp(-strength * exposure[p, i])


@compiled
def opposed_reach(opposition, reach, supporters_reach, counterbalance, out):
    """Rule 3. What a pole can enforce against ties in an arena, less what a supporter of them cancels. (P, 4, N).

    clip([opposition_pa]₊·reach_pi·(1 − counterbalance·max over q≠p of [−opposition_qa]₊·reach_qi)). A supporter's
    retreat can therefore lower permissiveness: retrenchment has no built-in sign.
    """
    poles, states = reach.shape
    for a in range(4):
        for p in range(poles):
            enforced = positive(opposition[p, a])
            for i in range(states):
                out[p, a, i] = 0.0  # first the strongest support against p, then what is left of its reach
            if enforced > 0.0:
                for q in range(poles):
                    if q != p and opposition[q, a] < 0.0:
                        for i in range(states):
                            backing = -opposition[q, a] * supporters_reach[q, i]
                            out[p, a, i] = backing if backing > out[p, a, i] else out[p, a, i]
                for i in range(states):
                    out[p, a, i] = unit(enforced * reach[p, i] * (1.0 - counterbalance * out[p, a, i]))


@compiled
def permissiveness(opposed_reach, out):
    """Rule 4. permissiveness_ia = Πₚ(1 − opposed_reach_pia), (4, N): 0 tightly policed, 1 free (L16)."""
    poles = opposed_reach.shape[0]
    for a in range(4):
        for i in range(out.shape[1]):
            free = 1.0
            for p in range(poles):
                free = free * (1.0 - opposed_reach[p, a, i])
            out[a, i] = free


@compiled
def mean_over_arenas(by_arena, i):
    """Rule 4. Mean of a (4, N) measure for state ``i``, weighted by the visibility of the arenas."""
    weighted = total = 0.0
    for a in range(4):
        weighted += by_arena[a, i] * VISIBILITY[a]
        total += VISIBILITY[a]
    return weighted / total


@compiled
def means_over_arenas(by_arena, out):
    """Rule 4. :func:`mean_over_arenas` of every state, (N,)."""
    for i in range(out.shape[0]):
        out[i] = mean_over_arenas(by_arena, i)


@compiled
def present_strength(capability, growth, credibility, credibility_shift, grown, believed):
    """Rules 21 and 28. Dated capability × growth by ties, and dated credibility + what resistance earned. (N,) each."""
    for i in range(grown.shape[0]):
        grown[i] = capability[i] * growth[i]
        believed[i] = unit(credibility[i] + credibility_shift[i])


@compiled
def threat(
    hostility, pole_hostility, hostility_shift, capability, offence, proximity, exists, reach, out
):  # fmt: skip
    """Rule 5. Threat of source k on state i (Walt 1987), (N + P, N), 0–1.

    From a state: K_k/(K_i + K_k)·offence_k·e^(−distance/reach_distance)·hostility; from a pole: reach·hostility, where
    resistance may have added to hostility (rule 21).
    """
    poles, states = reach.shape
    for k in range(states):
        for i in range(states):
            hostile = hostility[k, i]
            if hostile > 0.0 and exists[k] and exists[i]:
                both = capability[i] + capability[k]
                power = capability[k] / both if both > 0.0 else 0.0
                out[k, i] = unit(power * offence[k] * proximity[k, i] * hostile)
            else:
                out[k, i] = 0.0
    for p in range(poles):
        for i in range(states):
            hostile = unit(pole_hostility[p, i] + hostility_shift[p, i])
            out[states + p, i] = reach[p, i] * hostile if exists[i] else 0.0


@compiled
def restrictiveness(threat, imminence, pole_imminence, out):
    """Rule 5. restrictiveness_i = 1 − Π over sources of (1 − threat·imminence), (N,)."""
    states = out.shape[0]
    for i in range(states):
        safe = 1.0
        for k in range(states):
            safe = safe * (1.0 - threat[k, i] * imminence[k, i])
        for p in range(pole_imminence.shape[0]):
            safe = safe * (1.0 - threat[states + p, i] * pole_imminence[p, i])
        out[i] = 1.0 - safe


@compiled
def total_threats(threat, out):
    """Σ_k threat_ki, (N,)."""
    out[:] = 0.0
    for k in range(threat.shape[0]):
        for i in range(out.shape[0]):
            out[i] += threat[k, i]


@compiled
def clarity(reach, reach_previous, volatility, threat, policing, bandwidth, with_certainty, certainty, out):
    """Rule 6. How unambiguous the signals are that reach state i, (N,), 0–1; ``volatility`` is updated in place.

    Mean of discernibility, (first − second)/first influence share floored at .05, and stability,
    1/(1 + 30·EWMA(.15) of Σₚ|Δreach|). Certainty of commitment, Σ share·|2·policing·bandwidth − 1|, is reported beside
    it, since sure presence and sure absence are both clear (Kuik); it enters as a third part only on demand, because
    it moves with permissiveness. A state that nobody influences reads its environment clearly.
    """
    poles, states = reach.shape
    for i in range(states):
        first = second = total = change = 0.0
        for source in range(states + poles):
            influence = threat[source, i] if source < states else reach[source - states, i]
            total += influence
            if influence > first:
                second = first
                first = influence
            elif influence > second:
                second = influence
        sure = 0.0
        for p in range(poles):
            change += abs(reach[p, i] - reach_previous[p, i])
            if total > 0.0:
                sure += reach[p, i] / total * abs(2.0 * policing[p] * bandwidth[p] - 1.0)
        volatility[i] += VOLATILITY_MEMORY * (change - volatility[i])
        discernibility = (first - second) / first if first > 0.0 else 1.0
        discernibility = DISCERNIBILITY_FLOOR if discernibility < DISCERNIBILITY_FLOOR else discernibility
        stability = 1.0 / (1.0 + VOLATILITY_SCALE * volatility[i])
        certainty[i] = sure
        out[i] = (discernibility + stability + sure) / 3.0 if with_certainty else 0.5 * (discernibility + stability)


@compiled
def norm_cost(norm_weight, legitimacy, policing, fragmentation, norm_scale):
    """Rule 7. Reputational cost of bespoke institutions: what is left of the universal norm order (L5, L14, L15).

    norm_scale·Σₚ norm_weight·legitimacy·(½ + ½·policing)·(1 − normative_fragmentation), ≥ 0.
    """
    order = 0.0
    for p in range(norm_weight.shape[0]):
        order += norm_weight[p] * legitimacy[p] * (0.5 + 0.5 * policing[p])
    return norm_scale * order * (1.0 - fragmentation)


@compiled
def reliability(reliance, policing, bandwidth, out):
    """Rule 8. rel_i = 1 − Σₚ reliance_ip·(1 − policing·bandwidth): can state i count on its patron? (N,), 0–1 (L6).

    A state without a patron has 1: it has nothing to lose by a patron's retreat.
    """
    for i in range(out.shape[0]):
        unreliable = 0.0
        for p in range(policing.shape[0]):
            unreliable += reliance[i, p] * (1.0 - policing[p] * bandwidth[p])
        out[i] = unit(1.0 - unreliable)


@compiled
def shown_permissiveness(derived, path, direct, offset, out):
    """Rule 9. What permissiveness is to be, (4, N): derived or as the scenario's path says, plus the offset."""
    for a in range(4):
        for i in range(out.shape[1]):
            out[a, i] = unit((path[i] if direct else derived[a, i]) + offset)


@compiled
def restrict(restrictiveness, permissiveness):
    """Rule 5. The book's definition, permissiveness·(1 − restrictiveness), (4, N), in place.

    Danger narrows what a state may do; it gives no pole any reach, so coercion and vetoes do not answer to it.
    """
    for a in range(4):
        for i in range(permissiveness.shape[1]):
            permissiveness[a, i] *= 1.0 - restrictiveness[i]


@compiled
def shown_clarity(path, direct, full, offset, out):
    """Rule 9. Clarity derived (in ``out``) or given by the scenario, plus the offset; knock-out ``full``: 1. (N,)."""
    for i in range(out.shape[0]):
        shown = path[i] if direct else out[i]
        out[i] = unit((1.0 if full else shown) + offset)


@compiled
def log_free(opposed):
    """log(1 − opposed_reach), floored where a pole shuts everything."""
    free = 1.0 - opposed
    return ln(free if free > FREEST else FREEST)


@compiled
def impose_permissiveness(target, opposition, opposed_reach, permissiveness):
    """Rule 9. Rescale opposed reach through log(1 − opposed_reach) so that permissiveness becomes ``target``.

    target: (4, N). opposition: (P, 4). Used for a path given by the scenario and for an offset, so that punishment and
    coercion always answer to the permissiveness that is shown. Where nobody reaches, the poles that oppose share the
    constraint equally, and all poles where none opposes.
    """
    poles, _, states = opposed_reach.shape
    for a in range(4):
        opponents = 0
        for p in range(poles):
            opponents += 1 if opposition[p, a] > 0.0 else 0
        for i in range(states):
            wanted = target[a, i]
            if wanted != permissiveness[a, i]:
                wanted_log = ln(wanted if wanted > FREEST else FREEST)
                present_log = 0.0
                for p in range(poles):
                    present_log += log_free(opposed_reach[p, a, i])
                for p in range(poles):
                    own_log = log_free(opposed_reach[p, a, i])
                    if present_log != 0.0:
                        scaled = own_log * (wanted_log / present_log)
                    elif opponents == 0:
                        scaled = wanted_log / poles
                    else:
                        scaled = wanted_log / opponents if opposition[p, a] > 0.0 else 0.0
                    opposed_reach[p, a, i] = unit(1.0 - exp(scaled))
                permissiveness[a, i] = wanted

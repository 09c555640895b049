"""Stage 1, perception (rules 10–11): leader images and strategic culture, read through ambiguity.

Filters bias what is seen only as far as signals are unclear. Clarity changes the variance of perceptions over the
cast and not their mean: optimism and assertiveness are centred. Arrays: N states, P poles, 4 arenas.
"""

import math

from sim.rules.arithmetic import copy, unit
from sim.rules.compiled import compiled
from sim.rules.draws import NO_KEY, PERCEPTION, THREAT_PERCEPTION, normal, normals

SPEED_FLOOR = 0.4  # u = update_speed·(.4 + .6·centralisation)
THREAT_NOISE = 4  # row of the perception noise that colours threat


@compiled
def perception_noise(persistence, seed, replicate, clock, state_keys, noise):
    """Rule 10. ε, AR(1) with unit variance: one series per state and arena, one for its threats. (5, N), in place."""
    fresh = math.sqrt(1.0 - persistence * persistence)
    for i in range(state_keys.shape[0]):
        arena_0, arena_1, arena_2, arena_3 = normals(seed, replicate, clock, PERCEPTION, state_keys[i], NO_KEY)
        threat_draw = normal(seed, replicate, clock, THREAT_PERCEPTION, state_keys[i], NO_KEY)
        noise[0, i] = persistence * noise[0, i] + fresh * arena_0
        noise[1, i] = persistence * noise[1, i] + fresh * arena_1
        noise[2, i] = persistence * noise[2, i] + fresh * arena_2
        noise[3, i] = persistence * noise[3, i] + fresh * arena_3
        noise[THREAT_NOISE, i] = persistence * noise[THREAT_NOISE, i] + fresh * threat_draw


@compiled
def filter_bias(leader_bias, culture_bias, optimism, assertiveness, exists, out):
    """Rule 10. leader_bias·optimism + culture_bias·assertiveness, each centred over the states that exist. (N,)."""
    states = out.shape[0]
    mean_optimism = mean_assertiveness = present = 0.0
    for i in range(states):
        if exists[i]:
            present += 1.0
            mean_optimism += optimism[i]
            mean_assertiveness += assertiveness[i]
    if present > 0.0:
        mean_optimism /= present
        mean_assertiveness /= present
    for i in range(states):
        out[i] = leader_bias * (optimism[i] - mean_optimism) + culture_bias * (assertiveness[i] - mean_assertiveness)


@compiled
def perceive_permissiveness(truth, clarity, bias, noise_scale, noise, update_speed, centralisation, perceived):
    """Rule 10. perceived ← (1−u)·perceived + u·clip[truth + (1−clarity)·bias + noise·√(1−clarity)·ε], (4, N).

    u = update_speed·(.4 + .6·centralisation): institutions set how fast a state learns.
    """
    for i in range(clarity.shape[0]):
        ambiguity = 1.0 - clarity[i]
        speed = update_speed * (SPEED_FLOOR + (1.0 - SPEED_FLOOR) * centralisation[i])
        blur = noise_scale * math.sqrt(ambiguity)
        for a in range(4):
            signal = unit(truth[a, i] + ambiguity * bias[i] + blur * noise[a, i])
            perceived[a, i] += speed * (signal - perceived[a, i])


@compiled
def perceive_threat(truth, clarity, bias, noise_scale, noise, update_speed, centralisation, perceived):
    """Rule 10. The same for threat, (N + P, N): optimism plays threats down as it plays permissiveness up.

    Only a source that threatens at all is misjudged; ambiguity does not invent enemies.
    """
    for i in range(clarity.shape[0]):
        ambiguity = 1.0 - clarity[i]
        speed = update_speed * (SPEED_FLOOR + (1.0 - SPEED_FLOOR) * centralisation[i])
        error = noise_scale * math.sqrt(ambiguity) * noise[THREAT_NOISE, i] - ambiguity * bias[i]
        for k in range(truth.shape[0]):
            if truth[k, i] > 0.0:
                perceived[k, i] += speed * (unit(truth[k, i] + error) - perceived[k, i])
            elif perceived[k, i] != 0.0:
                perceived[k, i] -= speed * perceived[k, i]


@compiled
def perceive_truth(permissiveness, threat, perceived_permissiveness, perceived_threat):
    """Knock-out of rule 10: perception clamped to the truth, which tests whether perception mediates."""
    copy(permissiveness, perceived_permissiveness)
    copy(threat, perceived_threat)


@compiled
def social_learning(punished, event_punishment, exposure, learning, caution):
    """Rule 11. caution_i ← .9·caution_i + learning·Σ over punished k of similarity_ik (L41). (N,), in place.

    similarity = 1 − mean over poles of |exposure_pi − exposure_pk|: states of the same exposure profile learn most.
    """
    poles, states = exposure.shape
    for i in range(states):
        caution[i] *= 0.9
    for k in range(states):
        lesson = punished[k] + event_punishment[k]
        if lesson > 0.0:
            for i in range(states):
                apart = 0.0
                for p in range(poles):
                    apart += abs(exposure[p, i] - exposure[p, k])
                caution[i] += learning * lesson * (1.0 - apart / poles)

"""Rules 12–15: every benefit and cost has its sign and its knock-out, and no tie is made without two."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain import rules

from sim.parameters import parameter_values

decision, terms = rules.decision, rules.decision_terms
many = settings(max_examples=200, deadline=None)
share = st.floats(0, 1)
N, P = 4, 2
DEFENCE, CONNECTIVITY, CULTURE, INSTITUTIONS = range(4)
BENEFITS = ("w_threat", "w_supply", "w_autonomy", "w_complement", "w_identity", "w_coordination", "w_spillover",
            "w_closure", "w_comembership", "w_vested")  # fmt: skip
COSTS = ("w_punishment", "transaction", "w_sovereignty", "w_congestion", "w_entrapment", "w_balance")
ALL = slice(None)
# Arenas in which a weight may act; everything else acts in all four.
ARENAS = {
    "w_threat": [DEFENCE, INSTITUTIONS], "w_supply": [DEFENCE], "w_complement": [CONNECTIVITY], "w_identity": [CULTURE],
    "w_coordination": [INSTITUTIONS], "w_entrapment": [DEFENCE],
}  # fmt: skip


def case(seed=0, **changes):
    """Everything ``intents`` reads, drawn at random; all gradients visible (temperature 1, no lock-in)."""
    draw = np.random.default_rng(seed)

    def pairs(*shape):
        values = draw.uniform(0.05, 1, (*shape, N, N))
        values = (values + np.swapaxes(values, -1, -2)) / 2
        return values * (1 - np.eye(N))

    def each(*shape):
        return draw.uniform(0.05, 0.95, (*shape, N))

    tie, perceived, true = pairs(4), draw.uniform(0, 0.4, (N + P, N)), draw.uniform(0, 0.4, (N + P, N))
    pair = SimpleNamespace(
        aggregated_threat=np.zeros((N, N)), common_threat=np.zeros((N, N)), foes=np.zeros((N, N)), corridor=pairs() / 4,
        lock_in=np.zeros((4, N, N)), partners=np.zeros((4, N, N)), depth=pairs(4), legitimacy=pairs(),
    )  # fmt: skip
    hostility = pairs()
    decision.shared_threats(perceived, true, pair.aggregated_threat, pair.common_threat, np.zeros(N))
    decision.shared_partners(tie, pair.partners)
    decision.foes_with(hostility, tie[0], pair.foes)
    given = SimpleNamespace(
        p=parameter_values({"temperature_base": 1.0, "temperature_clarity": 0.0, "w_congestion": 0.3}),
        world=SimpleNamespace(kinship=pairs().round(), spillover=(1 - np.eye(4)) / 3),
        now=SimpleNamespace(
            hostility=hostility, complementarity=pairs(), need=each(), autonomy=each(), sovereignty=each(),
            repertoire=each(4), cohesion=each(), veto_points=each(), administration=each(4) / 2,
        ),
        situation=SimpleNamespace(
            tie=tie, optimism=draw.uniform(-1, 1, N), risk_acceptance=each(), clarity=each(),
            tie_mass=tie.sum((0, 2)), perceived_permissiveness=each(4), caution=each() / 4,
        ),
        pair=pair,
        actor=SimpleNamespace(
            capability=each(), credibility=each(), reliability=each(), concentration=each(), compliance=each(),
            crisis=each(), threats=true.sum(0), norm_cost=np.array([0.5]),
        ),
    )  # fmt: skip
    given.p = given.p._replace(**changes)
    return given


def intents(c):
    intent = np.full((4, N, N), np.nan)
    rules.decision_intents.intents(
        c.p, c.world, c.now, c.situation, c.pair, c.actor, intent, np.zeros((8, N)), np.zeros((4, N, N))
    )
    return intent


def scores(c):
    """U − threshold where lock-in is 0 and the temperature 1: the argument of the logistic. Diagonals are NaN."""
    intent = intents(c)
    assert (intent[:, range(N), range(N)] == 0).all()
    intent[:, range(N), range(N)] = np.nan
    return np.log(intent / (1 - intent))


OFF_DIAGONAL = ~np.eye(N, dtype=bool)


def by_the_book(c):
    """U − threshold written from model.md, pair by pair."""
    p, x = c.p, c.situation.tie
    out = np.full((4, N, N), np.nan)
    for i in range(N):
        for j in range(N):
            if i == j:
                continue
            K, kin = c.actor.capability[j], c.world.kinship[i, j]
            shared = c.pair.aggregated_threat[i, j]
            threat = p.w_threat * shared * K / (K + 0.15)
            need, cred = c.now.need, c.actor.credibility
            supply = p.w_supply * max(need[i] * cred[j], 0.8 * need[j] * cred[i])
            coordination = p.w_coordination * (0.5 + 0.5 * x[:3, i, j].mean())
            complement = p.w_complement * (c.now.complementarity[i, j] + c.pair.corridor[i, j])
            own = [threat + supply, complement, p.w_identity * kin, threat / 2 + coordination]
            motive = p.w_autonomy * c.now.autonomy[i] * np.sqrt(c.actor.concentration[i]) * K / (K + 0.25)
            motive *= 0.5 + p.reliability_gain * (1 - c.actor.reliability[i])
            administration = c.now.administration[:, i].mean()
            crowding = max(0, c.situation.tie_mass[i] / (p.congestion_capacity * administration) - 0.6)
            alien = max(0, c.actor.threats[j] - c.pair.common_threat[i, j])
            foes = sum(c.now.hostility[i, k] * x[0, k, j] for k in range(N))
            leader = p.w_leader / 2 * (c.situation.optimism[i] + 2 * c.situation.risk_acceptance[i] - 1)
            s = c.pair.common_threat[i, j]
            crisis = c.actor.crisis[i] * s / (s + 0.1)
            calm = p.w_veto * c.now.veto_points[i] + p.w_cohesion * (1 - c.now.cohesion[i])
            threshold = p.threshold_base + (1 - crisis) * calm - (p.calm_leader + (1 - p.calm_leader) * crisis) * leader
            for a in range(4):
                benefits = own[a] + motive * (0.5, 0.6, 0.3, 1)[a]
                benefits += p.w_spillover * (x[:, i, j].sum() - x[a, i, j]) / 3
                benefits += p.w_closure * min(1, x[a, i] @ x[a, j] / 6) + p.w_comembership * c.pair.depth[a, i, j]
                fear = 1 - c.situation.perceived_permissiveness[a, i] + c.actor.compliance[i] / 2
                costs = p.w_punishment * (1, 0.5, 0.2, 0.7)[a] * min(1, max(0, fear)) * (1 + c.situation.caution[i])
                costs += (1 - p.kin_friction * kin) * p.transaction
                sovereignty = c.now.sovereignty[i] * x[a, i, j] ** 2 * (1.2, 0.5, 0.3, 0.8)[a]
                costs += p.w_sovereignty * (1 - p.kin_friction * kin / 2) * sovereignty
                costs += p.w_congestion * crowding + (p.w_entrapment * alien if a == 0 else 0)
                costs += p.w_balance * (foes + 0.8 * c.now.hostility[i, j])
                costs += c.actor.norm_cost[0] * (0, 0, 0.25, 0.5)[a] * (1 - c.pair.legitimacy[i, j] / 2)
                out[a, i, j] = c.now.repertoire[a, i] * benefits - costs - threshold
    return out


@pytest.mark.parametrize("seed", range(10))
def test_the_whole_utility_is_that_of_the_book(seed):
    c = case(seed)
    found, wanted = scores(c), by_the_book(c)
    assert found[:, OFF_DIAGONAL] == pytest.approx(wanted[:, OFF_DIAGONAL], abs=1e-9)


# Rule 12: signs and knock-outs --------------------------------------------------------------------------------------


def effect_of(weight, seed=1, **others):
    """What the weight adds to the scores, against its being knocked out, (4, N·(N−1))."""
    c = case(seed, **others)
    if weight == "w_vested":
        c.pair.lock_in = c.situation.tie / 2
    full = intents(c)
    c.p = c.p._replace(**{weight: 0.0})
    none = intents(c)
    return (full - none)[:, OFF_DIAGONAL]


@pytest.mark.parametrize("weight", BENEFITS + COSTS)
def test_every_term_has_its_sign_and_its_arenas(weight):
    effect = effect_of(weight)
    signed = effect if weight in BENEFITS else -effect
    acts = ARENAS.get(weight, range(4))
    assert (signed >= 0).all()
    for a in range(4):
        assert signed[a].any() == (a in acts), a


@pytest.mark.parametrize("weight", BENEFITS)
def test_a_culture_without_the_repertoire_sees_no_benefit(weight):
    c = case(1)
    c.now.repertoire[:] = 0
    c.p = c.p._replace(w_vested=0.1)
    c.pair.lock_in = c.situation.tie / 2
    full = intents(c)
    c.p = c.p._replace(**{weight: 0.0})
    assert np.array_equal(intents(c), full)


@pytest.mark.parametrize("weight", COSTS)
def test_costs_do_not_depend_on_the_repertoire(weight):
    c = case(2)

    def cost():
        with_cost = scores(c)
        p, c.p = c.p, c.p._replace(**{weight: 0.0})
        without, c.p = scores(c), p
        return without - with_cost

    full, c.now.repertoire = cost(), 0.5 * c.now.repertoire
    assert cost()[:, OFF_DIAGONAL] == pytest.approx(full[:, OFF_DIAGONAL], abs=1e-9)


def test_terms_vanish_with_their_weight_and_keep_their_sign():
    gains = [
        terms.common_threat(0.3, 0.2, 2.0), terms.capability_acquisition(0.5, 0.4, 0.1, 0.2, 0.5),
        terms.autonomy_motive(0.5, 0.6, 0.4, 0.8, 0.5), terms.complementarity_gain(0.3, 0.2, 0.7),
        terms.identity(1.0, 0.3), terms.coordination(0.1, 0.2, 0.3, 0.3),
        terms.spillover(0.1, 0.2, 0.3, 0.4, (0, 1 / 3, 1 / 3, 1 / 3), 0.4), terms.closure(2.0, 0.3, 0.2, 0.2),
        terms.vested_interest(0.4, 0.1),
    ]  # fmt: skip
    losses = [
        terms.expected_punishment(0.4, 0.2, 0.1, 1.0, 0.9), terms.transaction_cost(0.5, 0.15, 0.5),
        terms.sovereignty_cost(0.5, 0.6, 0.0, 1.2, 0.6, 0.5), terms.congestion(9.0, 0.5, 12.0, 0.3),
        terms.entrapment(0.5, 0.2, 0.3), terms.structural_balance(0.2, 0.3, 0.5), terms.norm_break(0.25, 0.4),
    ]  # fmt: skip
    assert min(gains) > 0 and min(losses) > 0
    assert terms.common_threat(0.3, 0.2, 0.0) == terms.common_threat(0.0, 0.2, 2.0) == 0
    assert terms.capability_acquisition(0.5, 0.4, 0.1, 0.2, 0.0) == 0
    assert terms.autonomy_motive(0.5, 0.6, 0.4, 0.0, 0.5) == terms.autonomy_motive(0.5, 0.6, 0.0, 0.8, 0.5) == 0
    assert terms.complementarity_gain(0.3, 0.2, 0.0) == terms.identity(1.0, 0.0) == terms.identity(0.0, 0.3) == 0
    assert terms.coordination(0.1, 0.2, 0.3, 0.0) == terms.closure(2.0, 0.3, 0.0, 0.0) == 0
    assert terms.expected_punishment(0.4, 0.2, 0.1, 1.0, 0.0) == terms.expected_punishment(1, 0, 0.1, 1, 0.9) == 0
    assert terms.sovereignty_cost(0.0, 0.6, 0.0, 1.2, 0.6, 0.5) == terms.norm_break(0.0, 0.4) == 0


@many
@given(share, share, share, share)
def test_monotone_terms(a, b, c, d):
    low, high = min(a, b), max(a, b)
    assert terms.common_threat(c, terms.aggregation(low), 1.0) <= terms.common_threat(c, terms.aggregation(high), 1.0)
    assert terms.autonomy_motive(c, high, d, 1.0, 0.5) <= terms.autonomy_motive(c, low, d, 1.0, 0.5)  # unreliable: more
    assert terms.expected_punishment(high, c, d, 1.0, 1.0) <= terms.expected_punishment(low, c, d, 1.0, 1.0)
    assert terms.expected_punishment(c, low, d, 1.0, 1.0) <= terms.expected_punishment(c, high, d, 1.0, 1.0)
    assert terms.expected_punishment(c, d, low, 1.0, 1.0) <= terms.expected_punishment(c, d, high, 1.0, 1.0)
    assert 0 <= terms.expected_punishment(c, d, low, 1.0, 1.0) <= 1 + low
    assert terms.transaction_cost(high, 0.15, c) <= terms.transaction_cost(low, 0.15, c)
    assert terms.sovereignty_cost(low, c, d, 1.0, 1.0, 0.5) <= terms.sovereignty_cost(high, c, d, 1.0, 1.0, 0.5)
    assert terms.norm_break(c, high) <= terms.norm_break(c, low)
    assert terms.entrapment(a, b, 1.0) == pytest.approx(max(0.0, a - b))


def test_sovereignty_is_convex_closure_saturates_and_congestion_starts_late():
    cost = [terms.sovereignty_cost(x, 1.0, 0.0, 1.0, 1.0, 0.5) for x in (0.0, 0.3, 0.6, 0.9)]
    assert (np.diff(cost, 2) > 0).all()
    assert terms.closure(6.0, 0.0, 0.25, 0.2) == terms.closure(60.0, 0.0, 0.25, 0.2) == 0.25
    assert terms.closure(5.9, 0.0, 0.6, 0.2) == pytest.approx(0.59)
    assert terms.congestion(0.6 * 12 * 0.5, 0.5, 12.0, 0.3) == pytest.approx(0)
    assert terms.congestion(0.9 * 12 * 0.5, 0.5, 12.0, 0.3) == pytest.approx(0.3 * 0.3)


def test_selling_is_worth_a_little_less_than_buying():
    assert terms.capability_acquisition(1.0, 0.5, 0.0, 0.0, 1.0) == 0.5
    assert terms.capability_acquisition(0.0, 0.0, 1.0, 0.5, 1.0) == pytest.approx(0.4)
    assert terms.capability_acquisition(1.0, 0.5, 1.0, 0.5, 1.0) == 0.5  # the larger one, not the sum


def test_a_state_without_administration_has_finite_intents():
    c = case(1)
    c.now.administration[:, 0] = 0
    c.situation.tie[:, 0] = c.situation.tie[:, :, 0] = c.situation.tie_mass[0] = 0
    assert np.isfinite(intents(c)).all()


def test_kinship_acts_in_culture_and_as_lower_friction_and_nowhere_else():
    def difference(**changes):
        c = case(3, **changes)
        c.world.kinship[:] = 0
        strangers = scores(c)
        c.world.kinship[:] = 1
        return (scores(c) - strangers)[:, OFF_DIAGONAL]

    assert not difference(w_identity=0.0, kin_friction=0.0).any()
    identity = difference(kin_friction=0.0)
    assert (identity[CULTURE] > 0).all() and not np.delete(identity, CULTURE, 0).any()
    friction = difference(w_identity=0.0, kin_friction=0.5)
    assert (friction > 0).all()
    c = case(3)
    sovereignty = c.p.w_sovereignty * c.now.sovereignty[:, None] * c.situation.tie**2
    sovereignty = sovereignty * np.array([1.2, 0.5, 0.3, 0.8])[:, None, None]
    saved = 0.5 * c.p.transaction + 0.25 * sovereignty[:, OFF_DIAGONAL]
    assert friction == pytest.approx(saved, abs=1e-9)  # punishment is not discounted by kinship


def test_the_measures_that_terms_read():
    c = case(4)
    tie, pole_tie = c.situation.tie, np.random.default_rng(0).random((4, P, N))
    out = np.zeros(N)
    decision.concentration(tie, pole_tie, out)
    mass = np.concatenate([tie.sum(0), pole_tie.sum(0)]).astype(float)
    assert out == pytest.approx((mass**2).sum(0) / mass.sum(0) ** 2)
    decision.concentration(0 * tie, 0 * pole_tie, out)
    assert (out == 0).all()
    pole_tie[:] = 0
    pole_tie[:, 0] = 0.3
    decision.concentration(0 * tie, pole_tie, out)
    assert out == pytest.approx(1)

    partners, foes = np.zeros((4, N, N)), np.zeros((N, N))
    decision.shared_partners(tie, partners)
    assert partners == pytest.approx(tie @ tie)
    decision.foes_with(c.now.hostility, tie[0], foes)
    assert foes == pytest.approx(c.now.hostility @ tie[0])


@many
@given(st.integers(0, 10_000))
def test_shared_threats(seed):
    draw = np.random.default_rng(seed)
    perceived, true = (draw.random((2, N + P, N)) - 0.3).clip(0)
    aggregated, common = np.zeros((N, N)), np.zeros((N, N))
    decision.shared_threats(perceived, true, aggregated, common, np.zeros(N))
    assert aggregated == pytest.approx(np.sqrt(perceived).T @ np.sqrt(true))
    assert common == pytest.approx(np.minimum(true[:, :, None], true[:, None, :]).sum(0))
    assert np.array_equal(common, common.T)


# Rules 13 and 14 ----------------------------------------------------------------------------------------------------


def test_crisis():
    out = np.zeros(4)
    decision.crises(np.array([0, 0.9, 0, 0.2]), np.array([0.1, 0.1, 0.25, 0.7]), out)
    assert out == pytest.approx([0, 0.9, 0.5, 1.0])
    assert decision.crisis_toward(1.0, 0.0) == 0  # nobody shares the danger
    assert decision.crisis_toward(0.8, 0.1) == pytest.approx(0.4)
    assert decision.crisis_toward(0.0, 1.0) == 0


def test_in_a_crisis_leaders_replace_institutions_and_in_calm_the_reverse():
    def threshold(crisis, institutions=0.3, leader=0.2, lock=0.0):
        return decision.threshold(crisis, institutions, leader, lock, -0.08, 0.3)

    assert threshold(0.0) == pytest.approx(-0.08 + 0.3 - 0.3 * 0.2)
    assert threshold(1.0) == pytest.approx(-0.08 - 0.2)
    assert threshold(1.0, institutions=0.9) == threshold(1.0, institutions=0.0)
    assert threshold(0.0, leader=-0.2, lock=1.0) == threshold(0.0, leader=0.0)  # routine mutes a reluctant leader
    assert threshold(0.0, leader=0.2, lock=1.0) == threshold(0.0, leader=0.2)  # and not an eager one


def test_what_the_filters_add_to_the_threshold():
    assert decision.institutional_threshold(0.0, 1.0, 0.3, 0.3) == 0
    assert decision.institutional_threshold(1.0, 1.0, 0.3, 0.2) == 0.3
    assert decision.institutional_threshold(0.0, 0.0, 0.3, 0.2) == 0.2
    pushes = [decision.leader_push(*beliefs, 0.2) for beliefs in ((-1.0, 0.0), (0.0, 0.5), (1.0, 1.0))]
    assert pushes == pytest.approx([-0.2, 0.0, 0.2])
    assert decision.leader_push(1.0, 1.0, 0.0) == 0


@settings(max_examples=1000, deadline=None)
@given(
    utility=st.floats(-5, 5), crisis=share, institutions=st.floats(0, 2), leader=st.floats(-1, 1),
    base=st.floats(-5, 5), calm=share, one=share, other=share, vested=st.floats(0, 0.2), temperature=st.floats(0.005, 5),
)  # fmt: skip
def test_lock_in_never_lowers_intent(
    utility, crisis, institutions, leader, base, calm, one, other, vested, temperature
):
    def argument(lock):
        bar = decision.threshold(crisis, institutions, leader, lock, base, calm)
        u = utility + terms.vested_interest(lock, vested)
        return decision.intent_argument(u, bar, lock, temperature)

    low, high = argument(min(one, other)), argument(max(one, other))
    assert high >= low - 1e-12 * max(1.0, abs(low))


@pytest.mark.parametrize("seed", range(5))
def test_lock_in_lowers_no_intent_in_the_whole_rule(seed):
    c = case(seed, w_vested=0.1)
    free = intents(c)
    c.pair.lock_in = np.random.default_rng(seed).random((4, N, N))
    assert (intents(c) >= free - 1e-15).all()


def test_ambiguity_makes_choice_random():
    assert decision.temperature(1.0, 0.05, 1.0) == 0.05
    assert decision.temperature(0.0, 0.05, 1.0) == pytest.approx(0.1)
    assert decision.temperature(0.2, 0.05, 0.0) == 0.05
    c = case(1, temperature_base=0.05, temperature_clarity=2.5)
    c.situation.clarity[:] = 1
    clear = intents(c)[:, OFF_DIAGONAL]
    c.situation.clarity[:] = 0
    assert (abs(intents(c)[:, OFF_DIAGONAL] - 0.5) <= abs(clear - 0.5) + 1e-15).all()


# Rule 15 ------------------------------------------------------------------------------------------------------------

matrices = st.integers(0, 10_000).map(lambda seed: np.random.default_rng(seed).random((4, N, N)))


def consents(intent, exists=(True,) * N, hurdle=0.35, imposition=0):
    out = np.full((4, N, N), np.nan)
    decision.consents(intent, np.array(exists), hurdle, imposition, out)
    return out


@many
@given(matrices, st.floats(0, 0.95))
def test_consent_is_what_the_less_willing_side_allows(intent, hurdle):
    out = consents(intent, hurdle=hurdle)
    less = np.minimum(intent, intent.transpose(0, 2, 1))
    assert np.array_equal(out, out.transpose(0, 2, 1))
    assert out[:, OFF_DIAGONAL] == pytest.approx(np.clip((less - hurdle) / (1 - hurdle), 0, None)[:, OFF_DIAGONAL])
    assert (out <= less + 1e-15).all() and (out[less <= hurdle] == 0).all()
    assert (out[:, range(N), range(N)] == 0).all()
    forced = consents(intent, hurdle=hurdle, imposition=1)
    assert (forced >= out).all() and np.array_equal(forced, forced.transpose(0, 2, 1))


def test_states_that_do_not_exist_consent_to_nothing():
    out = consents(np.ones((4, N, N)), exists=(True, False, True, True))
    assert not out[:, 1].any() and not out[:, :, 1].any() and (out[:, 0, 2] == 1).all()


@pytest.mark.parametrize("imposition", [0, 1])
@pytest.mark.parametrize("place", [(1, 0), (0, 1)])
def test_nan_is_not_hidden_by_consent(place, imposition):
    intent = np.full((4, N, N), 0.7)
    intent[(2, *place)] = np.nan
    out = consents(intent, imposition=imposition)
    assert np.isnan(out[2, 0, 1]) and np.isnan(out[2, 1, 0])
    assert np.isfinite(np.delete(out, 2, 0)).all()


def steps(rung, consent, lock=0.0, rate=0.5, clock=0):
    rung = np.array(rung)
    keys = np.arange(1, N + 1, dtype=np.uint32)
    decision.formal_steps(consent, np.full((4, N, N), lock), rate, np.uint64(3), 0, clock, keys, rung)
    return rung


def symmetric(values):
    upper = np.triu(values, 1)
    return upper + upper.transpose(0, 2, 1)


@many
@given(st.integers(0, 10_000), st.floats(0, 20), share)
def test_rungs_move_one_step_and_respect_the_bars(seed, rate, lock):
    draw = np.random.default_rng(seed)
    before = symmetric(draw.integers(0, 4, (4, N, N)))
    consent = symmetric(draw.random((4, N, N)))
    after = steps(before, consent, lock, rate, seed)
    assert abs(after - before).max() <= 1 and after.min() >= 0 and after.max() <= 3
    assert np.array_equal(after, after.transpose(0, 2, 1))
    bars = np.array([0.0, 0.25, 0.45, 0.65, np.inf])
    assert (consent[after > before] > bars[before[after > before] + 1]).all()
    assert (consent[after < before] < bars[before[after < before]]).all()


def test_certain_steps():
    one = symmetric(np.ones((4, N, N), int))
    assert (steps(one, symmetric(np.ones((4, N, N))), rate=100)[:, OFF_DIAGONAL] == 2).all()
    assert (steps(one, np.zeros((4, N, N)), rate=100)[:, OFF_DIAGONAL] == 0).all()
    assert (steps(one, np.zeros((4, N, N)), lock=1.0, rate=100) == one).all()  # routine holds a treaty
    assert (steps(one, np.zeros((4, N, N)), rate=0.0) == one).all()


def test_steps_come_with_their_hazard():
    consent = np.full((4, N, N), 0.75)
    up = np.mean([steps(np.zeros((4, N, N), int), consent, clock=k)[:, OFF_DIAGONAL] for k in range(400)])
    assert up == pytest.approx(0.5 * 0.5, abs=0.02)
    down = np.mean(
        [1 - steps(symmetric(np.ones((4, N, N), int)), 0 * consent, 0.5, 1.0, k)[:, OFF_DIAGONAL] for k in range(400)]
    )
    assert down == pytest.approx(0.25 * 0.5, abs=0.02)

"""Rules 19–22: what poles do to states. The same for every pole, and no rule decides how a state answers."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain import rules

from sim.parameters import parameter_values

poles = rules.poles
many = settings(max_examples=150, deadline=None)
share = st.floats(0, 1)
VISIBILITY = np.array([1.0, 0.5, 0.2, 0.7])
DEFENCE, CONNECTIVITY, CULTURE, INSTITUTIONS = range(4)


# Rule 19 ------------------------------------------------------------------------------------------------------------


def test_inducement():
    assert poles.inducement(0.8, 0.5, 0.9, 0.6, 0.0, 0.0) == pytest.approx(0.8 * 0.5 * 0.9 * 0.6)
    for missing in range(4):
        assert poles.inducement(*(0.0 if k == missing else 1.0 for k in range(4)), 0.0, 0.0) == 0
    assert poles.inducement(1, 1, 1, 1, 0.4, 0) == pytest.approx(0.8)
    assert poles.inducement(0.1, 1, 1, 1, 1, 0) == 0 and poles.inducement(1, 1, 1, 1, 0, 1) == 1
    assert poles.inducement(0.5, 0.5, 1, 1, 0, 0.2) == pytest.approx(0.45)  # compliance buys in


def pole_world(seed=0, n=3, p=2, **changes):
    draw = np.random.default_rng(seed)
    return SimpleNamespace(
        parameters=parameter_values(changes), capability=draw.random(p), patronage=draw.random((p, 4)),
        bandwidth=draw.random(p), exposure=draw.random((p, n)), hostility=draw.random((p, n)) / 2,
        shift=np.zeros((p, n)), compliance=draw.random((p, n)) / 4, exists=np.ones(n, bool),
        thresholds=draw.uniform(-0.2, 0.2, n), temperatures=np.full(n, 0.08),
        now=SimpleNamespace(repertoire=draw.random((4, n)), autonomy=draw.random(n), sovereignty=draw.random(n)),
        pole_tie=draw.random((4, p, n)),
    )  # fmt: skip


def standing(c):
    out = np.zeros_like(c.hostility)
    poles.standing_hostility(c.hostility, c.shift, out)
    return out


def settle(c, quarters=1):
    for _ in range(quarters):
        poles.move_pole_ties(
            c.parameters, c.capability, c.patronage, c.bandwidth, c.exposure, standing(c), c.now, c.thresholds,
            c.temperatures, c.compliance, c.exists, np.zeros((4, len(c.exists))), c.pole_tie,
        )  # fmt: skip
    return c.pole_tie


def offers(c):
    drawn = c.capability[:, None] * c.bandwidth[:, None] * c.exposure
    hostile = np.clip(c.hostility + c.shift, 0, 1)
    return np.clip(c.patronage.T[:, :, None] * drawn - 0.5 * hostile + c.compliance, 0, 1)


@pytest.mark.parametrize("seed", range(5))
def test_pole_ties_settle_at_the_inducement_and_institutions_at_most_there(seed):
    c = pole_world(seed)
    start, offered = c.pole_tie.copy(), offers(c)
    first = settle(c).copy()
    assert first[:3] == pytest.approx((start + 0.1 * (offered - start))[:3])
    assert settle(c, 300)[:3] == pytest.approx(offered[:3], abs=1e-9)
    assert (c.pole_tie[INSTITUTIONS] <= offered[INSTITUTIONS] + 1e-9).all()
    assert (c.pole_tie >= 0).all() and (c.pole_tie <= 1).all()


def test_a_state_that_does_not_want_a_pole_keeps_its_institutions_out():
    c = pole_world(1)
    c.thresholds[:] = 9.0
    assert settle(c, 300)[INSTITUTIONS] == pytest.approx(0, abs=1e-9)
    c.thresholds[:] = -9.0
    assert settle(c, 300)[INSTITUTIONS] == pytest.approx(offers(c)[INSTITUTIONS], abs=1e-9)


def test_what_a_state_wants_of_a_pole():
    weights = {name: getattr(parameter_values(), name) for name in (
        "w_coordination", "w_sovereignty", "w_autonomy", "transaction",
    )}  # fmt: skip

    def wants(**changes):
        given = weights | {"offered": 0.4, "pole_tie": 0.3, "pole_share": 0.5, "repertoire_i": 0.7, "autonomy_i": 0.5,
                 "sovereignty_i": 0.5, "threshold_i": 0.0, "temperature_i": 0.1}  # fmt: skip
        return poles.intent_toward_pole(**given | changes)

    assert wants(offered=0.6) > wants() < wants(repertoire_i=0.9)
    for dearer in (
        {"pole_tie": 0.6},
        {"pole_share": 0.9},
        {"autonomy_i": 0.9},
        {"sovereignty_i": 0.9},
        {"threshold_i": 0.2},
    ):
        assert wants(**dearer) < wants(), dearer


def test_no_pole_is_named():
    c, swapped = pole_world(2), pole_world(2)
    for name in ("capability", "patronage", "bandwidth", "exposure", "hostility", "compliance"):
        setattr(swapped, name, getattr(c, name)[::-1].copy())
    swapped.pole_tie = c.pole_tie[:, ::-1].copy()
    assert settle(swapped, 5)[:, ::-1] == pytest.approx(settle(c, 5))


def test_states_that_do_not_exist_have_no_pole_ties_and_resistance_loosens_them():
    c, hostile = pole_world(3), pole_world(3)
    c.exists[1] = False
    hostile.shift[:] = 0.4
    assert not settle(c)[:, :, 1].any() and c.pole_tie[:, :, 0].any()
    assert (settle(hostile)[:, :, 0] <= c.pole_tie[:, :, 0]).all()


# Rules 20 and 21 ----------------------------------------------------------------------------------------------------


def coercion(seed=0, n=3, level=0.6, reach=0.5, capability=0.2, tolerance=0.1, opposition=0.8, exists=True, **changes):
    """One pole that minds ties of this level among n states, and one that minds nothing."""
    minded = np.zeros((2, 4, n))
    minded[0] = opposition * reach
    return SimpleNamespace(
        parameters=parameter_values(changes), opposed_reach=minded, opposition=np.array([[opposition] * 4, [0.0] * 4]),
        reach=np.full((2, n), reach), tolerance=np.full(2, tolerance), capability=np.full(n, capability),
        common_threat=np.zeros((n, n)), threats=np.zeros(n), seed=np.uint64(seed), resistance=1,
        exists=np.full(n, exists),
        situation=SimpleNamespace(
            tie=level * (1 - np.eye(n)) * np.ones((4, 1, 1)), compliance=np.zeros((2, n)), punished=np.ones(n),
            coerced=np.ones((2, n), int), pole_hostility_shift=np.zeros((2, n)), credibility_shift=np.zeros(n),
        ),
    )  # fmt: skip


def coerce(c, clock=0):
    n = len(c.exists)
    poles.coerce(
        c.parameters, c.opposed_reach, c.opposition, c.reach, c.tolerance, c.capability, c.common_threat, c.threats,
        c.seed, 0, clock, np.arange(1, n + 1, dtype=np.uint32), np.array([91, 92], np.uint32), c.resistance, c.exists,
        np.zeros((4, n)), c.situation,
    )  # fmt: skip
    return c.situation


def offended(c, p=0):
    mass = np.zeros(c.situation.tie.shape[:2])
    poles.masses_by_arena(c.situation.tie, mass)
    return poles.offended_mass(c.opposed_reach, mass, p, 0)


def test_offended_mass():
    c = coercion(level=0.5)
    wanted = 0.8 * 0.5 * VISIBILITY.sum() * 2 * 0.5 / 5
    assert offended(c) == pytest.approx(wanted)
    assert offended(c, 1) == offended(coercion(level=0.0)) == 0


def test_small_steps_stay_below_tolerance():
    mass = offended(coercion(level=0.2))
    c = coercion(level=0.2, tolerance=mass, coercion_rate=10.0)
    assert not any(coerce(c, clock).punished.any() or c.situation.coerced.any() for clock in range(300))
    assert (c.situation.tie == coercion(level=0.2).situation.tie).all()


def test_states_that_do_not_exist_are_not_coerced():
    c = coercion(level=1.0, tolerance=0.0, coercion_rate=10.0, exists=False)
    assert not any(coerce(c, clock).coerced.any() for clock in range(100))


def test_coercion_comes_with_its_hazard():
    hits = []
    for clock in range(1500):
        c = coercion(level=0.9, tolerance=0.1, coercion_rate=2.0)
        excess = offended(c) - 0.1
        hits.append(coerce(c, clock).coerced[0, 0] > 0)
    hazard = 1 - np.exp(-2.0 * excess)
    assert np.mean(hits) == pytest.approx(hazard, abs=4 * np.sqrt(hazard / 1500))


CERTAIN = {"level": 0.9, "tolerance": 0.0, "coercion_rate": 1e4}


def test_complying_loosens_visible_ties_and_is_remembered():
    c = coercion(n=2, capability=0.0, **CERTAIN)
    c.exists = np.array([True, False])  # one target
    situation = coerce(c)
    assert situation.coerced[0].tolist() == [1, 0] and situation.punished.tolist() == [1, 0]
    assert situation.tie[:, 0, 1] == pytest.approx(np.array([0.88, 0.88, 1.0, 0.88]) * 0.9)
    assert np.array_equal(situation.tie, situation.tie.transpose(0, 2, 1))
    assert situation.compliance[0, 0] == pytest.approx(0.2)
    assert not situation.pole_hostility_shift.any() and not situation.credibility_shift.any()
    c.tolerance[:] = 9.0  # left in peace, it forgets
    assert coerce(c).compliance[0, 0] == pytest.approx(0.15) and not situation.punished.any()
    for _ in range(4):
        coerce(c)
    assert situation.compliance[0, 0] == 0
    for clock in range(60):
        c.tolerance[:] = 0.0
        assert coerce(c, clock).compliance.max() <= 1


def test_all_are_judged_by_the_ties_as_they_stood_whatever_the_order_of_states():
    """Two that comply with the same pole: what happened to the first must not spare the second."""
    c = coercion(n=2, capability=0.0, **CERTAIN)
    assert coerce(c).coerced[0].tolist() == [1, 1]
    assert c.situation.tie[0, 0, 1] == pytest.approx(0.9 * 0.88**2) and c.situation.tie[2, 0, 1] == 0.9
    lone = offended(coercion(n=2, level=0.9))
    c = coercion(n=2, capability=0.0, level=0.9, tolerance=0.95 * lone, coercion_rate=1e6)
    assert coerce(c).coerced[0].tolist() == [1, 1]  # loosened ties would lie below the tolerance


def test_resisting_raises_hostility_and_credibility_and_keeps_ties():
    c = coercion(n=2, capability=0.9, resistance_bar=0.5, **CERTAIN)
    before = c.situation.tie.copy()
    situation = coerce(c)
    assert situation.coerced[0].tolist() == [2, 2] and situation.punished.tolist() == [1, 1]
    assert np.array_equal(situation.tie, before) and not situation.compliance.any()
    assert (
        situation.pole_hostility_shift[0] == pytest.approx([0.1, 0.1]) and not situation.pole_hostility_shift[1].any()
    )
    assert situation.credibility_shift == pytest.approx([0.05, 0.05])
    c.resistance = 0  # the knock-out: the coerced always comply
    assert coerce(c).coerced[0].tolist() == [1, 1]


@pytest.mark.parametrize(("capability", "answer"), [(0.49, 1), (0.51, 2)])
def test_resistance_needs_strength_in_proportion_to_reach(capability, answer):
    c = coercion(capability=capability, reach=0.5, resistance_bar=1.0, **CERTAIN)
    assert coerce(c).coerced[0, 0] == answer


def backing(common=0.3, threats=0.6, opposition=(0.8, -0.5), reach=0.6, tie=0.5):
    ties = tie * (1 - np.eye(2)) * np.ones((4, 1, 1))
    return poles.backing(
        0, 0, np.array([0.2, 0.4]), ties, np.full((2, 2), common), threats, np.outer(opposition, np.ones(4)),
        np.full((2, 2), reach),
    )  # fmt: skip


def test_backing_is_own_strength_allies_in_the_same_danger_and_the_strongest_supporter():
    assert backing() == pytest.approx(0.2 + 0.5 * 0.4 * 0.3 / 0.6 + 0.5 * 0.6)
    assert backing(common=0.0) == backing(tie=0.0) == backing(threats=0.0) == pytest.approx(0.2 + 0.3)
    assert backing(opposition=(0.8, 0.5)) == backing(opposition=(-0.8, 0.0)) == pytest.approx(0.2 + 0.1)  # not p itself
    assert backing(reach=0.0) == pytest.approx(0.3)


@many
@given(share, share, share, share)
def test_backing_rises_with_ties_and_shared_danger(one, other, common, reach):
    low, high = min(one, other), max(one, other)
    assert backing(tie=low, common=common, reach=reach) <= backing(tie=high, common=common, reach=reach) + 1e-15
    assert backing(common=low * 0.6, reach=reach) <= backing(common=high * 0.6, reach=reach) + 1e-15


# Rule 22 ------------------------------------------------------------------------------------------------------------

N = 4  # nodes 0–3 are states, 4 a pole


def corridors(
    hostility=None, vetoed=None, pole_hostility=0.0, patronage=0.0, consent=0.0, brokerage=1, capacity=0.9, self_veto=False,
    broker_hostility=0.0,
):  # fmt: skip
    """Two corridors: 0–1–2 and 2–pole–3. Gains (N, N) and flows (2,). A second pole brokers; the first may veto."""
    hostile, opposed = np.zeros((N, N)), np.zeros((2, 4, N))
    for i, j in [hostility] if hostility else []:
        hostile[i, j] = hostile[j, i] = 0.9
    if vetoed is not None:
        opposed[:1, CONNECTIVITY, vetoed] = 0.8
        opposed[1, CONNECTIVITY, vetoed] = 0.8 if self_veto else 0.0
    users = np.array([[True, True, True, False], [False, False, True, True]])
    world = SimpleNamespace(
        segment_from=np.array([0, 1, 2, 4]), segment_to=np.array([1, 2, 4, 3]), segment_corridor=np.array([0, 0, 1, 1]),
        corridor_gain=np.array([0.3, 0.2]), corridor_users=users, brokerage=brokerage,
    )  # fmt: skip
    gains, flow = np.zeros((N, N)), np.zeros(2)
    offered = np.zeros((2, 4))
    offered[1, CONNECTIVITY] = patronage
    pole_hostilities = np.stack([np.full(N, pole_hostility), np.full(N, broker_hostility)])
    rules.corridors.corridor_gains(
        world, np.full(4, capacity), hostile, pole_hostilities, opposed, offered,
        np.full((4, N, N), consent), 0.5, flow, gains,
    )  # fmt: skip
    return gains, flow


def test_a_corridor_is_the_product_of_its_segments():
    gains, flow = corridors()
    assert flow == pytest.approx([0.81, 0.81])
    assert gains[0, 1] == gains[0, 2] == pytest.approx(0.3 * 0.81)
    assert gains[2, 3] == pytest.approx(0.2 * 0.81)
    assert gains[0, 3] == gains[1, 3] == 0 and not gains[range(N), range(N)].any()
    assert np.array_equal(gains, gains.T)


def test_one_closed_segment_makes_a_corridor_worthless():
    assert corridors(capacity=0.0)[1].tolist() == [0, 0]
    assert corridors(hostility=(0, 1))[1] == pytest.approx([0, 0.81])
    assert corridors(vetoed=1)[1] == pytest.approx([0, 0.81])
    assert corridors(pole_hostility=0.9)[1] == pytest.approx([0.81, 0])  # a segment through a hostile pole
    gains, _ = corridors(vetoed=2)
    assert not gains.any()  # state 2 hosts a segment of both


def test_a_broker_opens_a_vetoed_segment_with_the_consent_of_both_hosts_whatever_policing_is():
    assert corridors(vetoed=1, patronage=0.6, consent=0.1)[1] == pytest.approx([0.81, 0.81])
    assert corridors(vetoed=1, patronage=0.6, consent=0.0)[1][0] == 0
    assert corridors(vetoed=1, patronage=0.5, consent=0.1)[1][0] == 0
    assert corridors(vetoed=1, patronage=0.6, consent=0.1, brokerage=0)[1][0] == 0
    assert corridors(vetoed=3, patronage=0.6, consent=0.1, pole_hostility=0.9)[1][1] == 0


def test_a_broker_neither_vetoes_nor_is_hostile_nor_makes_peace():
    open_to_brokers = {"vetoed": 1, "patronage": 0.6, "consent": 0.1}
    assert corridors(**open_to_brokers, self_veto=True)[1][0] == 0
    assert corridors(**open_to_brokers, broker_hostility=0.6)[1][0] == 0
    assert corridors(**open_to_brokers, broker_hostility=0.5)[1][0] == pytest.approx(0.81)
    assert corridors(hostility=(0, 1), patronage=0.6, consent=0.1)[1][0] == 0


def test_a_broker_does_not_build_capacity():
    assert corridors(vetoed=1, patronage=0.6, consent=0.1, capacity=0.0)[1].tolist() == [0, 0]

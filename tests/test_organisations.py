"""Rules 23–25: organisations are what their members' ties make of them."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain import rules

from sim.parameters import parameter_values
from sim.world import NEVER

organisations = rules.organisations
many = settings(max_examples=150, deadline=None)
N, M = 5, 3  # slot 0: an organisation, slot 1: another, slot 2: free
FULL, OBSERVER = 1.0, 0.5
HURDLE, BAR = 0.35, 0.05
WANTED, LUKEWARM, UNWANTED = 0.7, 0.36, 0.1


def symmetric(level):
    return level * (1 - np.eye(N)) * np.ones((4, 1, 1))


def setting(members=(0, 1, 2), want=WANTED, tie=0.5, leader=-1, pole_tie=0.5, **changes):
    """Everything that rules 23–25 read: N states of one mind, one pole, M slots."""
    given = SimpleNamespace(
        parameters=parameter_values({"hurdle": HURDLE, "accession_bar": BAR} | changes),
        policing=np.array([0.8]), bandwidth=np.array([0.5]), pole_hostility=np.zeros((1, N)),
        repertoire=np.full((4, N), 0.8), exists=np.ones(N, bool),
        world=SimpleNamespace(
            leader=np.array([leader, -1, -1]), opens=np.array([0, 0, NEVER]), offered_to=np.zeros((M, N), bool),
            open_to=np.ones((M, N), bool), remit=np.ones((M, 4), bool), secretariat=np.full(M, 0.5),
            exit_cost=np.full(M, 0.2), organisation_legitimacy=np.array([0.3, 0.8, 0.0]),
            exclusive=np.zeros(M, bool), state_keys=np.arange(1, N + 1, dtype=np.uint32),
        ),
        situation=SimpleNamespace(
            tie=symmetric(tie), intent=symmetric(want), pole_tie=np.full((4, 1, N), pole_tie),
            membership=np.zeros((M, N)), established=np.array([1, 0, 0]), depth=np.zeros((M, 4)), finance=np.zeros(M),
            below_exit=np.zeros((M, N), int), perceived_permissiveness=np.ones((4, N)),
        ),
    )  # fmt: skip
    given.world.offered_to[:2] = True  # so that slot 2 alone is free
    given.situation.membership[0, list(members)] = FULL
    return given


def change(c, quarters=1):
    for _ in range(quarters):
        organisations.change_members(
            c.world, c.parameters, c.policing, c.bandwidth, c.pole_hostility, c.repertoire, c.exists, c.situation,
            np.zeros(N, np.int64), np.zeros(N),
        )  # fmt: skip
    return c.situation.membership[0].tolist()


def value(c, i, hurdle=HURDLE):
    listed = np.zeros(N, np.int64)
    count = organisations.list_members(c.situation.membership[0], listed)
    values = np.zeros(N)
    organisations.values_of(
        c.world.leader[0], c.world.remit[0], listed, count, c.situation.intent, c.situation.pole_tie, c.policing,
        c.bandwidth, hurdle, values,
    )  # fmt: skip
    return values[i]


# Rule 25: value and consent -----------------------------------------------------------------------------------------


def test_value_is_the_mean_intent_toward_members_above_the_hurdle():
    c = setting()
    c.situation.intent[:, 3, 0] = [0.1, 0.2, 0.3, 0.4]
    assert value(c, 3) == pytest.approx((0.25 + 0.7 + 0.7) / 3 - HURDLE)
    c.world.remit[0] = [False, False, False, True]
    assert value(c, 3) == pytest.approx((0.4 + 0.7 + 0.7) / 3 - HURDLE)
    c.situation.membership[0, 4] = OBSERVER  # an observer is no member to be judged
    assert value(c, 3) == pytest.approx((0.4 + 0.7 + 0.7) / 3 - HURDLE)
    assert value(setting(members=()), 3) == -HURDLE


@many
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.9))
def test_a_leading_pole_is_one_more_member_by_the_credibility_of_its_pact(tie, policing, bandwidth, hurdle):
    c = setting(leader=0, pole_tie=tie)
    c.policing[:], c.bandwidth[:] = policing, bandwidth
    worth = hurdle + (1 - hurdle) * tie * policing * bandwidth
    assert value(c, 3, hurdle) == pytest.approx((3 * WANTED + worth) / 4 - hurdle)
    c.situation.membership[:] = 0
    alone = (1 - hurdle) * tie * policing * bandwidth  # tie 0 is indifference (decision 001)
    assert value(c, 3, hurdle) == pytest.approx(alone)


def test_accession_needs_value_and_every_members_consent():
    assert change(setting()) == [1, 1, 1, 1, 1]
    c = setting()
    c.situation.intent[:, 2, 3] = UNWANTED  # one member says no to one candidate
    assert change(c) == [1, 1, 1, 0, 1]
    c.situation.intent[:, 2, 3] = HURDLE + BAR  # the bar itself is not enough
    assert change(c) == [1, 1, 1, 0, 1]
    c = setting()
    c.situation.intent[:, 3] = UNWANTED  # the candidate says no
    assert change(c) == [1, 1, 1, 0, 1]


def test_candidates_are_judged_by_the_members_at_the_start_of_the_quarter():
    c = setting()
    c.situation.intent[:, 3, 4] = c.situation.intent[:, 4, 3] = UNWANTED  # they would veto one another
    assert change(c) == [1, 1, 1, 1, 1]


def test_observers():
    c = setting()
    c.situation.intent[:, 3] = LUKEWARM
    assert change(c) == [1, 1, 1, OBSERVER, 1]
    c.situation.intent[:, 3] = WANTED
    assert change(c) == [1, 1, 1, 1, 1]  # and may become a member
    c = setting()
    c.repertoire[2, 3] = 0.1  # its culture rules an arena out
    assert change(c) == [1, 1, 1, OBSERVER, 1]
    c = setting()
    c.repertoire[2, 3], c.world.remit[0, 2] = 0.1, False  # but not one that the remit does not hold
    assert change(c) == [1, 1, 1, 1, 1]


def test_who_may_not_accede_stays_out():
    c = setting()
    c.world.open_to[0, 3] = False
    c.exists[4] = False
    assert change(c) == [1, 1, 1, 0, 0]
    c = setting(leader=0)
    c.pole_hostility[0, 3] = 0.6
    assert change(c) == [1, 1, 1, 0, 1]  # a hostile pole does not consent


def test_exit_after_four_quarters_in_a_row():
    c = setting(want=UNWANTED)
    c.situation.intent[:, :3, :3] = WANTED
    c.situation.intent[:, 0] = 0.1  # below .35 − .2
    assert change(c, 3) == [1, 1, 1, 0, 0]
    assert change(c) == [0, 1, 1, 0, 0]
    c = setting(want=UNWANTED)
    c.situation.intent[:, :3, :3] = WANTED
    for _ in range(3):  # a good quarter begins the count anew
        c.situation.intent[:, 0] = 0.1
        assert change(c, 3) == [1, 1, 1, 0, 0]
        c.situation.intent[:, 0] = 0.2
        assert change(c) == [1, 1, 1, 0, 0]


def test_a_dearer_exit_holds_members():
    c = setting(want=UNWANTED)
    c.world.exit_cost[0] = 0.3
    assert change(c, 10) == [1, 1, 1, 0, 0]


def test_overlap_is_allowed_unless_exclusive():
    def joined(exclusive=()):
        c = setting()
        c.situation.established[1] = 1
        c.situation.membership[1, [3, 4]] = FULL
        c.situation.intent[:] = symmetric(WANTED)
        c.world.open_to[1] = False
        c.world.exclusive[list(exclusive)] = True
        return change(c)

    assert joined() == [1, 1, 1, 1, 1]
    assert joined([0]) == joined([1]) == [1, 1, 1, 0, 0]
    assert joined([2]) == [1, 1, 1, 1, 1]


# Rules 23 and 25: offers and founding -------------------------------------------------------------------------------


def offer(c, quarter=0):
    c.situation.established[:], c.situation.membership[:] = 0, 0
    organisations.open_offers(
        quarter, c.world, c.parameters, c.policing, c.bandwidth, c.pole_hostility, c.repertoire, c.exists, c.situation,
        np.zeros(N, np.int64), np.zeros(N),
    )  # fmt: skip
    return c.situation.membership[0].tolist()


def test_offers_open_in_their_quarter_and_nobody_is_put_in():
    assert offer(setting(members=())) == [1, 1, 1, 1, 1]
    assert offer(setting(members=()), quarter=1) == [0] * 5
    assert offer(setting(members=(), want=UNWANTED)) == [0] * 5
    c = setting(members=())
    c.world.offered_to[0, 3], c.exists[4], c.repertoire[0, 2] = False, False, 0.1
    assert offer(c) == [1, 1, OBSERVER, 0, 0]
    assert c.situation.established.tolist() == [1, 1, 0] and not c.situation.depth.any()


def test_an_offer_of_a_pole_is_judged_by_the_pole():
    assert offer(setting(members=(), want=UNWANTED, leader=0)) == [1, 1, 1, 1, 1]
    assert offer(setting(members=(), want=WANTED, leader=0, pole_tie=0.0)) == [0] * 5
    c = setting(members=(), leader=0)
    c.pole_hostility[0, 1] = 0.6
    assert offer(c) == [1, 0, 1, 1, 1]
    c.policing[:] = 0.0  # a pact without credibility
    assert offer(c) == [0] * 5


def found(c, clock=0):
    organisations.found(c.world, c.parameters, np.uint64(1), 0, clock, c.repertoire, c.exists, c.situation, np.zeros(N))
    return c.situation.membership[2].tolist()


def founding(core=0.6, others=0.2, arenas=2, **changes):
    c = setting(members=(), tie=others, **{"found_rate": 1.0} | changes)
    c.situation.tie[:arenas, 0, 1] = c.situation.tie[:arenas, 1, 0] = core
    return c


def test_a_core_invites_those_tied_to_it():
    c = founding()
    c.situation.tie[:, 4] = c.situation.tie[:, :, 4] = 0.1  # below .12: not invited
    assert found(c) == [1, 1, 1, 1, 0]
    assert c.situation.established.tolist() == [1, 0, 1] and c.situation.finance[2] == pytest.approx(0.1)
    assert not c.situation.depth.any()  # founded with depth 0


def test_founding_needs_three():
    c = founding(others=0.1)
    assert found(c) == [0] * 5 and c.situation.established[2] == 0
    c.situation.tie[:, 2, :2] = c.situation.tie[:, :2, 2] = np.maximum(c.situation.tie[:, 2, :2], 0.3)
    assert found(c) == [1, 1, 1, 0, 0]


def test_guests_and_core_must_want_each_other():
    c = founding()
    c.situation.intent[:, 2, :2] = UNWANTED
    c.situation.intent[:, 1, 3] = UNWANTED
    assert found(c) == [1, 1, 0, 0, 1]
    c = founding()
    c.repertoire[0, 2:] = 0.1
    assert found(c) == [0] * 5


@pytest.mark.parametrize("unfit", [{"arenas": 1}, {"core": 0.4}, {"found_rate": 0.0}])
def test_no_core_no_proposal(unfit):
    assert found(founding(**unfit)) == [0] * 5


def test_a_pair_with_an_organisation_of_its_own_needs_no_other_but_a_poles_does_not_count():
    c = founding()
    c.situation.membership[0, :2] = FULL
    assert found(c) == [0] * 5
    c.world.leader[0] = 0
    assert found(c) == [1, 1, 1, 1, 1]


def test_guests_who_are_bound_elsewhere_stay_away():
    c = founding()
    c.situation.membership[0, 2:4] = FULL
    c.world.exclusive[0] = True
    assert found(c) == [1, 1, 0, 0, 1]


def test_a_core_that_is_bound_elsewhere_founds_nothing():
    c = founding()
    c.situation.membership[0, 0] = FULL
    c.world.exclusive[0] = True
    assert found(c) == [0] * 5


def test_founding_comes_with_its_rate_and_only_where_a_slot_is_free():
    share = np.mean([found(founding(found_rate=0.1), clock)[0] for clock in range(1000)])
    assert share == pytest.approx(0.1, abs=4 * np.sqrt(0.09 / 1000))
    c = founding()
    c.situation.established[2] = 1
    assert found(c) == [0] * 5


# Rule 24 ------------------------------------------------------------------------------------------------------------


@many
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0, 1))
def test_quantile_is_that_of_numpy(values, share):
    buffer = np.array(values + [9.0])
    assert rules.deepening.quantile(buffer, len(values), share) == pytest.approx(np.quantile(values, share))
    assert rules.deepening.quantile(np.array(values), len(values), 0.0) == min(values)
    assert rules.deepening.quantile(np.array(values), len(values), 1.0) == max(values)


def deepen(c, quarters=1):
    for _ in range(quarters):
        rules.deepening.deepen(
            c.world, c.parameters, c.policing, c.bandwidth, c.situation, np.zeros(N, np.int64), np.zeros(N)
        )
    return c.situation.depth[0]


def test_depth_moves_toward_its_target_with_secretariat_and_finance():
    c = setting(tie=0.4, finance_growth=0.0)
    assert deepen(c) == pytest.approx(0.1 * 0.5 * 0.5 * 0.4)
    assert deepen(c, 2000) == pytest.approx(0.4)
    assert deepen(setting(tie=0.4, finance_growth=0.0, members=(0,))) == pytest.approx(0)  # one is no organisation
    c = setting(tie=0.4)
    c.world.secretariat[0] = 0.0
    assert deepen(c, 10) == pytest.approx(0)
    c = setting(tie=0.4, finance_growth=0.0)
    c.world.remit[0] = [True, False, True, True]
    assert (deepen(c) > 0).tolist() == [True, False, True, True]
    c = setting(tie=0.4, finance_growth=0.0)
    c.situation.finance[0] = 1.0
    assert deepen(c) == pytest.approx(0.1 * 0.5 * 1.5 * 0.4)


def test_under_consensus_the_least_willing_sets_the_depth():
    def settled(quantile):
        c = setting(tie=0.6, consensus_quantile=quantile)
        c.situation.tie[:, 2] = c.situation.tie[:, :, 2] = 0.2
        return deepen(c, 3000)[1]

    assert settled(0.0) == pytest.approx(0.2)
    assert settled(0.5) == settled(1.0) == pytest.approx(0.4)


def test_defence_deepens_only_as_far_as_the_most_fearful_member_sees_room():
    c = setting(tie=0.6)
    c.situation.perceived_permissiveness[0] = [0.9, 0.5, 0.3, 0.0, 0.0]  # the last two are no members
    assert deepen(c, 3000) == pytest.approx([0.18, 0.6, 0.6, 0.6])


def test_finance_grows_with_connectivity_and_stays_below_one():
    c, d = setting(tie=0.4), setting(tie=0.8)
    deepen(c), deepen(d)
    assert c.situation.finance[0] == pytest.approx(0.02 * 0.4)
    assert d.situation.finance[0] > c.situation.finance[0]
    deepen(d, 2000)
    assert 0.9 < d.situation.finance[0] <= 1
    poor = setting(tie=0.4)
    poor.situation.tie[1] = 0
    deepen(poor)
    assert poor.situation.finance[0] == 0


def test_a_leading_pole_is_one_more_fellow():
    c = setting(tie=0.4, leader=0, pole_tie=1.0, finance_growth=0.0)
    assert deepen(c, 3000) == pytest.approx((2 * 0.4 + 0.8 * 0.5) / 3)


def test_what_is_shared():
    c = setting(members=(0, 1))
    c.situation.established[1] = 1
    c.situation.membership[0, 2] = OBSERVER
    c.situation.membership[1, [0, 1]] = FULL
    c.situation.depth[0], c.situation.depth[1] = 0.4, 0.7
    depth, legitimacy = np.full((4, N, N), np.nan), np.full((N, N), np.nan)
    rules.deepening.shared_depth(c.world, c.situation, np.zeros(N, int), depth, legitimacy)
    assert depth[:, 0, 1] == pytest.approx(1.0) and legitimacy[0, 1] == 0.8  # summed and capped; the highest
    assert depth[:, 0, 2] == pytest.approx(0.2) and legitimacy[0, 2] == pytest.approx(0.15)  # an observer by half
    assert not depth[:, 3:].any() and not depth[:, range(N), range(N)].any()
    assert np.array_equal(depth, depth.transpose(0, 2, 1)) and np.array_equal(legitimacy, legitimacy.T)
    c.situation.established[:] = 0
    rules.deepening.shared_depth(c.world, c.situation, np.zeros(N, int), depth, legitimacy)
    assert not depth.any() and not legitimacy.any()

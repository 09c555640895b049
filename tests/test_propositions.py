"""The decision rule, each proposition's own judgement on made-up tables, and small runs that must repeat."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis import cli_propositions
from analysis.propositions import EURASIA, IDS, propositions
from analysis.propositions import changes as do
from analysis.propositions.arms import Arm
from analysis.propositions.capped import run_stepped
from analysis.propositions.command import FEW, FEW_IN_WORDS, run_propositions
from analysis.propositions.experiment import Finding
from analysis.propositions.laboratory import measure, try_propositions
from analysis.propositions.report import components, row
from analysis.propositions.rule import FALSIFIED, HOLDS, UNDETERMINED, contrast, decide, level, surely_above
from sim.engine import RADIUS_RUNS, run_all
from sim.errors import NcrError
from sim.parameters import parameter_values
from sim.scenario.schema import Scenario
from sim.world import ARENAS

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
TEACHING = SCENARIOS / "teaching" / "twelve.yaml"
DRAWS, REPLICATES = 12, 3
KIN = ("BEX", "FEN", "GOR", "JUN", "KEL")
VILLAGE = replace(
    EURASIA, scenario=TEACHING, early=TEACHING, organisation="RIVER_COUNCIL", kin=KIN, true_members=KIN, core=("FEN", "BEX"),
    second_core=("GOR", "KEL"), opened="2016Q4",
)  # fmt: skip
NOISE = 1e-3 * np.random.default_rng(5).normal(size=(DRAWS, REPLICATES))

# What each proposition would see if it held, and if it were false: {arm: {measure: value}}; what is not named is DEFAULT.
DEFAULT = {
    "P7": {}, "P8": {}, "P4": {"class": 1, "class by": 1}, "P5": dict.fromkeys(ARENAS, 0.1),
    "P10": dict.fromkeys(
        ["depth early", "depth late", *(f"{a} {w}, {s}" for a in ("defence", "connectivity") for w in ("early", "late") for s in ("core", "member"))],
        0.5,
    ),
    "P12": {"core": 0.5, "depth": 0.5}, "P13": {"hedgers": 0.9, "single": 0.1, "index": 0.3, "to pole": 0.2, "members": 4},
    "P14": {"share": 0.2, "concentration": 0.3, "other share": 0.2}, "P17": {"defence": 0.02},
    "P18": {"precision": 0.95, "right": 4.5, "outsiders": 0, "entry": 100, "quarters": 136}, "P19": {"near": 0.3, "core tie": 0.3, "tie": 0.1},
    "P20": {"link": 0.1, "far": 0.1}, "P21": {"index": 0.5, "to pole": 0.1, "connectivity": 0.5, "defence": 0.5, "institutions": 0.5},
    "P24": {"soft": 0.3, "soft tie": 0.3, "hard tie": 0.3}, "P25": {"zombies": 0.3},
}  # fmt: skip
HELD = {
    "P1": {"open, real": {"bloc": 0.6}},
    "P2": {"open, real": {"index": 0.5}},
    "P3": {"baseline": {"bloc": 0.6}},
    "P4": {"transplanted": {"class": 3}},
    "P5": {"baseline": {"index": 0.5}, **{f"no {a}": dict.fromkeys(ARENAS, 0.05) for a in ARENAS}},
    "P6": {
        "baseline": {"adopts at": 2, "connectivity at": 0.3, "defence soon": 0.2}, "early": {"adopts before": 2},
        "late": {"connectivity at": 0.1},
    },
    "P9": {"open 40": {"index": 0.5}, "open 8": {"index": 0.2}},
    "P10": {
        f"early, {s}": {f"defence early, {s}": 0.2, f"connectivity early, {s}": 0.4, "depth early": 0.2} for s in ("core", "member")
    },
    "P11": {"baseline": {"bloc": 0.6}},
    "P12": {"no overstretch": {"depth": 0.2}},
    "P13": {"exclusive offer": {"members": 1}, "abandonment": {"to pole": 0.6}},
    "P14": {"confrontation": {"share": 0.4, "other share": 0.25}},
    "P15": {
        "sudden": {"middle": 0.5, "low veto": 0.2}, "optimists": {"kin": 0.5}, "central": {"middle": 0.5},
        "ambiguous": {"middle": 0.5}, "late": {"late": 0.5},
    },
    "P16": {
        f"{words}, opposition {o}": {"index": v}
        for words, row in (("low reach", (0.3, 0.4, 0.4, 0.3)), ("high reach", (0.3, 0.35, 0.2, 0.1)))
        for o, v in zip((0.0, 0.5, 1.0, 1.5), row, strict=True)
    },
    "P17": {"median rule": {"defence": 0.1}, "equal exposure": {"defence": 0.2}, "one threat": {"defence": 0.6}},
    "P18": {"old leader": {"entry": 130}},
    "P19": {
        "retrenchment": {"tie": 0.15}, "overstretch": {"near": 0.6, "tie": 0.2}, "both": {"near": 0.6, "tie": 0.4},
        "both, no norms": {"core tie": 0.2}, "both, no policing": {"near": 0.6},
    },
    "P20": {
        "g 1": {"link": 0.5}, "g 1, policing": {"link": 0.5}, "g 1, strong": {"link": 0.2}, "g 0, strong": {"link": 0.05},
    },
    "P21": {"filled": {"index": 0.2, "to pole": 0.4, "connectivity": 0.2, "defence": 0.45, "institutions": 0.45}},
    "P22": {"free": {"centre": 0.2}, "no growth": {"centre": 0.18}},
    "P23": {"confrontation": {"effort": 0.4}, "neither": {"depth": 0.3}},
    "P24": {"norms held": {"soft": 0.1, "soft tie": 0.1}},
    "P25": {arm: {"zombies": 0.5} for arm in ("no finance", "no secretariat", "no stakes")},
}  # fmt: skip
FALSE = {
    "P1": {"open, real": {"bloc": 0.6}, "closed, real": {"bloc": 0.6}},
    "P2": {"open, real": {"index": 0.2}, "closed, real": {"index": 0.5}},
    "P3": {"kin only": {"three deep": 0.5}},
    "P4": {"real": {"class by": 5, "class": 5}},
    "P5": {"baseline": {"index": 0.5}},
    "P6": {arm: {"adopts at": 2} for arm in ("baseline", "no jump", "early", "late")},
    "P9": {"open 40": {"index": 0.5}, "open 8": {"index": 0.5}},
    "P10": {f"late, {s}": {f"defence late, {s}": 0.2} for s in ("core", "member")},
    "P11": {arm: {"bloc": 0.6} for arm in ("baseline", "no core", "other core")},
    "P12": {},
    "P13": {"baseline": {"single": 0.8}},
    "P14": {},
    "P15": {"sudden": {"middle": 0.1}, "open": {"middle": 0.1}},
    "P16": {
        f"{words}, opposition {o}": {"index": v}
        for words, row in (("low reach", (0.4, 0.3, 0.2, 0.1)), ("high reach", (0.3, 0.2, 0.1, 0.05)))
        for o, v in zip((0.0, 0.5, 1.0, 1.5), row, strict=True)
    },
    "P17": {"baseline": {"defence": 0.5}},
    "P18": {"baseline": {"outsiders": 1}},
    "P19": {"both, no policing": {"near": 0.8}},
    "P20": {"g 1": {"far": 0.5}},
    "P21": {},
    "P22": {"free": {"centre": 0.2}, "suppressed": {"centre": 0.2}, "no growth": {"centre": 0.2}},
    "P23": {"baseline": {"alive": 0.9}},
    "P24": {"norms held": {"soft": 0.1, "soft tie": 0.1, "hard tie": 0.1}},
    "P25": {},
}  # fmt: skip
FOR_TEACHING_WORLD = ("P1", "P2")


def made_up(proposition, arms: dict, noise: float = 1.0) -> dict:
    """A table in which every measure of every arm is its value plus noise, most of which all arms share."""
    assert all(arm in proposition.arms for arm in arms)
    assert all(name in proposition.measures for given in arms.values() for name in given)
    default, table = DEFAULT.get(proposition.id, {}), {}
    for number, arm in enumerate(proposition.arms):
        own = 1e-3 * np.random.default_rng(number).normal(size=NOISE.shape)
        values = default | arms.get(arm, {})
        table[arm] = {name: values.get(name, 0.0) + noise * (NOISE + 1e-3 * own) for name in proposition.measures}
    return table


def portfolios(slope: float) -> dict:
    """P7. Spread across replicates that falls with clarity by ``slope``."""
    draw = np.random.default_rng(3).normal(size=(DRAWS, REPLICATES, 4))
    spread = {c: 1.0 - slope * c for c in (0.1, 0.3, 0.5, 0.7, 0.9)}
    return {f"clarity {c}": {"portfolio": s * draw, "between": NOISE, "tie": NOISE} for c, s in spread.items()}


def swaps(haste: float, calm: float) -> dict:
    """P8. Squared change by leaders and by institutions, as ``haste`` : 1 and ``calm`` : 1."""
    own = np.zeros((DRAWS, REPLICATES, 1))
    table = {}
    for words, ratio in (("haste", haste), ("calm", calm)):
        table[f"{words}: own"] = {"ties": own}
        table[f"{words}: leaders"] = {"ties": own + np.sqrt(ratio) + NOISE[..., None]}
        table[f"{words}: institutions"] = {"ties": own + 1.0}
    return table


def table_of(proposition, held: bool) -> dict:
    if proposition.id == "P7":
        return portfolios(0.8 if held else 0.0)
    if proposition.id == "P8":
        return swaps(4.0, 0.25) if held else swaps(0.25, 0.25)
    return made_up(proposition, (HELD if held else FALSE)[proposition.id])


def test_every_proposition_is_here():
    assert IDS == tuple(f"P{n}" for n in range(1, 26))
    everything = propositions()
    assert [p.id for p in everything] == list(IDS)
    for p in everything:
        assert p.claim and p.rows and p.expected and p.falsifier and p.term and len(p.arms) >= 2
    with pytest.raises(NcrError, match="no proposition P26"):
        propositions(["P1", "p26"])


@pytest.mark.parametrize("proposition", propositions(), ids=lambda p: p.id)
def test_each_can_hold_and_can_fail(proposition):
    found = proposition.find(table_of(proposition, True))
    assert found.verdict == HOLDS, found.reason
    failed = proposition.find(table_of(proposition, False))
    assert failed.verdict == FALSIFIED and failed.reason


@pytest.mark.parametrize("proposition", propositions(), ids=lambda p: p.id)
def test_an_experiment_without_variation_tells_nothing(proposition):
    """Neither when all arms are alike nor when a difference between arms never varies, nor when every run failed."""
    tables = [table_of(proposition, True)]
    if proposition.id not in ("P7", "P8"):
        tables = [made_up(proposition, arms, 0.0) for arms in ({}, HELD[proposition.id], FALSE[proposition.id])]
    else:
        tables = [{arm: {k: np.ones_like(v) for k, v in row.items()} for arm, row in tables[0].items()}]
    tables.append({arm: {k: np.full_like(v, np.nan) for k, v in row.items()} for arm, row in tables[0].items()})
    for table in tables:
        assert proposition.find(table).verdict == UNDETERMINED


def test_rule_reaches_each_verdict():
    zero = np.zeros((DRAWS, REPLICATES))
    up = contrast("up", 1.0 + NOISE, NOISE)
    assert up.met and up.share == 1.0 and not up.reversed and not up.absent
    down = contrast("down", NOISE, 1.0 + NOISE)
    assert down.reversed and down.absent and not down.met
    flat = contrast("flat", 1.0 + 2 * NOISE, 1.0 + NOISE)
    assert flat.absent and not flat.met
    still = contrast("still", zero, zero)
    assert not still.varied and not still.met and not still.absent
    assert decide([up], [])[0] == HOLDS
    assert decide([up, flat], [])[0] == UNDETERMINED
    assert decide([up], [(True, "so")]) == (FALSIFIED, "so")
    assert decide([still], [(True, "so")])[0] == UNDETERMINED
    assert decide([level("given", zero, at_most=1.0)], [])[0] == UNDETERMINED  # nothing was compared
    assert decide([up, level("too much", 1.0 + NOISE, at_most=0.5)], [])[0] == UNDETERMINED
    assert decide([up, contrast("beside", NOISE, 1 + NOISE, beside=True)], [])[0] == HOLDS


def test_share_of_draws_counts_silent_draws_against_the_claim():
    first = np.zeros((10, 2))
    first[:7] = 1.0
    found = contrast("seven of ten", first, np.zeros((10, 2)))
    assert found.share == 0.7 and found.low > 0 and not found.met
    assert found.wrong == 0.0  # of the draws that differ, none lacks the sign
    rare = np.zeros((100, 2))
    rare[0] = -1.0
    assert np.isnan(contrast("too few differ", rare, np.zeros((100, 2))).wrong)


def test_detectable_effect_is_what_eighty_per_cent_power_finds():
    generator = np.random.default_rng(0)
    spread = contrast("", generator.normal(size=(60, 1)), np.zeros((60, 1)))
    shifted = [
        contrast("", spread.detectable + generator.normal(size=(60, 1)), np.zeros((60, 1))).low > 0 for _ in range(400)
    ]
    assert 0.7 < np.mean(shifted) < 0.9


def test_rare_events_refute_nothing():
    first, second = np.zeros((60, 4)), np.zeros((60, 4))
    first[0, 0] = second[0, 0] = second[1, 0] = 1.0  # two events against one in 240 runs
    found = contrast("", first, second)
    assert found.varied and not found.absent and not found.reversed and not found.mostly_wrong
    assert not surely_above(second - 0.8 * first, 0.0)
    p1 = propositions(["P1"])[0]
    table = {arm: {name: np.zeros((60, 4)) for name in p1.measures} for arm in p1.arms}
    table["open, real"]["bloc"], table["closed, real"]["bloc"] = first, second
    assert p1.find(table).verdict == UNDETERMINED
    same = contrast("", first, first)
    assert same.common < 0.1 and not same.absent  # an event in one draw of sixty does not show that nothing changes
    often = np.zeros((60, 4))
    often[::2] = 1.0
    assert contrast("", often, often).absent


def test_levels_that_must_be_missed_for_sure():
    noisy = np.random.default_rng(1).normal(size=(40, 2))
    noisy += 0.01 - noisy.mean()
    assert not level("", noisy, at_most=0.0).met
    assert level("", noisy, at_most=0.0, sure=True).met
    assert not level("", 1.0 + NOISE, at_most=0.0, sure=True).met


def test_failed_runs_are_left_out_of_both_arms():
    first, second = 1.0 + NOISE, NOISE.copy()
    second[0] = np.nan
    found = contrast("", first, second)
    assert found.draws == DRAWS - 1 and np.isnan(found.by_draw[0])


@pytest.fixture(scope="module")
def village_tables():
    chosen = propositions(FOR_TEACHING_WORLD, VILLAGE)
    return chosen, measure(chosen, VILLAGE, 2, 1, replicates=2, threads=2)


def test_same_seed_same_numbers_on_any_number_of_threads(village_tables):
    chosen, first = village_tables
    again = measure(chosen, VILLAGE, 2, 1, replicates=2, threads=1)
    for code in first:
        for arm in first[code]:
            for name, values in first[code][arm].items():
                assert values.shape[:2] == (2, 2)
                np.testing.assert_array_equal(values, again[code][arm][name])
    other = measure(chosen[:1], VILLAGE, 2, 2, replicates=2)
    assert not np.array_equal(other["P1"]["open, real"]["tie"], first["P1"]["open, real"]["tie"])


def test_arms_share_draws_and_are_run_once(village_tables):
    chosen, tables = village_tables
    for arm in ("open, real", "closed, weak"):
        np.testing.assert_array_equal(tables["P1"][arm]["index"], tables["P2"][arm]["index"])
    ran = []
    measure(chosen, VILLAGE, 2, 1, replicates=2, done=lambda done, total: ran.append(total))
    assert len(ran) == len({arm for p in chosen for arm in p.arms.values()})


def test_the_opening_is_not_credited_where_no_pole_reaches(tmp_path):
    """Without reach permissiveness is 1 whatever the drivers do: P1 must not hold, however often blocs form."""
    text = TEACHING.read_text().replace("worlds/twelve.yaml", str(TEACHING.parent / "worlds" / "twelve.yaml"))
    file = tmp_path / "free.yaml"
    file.write_text(text + "knockouts: [reach]\n")
    case = replace(VILLAGE, scenario=file, early=file)
    (finding,) = try_propositions(propositions(["P1"], case), case, 6, 1, replicates=2)
    assert finding.verdict != HOLDS
    assert "1.000 closed, 1.000 open" in finding.remarks[0]


def test_stepped_runs_are_the_runs_of_the_engine():
    scenario, compiled = Arm(end="2012Q4").compile(Scenario.load(TEACHING))
    tasks = [(RADIUS_RUNS + r, parameter_values()) for r in range(2)]
    stepped = run_stepped(compiled, tasks, ("2008Q1", "2012Q4", ()))
    recorded = run_all(compiled, tasks)
    row = compiled.quarters.index(compiled.quarters[-1] - 19)
    for run, recording in enumerate(recorded):
        for place, t in enumerate((row, -1)):
            np.testing.assert_allclose(stepped[run, place, :3], recording.system[t, :3], rtol=1e-6)
            np.testing.assert_allclose(stepped[run, place, 4], recording.system[t, 5], rtol=1e-5)
    capped = run_stepped(compiled, tasks, ("2008Q1", "2012Q4", KIN))
    assert (capped[:, 0] == stepped[:, 0]).all() and (capped[:, 1, 4] < stepped[:, 1, 4]).all()


def compiled_with(*changes, **arm):
    return Arm(changes=changes, **arm).compile(Scenario.load(TEACHING))[1]


def test_changes_do_what_their_names_say():
    base = compiled_with()
    held = compiled_with(do.hold_drivers("2016Q4")).drivers
    row = base.quarters.index(do.poles.ordinal("2016Q4"))
    assert (held.policing[0] == base.drivers.policing[0]).all() and (
        held.policing[1:] == base.drivers.policing[row]
    ).all()
    open_ = compiled_with(do.window("2016Q4", 8, "2012Q1")).drivers.bandwidth[:, 0]
    close = base.quarters.index(do.poles.ordinal("2012Q1"))
    assert (open_[close:] == open_[0]).all() and (open_[: close - 8] == open_[0]).all()
    assert (open_[close - 8 : close] == base.drivers.bandwidth[row, 0]).all()
    shut = compiled_with(do.close({"OCEAN": "policing"}, "2016Q1", 4)).drivers.policing[:, 1]
    at = base.quarters.index(do.poles.ordinal("2016Q1"))
    assert np.all(np.diff(shut[at - 1 : at + 4]) > 0) and (shut[at + 3 :] == shut[0]).all()
    uniform = compiled_with(do.uniform_kinship()).world.kinship
    assert uniform.sum() == pytest.approx(base.world.kinship.sum()) and np.ptp(uniform[~np.eye(12, dtype=bool)]) == 0
    permuted = do.permuted_kinship().apply(base, np.random.default_rng(1)).world.kinship
    assert sorted(permuted.ravel()) == sorted(base.world.kinship.ravel()) and (permuted != base.world.kinship).any()
    weak = compiled_with(do.scale_opposition(("NORTH",), 1.5)).drivers.opposition
    assert (
        weak[1, 0, 0] == 1.0
        and weak[0, 0, 0] == base.drivers.opposition[0, 0, 0]
        and (weak[:, 1:] == base.drivers.opposition[:, 1:]).all()
    )


def test_changes_of_pairs_and_events():
    base = compiled_with()
    bex, fen, gor, kel = (base.states.index(code) for code in ("BEX", "FEN", "GOR", "KEL"))
    alone = compiled_with(do.pair_copied(("BEX", "FEN")))
    assert (
        alone.world.kinship[bex, fen] == 0
        and not alone.initial.tie[:, bex, fen].any()
        and len(alone.world.asset_size) < len(base.world.asset_size)
    )
    other = compiled_with(do.pair_copied(("GOR", "KEL"), ("FEN", "BEX")))
    assert (
        other.world.kinship[gor, kel] == base.world.kinship[bex, fen]
        and (other.initial.tie[:, gor, kel] == base.initial.tie[:, bex, fen]).all()
    )
    assert (alone.drivers.hostility == base.drivers.hostility).all()
    jump = base.quarters.index(do.poles.ordinal("2010Q4"))
    none, moved = compiled_with(do.without_jump("FEN", "2010Q4")), compiled_with(do.moved_jump("FEN", "2010Q4", 4))
    assert (
        base.drivers.credibility[jump, fen]
        > none.drivers.credibility[jump, fen]
        == moved.drivers.credibility[jump, fen]
    )
    assert (moved.drivers.credibility[jump + 4 :, fen] == base.drivers.credibility[jump + 4 :, fen]).all()
    assert (none.drivers.crisis == base.drivers.crisis).all()  # what else the event does stays
    gone = compiled_with(*do.without_states(("BEX", "FEN")))
    assert not gone.drivers.exists[:, [bex, fen]].any() and not gone.initial.membership[:, [bex, fen]].any()
    assert not gone.initial.tie[:, [bex, fen]].any() and gone.drivers.exists[:, gor].all()


def test_unknown_codes_are_a_users_mistake():
    case = replace(VILLAGE, kin=("BEX", "ATLANTIS"))
    with pytest.raises(NcrError, match="ATLANTIS is not in this world"):
        measure(propositions(["P2"], case), case, 2, 1, replicates=2)
    with pytest.raises(NcrError, match="seed -1"):
        measure(propositions(["P2"], VILLAGE), VILLAGE, 2, -1)
    with pytest.raises(NcrError, match="needs 2 draws"):
        measure(propositions(["P2"], VILLAGE), VILLAGE, 1, 1)


def test_places_that_cannot_be_written_are_refused_before_anything_is_run(tmp_path):
    taken = tmp_path / "file"
    taken.write_text("mine")
    for options in (
        {"out": taken},
        {"out": taken / "below"},
        {"document": tmp_path},
        {"document": tmp_path / "no" / "page.md"},
    ):
        with pytest.raises(NcrError, match="--out|--document"):
            run_propositions(print, ["P2"], case=replace(VILLAGE, scenario=Path("nowhere")), **options)


def test_command_writes_table_json_pages_and_document(tmp_path):
    said = []
    options = {"case": VILLAGE, "draws": 2, "replicates": 2}
    assert (
        run_propositions(
            said.append, ["P2"], out=tmp_path / "out", also_seed=2, document=tmp_path / "all.md", **options
        )
        == 0
    )
    assert "P2" in said[0] and "seed 2" in said[0] and "undetermined" in said[0]
    assert FEW_IN_WORDS in said[0]
    assert said[0].startswith("P2 An open system and able states") and "Falsified if: " in said[0].splitlines()[0]
    page = (tmp_path / "out" / "P2.md").read_text()
    assert "Falsified if" in page and "P2.png" in page and (tmp_path / "out" / "P2.png").stat().st_size > 5000
    assert "| P | claim |" in (tmp_path / "all.md").read_text()
    run_propositions(said.append, ["P2"], json=True, **options)
    found = json.loads(said[1])
    assert found["propositions"][0]["id"] == "P2" and found["draws"] == 2 and found["note"] == FEW_IN_WORDS
    run_propositions(said.append, ["P2"], json=True, threads=1, **options)
    assert said[2] == said[1]
    with pytest.raises(NcrError, match="--threads 0"):
        run_propositions(said.append, ["P2"], threads=0, **options)
    assert (
        set(found["grounds"]) == {"rules", "experiment", "parameters", "inputs"} and found["grounds"]["inputs"]
    )  # analysis.provenance


def test_numbers_are_written_as_ncr_compare_writes_them():
    finding = decided(
        contrast("a − b", np.array([[0.5], [-0.5], [0.75]]), np.zeros((3, 1))), level("c", [[0.1], [0.3]], at_most=0.5)
    )
    cells = row(finding)
    assert cells[2:4] == ["+0.250", "[-1.393, +1.893]"]
    a, c = components(finding)[2:]
    assert "| +0.2500 | [-1.3932, +1.8932] |" in a and "| 0.2000 | [-1.0706, 1.4706] |" in c
    assert row(decided(contrast("one draw", [[0.2]], [[0.0]])))[3] == "–"
    nothing, shift, fixed, wide, small = components(
        decided(
            contrast("nothing", np.zeros((3, 1)), np.zeros((3, 1))),
            contrast("shift", np.full((3, 1), 0.25), np.zeros((3, 1))),
            level("fixed", np.full((3, 1), 0.2), at_most=0.5),
            contrast("none in the mean", [[-0.5], [0.5]], np.zeros((2, 1))),
            contrast("small", [[2e-5], [4e-5]], np.zeros((2, 1))),
        )
    )[2:]
    assert "| 0.0000 | in all draws alike |" in nothing and "| +0.2500 | in all draws alike |" in shift
    assert "| 0.2000 | in all draws alike |" in fixed and "| 0.0000 | [-6.3530, +6.3530] |" in wide
    assert "| +3.0e-05 | [-9.7e-05, +0.0002] |" in small  # its sign is not lost in zeros


def decided(*parts):
    return Finding("P1", UNDETERMINED, "", parts)


def test_few_draws_are_said_before_the_runs(capsys):
    with pytest.raises(NcrError, match="there is no proposition P99"):
        cli_propositions.propositions(["P99"], draws=FEW - 1)
    assert f"{FEW - 1} draws: {FEW_IN_WORDS}" in capsys.readouterr().err
    with pytest.raises(NcrError, match="there is no proposition P99"):
        cli_propositions.propositions(["P99"], draws=FEW)
    assert "draws" not in capsys.readouterr().err


def test_the_command_of_ncr_has_the_same_defaults():
    import typer

    from analysis.propositions import laboratory

    assert (cli_propositions.DRAWS, cli_propositions.REPLICATES) == (laboratory.DRAWS, laboratory.REPLICATES)
    app = typer.Typer()
    cli_propositions.register(app)
    assert [command.callback.__name__ for command in app.registered_commands] == ["propositions"]

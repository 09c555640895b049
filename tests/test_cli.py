"""The command line as a newcomer types it, the wrong things included."""

import io
import json
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import tqdm
from interrupted import interrupted

from sim.cli import main
from sim.cli_show import Unbroken
from sim.results import MANIFEST, Results
from sim.scenario.schema import Scenario

ROOT = Path(__file__).resolve().parent.parent
TEACHING = str(ROOT / "scenarios/teaching/twelve.yaml")

SWEEP = "scenarios/sweeps/retrenchment_overstretch.yaml"


def process(*words, cwd=None):
    """Exit code, stdout, stderr of ``ncr words``, as a shell starts it."""
    command = [sys.executable, "-m", "sim.cli", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd or ROOT)
    return done.returncode, done.stdout, done.stderr


def ncr(*words, cwd=None):
    """The same through the same entry point, but within this process: starting one takes three seconds."""
    out, err = io.StringIO(), io.StringIO()
    with chdir(cwd or ROOT), redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["ncr", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
    return left.value.code, out.getvalue(), err.getvalue()


def test_run_shows_a_table_and_writes_tables_and_figures(tmp_path):
    code, out, err = ncr("run", TEACHING, "--replicates", 4, "--out", tmp_path / "out")
    assert code == 0, err
    for words in (
        "Class of the region",
        "Against the twin",
        "full member",
        "depth at the end",
        "Health",
        "never forecasts",
    ):
        assert words in out
    table, place = out.rstrip().rsplit("\n", 1)
    assert max(map(len, table.splitlines())) <= 100 and str(tmp_path) in place
    figures = sorted(path.name for path in (tmp_path / "out/figures").iterdir())
    assert figures == ["alignment.png", "depth.png", "membership.png"]
    assert len(Results.load(tmp_path / "out").runs) == 4


def refuse(constant):
    raise AssertionError(f"{constant} is no JSON")


def test_strict_json_is_all_that_stdout_holds():
    code, out, _ = process("run", TEACHING, "--replicates", 1, "--json", "--set", "w_threat=1.5")
    assert code == 0
    summary = json.loads(out, parse_constant=refuse)
    assert abs(sum(row["share"] for row in summary["classes"]) - 1) < 1e-9
    assert [(row["name"], row["value"]) for row in summary["changes"]] == [("w_threat", 1.5)]


def test_seed_zero_is_a_seed():
    seeds = [json.loads(ncr("run", TEACHING, "--replicates", 2, "--json", "--seed", seed)[1]) for seed in (0, 1)]
    assert seeds[0]["seed"] == 0
    assert seeds[0]["paired"] != seeds[1]["paired"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", "nowhere.yaml"], "nowhere.yaml"),
        (["run", "scenarios"], "scenarios"),
        (["run", TEACHING, "--set", "us_retrenchmnt=0"], "us_retrenchmnt"),
        (["run", TEACHING, "--set", "w_thret=1"], "did you mean `w_threat`"),
        (["run", TEACHING, "--set", "NORTH_OVERSTRCH=1"], "did you mean `north_overstretch`"),
        (["run", TEACHING, "--set", "qqqqqq=1"], "levers are north_"),
        (["run", TEACHING, "--set", "poles.NORTH.bandwidth=.3"], "`overrides:` in the scenario"),
        (["run", TEACHING, "--set", "spillover=0"], "`knockouts: [spillover]`"),
        (["run", SWEEP], "this is a sweep, not a scenario; use `ncr sweep"),
        (["run", "scenarios/worlds/eurasia.yaml"], "this is a world, not a scenario"),
        (["run", TEACHING, "--set", "w_threat"], "for example --set north_overstretch=0"),
        (["run", TEACHING, "--set", "north_overstretch=3.5"], "from 0 to 3"),
        (["run", TEACHING, "--set", "north_overstretch=-1"], "from 0 to 3"),
        (["run", TEACHING, "--set", "clarity_offset=3"], "from -1 to 1"),
        (["run", TEACHING, "--set", "w_threat=much"], "not a number"),
        (["run", TEACHING, "--set", "w_threat=1e9"], "w_threat"),
        (["run", TEACHING, "--set", "w_threat=nan"], "w_threat"),
        (["run", TEACHING, "--replicates", "0"], "replicates"),
        (["run", TEACHING, "--replicates", "-3"], "replicates"),
        (["run", TEACHING, "--seed", "-1"], "seed"),
        (["run", TEACHING, "--seed", "18446744073709551616"], "seed"),
        (["run", TEACHING, "--threads", "0"], "--threads"),
        (["run", TEACHING, "--out", "README.md"], "is a file"),
        (["run", TEACHING, "--out", "docs"], "other files"),
        (["run", TEACHING, "--set", "w_threat=1", "--set", "w_threat=2"], "set twice"),
        (["run", TEACHING, "--replicates", "many"], "--replicates"),
        (["run", TEACHING, "--frobnicate"], "--frobnicate"),
        (["run"], "scenario"),
        (["walk"], "walk"),
        (["check", "nowhere.yaml"], "nowhere.yaml"),
        (["schema", "country"], "ncr schema"),
    ],
)
def test_a_mistake_gets_one_message_and_exit_code_1(words, expected):
    code, out, err = ncr(*words)
    assert code == 1
    assert expected in err
    assert out == ""
    assert "Traceback" not in err


def test_unwritable_folder_is_refused_before_the_run(tmp_path):
    (tmp_path / "file").write_text("x")
    code, _, err = ncr("run", TEACHING, "--out", tmp_path / "file" / "deeper")
    assert code == 1
    assert "--out" in err


def test_what_fails_after_the_run_is_exit_code_2_and_the_table_is_shown(tmp_path, monkeypatch):
    def full(self, folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Results, "save", full)
    code, out, err = ncr("run", TEACHING, "--replicates", 2, "--out", tmp_path / "out")
    assert code == 2
    assert "No space left" in err and "Traceback" not in err
    assert "Health" in out


def test_a_reader_that_goes_away_loses_neither_the_run_nor_the_exit_code(tmp_path):
    """``ncr run … --out DIR 2>&1 | head -1``, and a setting that is the default anyway."""
    words = ["run", TEACHING, "--replicates", "2", "--no-twin", "--no-figures", "--set", "w_threat=2", "--out"]
    command = [sys.executable, "-m", "sim", *words, str(tmp_path / "out")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait() == 0
    assert "w_threat=2 is the start value: this parameter is held there in every run" in err and "Error" not in err
    assert len(Results.load(tmp_path / "out").runs) == 2


def test_ctrl_c_during_imports_is_an_end_like_any_other():
    script = (
        "import sys; from sim.__main__ import main\n"
        "class Stop:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'sim.cli': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop()); main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stderr) == (130, "\ninterrupted\n")


def test_a_fault_of_the_program_is_exit_code_2_without_a_traceback(monkeypatch):
    def broken(path):
        raise RuntimeError("a fault")

    monkeypatch.setattr(Scenario, "load", broken)
    code, out, err = ncr("run", "x.yaml")
    assert (code, out) == (2, "")
    assert "a fault" in err and "Traceback" not in err


def test_ctrl_c_ends_with_130_and_writes_nothing(tmp_path):
    code, err = interrupted("run", TEACHING, "--replicates", 20000, "--out", tmp_path / "out")
    assert code == 130
    assert "interrupted" in err and "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_check_accepts_every_shipped_file_and_schema_prints_json():
    files = sorted((ROOT / "scenarios").rglob("*.yaml"))
    code, out, err = ncr("check", *files)
    assert (code, err) == (0, "")
    assert out.count(": ok") == len(files)
    assert f"twelve.yaml: ok (scenario, with world {ROOT / 'scenarios/teaching/worlds/twelve.yaml'})" in out
    assert ncr("check", ROOT / "scenarios")[1].splitlines() == out.splitlines()
    for kind in ("world", "scenario", "sweep"):
        assert "properties" in json.loads(ncr("schema", kind)[1])


def test_check_takes_a_folder_and_tells_worlds_scenarios_and_sweeps_apart(tmp_path):
    code, _, err = ncr("check", tmp_path)
    assert code == 1 and "no file in this folder ends in .yaml or .yml; name a file" in err
    for name in ("scenarios/teaching/twelve.yaml", "scenarios/teaching/worlds/twelve.yaml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((ROOT / name).read_text())
    sweep = tmp_path / "sweep.yml"
    sweep.write_text(
        "sweep: T\nscenario: scenarios/teaching/twelve.yaml\ndesign: {kind: grid}\naxes: {w_threat: {values: [1, 2]}}\nreplicates: 2\n"
    )
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden/wrong.yaml").write_text("nothing: 1")
    code, out, err = ncr("check", tmp_path)
    here = tmp_path / "scenarios/teaching"
    assert (code, err) == (0, "") and out.splitlines() == [
        f"{here}/twelve.yaml: ok (scenario, with world {here}/worlds/twelve.yaml)",
        f"{here}/worlds/twelve.yaml: ok (world)",
        f"{sweep}: ok (sweep of {here}/twelve.yaml)",
    ]
    (tmp_path / "other.yaml").write_text("services: {}")
    code, out, err = ncr("check", tmp_path)
    assert (code, out) == (1, "") and "other.yaml:1: is neither a scenario, a world nor a sweep" in err
    assert err.endswith("1 problem; 4 files were checked\n")


def test_help_names_what_each_command_does_and_cuts_nothing():
    code, out, _ = process("--help")
    assert code == 0 and "..." not in out.partition("Commands:")[2]
    assert "show a table, and write tables and figures." in " ".join(out.split())


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("command", ["run", "compare", "sweep"])
def test_a_bar_is_drawn_for_a_terminal_only(command, terminal, tmp_path, monkeypatch):
    drawn = []

    class Bar(tqdm.tqdm):
        def __init__(self, *arguments, disable, **options):
            drawn.append(not disable)
            super().__init__(*arguments, disable=True, **options)

    monkeypatch.setattr(tqdm, "tqdm", Bar)
    monkeypatch.setattr(Unbroken, "isatty", lambda stream: terminal, raising=False)
    sweep = tmp_path / "sweep.yaml"
    sweep.write_text(
        f"sweep: T\nscenario: {TEACHING}\ndesign: {{kind: grid}}\naxes: {{w_threat: {{values: [1, 2]}}}}\nreplicates: 1\n"
    )
    words = {
        "run": [TEACHING, "--replicates", 3],
        "compare": [TEACHING, "--replicates", 3],
        "sweep": [sweep, "--out", tmp_path / "o"],
    }
    assert ncr(command, *words[command])[0] == 0
    assert drawn == [terminal]


def test_help_does_not_import_what_is_slow():
    script = (
        "import sys; from sim.cli import app; "
        "print([name for name in ('pandas', 'numba', 'mesa', 'matplotlib', 'SALib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_a_later_result_replaces_the_earlier_one_whole(tmp_path):
    said = [
        ncr("run", TEACHING, "--replicates", 2, "--out", tmp_path, *options)[2] for options in ([], ["--no-figures"])
    ]
    assert ["replacing the earlier result" in err for err in said] == [False, True]
    assert list((tmp_path / "figures").iterdir()) == []  # those of the earlier result
    assert json.loads((tmp_path / MANIFEST).read_text())["replicates"] == 2
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".writing")]


def test_a_lever_that_does_nothing_is_said_and_kept_in_the_manifest(tmp_path):
    arguments = ("--replicates", 2, "--no-twin", "--no-figures", "--set", "russian_policing=0.5")
    code, _, err = ncr("run", "scenarios/historical.yaml", *arguments, "--out", tmp_path / "out")
    assert code == 0 and "russian_policing is set and changes nothing" in err
    manifest = json.loads((tmp_path / "out" / MANIFEST).read_text())
    assert manifest["inert"] == ["russian_policing"] and manifest["command"].startswith("ncr run scenarios/historical")


def test_parameters_are_retained_prior_or_fixed(tmp_path):
    short = ("--replicates", 3, "--no-twin", "--no-figures")
    tables = {}
    for volume in ("retained", "prior", "fixed"):
        code, out, err = ncr("run", TEACHING, *short, "--parameters", volume, "--out", tmp_path / volume)
        assert code == 0, err
        assert ("each run its own" in out) == (volume != "fixed")
        tables[volume] = Results.load(tmp_path / volume).runs
    assert tables["retained"]["w_threat"].nunique() == tables["prior"]["w_threat"].nunique() == 3
    assert "w_threat" not in tables["fixed"] and not tables["retained"]["w_threat"].equals(tables["prior"]["w_threat"])
    code, out, err = ncr("run", TEACHING, *short, "--parameters", "posterior")
    assert code == 1 and "write retained, prior or fixed" in err and not out

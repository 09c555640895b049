"""docs/validity.md: what the page says of made-up results, what is kept without files, and that it is made in one go."""

import importlib.util
import json
from pathlib import Path

import pytest

from analysis.dataset_measures import MEASURES
from analysis.facts_a import FACTS as SET_A
from analysis.facts_sf import FACTS as SET_SF
from analysis.validity import control, met, page, standing, whether_met
from analysis.validity_words import interval, number, tally

ROOT = Path(__file__).resolve().parent.parent
NUMBERS = "ccode,year,milex,milper,irst,pec,tpop,upop,cinc\n"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_validity", ROOT / "docs/make_validity.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fact(code, of, met_, share=0.5, prior=0.5, note=""):
    return {"fact": code, "set": of, "statement": f"statement of {code}", "required": 0.5, "share": share, "low": 0.4,
            "high": 0.6, "met": met_, "note": note, "prior": prior}  # fmt: skip


def correlation(measure, kind, half, reading, across=0.3, why=""):
    return {"scenario": "start 2009", "half": half, "measure": measure, "dataset": "nmc", "kind": kind, "simulated": "s", "observed": "o",
            "years": "2010–2014", "units": 9, "came": None, "across": across, "across_low": 0.1, "across_high": 0.5, "within": None,
            "within_low": None, "within_high": None, "reading": reading, "why": why, "caution": "", "unknown": ""}  # fmt: skip


def claim(code, verdict, second, reason="everything that counts is met"):
    return {"id": code, "claim": f"claim {code}", "verdict": verdict, "verdict_second_seed": second, "reason": reason}


def score(model, category, brier, lead_high):
    row = {"model": model, "category": category}
    return row | {f"{rule}{part}": value for rule in ("brier", "log")
                  for part, value in (("", brier), ("_lead", lead_high), ("_lead_low", -1.0), ("_lead_high", lead_high))}  # fmt: skip


def setting(check, name, measure, value, reference=""):
    return {"check": check, "setting": name, "reference": reference, "measure": measure, "value": value, "low": 0.0, "high": 1.0,
            "difference": -0.01 if reference else None, "difference_low": -0.02, "difference_high": 0.0, "runs": 9}  # fmt: skip


@pytest.fixture
def results():
    return {
        "facts": {"volume": "retained volume", "replicates": 9, "prior_replicates": 8, "seed": 1, "rows": [
            fact("A1", "A", "yes", prior=1.0), fact("A3", "A", "no"), fact("A7 KAZ", "A", "yes", prior=1.0),
            fact("SF1 pact", "B", "no"), fact("SF17", "B", "not scored", None, None, "not expressible: no issues; more"),
            fact("SF20 drill", "F", "no"),
        ]},
        "history": {"points": 1000, "retained": 31, "volume": 0.31, "misses": 2, "changed": []},
        "propositions": {"changed": [], "draws": 60, "replicates": 4, "seed": 1, "second_seed": 2, "parameters": "prior", "propositions": [
            claim("P1", "holds", "undetermined"), claim("P2", "falsified", "falsified"),
            claim("P3", "undetermined", "undetermined", "nothing varied in any arm: this experiment cannot tell"),
        ]},
        "rivals": {"changed": [], "draws": 30, "parameters": "retained", "models": {"M0": "no model", "M6": "full model"}, "forecasts": [{"observed": True}],
                   "scores": [score("M0", "all", 0.1, -0.05), score("M6", "all", 0.2, 0.0), score("M0", "depth", 0.3, 0.1)]},
        "robustness": {"changed": [], "draws": 20, "parameters": "prior", "rows": [
            setting("baseline", "as coded", "soft bloc", 0.02), setting("start", "early", "soft bloc", 0.3, "its frozen twin")]},
        "datasets": {"made": "2026-01-31", "replicates": 7, "volume": "retained volume", "changed": [], "correlations": [
            correlation("capability", "input", "to 2019", "coded"), correlation("trade change", "test", "to 2019", "agrees"),
            correlation("ties and votes", "control", "to 2019", "quiet"),
            correlation("trade change", "test", "from 2020", "not tested", None, "the file ends in 2014"),
            correlation("ties and votes", "control", "from 2020", "not tested", None, "the file ends in 2014")],
            "files": {"nmc": {"file": "x.csv", "version": "7.0", "years": [1985, 2022], "states": 40}}},
    }  # fmt: skip


def test_the_page_says_what_was_tested_and_on_which_half(results):
    text = page(results)
    glance = text[: text.index("## What was not blind")]
    assert "| calibration | retained volume, 9 runs | 2 of 3 met; of those that discriminate 0 of 1 met |" in glance
    assert "| facts of 2020–25 | test | retained volume, 9 runs | 0 of 1 met |" in glance
    assert "31 of 1000 points, 31 % of the prior, miss at most 2 of 12 criteria" in glance
    assert "holds 1, falsified 1, undetermined 1" in glance
    assert "the full model is number 2 of 2 by Brier score" in glance
    assert "P(soft bloc) 0.020 as coded, 0.020 to 0.300 over 2 settings" in glance
    assert (
        "to 2019 | calibration | retained volume, 7 runs |" in glance
    )  # the comparison's runs, not those of the facts
    assert "tests: agrees 1; control: quiet" in glance and "tests: not tested 1; control: not tested" in glance
    assert text.index("### Calibration") < text.index("### Test") < text.index("### Not yet history")
    assert "Under seed 2 other verdicts: P1." in text and "Surely better than the full model: M0 on all (Brier)" in text
    assert "| A7 KAZ | statement of A7 KAZ | 0.50 | 0.50 [0.40, 0.60] | 1.00 | yes | coded |" in text


def test_it_says_what_was_not_blind_and_what_was_not_tested(results):
    text = page(results)
    for words in (
        "decisions/004-",
        "decisions/006-",
        "changed after runs had been seen",
        "conditional on coded drivers",
    ):
        assert words in text
    end = text[text.index("## What was not tested") :]
    assert "Fact SF17: not expressible: no issues" in end and "could not tell: P3" in end
    assert "trade change (start 2009, from 2020): the file ends in 2014" in end
    assert "ties and votes (start 2009, from 2020): the file ends in 2014" in end


def test_what_was_not_run_is_said_and_not_filled(results):
    text = page(results | dict.fromkeys(("propositions", "rivals", "robustness", "datasets")))
    for name in ("propositions", "rivals", "robustness", "datasets"):
        assert f"No result of {name} was here" in text
    assert text.count("No result is here: run `python") == 4


def test_the_date_of_a_comparison_and_whether_rules_have_changed_since(results):
    assert "Run on 2026-01-31" in page(results) and "tale (" not in page(results)
    results["datasets"]["changed"] = ["rules have changed"]
    text = page(results)
    assert "**Stale (rules have changed): rerun `python docs/make_validity.py --data FOLDER`." in text
    assert text.count("| stale (rules have changed): rerun") == 2 and "tests: agrees 1" not in text


@pytest.mark.parametrize(
    ("name", "counted"),
    [("propositions", "holds 1, falsified 1"), ("rivals", "number 2 of 2 by Brier"), ("robustness", "0.020 as coded, "),
     ("history", "31 of 1000 points")],
)  # fmt: skip
def test_what_is_stale_is_said_and_not_counted(results, name, counted):
    assert counted in page(results)
    results[name]["changed"] = ["rules have changed", "parameters have changed"]
    text = page(results)
    glance = text[: text.index("## What was not blind")]
    assert counted not in glance and f"rerun `python -m analysis.{name}" in glance
    assert "could not tell: P3" in text[text.index("## What was not tested") :] or name == "propositions"


def test_a_control_that_is_not_quiet_is_named():
    loud = correlation("ties and votes", "control", "to 2019", "not quiet")
    assert "is not quiet**: the model predicts converging votes in ties and votes (start 2009, to 2019)" in control(
        [loud]
    )
    quiet = correlation("membership and votes", "control", "to 2019", "quiet")
    assert "stays quiet** in 1 of 1" in control([quiet]) and "not quiet" in control([quiet, loud])
    assert "was not tested" in control([correlation("ties and votes", "control", "to 2019", "not tested", None)])


def test_small_words():
    assert number(None) == "–" and number(0.5, 1, True) == "+0.5" and tally(["b", "a", "b"], "ab") == "a 1, b 2"
    assert interval({"x": 0.5, "x_low": None, "x_high": None}, "x") == "0.50"
    assert met([fact("A", "A", "not scored")]) == "0 of 0 met"
    rows = [fact("A", "A", value) for value in ("yes", "no", "undecided", "vacuous", "vacuous")]
    assert met(rows) == "1 of 3 met, 1 undecided at this number of runs; 2 more met vacuously"
    assert (
        whether_met(rows[0]) == "yes"
        and whether_met(rows[3] | {"could_fail": 0.0}) == "vacuous (could not fail in 100 %)"
    )
    assert whether_met(rows[0] | {"could_fail": 0.43}) == "yes (could not fail in 57 %)"
    assert standing({"scores": [score("M6", "all", 0.1, 0), score("M0", "all", 0.2, 0)]}).startswith(
        "the full model is number 1 of 2"
    )


def test_the_page_in_one_go_with_files_and_without(script, tmp_path, capsys):
    for name in ("propositions", "rivals", "robustness"):
        if (ROOT / f"docs/{name}.json").exists():
            (tmp_path / f"{name}.json").write_text((ROOT / f"docs/{name}.json").read_text())
    shares = [f"{number_},{year},1,1,1,1,1,1,{0.001 * (k + 1) + year / 1e6}" for k, number_ in
              enumerate((640, 373, 705, 703, 704, 701, 372)) for year in range(2009, 2023)]  # fmt: skip
    (tmp_path / "nmc.csv").write_text(NUMBERS + "\n".join(shares) + "\n")
    quick = ["--docs", str(tmp_path), "--replicates", "3", "--prior-replicates", "4"]
    assert script.main([*quick, "--data", str(tmp_path / "nmc.csv")]) == 0
    first = (tmp_path / "validity.md").read_text()
    kept = json.loads((tmp_path / "validity.json").read_text())
    assert kept["files"]["nmc"]["states"] == 7 and str(tmp_path) not in json.dumps(kept) + first
    assert f"Run on {kept['made']}" in first and "docs/make_validity.py --data FOLDER`. What stands" not in first
    trade = next(row for row in SET_A if row.code == script.NEEDS_FILE)
    kept[script.NEEDS_FILE] = fact(trade.code, "A", "yes", 0.87)
    kept["made"] = "2020-02-28"
    (tmp_path / "validity.json").write_text(json.dumps(kept))
    assert script.main(quick) == 0
    assert (
        "(2020-02-28) | – | yes" in (tmp_path / "validity.md").read_text()
    )  # scored when there was a file, and still true
    kept["made"], kept["grounds"]["rules"] = "2020-02-29", "of other rules"
    (tmp_path / "validity.json").write_text(json.dumps(kept))
    assert script.main(quick) == 0
    second = (tmp_path / "validity.md").read_text()
    assert "Run on 2020-02-29" in second and "Stale (rules have changed): rerun" in second
    assert "(2020-02-29)" not in second and "Fact A9 trade: stale (rules have changed): rerun" in second
    assert json.loads((tmp_path / "validity.json").read_text()) == kept  # not written anew
    for code in (made.code for made in (*SET_A, *SET_SF)):
        assert f"| {code} |" in second
    (tmp_path / "rivals.json").write_text("[]")
    assert script.main(quick) == 1 and "rivals.json: not a result of this project" in capsys.readouterr().err
    (tmp_path / "rivals.json").unlink()
    assert script.main([*quick, "--data", str(tmp_path / "none")]) == 1
    assert "no such file or folder" in capsys.readouterr().err
    assert script.main([*quick[:2], "--replicates", "0"]) == 1


def test_the_committed_page_is_whole():
    text = (ROOT / "docs/validity.md").read_text()
    kept = json.loads((ROOT / "docs/validity.json").read_text())
    assert {row["measure"] for row in kept["correlations"]} <= {measure.name for measure in MEASURES}
    for words in (
        "decisions/004-",
        "decisions/006-",
        f"Run on {kept['made']}",
        "negative control",
        "## What was not tested",
    ):
        assert words in text
    assert not [line for line in text.splitlines() if "nan" in line.lower().split() or "None," in line.split()]
    for line in text.splitlines():
        assert "/work" not in line and "/home" not in line

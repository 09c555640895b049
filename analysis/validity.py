"""The page ``docs/validity.md``: what was tested, on what, with what result, and what was not. Pure text from results.

``docs/make_validity.py`` gathers the results and writes the page.
"""

from analysis.dataset_measures import CONTROL, INPUT, TEST
from analysis.dataset_scores import HALVES, QUIET
from analysis.facts import CALIBRATION, FORWARD
from analysis.facts import TEST as TEST_SET
from analysis.history_report import verdict as discriminates
from analysis.provenance import COMMANDS, said
from analysis.validity_words import BLIND, HEAD, NEVER, interval, number, table, tally

VERDICTS = ("holds", "falsified", "undetermined")
NOTHING = "nothing varied in any arm"
NOT_HERE = "No result is here: run `{command}` first."


def page(results: dict) -> str:
    """Markdown. results: keys facts, history, propositions, rivals, robustness, datasets; None where one was not run.

    Each but facts has ``changed``: what has changed since it was made, in words. What is stale is shown and not counted.
    """
    parts = [HEAD, glance(results), BLIND, facts(results), propositions(results), rivals(results), robustness(results),
             datasets(results), untested(results)]  # fmt: skip
    return "\n".join(part.strip() + "\n" for part in parts)


def of_set(rows: list[dict], *sets: str) -> list[dict]:
    """Rows of facts that belong to one of the sets."""
    return [row for row in rows if row["set"] in sets]


def met(rows: list[dict]) -> str:
    """ "16 of 18 met, 1 undecided at this number of runs; 7 more met vacuously"; the last, and what is not scored, do not count."""
    values = [row["met"] for row in rows]
    yes, no, undecided, vacuous = (values.count(value) for value in ("yes", "no", "undecided", "vacuous"))
    return (
        f"{yes} of {yes + no + undecided} met"
        + f", {undecided} undecided at this number of runs" * (undecided > 0)
        + f"; {vacuous} more met vacuously" * (vacuous > 0)
    )


def stale(results: dict, name: str) -> str:
    """What to say of a result that rests on other rules, parameters or inputs than those that are here; "" if it is current."""
    return said(name, results[name]["changed"]) if results[name]["changed"] else ""


def warning(results: dict, name: str) -> list[str]:
    """The same as lines above a section that shows it all the same."""
    words = stale(results, name)
    return [f"**{words[0].upper()}{words[1:]}. What stands here is not counted above.**", ""] if words else []


def weight(fact: dict) -> str:
    """What a fact of set A can say, from its share over the prior: discriminates, coded, nearly always or hardly ever met."""
    return "–" if fact["prior"] is None else discriminates(fact["fact"], fact["prior"])


# Sections ------------------------------------------------------------------------------------------------------------


def glance(results: dict) -> str:
    """One row a trial."""
    rows = []
    found = results["facts"]
    volume = f"{found['volume']}, {found['replicates']} runs"
    early, late = of_set(found["rows"], CALIBRATION), of_set(found["rows"], TEST_SET)
    telling = [row for row in early if weight(row) == "discriminates"]
    rows.append(
        ["[facts](#facts) to 2019Q4", "calibration", volume, f"{met(early)}; of those that discriminate {met(telling)}"]
    )
    rows.append(["facts of 2020–25", "test", volume, met(late)])
    rows.append(["facts of 2026", "not yet history", volume, met(of_set(found["rows"], FORWARD))])
    history = results["history"]
    if history:
        words = f"{history['retained']} of {history['points']} points, {100 * history['volume']:.0f} % of the prior, miss at most " \
                f"{history['misses']} of 12 criteria"  # fmt: skip
        rows.append(["[history matching](history.md)", "calibration", "prior", stale(results, "history") or words])
    claims = results["propositions"]
    if claims:
        listed = claims["propositions"]
        rows.append(["[propositions](#propositions)", "the theory, not history", claims["parameters"],
                     stale(results, "propositions") or tally((p["verdict"] for p in listed), VERDICTS)])  # fmt: skip
    if results["rivals"]:
        rows.append(["[rivals](#rivals)", "test", f"{results['rivals']['parameters']}, {results['rivals']['draws']} draws",
                     stale(results, "rivals") or standing(results["rivals"])])  # fmt: skip
    if results["robustness"]:
        rows.append(["[robustness](#robustness)", "the outcome's definition", results["robustness"]["parameters"],
                     stale(results, "robustness") or span(results["robustness"]["rows"], "soft bloc")])  # fmt: skip
    if results["datasets"]:
        for half, kind in zip(HALVES, ("calibration", "test"), strict=True):
            compared = results["datasets"]
            mine = [row for row in compared["correlations"] if row["half"] == half]
            rows.append([f"[datasets](#public-datasets) {half}", kind, f"{compared['volume']}, {compared['replicates']} runs",
                         stale(results, "datasets") or readings(mine)])  # fmt: skip
    return "## At a glance\n\n" + table(["what", "half", "tried on", "result"], rows)


def readings(rows: list[dict]) -> str:
    """Readings of the tests, and whether the control is quiet."""
    order = ("agrees", "undecided", "disagrees", "too few came", "coded", "not tested")
    control = sorted({row["reading"] for row in rows if row["kind"] == CONTROL})
    return f"tests: {tally((row['reading'] for row in rows if row['kind'] == TEST), order)}; control: {' or '.join(control)}"


def standing(trial: dict) -> str:
    """Where the full model stands by each score."""
    words = []
    for rule, name in (("brier", "Brier"), ("log", "logarithmic")):
        overall = sorted((row for row in trial["scores"] if row["category"] == "all"), key=lambda row: row[rule])
        place = [row["model"] for row in overall].index("M6") + 1
        words.append(f"the full model is number {place} of {len(overall)} by {name} score")
    return "; ".join(words)


def span(rows: list[dict], measure: str) -> str:
    """The range of a measure over all settings, beside its value as coded."""
    mine = [row for row in rows if row["measure"] == measure]
    values, base = [row["value"] for row in mine], next(row["value"] for row in mine if row["check"] == "baseline")
    return f"P({measure}) {base:.3f} as coded, {min(values):.3f} to {max(values):.3f} over {len(values)} settings"


def facts(results: dict) -> str:
    """Both boards, calibration first, with what the prior says of each fact of set A."""
    found = results["facts"]
    lines = ["## Facts", "", f"Shares of {found['replicates']} runs over the {found['volume']}, with Wilson's 95 % interval; seed {found['seed']}. "
             "*Undecided*: the interval holds the share that is needed. *Vacuous*: met, but in no run, or in too few to tell, could it fail; not counted. In brackets: runs in which it could not. "
             f"*Prior*: the share over {found['prior_replicates']} draws from the whole prior. A fact of set A that is nearly always met there, hardly ever "
             "met, or coded cannot choose a point. What each fact is, its proxy and its notes: `analysis/facts_a.py`, `analysis/facts_sf.py`, "
             "[results.md](results.md); why the missed ones miss: [diagnoses.md](diagnoses.md)."]  # fmt: skip
    titles = {
        "Calibration: up to 2019Q4 (set A)": (CALIBRATION,),
        "Test: 2020–25 (set B)": (TEST_SET,),
        "Not yet history: 2026 (set F)": (FORWARD,),
    }
    for title, sets in titles.items():
        rows = of_set(found["rows"], *sets)
        cells = [[row["fact"], row["statement"], number(row["required"]), share(row), number(row["prior"]), whether_met(row),
                  *([weight(row)] if sets == (CALIBRATION,) else [])] for row in rows]  # fmt: skip
        head = [
            "fact",
            "statement",
            "needed",
            "retained",
            "prior",
            "met",
            *(["says"] if sets == (CALIBRATION,) else []),
        ]
        lines += ["", f"### {title}", "", f"{met(rows)}.", "", table(head, cells)]
    return "\n".join(lines)


def whether_met(row: dict) -> str:
    """ "yes (could not fail in 57 %)"; yes or no alone where the fact does not say in which runs it could."""
    could = row.get("could_fail")
    return row["met"] if could is None else f"{row['met']} (could not fail in {100 * (1 - could):.0f} %)"


def share(row: dict) -> str:
    """Share with its interval, or what was found instead."""
    if row["share"] is None:
        return row["note"].split(";")[0] if row["met"] != "not scored" else "–"
    return f"{row['share']:.2f} [{row['low']:.2f}, {row['high']:.2f}]" + (
        f" ({row['dated']})" if row.get("dated") else ""
    )


def propositions(results: dict) -> str:
    """Verdicts, and whether another seed changes them."""
    claims, lines = results["propositions"], ["## Propositions", ""]
    if not claims:
        return "\n".join([*lines, NOT_HERE.format(command=COMMANDS["propositions"])])
    listed = claims["propositions"]
    second = claims["second_seed"]
    changed = [p["id"] for p in listed if p.get("verdict_second_seed", p["verdict"]) != p["verdict"]]
    design = f"{claims['draws']} draws × {claims['replicates']} replicates, seed {claims['seed']}, parameters: {claims['parameters']}. "
    seeds = (
        f"Under seed {second} other verdicts: {', '.join(changed) or 'none'}. "
        if second is not None
        else "No second seed was run. "
    )
    lines += [*warning(results, "propositions"), design + seeds + "A proposition is about the model, not about history: *holds* says that the theory's claim follows from this "
              "formalisation over these parameters. Numbers of each: [propositions.md](propositions.md).", "",
              table(["P", "claim", "verdict", "why"], [[p["id"], p["claim"], p["verdict"], p["reason"]] for p in listed])]  # fmt: skip
    return "\n".join(lines)


def rivals(results: dict) -> str:
    """Overall scores and where the full model loses surely."""
    trial, lines = results["rivals"], ["## Rivals", ""]
    if not trial:
        return "\n".join([*lines, NOT_HERE.format(command=COMMANDS["rivals"])])
    overall = [row for row in trial["scores"] if row["category"] == "all"]
    own = dict.fromkeys(("brier_lead", "log_lead"))  # the full model has no lead over itself
    overall = [row | (own if row["model"] == "M6" else {}) for row in overall]
    rows = [[f"{row['model']} {trial['models'][row['model']]}", number(row["brier"], 3), interval(row, "brier_lead", 3, True),
             number(row["log"], 3), interval(row, "log_lead", 3, True)] for row in overall]  # fmt: skip
    lost = [f"{row['model']} on {row['category']} ({name})" for rule, name in (("brier", "Brier"), ("log", "logarithmic"))
            for row in trial["scores"] if row["model"] != "M6" and (row[f"{rule}_lead_high"] or 0) < 0]  # fmt: skip
    came = sum(bool(row["observed"]) for row in trial["forecasts"])
    lines += [*warning(results, "rivals"), f"Forecasts of what was new in 2020–25: {len(trial['forecasts'])} items, {came} came; {trial['draws']} draws, parameters: "
              f"{trial['parameters']}. Lower is better; lead: score less that of M6, so plus favours the full model. [rivals.md](rivals.md)", "",
              table(["model", "Brier", "lead", "logarithmic", "lead"], rows), "",
              f"Surely better than the full model: {'; '.join(lost) or 'none'}."]  # fmt: skip
    return "\n".join(lines)


def robustness(results: dict) -> str:
    """One row a setting: P(soft bloc), P(club or deeper), bloc index."""
    found, lines = results["robustness"], ["## Robustness", ""]
    if not found:
        return "\n".join([*lines, NOT_HERE.format(command=COMMANDS["robustness"])])
    measures = ("soft bloc", "club or deeper", "bloc index")
    settings = dict.fromkeys((row["check"], row["setting"], row["reference"]) for row in found["rows"])
    rows = []
    for check, setting, reference in settings:
        mine = {row["measure"]: row for row in found["rows"] if (row["check"], row["setting"]) == (check, setting)}
        cells = [
            interval({"value_low": None, "value_high": None} | mine[m], "value", 3) if m in mine else ""
            for m in measures
        ]
        gap = interval(mine["soft bloc"], "difference", 3, True)
        rows.append([check, setting, *cells, f"{gap} {'against ' + reference if reference else ''}".strip()])
    lines += [*warning(results, "robustness"), f"{found['draws']} runs in every arm, parameters: {found['parameters']}; all numbers with intervals: [robustness.md](robustness.md).", "",
              table(["check", "setting", *measures, "difference in P(soft bloc)"], rows)]  # fmt: skip
    return "\n".join(lines)


def datasets(results: dict) -> str:
    """Correlations by scenario and half, the control in words, the files."""
    found, lines = results["datasets"], ["## Public datasets", ""]
    if not found:
        return "\n".join([*lines, NOT_HERE.format(command=COMMANDS["datasets"])])
    lines += [*warning(results, "datasets"),
              f"Run on {found['made']} with {found['replicates']} runs over the {found['volume']}. Spearman's correlations; how they are computed and "
              "read: [datasets.md](datasets.md). *Input* checks the coding and is no test. One reading in twenty would be *agrees* or *disagrees* by chance.", "",
              *(f"- `{name}`: {file['file']}, version {file['version']}, {file['years'][0]}–{file['years'][1]}, {file['states']} states" for name, file in found["files"].items())]  # fmt: skip
    groups = dict.fromkeys((row["scenario"], row["half"]) for row in found["correlations"])
    for scenario, half in groups:
        mine = [row for row in found["correlations"] if (row["scenario"], row["half"]) == (scenario, half)]
        rows = [[row["measure"], row["kind"], f"{row['simulated']} – {row['observed']}", row["years"] or "–", row["units"],
                 "" if row["came"] is None else int(row["came"]), interval(row, "across", sign=True), interval(row, "within", sign=True),
                 row["reading"]] for row in mine]  # fmt: skip
        kind = "calibration" if half == HALVES[0] else "test"
        head = ["measure", "kind", "what", "years", "units", "came", "across", "within", "reading"]
        lines += ["", f"### {scenario}, {half} ({kind})", "", table(head, rows)]
    cautions = dict.fromkeys(f"{row['measure']}: {row['caution']}" for row in found["correlations"] if row["caution"])
    return "\n".join([*lines, "", control(found["correlations"]), "", *(f"- {caution}" for caution in cautions)])


def control(rows: list[dict]) -> str:
    """Whether the negative control stays quiet, half by half."""
    tried = [row for row in rows if row["kind"] == CONTROL and row["reading"] != "not tested"]
    loud = [f"{row['measure']} ({row['scenario']}, {row['half']})" for row in tried if row["reading"] != QUIET]
    if not tried:
        return "**The negative control was not tested.**"
    if loud:
        return f"**The negative control is not quiet**: the model predicts converging votes in {'; '.join(loud)}."
    blank = sum(row["kind"] == CONTROL for row in rows) - len(tried)
    rest = f"; {blank} had no data" if blank else ""
    return f"**The negative control stays quiet** in {len(tried)} of {len(tried)} comparisons{rest}: that two states draw together in the model " \
           "does not predict that they come to vote alike in the UN."  # fmt: skip


def untested(results: dict) -> str:
    """What was not tested: found in the results first, then what no result can show."""
    lines = ["## What was not tested", ""]
    lines += [
        f"- Fact {row['fact']}: {row['note'].split(';')[0]}"
        for row in results["facts"]["rows"]
        if row["met"] == "not scored"
    ]
    claims = results["propositions"]
    claims = {"propositions": []} if not claims or claims["changed"] else claims
    silent = [p["id"] for p in claims["propositions"] if NOTHING in p["reason"]]
    lines += (
        [
            f"- Propositions in which nothing varied in any arm, so that the experiment could not tell: {', '.join(silent)}"
        ]
        if silent
        else []
    )
    correlations = (results["datasets"] or {"correlations": []})["correlations"]
    gone = dict.fromkeys(f"{row['measure']} ({row['scenario']}, {row['half']}): {row['why'] or 'no number'}" for row in correlations
                         if row["reading"] in ("not tested", "too few came") and row["kind"] != INPUT)  # fmt: skip
    lines += ["- Comparisons with datasets:", *(f"  - {words}" for words in gone)] if gone else []
    lines += [
        f"- No result of {name} was here."
        for name in ("propositions", "rivals", "robustness", "datasets")
        if not results[name]
    ]
    return "\n".join([*lines, NEVER.strip()])

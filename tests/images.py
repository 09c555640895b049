"""Small results made by hand and the figures drawn of them; ``python tests/images.py`` renews the pictures in tests/images.

The results do not come from the rules, so that no change of a rule changes a picture. Look at the pictures before you commit.
"""

import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import numpy as np
import pandas as pd

from sim.parameters import parameter_values
from sim.recording import CLASS_NAMES
from sim.results import Results
from sim.sweep.drawn import about_parameters
from sim.sweep.rows import OUTCOMES

FOLDER = Path(__file__).resolve().parent / "images"
DPI, COLOURS = 36, 24  # some 230 pixels across, few colours: a few KB
STATES = {"ALD": "Aldmark", "BEX": "Bexland", "CAV": "Cavia", "DUN": "Dunmere"}
POLES = {"NORTH": "North", "SOUTH": "South"}
ORGANISATIONS = {"LEAGUE": "League", "PACT": "Northern Pact"}
ARENAS = ("defence", "connectivity", "culture", "institutions")
RUNS, QUARTERS = 8, pd.period_range("2004Q1", "2009Q4", freq="Q")
DATED_CHANGE = pd.Period("2006Q2", freq="Q")


def made_results(push: float = 0.6, twin: bool = True, **manifest) -> Results:
    """Eight runs of six years. push: how far states move from the north to the league (the twin: not at all)."""
    base = {
        "scenario": "Made by hand", "description": "", "focus": "LEAGUE", "start": str(QUARTERS[0]), "end": str(QUARTERS[-1]),
        "seed": 1, "replicates": RUNS, "levers": {}, "parameters": dict(parameter_values()._asdict()), "changed_parameters": {}, "knockouts": [], "changes": [],
        "states": STATES, "poles": POLES, "organisations": ORGANISATIONS, "led_by": {"LEAGUE": None, "PACT": "NORTH"},
        "events": [{"name": "War", "quarter": "2005Q1", "size": 1.0}, {"name": "Peace", "quarter": "2007Q3", "size": 0.5}],
        "inputs": f"{push}", "code": "", "parameters_from": "fixed",
    }  # fmt: skip
    base |= manifest
    tables, twins = ({name: frame.copy() for name, frame in _tables(one).items()} for one in (push, 0.0))
    return Results(base, tables, twin=Results(base, twins) if twin else None)


@cache
def _tables(push: float) -> dict[str, pd.DataFrame]:
    time = np.linspace(0, 1, len(QUARTERS))
    states, organisations, system = [], [], []
    for run in range(RUNS):
        luck = (run - (RUNS - 1) / 2) / RUNS
        for k, code in enumerate(STATES):
            league = np.clip((0.1 + 0.1 * k) * (1 + push * (3 + 2 * luck) * time), 0, 0.7) * (code != "ALD")
            north = (1 - league) * (0.5 + 0.3 * luck) * (1 - 0.6 * push * time)
            states.append(pd.DataFrame({
                "run": run, "quarter": QUARTERS, "state": code, "hedging": 0.2 + 0.1 * luck + 0.2 * push * time,
                "permissiveness": 0.4 + 0.05 * k + 0.4 * push * time + 0.05 * luck, "perceived_permissiveness": 0.5,
                "clarity": 0.7 - 0.4 * push * np.sin(3 * time) - 0.05 * k, "certainty": 0.5,
                "coerced": np.where((time > 0.5) & (run < 3) & (k == 1) & (push == 0), "complied", "no"), "overreach": False,
                "leader_change": np.where((code == "BEX") & (QUARTERS == DATED_CHANGE), "dated", "no"),
                "NORTH": north, "SOUTH": 0.4 * (1 - league - north), "LEAGUE": league, "PACT": 0.2 * (1 - league - north),
                "unaligned": 0.4 * (1 - league - north),
            }))  # fmt: skip
        joins = {"BEX": 0.0, "CAV": 0.4 + 0.3 * luck, "DUN": 0.9 - push / 2 + luck}
        members = [",".join(code for code, when in joins.items() if at >= when) for at in time]
        number = np.where(time < 0.5, 2, 3 + (push * (1 + luck) > 0.6))
        organisations.append(pd.DataFrame({
            "run": run, "quarter": QUARTERS, "organisation": "LEAGUE", "members": members, "observers": "",
            "member_count": [len(names.split(",")) for names in members], "vitality": "alive",
            **{f"depth_{arena}": a / 10 * (1 + luck) * time * (0.5 + push) for a, arena in enumerate(ARENAS)},
            "class": pd.Categorical.from_codes(number, CLASS_NAMES), "class_number": number, "bloc_index": 0.3 * time,
            "contrast": 97.0,
        }))  # fmt: skip
        system.append(pd.DataFrame({
            "run": run, "quarter": QUARTERS, "influence_concentration": 0.5 - 0.1 * push * time, "regional_share": 0.3 + push * time / 4,
            "centre_of_gravity": 0.4 + (push + luck) * time / 5, "organisational_density": 0.1 * time, "overreach_events": 0,
            "mean_tie": 0.1 + 0.1 * push * time + 0.02 * luck, "spectral_radius": np.nan,
        }))  # fmt: skip
    last = [frame.iloc[-1] for frame in organisations]
    soft = pd.array([row["class"] == "soft bloc" for row in last], "boolean")
    runs = pd.DataFrame({
        "run": range(RUNS), "status": "ok", "reason": "", "class": pd.Categorical([row["class"] for row in last], CLASS_NAMES),
        "class_number": [row["class_number"] for row in last], "soft_bloc": soft,
        "bloc_quarter": pd.PeriodIndex([QUARTERS[-1] if yes else pd.NaT for yes in soft], freq="Q-DEC"),
        "bloc_index": [row["bloc_index"] + 0.1 * push for row in last], "organisation": "LEAGUE",
        "members": [row["members"] for row in last], "durability": np.where(soft, 12, 0),
    })  # fmt: skip
    tables = {
        name: pd.concat(frames, ignore_index=True)
        for name, frames in (("states", states), ("organisations", organisations), ("system", system))
    }
    return tables | {"runs": runs, "rungs": pd.DataFrame(), "ties": pd.DataFrame()}


def made_sweep(levels: int = 6, replicates: int = 8, *, scattered: bool = False, flat: bool = False):
    """What a sweep over ``retreat`` and ``strain`` and a third axis looks like to a figure; blocs come where both are high."""
    grid = np.linspace(0, 1, levels)
    retreat, strain = (axis.ravel() for axis in np.meshgrid(grid, grid))
    if scattered:
        points = np.arange(levels**2)
        retreat, strain = (points * 0.618034) % 1, (points * 0.754878) % 1
    design = pd.DataFrame(
        {
            "point": range(len(retreat)),
            "retreat": retreat,
            "strain": strain,
            "noise": (np.arange(len(retreat)) % 2).astype(float),
        }
    )
    rows = design.loc[np.repeat(design.index, replicates)].reset_index(drop=True)
    rows["replicate"] = np.tile(np.arange(replicates), len(design))
    rows["run"] = rows.index
    chance = 0.0 * rows["retreat"] if flat else 1 / (1 + np.exp(-12 * (rows["retreat"] * rows["strain"] - 0.35)))
    rows["soft_bloc"] = (chance > (rows["replicate"] + 0.5) / replicates).astype("boolean")
    rows["bloc_index"] = 0.6 * chance + 0.02 * rows["replicate"]
    rows["status"], rows["reason"] = "ok", ""
    for name in OUTCOMES:
        rows[name] = rows.get(name, np.nan)
    manifest = {
        "sweep": "Made by hand", "scenario": "Made by hand", "seed": 1, "replicates": replicates, "points": len(design),
        "runs": len(rows), "levers": {"retreat": 0.5, "strain": 0.5}, "parameters": {}, "identity": {"independent": False},
    }  # fmt: skip
    return SimpleNamespace(
        axes=["retreat", "strain", "noise"], design=design, manifest=manifest, folder=Path("made"), finished=True, made=len(rows),
        progress=f"{len(rows)} runs", shards=lambda columns=None: iter([rows if columns is None else rows[columns]]),
    )  # fmt: skip


def made_boxes(share: float = 0.5):
    """(sweep, Discovery) of a scattered sweep in which blocs come where both axes are high, with two boxes given by hand."""
    from analysis.discovery import Box, Discovery, Limit

    sweep = made_sweep(12, 4, scattered=True)
    sweep.manifest["identity"] = {"independent": True, "design": {"kind": "latin_hypercube"}}
    interest = next(sweep.shards())["soft_bloc"].astype(float).groupby(next(sweep.shards())["point"]).mean() >= share
    facts = {
        "sweep": "Made by hand",
        "scenario": "Made by hand",
        "outcome": "soft_bloc",
        "share": share,
        "replicates": 4,
        "parameters": about_parameters(sweep.manifest),
    }
    facts |= {"points": len(interest), "interest": int(interest.sum()), "names": {}}
    limits = Limit("retreat", True, 0.6), Limit("strain", True, 0.55)
    found = [
        Box(limits, 30, 27, 0.75, 0.9, 0.7, 0.85, 1e-9),
        Box((Limit("strain", True, 0.8), Limit("noise", True, 0.5)), 9, 5, 0.14, 0.56, 0.1, 0.5, 0.004),
    ]
    return sweep, Discovery(found, [], ["points are few"], facts)


def drawings() -> dict:
    """Name of a picture → a function that draws it and returns Axes or an array of them."""
    from analysis import plots
    from analysis.plots.alignment import alignment_panels
    from analysis.plots.boxes import boxes_of

    return {
        "alignment": lambda: alignment_panels(made_results()),
        "alignment-one": lambda: plots.alignment(made_results(), "BEX"),
        "shares": lambda: plots.shares(made_results()),
        "triangle": lambda: plots.triangle(made_results()),
        "plane": lambda: plots.plane(made_results()),
        "depth": lambda: plots.depth(made_results()),
        "membership": lambda: plots.membership(made_results()),
        "joining": lambda: plots.joining(made_results()),
        "difference": lambda: plots.difference(made_results()),
        "boxes": lambda: boxes_of(*made_boxes()),
        "phase": lambda: plots.phase(made_sweep()),
        "phase-bins": lambda: plots.phase(made_sweep(12, 2, scattered=True), outcome="bloc_index"),
    }


def draw(name: str):
    """The Figure of one picture, with matplotlib's own defaults, whatever the user's are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.use("Agg")
        figure = np.ravel(drawings()[name]())[0].figure
    return figure


def save(figure, file: Path) -> Path:
    """Write a picture, small and in few colours; it says which matplotlib drew it."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    said = PngInfo()
    said.add_text("Software", matplotlib.__version__)
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        figure.savefig(file, dpi=DPI)
    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(file, pnginfo=said, optimize=True)
    return file


def version_of(file: Path) -> str:
    """Version of matplotlib that drew a picture, as "3.11"."""
    from PIL import Image

    with Image.open(file) as picture:
        return ".".join(picture.info["Software"].split(".")[:2])


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for wanted in sys.argv[1:] or list(drawings()):
        print(save(draw(wanted), FOLDER / f"{wanted}.png"))

"""Invented worlds of any size, through the public loader: for benchmarks, and for whoever needs a large world.

States stand in neighbourhoods of six, and what two states are to each other is drawn: more inside a neighbourhood than
across. Up to sixteen states the share of pairs that share language, trade or a quarrel is about that of the Eurasian
world; from there on a state keeps as many such partners as it had, however many states there are, since states do not
befriend or quarrel with a fixed share of the planet. Everything follows from ``seed``; nothing resembles a region.
"""

import tempfile
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import yaml

from sim.quarters import label
from sim.scenario.compile import Compiled, compile_scenario
from sim.scenario.load import load_scenario
from sim.scenario.schema import Scenario
from sim.world import ARENAS

START = 2000  # year
NEIGHBOURHOOD = 6
MEASURED_AT = 16  # states from which on the number of partners is held
SHARE_OF_PAIRS = {"kinship": 0.28, "complementarity": 0.53, "hostility": 0.12, "ties": 0.10}
NEAR = 2.5  # how much likelier something between two states of one neighbourhood is
POLE_SHARES = (0.24, 0.18, 0.12, 0.07, 0.04)  # of capability; more poles get the last
STATES_TOGETHER = 0.25  # share of capability of all states
HEADER = {"source": "drawn", "note": "drawn at random"}


def code(i: int) -> str:
    """Code of the i-th state."""
    return f"S{i:03d}"


def pole_code(p: int) -> str:
    """Code of the p-th pole."""
    return f"POLE_{p + 1}"


class Draws:
    """Rounded random numbers, as somebody would write them into a file."""

    def __init__(self, seed: int, quarters: int):
        self.random = np.random.default_rng(seed)
        self.quarters = quarters

    def number(self, low=0.0, high=1.0) -> float:
        """A number between ``low`` and ``high``."""
        return round(float(self.random.uniform(low, high)), 4)

    def chance(self, probability) -> bool:
        """True with a probability."""
        return bool(self.random.random() < probability)

    def quarter(self) -> str:
        """A quarter after the start, such as 2004Q3."""
        return label(4 * START + int(self.random.integers(1, self.quarters)))

    def dated(self, low=0.0, high=1.0) -> dict:
        """A path with knots at the start, at a quarter between, and at the end."""
        last = label(4 * START + self.quarters - 1)
        middle = label(4 * START + int(self.random.integers(1, self.quarters - 1)))
        return {"knots": {quarter: self.number(low, high) for quarter in (label(4 * START), middle, last)}}

    def by_arena(self, low=0.0, high=1.0) -> dict:
        """A number for each arena."""
        return {arena: self.number(low, high) for arena in ARENAS}


def world_tree(states: int, poles: int = 5, quarters: int = 80, seed: int = 1) -> dict:
    """A world file as Python values: what ``yaml`` writes and ``Scenario.load`` reads."""
    draws = Draws(seed, quarters)
    weights = draws.random.uniform(0.2, 1.0, states)
    capabilities = STATES_TOGETHER * weights / weights.sum()
    places = _places(draws, states)
    codes = [code(i) for i in range(states)]
    return {
        "world": f"{states} invented states among {poles} poles", **HEADER,
        "start": label(4 * START), "end": label(4 * START + quarters - 1),
        "sources": {"drawn": f"benchmarks/worlds.py with seed {seed}; stands for nothing"},
        "normative_fragmentation": draws.dated(0.0, 0.5),
        "states": {codes[i]: _state(draws, i, float(capabilities[i]), places[i]) for i in range(states)},
        "poles": {pole_code(p): _pole(draws, p, poles, codes) for p in range(poles)},
        "dyads": _dyads(draws, states),
        "corridors": {f"corridor_{c + 1}": _corridor(draws, c, codes) for c in range(2 + states // 20)},
        "organisations": {f"CLUB_{m + 1}": _organisation(draws, m, codes, poles) for m in range(4 + states // 12)},
        "levers": {"retrenchment": {"pole": pole_code(0), "driver": "policing"}},
        "events": _events(draws, codes),
    }  # fmt: skip


def _places(draws, states):
    """Latitude and longitude of each state: neighbours lie about 300 km apart, neighbourhoods on a spiral."""
    places = []
    for i in range(states):
        turn, out = 2.4 * (i // NEIGHBOURHOOD), 5.0 * np.sqrt(i // NEIGHBOURHOOD)
        latitude = 20.0 + out * np.sin(turn) + draws.number(-3, 3)
        longitude = 60.0 + 1.5 * out * np.cos(turn) + draws.number(-3, 3)
        places.append({"latitude": round(float(latitude), 3), "longitude": round(float(longitude), 3)})
    return places


def _state(draws, i, capability, place):
    leaders = [{"name": f"First of {code(i)}", "from": draws.quarter()}] if draws.chance(0.5) else []
    return {
        "name": f"State {i}", "location": place,
        "capability": {"knots": {START: round(capability, 6), START + 8: round(capability * draws.number(0.8, 1.1), 6)}},
        "offence": draws.number(0, 0.4), "need": draws.dated(0.1, 0.7), "credibility": draws.dated(0.1, 0.5),
        "leader_images": {"optimism": draws.number(-0.3, 0.4), "risk_acceptance": draws.number(0.3, 0.7)},
        "leaders": leaders, "turnover": {"hazard": draws.number(0.0, 0.06)},
        "strategic_culture": {
            "assertiveness": draws.number(-0.3, 0.4), "autonomy": draws.dated(0.3, 0.9),
            "sovereignty": draws.number(0.3, 0.8), "repertoire": draws.by_arena(0.4, 1.0),
        },
        "state_society": {"cohesion": draws.number(0.4, 0.9), "extraction": draws.number(0.3, 0.8)},
        "domestic_institutions": {
            "veto_points": draws.number(0.1, 0.6), "centralisation": draws.number(0.3, 0.9),
            "administration": draws.number(0.3, 0.9),
        },
    }  # fmt: skip


def _pole(draws, p, poles, codes):
    relations = {}
    for state in codes:
        relation = {"distance": draws.number(0.5, 6.0), "dependence": draws.number(0, 0.3)}
        if draws.chance(0.3):
            relation["hostility"] = draws.number(0.05, 0.4)
        if draws.chance(0.25):
            relation |= {"reliance": draws.number(0.1, 0.6) / 2, "ties": draws.number(0.1, 0.5)}
        relations[state] = relation
    return {
        "name": f"Pole {p + 1}", "capability": POLE_SHARES[min(p, len(POLE_SHARES) - 1)],
        "policing": draws.dated(0.4, 1.0), "bandwidth": draws.dated(0.4, 1.0), "legitimacy": draws.dated(0.2, 0.8),
        "norm_weight": round(0.9 / poles, 4),
        "opposition": {arena: draws.dated(-0.3, 0.7) for arena in ARENAS},
        "patronage": {arena: draws.dated(0.1, 0.7) for arena in ARENAS},
        "relations": relations,
    }  # fmt: skip


def _dyads(draws, states):
    """Pairs between which something is; a chance for each kind, higher inside a neighbourhood, the mean kept."""
    thinning = min(1.0, (MEASURED_AT - 1) / (states - 1))
    neighbours = min(1.0, (NEIGHBOURHOOD - 1) / (states - 1))
    dyads = {}
    for i in range(states):
        for j in range(i + 1, states):
            near = i // NEIGHBOURHOOD == j // NEIGHBOURHOOD
            chances = {}
            for kind, share in SHARE_OF_PAIRS.items():
                inside = min(0.9, NEAR * share)
                across = max(0.0, (share * thinning - neighbours * inside) / max(1e-9, 1.0 - neighbours))
                chances[kind] = inside if near else across
            dyad = _dyad(draws, chances)
            if dyad:
                dyads[f"{code(i)}-{code(j)}"] = dyad
    return dyads


def _dyad(draws, chances):
    dyad = {}
    if draws.chance(chances["kinship"]):
        dyad["kinship"] = draws.number(0.2, 0.9)
    if draws.chance(chances["complementarity"]):
        dyad["complementarity"] = draws.number(0.2, 0.7)
    if draws.chance(chances["hostility"]):
        dyad |= {"hostility": draws.dated(0.05, 0.6), "imminence": draws.number(0.3, 0.7)}
    if draws.chance(chances["ties"]):
        dyad |= {"ties": draws.by_arena(0.1, 0.5), "stakes": draws.by_arena(0.0, 0.4)}
    return dyad


def _corridor(draws, c, codes):
    """Three segments along the states, the last to a pole."""
    first = (7 * c) % max(1, len(codes) - 3)
    hosts = [*codes[first : first + 3], pole_code(0)]
    return {
        "name": f"Corridor {c + 1}", "gain": draws.number(0.2, 0.5),
        "segments": [{"between": list(pair), "capacity": draws.dated(0.5, 1.0)} for pair in pairwise(hosts)],
    }  # fmt: skip


def _organisation(draws, m, codes, poles):
    """The club of one neighbourhood; every fourth is led by a pole, every fifth is an offer of a later quarter."""
    first = (NEIGHBOURHOOD * m) % len(codes)
    named = codes[first : first + NEIGHBOURHOOD]
    offer = m % 5 == 4
    opens = draws.quarter() if offer else label(4 * START)
    organisation = {
        "name": f"Club {m + 1}", "opens": opens, "offered_to": named,
        "members": {} if offer else {state: {"from": opens} for state in named if draws.chance(0.8)},
        "secretariat": draws.number(0.2, 0.7), "finance": draws.number(0, 0.3), "exit_cost": draws.number(0.1, 0.4),
        "legitimacy": draws.number(0.2, 0.6), "depth": 0 if offer else draws.by_arena(0.0, 0.3),
    }  # fmt: skip
    return organisation | ({"led_by": pole_code(m % poles)} if m % 4 == 0 else {})


def _events(draws, codes):
    first, second, third = codes[0], codes[1], codes[-1]
    return [
        {"name": "A war", "quarter": draws.quarter(), "shocks": [
            {"variable": "crisis", "state": first, "size": 1, "quarters": 2},
            {"variable": "hostility", "dyad": f"{first}-{third}", "size": 0.3, "half_life": 8},
        ]},
        {"name": "A pipeline", "quarter": draws.quarter(), "shocks": [
            {"variable": "stakes", "dyad": f"{first}-{second}", "arena": "connectivity", "size": 0.4},
        ]},
        {"name": "A pole's distraction", "quarter": draws.quarter(), "shocks": [
            {"variable": "bandwidth", "pole": pole_code(0), "size": -0.2},
        ]},
    ]  # fmt: skip


def write_world(folder, states: int, poles: int = 5, quarters: int = 80, seed: int = 1) -> Path:
    """Write a world file and a scenario file into ``folder``; returns the path of the scenario."""
    folder = Path(folder)
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    options = {"Dumper": dumper, "sort_keys": False, "default_flow_style": None, "allow_unicode": True}
    tree = world_tree(states, poles, quarters, seed)
    (folder / "world.yaml").write_text(yaml.dump(tree, **options), encoding="utf-8")
    scenario = {"scenario": f"{states} invented states", "world": "world.yaml", "seed": seed, "replicates": 2}
    path = folder / "scenario.yaml"
    path.write_text(yaml.dump(scenario, **options), encoding="utf-8")
    return path


def synthetic(states: int, poles: int = 5, quarters: int = 80, seed: int = 1) -> Scenario:
    """The invented world as a loaded scenario; nothing is left on disk."""
    with tempfile.TemporaryDirectory(prefix="ncr_world_") as folder:
        return load_scenario(write_world(folder, states, poles, quarters, seed))


@lru_cache(maxsize=16)
def arrays(states: int, quarters: int = 80, seed: int = 1) -> Compiled:
    """The invented world as arrays, kept, since loading 200 states takes a while."""
    return compile_scenario(synthetic(states, quarters=quarters, seed=seed))

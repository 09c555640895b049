"""What must hold between the entries of a world: names, dates, sums.

Every check records all that it finds. It runs over worlds with unreadable parts too, and passes over those.
"""

import re

from sim.quarters import label
from sim.scenario.entries import Entry
from sim.scenario.reading import INVALID, JUDGEMENT, Reading
from sim.scenario.scalars import CODE, NAME, plain, shown
from sim.scenario.values import FAR_KNOT, Coded

MAX_STATES, MAX_POLES, MAX_QUARTERS = 200, 12, 800
SUM_SLACK = 1e-3  # shares are rounded when they are coded
_RESERVED = re.compile(r"FOUNDED_[0-9]+|UNALIGNED")


def check_world(world, reading: Reading) -> None:
    """Record everything that is wrong between the parts of a world."""
    _check_span(world, reading)
    _check_codes(world, reading)
    _check_sources(world.sources, reading)
    for code, state in entries(world.states):
        _check_state(code, state, world, reading)
    for code, pole in entries(world.poles):
        _check_pole(code, pole, world, reading)
    for code, corridor in entries(world.corridors):
        _check_corridor(code, corridor, world, reading)
    for code, organisation in entries(world.organisations):
        _check_organisation(code, organisation, world, reading)
    _check_levers(world, reading)
    check_sums(world, world.start, reading)


def entries(table):
    """(key, entry) pairs of the entries that could be read."""
    return [(key, entry) for key, entry in table.items() if isinstance(entry, Entry)]


def _check_span(world, reading):
    if INVALID in (world.start, world.end):
        return
    if world.start >= world.end:
        message = f"the world ends ({label(world.end)}) no later than it starts ({label(world.start)})"
        reading.report(("end",), message, "write an end after the start")
    elif world.end - world.start >= MAX_QUARTERS:
        reading.report(
            ("end",), f"the world spans {(world.end - world.start) // 4} years", f"span at most {MAX_QUARTERS // 4}"
        )


def _check_codes(world, reading):
    from sim.rules.draws import state_key

    for table, least, most in (("states", 2, MAX_STATES), ("poles", 1, MAX_POLES)):
        number = len(getattr(world, table))
        if not least <= number <= most:
            reading.report((table,), f"the world has {number} {table}", f"declare {least} to {most}")
    holders: dict[str, str] = {}
    keys: dict[int, str] = {}
    for table, one in (("states", "state"), ("poles", "pole"), ("organisations", "organisation")):
        for code in getattr(world, table):
            at = (table, code)
            if not CODE.fullmatch(code):
                fix = "use 2 to 16 characters: a capital letter, then capital letters, digits or _"
                reading.report(at, f"{shown(code)} cannot be a code", f"{fix}{_as_code(code)}")
            elif _RESERVED.fullmatch(code):
                reading.report(at, f"{shown(code)} is reserved for what a run makes", "use another code")
            if code in holders:
                reading.report(
                    at, f"{shown(code)} is both a {holders[code]} and {_article(one)}", "give each its own code"
                )
            holders.setdefault(code, one)
            if table != "organisations":
                key = int(state_key(code))
                if key in keys and keys[key] != code:
                    message = f"the codes {keys[key]} and {code} have the same random-number key"
                    reading.report(at, message, "use another code for one of them")
                keys.setdefault(key, code)
    for table in ("corridors", "levers"):
        for name in getattr(world, table):
            if not NAME.fullmatch(name):
                reading.report((table, name), f"{shown(name)} cannot be a name", "use lower-case letters, digits and _")


def _as_code(text: str) -> str:
    guess = re.sub(r"[^A-Z0-9]+", "_", text.upper()).strip("_")[:16]
    return f", such as {guess}" if CODE.fullmatch(guess) else ""


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _check_sources(sources, reading):
    for key in sources:
        if re.fullmatch(r"(L|T|A|SF|X)[0-9]+", key) or key == JUDGEMENT:
            reading.report(("sources", key), f"{shown(key)} already has a meaning as a source", "use another key")


def check_near(quarter, at: tuple, world, reading: Reading) -> bool:
    """Report a date more than 40 years outside the world's span."""
    if quarter in (None, INVALID) or INVALID in (world.start, world.end):
        return False
    if not world.start - FAR_KNOT <= quarter <= world.end + FAR_KNOT:
        span = f"{label(world.start)} to {label(world.end)}"
        reading.report(
            at, f"{label(quarter)} is more than 40 years outside the world's span ({span})", "correct the date"
        )
        return False
    return True


def _check_order(start, end, at: tuple, reading):
    if INVALID not in (start, end) and None not in (start, end) and start >= end:
        message = f"`to` ({label(end)}) is not after `from` ({label(start)})"
        reading.report((*at, "to"), message, "write a later `to`, or remove it")


def _check_state(code, state, world, reading):
    at = ("states", code)
    for key, quarter in (("from", state.start), ("to", state.end), ("schedule_end", state.schedule_end)):
        check_near(quarter, (*at, key), world, reading)
    _check_order(state.start, state.end, at, reading)
    previous = None
    for index, leader in enumerate(state.leaders):
        here = (*at, "leaders", index)
        if not isinstance(leader, Entry):
            continue
        if (leader.optimism is None) != (leader.risk_acceptance is None):
            given, wanted = (
                ("risk_acceptance", "optimism") if leader.optimism is None else ("optimism", "risk_acceptance")
            )
            reading.report(here, f"has `{given}` but not `{wanted}`", "give both, or neither to have them drawn")
        check_near(leader.start, (*here, "from"), world, reading)
        if leader.start is INVALID:
            continue
        if previous is not None and leader.start <= previous:
            message = f"{label(leader.start)} is not after {label(previous)}, when the leader before took office"
            reading.report((*here, "from"), message, "write leaders in ascending order, one a quarter")
        previous = leader.start
    if previous is not None and state.schedule_end not in (None, INVALID) and state.schedule_end < previous:
        message = f"the schedule ends ({label(state.schedule_end)}) before its last leader ({label(previous)})"
        reading.report((*at, "schedule_end"), message, "write a later quarter, or remove it")


def _check_pole(code, pole, world, reading):
    at = ("poles", code, "relations")
    for state in pole.relations:
        if state not in world.states:
            reading.unknown((*at, state), state, world.states, "state")
    if pole.location is None:
        lacking = [
            state
            for state in world.states
            if state not in pole.relations
            or (isinstance(pole.relations[state], Entry) and pole.relations[state].distance is None)
        ]
        if lacking:
            more = f" and {len(lacking) - 6} more" if len(lacking) > 6 else ""
            message = f"no distance to {', '.join(lacking[:6])}{more}, and {code} has no location to take it from"
            reading.report(("poles", code), message, "give the pole a `location:`, or each relation a `distance:`")


def _check_corridor(code, corridor, world, reading):
    at = ("corridors", code, "segments")
    if not corridor.segments and "segments" in _tree_at(reading, at[:2]):
        reading.report(
            at, "a corridor without segments leads nowhere", "add segments: - {between: [ABC, XYZ], capacity: …}"
        )
    seen = set()
    for index, segment in enumerate(corridor.segments):
        here = (*at, index, "between")
        if not isinstance(segment, Entry) or segment.between is INVALID:
            continue
        for end in segment.between:
            if end not in world.states and end not in world.poles:
                reading.unknown(here, end, {**world.states, **world.poles}, "state or pole")
        if len(segment.between) != 2:
            reading.report(here, f"names {len(segment.between)} different hosts", "name two: [ABC, XYZ]")
        pair = frozenset(segment.between)
        if pair in seen:
            reading.report(here, f"the segment {'–'.join(segment.between)} is given twice", "keep one of them")
        seen.add(pair)


def _tree_at(reading, path):
    node = reading.root
    for step in path:
        node = node.get(step, {}) if isinstance(node, dict) else {}
    return node if isinstance(node, dict) else {}


def _check_organisation(code, organisation, world, reading):
    at = ("organisations", code)
    opens, leader = organisation.opens, organisation.led_by
    check_near(opens, (*at, "opens"), world, reading)
    if leader not in (None, INVALID) and leader not in world.poles:
        if leader in world.states:
            message = f"{leader} is a state, and only poles lead from outside"
            reading.report((*at, "led_by"), message, "remove `led_by`: members lead it")
        else:
            reading.unknown((*at, "led_by"), leader, world.poles, "pole")
    if organisation.offered_to is not INVALID:
        _check_offer(organisation, at, world, reading)
    if organisation.remit is not INVALID and not organisation.remit:
        reading.report((*at, "remit"), "an organisation without a remit does nothing", "name arenas, or remove the key")
    for state, membership in organisation.members.items():
        here = (*at, "members", state)
        if state in world.poles:
            reading.report(
                here, f"{state} is a pole: only states are members", "a pole leads: `led_by`; remove it here"
            )
        elif state not in world.states:
            reading.unknown(here, state, world.states, "state")
        if not isinstance(membership, Entry):
            continue
        _check_order(membership.start, membership.end, here, reading)
        check_near(membership.end, (*here, "to"), world, reading)
        if (
            check_near(membership.start, (*here, "from"), world, reading)
            and opens is not INVALID
            and membership.start < opens
        ):
            message = f"a member from {label(membership.start)}, before the organisation opens ({label(opens)})"
            reading.report((*here, "from"), message, "write a later `from`, or an earlier `opens`")


def _check_offer(organisation, at, world, reading):
    for state in organisation.offered_to:
        if state not in world.states:
            pole = f"{state} is a pole, not a state: " if state in world.poles else ""
            if pole:
                reading.report((*at, "offered_to"), f"{pole}offers go to states", "remove it")
            else:
                reading.unknown((*at, "offered_to"), state, world.states, "state")
    later = INVALID not in (organisation.opens, world.start) and organisation.opens > world.start
    if not organisation.offered_to and (organisation.led_by or later):
        why = "is led by a pole" if organisation.led_by else "opens after the world's start, so it may be an offer"
        where = (*at, "offered_to") if "offered_to" in _tree_at(reading, at) else at
        reading.report(where, f"{why}, but is offered to no state", "add `offered_to: [ABC, XYZ]`")


def _check_levers(world, reading):
    from sim.parameters import PARAMETERS
    from sim.scenario.schema import OFFSETS, WORLD_DRIVER

    for name, lever in entries(world.levers):
        at = ("levers", name)
        if name in OFFSETS:
            reading.report(at, f"`{name}` exists in every world", "remove the declaration")
        elif name in PARAMETERS:
            reading.report(at, f"`{name}` is the name of a parameter", "use another name")
        if lever.pole not in (None, INVALID) and lever.pole not in world.poles:
            reading.unknown((*at, "pole"), lever.pole, world.poles, "pole")
        if lever.driver == WORLD_DRIVER and lever.pole is not None:
            reading.report((*at, "pole"), f"`{WORLD_DRIVER}` belongs to no pole", "remove `pole`")
        elif lever.driver not in (WORLD_DRIVER, INVALID) and lever.pole is None:
            reading.report(at, f"`{lever.driver}` is a driver of a pole", "add `pole:`")


def check_sums(world, quarter, reading: Reading, at: tuple = ()) -> None:
    """Shares at ``quarter`` must leave room for the rest of the world, and some pole must have capability."""
    weights = [pole.norm_weight.value for _, pole in entries(world.poles) if isinstance(pole.norm_weight, Coded)]
    if sum(weights) > 1 + 1e-9:
        message = f"the norm weights of the poles sum to {plain(round(sum(weights), 6))}"
        reading.report(at or ("poles",), message, "reduce `norm_weight`s to a sum of at most 1")
    if quarter is INVALID or quarter is None:
        return
    total, largest = 0.0, 0.0
    for table in (world.states, world.poles):
        for _, entry in entries(table):
            begins, ends = getattr(entry, "start", None) or quarter, getattr(entry, "end", None) or quarter
            if isinstance(entry.capability, Coded) and begins <= quarter <= ends:
                share = float(entry.capability.at(quarter))
                total += share
                largest = max(largest, share) if table is world.poles else largest
    if total > 1 + SUM_SLACK:
        message = f"the capabilities of states and poles sum to {plain(round(total, 6))} in {label(quarter)}"
        reading.report(at or ("states",), message, "they are shares: reduce them to a sum of at most 1")
    readable = all(isinstance(pole.capability, Coded) for _, pole in entries(world.poles))
    if world.poles and readable and largest == 0:
        reading.report(at or ("poles",), f"no pole has any capability in {label(quarter)}", "give at least one some")

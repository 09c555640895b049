"""What accompanies the reading of one file: problems, dates, declared sources, and what is inherited."""

import re
from difflib import SequenceMatcher, get_close_matches
from os.path import commonprefix

from sim.errors import NcrError, Problem, ScenarioError
from sim.scenario.scalars import Trouble, plain, read_number, read_text, shown
from sim.scenario.yaml_nodes import INVALID, Mapping, Scalar, Sequence, node_line

JUDGEMENT = "coded judgement"
INHERITED = ("source", "range", "note")
SET_IN_CODE = ("set in code",)
_LEDGER = re.compile(r"(L|T|A|SF|X)([1-9][0-9]{0,3})")
SHORTEST_PART = 4  # letters of a name that stand for it
_LAST_ROW = {"L": 160, "T": 9, "A": 12, "SF": 9999, "X": 9999}


def dotted(path) -> str:
    """A path as it is written in messages and overrides."""
    return ".".join(str(step) for step in path)


def nearest(word: str, names) -> str | None:
    """The known name closest to a mistyped one, whatever its case; of a table of states (``_in_words``) the code of one named so."""
    codes, called = {str(name).lower(): str(name) for name in names}, _in_words(names)
    folded = called | codes
    word = str(word).lower()
    word = word[:80]
    found = get_close_matches(word, folded, n=5, cutoff=0.6)
    # Of those that are equally near, the one that begins alike.
    found.sort(key=lambda name: (-SequenceMatcher(None, name, word).ratio(), -len(commonprefix((name, word)))))
    # Two letters of a short code swapped look like nothing to difflib, nor does a part of a long name.
    found = found or [name for name in codes if sorted(name) == sorted(word)]
    part = [name for name in called if len(word) >= SHORTEST_PART and word in name]
    found = found or (part if len(part) == 1 else [])
    return folded[found[0]] if found else None


def _in_words(table) -> dict[str, str]:
    """Codes by name in lower case, of a table of states, poles or organisations by code: entries, nodes or names; {} of a list."""
    found: dict[str, str] = {}
    for code, entry in table.items() if isinstance(table, dict) else ():
        name = entry.get("name") if isinstance(entry, Mapping) else getattr(entry, "name", entry)
        name = name.text if isinstance(name, Scalar) else name
        if isinstance(name, str):
            found.setdefault(name.lower(), str(code))
    return found


def require(words, table: dict, what: str, others: dict | None = None) -> None:
    """Raise NcrError unless every word is a code of ``table`` (names by code); a name is answered with its code.

    others: tables of other sorts by what is in them ("a pole"): a word that is in one of these is said to be that.
    """

    def instead(word):
        for sort, other in (others or {}).items():
            if code := word if word in other else _in_words(other).get(word.lower()):
                return f"`{code}` is {sort}"
        return suggestion(word, table, f"there are {', '.join(table)}")

    if unknown := [str(word) for word in dict.fromkeys(words) if word not in table]:
        raise NcrError("\n".join(f"no {what} {word} here; {instead(word)}" for word in unknown))


def suggestion(word: str, names, otherwise: str = "") -> str:
    """A fix for an unknown name: the nearest known one, else the list of them if it is short."""
    if near := nearest(word, names):
        return f"did you mean `{near}`?"
    if otherwise:
        return otherwise
    names = sorted(str(name) for name in names)
    if not names:
        return "none is declared"
    listed = ", ".join(names[:12])
    return f"known: {listed}{', …' if len(names) > 12 else ''}"


class Reading:
    """Context handed to every reader.

    span: first and last quarter of the world (ordinals), or None while unknown. sources: keys that ``sources:``
    declares. states: codes for values given by state. world: the loaded world, where a scenario is read. default_source: of numbers set in code, which need no other.
    """

    def __init__(
        self, file: str, root=None, *, span=None, sources=(), states=(), default_source=(), world=None, problems=()
    ):
        self.file, self.root = file, root
        self.span, self.sources, self.states = span, set(sources), tuple(states)
        self.world = world
        self.default_source = tuple(default_source)
        self.problems: list[Problem] = list(problems)
        self._seen: set = set()
        self._parsed: dict[int, object] = {}
        self._wanting: dict[tuple, list] = {}

    def report(self, at, message: str, fix: str = "") -> None:
        """Record a problem at a node or at a path (tuple of keys and indices)."""
        if isinstance(at, tuple):
            path, line = at, node_line(self.root, at)
        else:
            path, line = at.path, at.line
        problem = Problem(self.file, line, dotted(path), message, fix)
        if problem not in self._seen:
            self._seen.add(problem)
            self.problems.append(problem)

    def unknown(self, at, key: str, names, what: str = "key") -> None:
        """Record an unknown name with the nearest known one."""
        self.report(at, f"unknown {what} {shown(str(key))}", suggestion(key, names))

    def raise_problems(self, earlier=()) -> None:
        """Raise ScenarioError with everything recorded, if anything was, in the order of the file."""
        self._flush_wanting()
        if problems := [*earlier, *sorted(self.problems, key=lambda problem: problem.line)]:
            raise ScenarioError(problems)

    # sources, ranges and notes: given once by the nearest enclosing mapping

    def in_force(self, node) -> tuple:
        """Nodes of the source, range and note that hold at ``node`` (None where none is given)."""
        while node is not None and not isinstance(node, Mapping):
            node = node.parent
        if node is None:
            return (None, None, None)
        if node.in_force is None:
            outer = self.in_force(node.parent)
            node.in_force = tuple(node.get(key, above) for key, above in zip(INHERITED, outer, strict=True))
        return node.in_force

    def provenance(self, node) -> tuple:
        """(source, range, note) in force at a number; what is missing or wrong is recorded once."""
        source_node, range_node, note_node = self.in_force(node)
        source = self._once(source_node, self._read_source) if source_node is not None else ()
        prior = self._once(range_node, self._read_range) if range_node is not None else None
        note = self._once(note_node, self._read_note) if note_node is not None else ""
        if source_node is None:
            source = self.default_source
            if not source:
                self.want(node, "has no source", "give `source:` here or in a mapping around it")
        elif source and JUDGEMENT in source:
            if note_node is None:
                fix = "give `note:` with one line of reason"
                self.want(node, "is a coded judgement without a note", fix, source_node)
            if range_node is None and not self._is_place(node):
                self.want(node, "is a coded judgement without a range", "give `range: [low, high]`", source_node)
        return source or (), prior or None, note or ""

    @staticmethod
    def _is_place(node) -> bool:
        return "location" in node.path

    def parse_inherited(self, mapping: Mapping) -> None:
        """Check the source, range and note that a mapping gives, whether or not a number below uses them."""
        for key, reader in zip(INHERITED, (self._read_source, self._read_range, self._read_note), strict=True):
            if key in mapping:
                self._once(mapping[key], reader)

    def inherited(self, node, key: str):
        """The checked source, range or note written at ``node``; None where it is absent or wrong."""
        if not isinstance(getattr(node, "parent", None), Mapping):
            return None
        return (
            self._once(node, {"source": self._read_source, "range": self._read_range, "note": self._read_note}[key])
            or None
        )

    def _once(self, node, reader):
        if node is INVALID:
            return INVALID
        if id(node) not in self._parsed:
            self._parsed[id(node)] = reader(node)
        return self._parsed[id(node)]

    def want(self, node, message, fix, together=None) -> None:
        """Record what a number lacks, once for all numbers that lack it together (of one mapping unless given)."""
        key = (id(node.parent if together is None else together), message)
        self._wanting.setdefault(key, [message, fix, []])[2].append(node)

    def _flush_wanting(self) -> None:
        """One problem for all numbers of a mapping that lack the same thing."""
        for message, fix, nodes in self._wanting.values():
            names = [str(node.path[-1]) for node in nodes if node.path]
            others = [f"`{name}`" for name in dict.fromkeys(names[1:]) if name != names[0]]
            rest = f" and {len(others) - 6} more" if len(others) > 6 else ""
            more = f" (and so {', '.join(others[:6])}{rest})" if others else ""
            self.report(nodes[0], f"{message}{more}", fix)
        self._wanting.clear()

    def _read_source(self, node):
        items = node if isinstance(node, Sequence) else [node]
        if isinstance(node, Mapping) or not items:
            self.report(node, "is not a source", "write a source or a list of sources: [L49, L56]")
            return INVALID
        found = [self._read_one_source(item) for item in items]
        return tuple(found) if all(found) else INVALID

    def _read_one_source(self, node):
        if node is INVALID:
            return INVALID
        if not isinstance(node, Scalar):
            self.report(node, "is not a source", "write a ledger row, a key of `sources:`, or `coded judgement`")
            return INVALID
        if isinstance(node.native, str | type(None)) and not node.empty:
            name = node.text.strip()
            ledger = _LEDGER.fullmatch(name)
            if name == JUDGEMENT or name in self.sources or name in self.default_source:
                return name
            if ledger and int(ledger[2]) <= _LAST_ROW[ledger[1]]:
                return name
            if ledger:
                last = f"{ledger[1]}{_LAST_ROW[ledger[1]]}"
                self.report(node, f"the ledger has no row {name}", f"its last row of that kind is {last}")
                return INVALID
        fix = suggestion(
            node.text, [*self.sources, JUDGEMENT], "declare it under `sources:`, or name a ledger row (L1…)"
        )
        self.report(node, f"unknown source {shown(node.text)}", fix)
        return INVALID

    def _read_range(self, node):
        if isinstance(node, Sequence) and INVALID in node:
            return INVALID
        if not isinstance(node, Sequence) or len(node) != 2 or not all(isinstance(item, Scalar) for item in node):
            self.report(node, "is not a range", "write two numbers: range: [0.1, 0.5]")
            return INVALID
        bounds = []
        for item in node:
            try:
                bounds.append(read_number(item))
            except Trouble as trouble:
                self.report(item, trouble.message, trouble.fix)
        if len(bounds) < 2:
            return INVALID
        low, high = bounds
        if low > high:
            swapped = f"[{plain(high)}, {plain(low)}]"
            self.report(node, f"the range begins at {plain(low)}, above its end {plain(high)}", f"write {swapped}")
            return INVALID
        return (low, high)

    def _read_note(self, node):
        try:
            if not isinstance(node, Scalar):
                raise Trouble("is not a note", "write one line of text, in quotes if it contains `: `")
            return read_text(node)
        except Trouble as trouble:
            self.report(node, trouble.message, trouble.fix)
            return INVALID

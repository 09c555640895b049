"""Kinds of field, as annotations of the models: each reads a node of the file and describes itself as JSON Schema.

Reading never raises: it records a problem with its line and returns INVALID, so that one pass finds everything.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, model_validator
from pydantic_core import core_schema

from sim.scenario.reading import INHERITED, INVALID, Reading, suggestion
from sim.scenario.scalars import Trouble, read_flag, read_quarter, read_text, shown
from sim.scenario.values import ARENAS, Coded, Limits, PerArena, read_coded, read_limited, read_per_arena, unknown_keys
from sim.scenario.yaml_nodes import Mapping, Scalar, Sequence


class Kind:
    """Base of the annotations: ``read`` makes the value of a field from a node."""

    def read(self, node, reading: Reading) -> Any:
        raise NotImplementedError

    def json(self) -> dict:
        """JSON Schema of the YAML as written; {"$coded": …} is completed by ``json_schema``."""
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, source, handler):
        def validate(value, info):
            # Without a reading the models are built from typed Python values, which the caller vouches for.
            return self.read(value, info.context) if isinstance(info.context, Reading) else value

        return core_schema.with_info_plain_validator_function(validate)

    def __get_pydantic_json_schema__(self, schema, handler):
        return self.json()


@dataclass(frozen=True)
class CodedIn(Kind):
    """A coded value within bounds; ``dated=False`` refuses knots."""

    low: float | None
    high: float | None
    dated: bool = True
    whole: bool = False

    @property
    def limits(self) -> Limits:
        """Bounds for the readers of values."""
        return Limits(self.low, self.high, self.dated, self.whole)

    def read(self, node, reading):
        return read_coded(node, reading, self.limits)

    def json(self):
        return {"$coded": [self.low, self.high, self.dated, self.whole]}


@dataclass(frozen=True)
class ArenasIn(CodedIn):
    """A coded value for all arenas or one for each; ``partial`` lets arenas be missing (0)."""

    partial: bool = False

    def read(self, node, reading):
        return read_per_arena(node, reading, self.limits, self.partial)

    def json(self):
        return {"$arenas": [self.low, self.high, self.dated, self.whole, self.partial]}


@dataclass(frozen=True)
class NumberIn(Kind):
    """A bare number that needs no source: a setting of the experiment, or a coordinate."""

    low: float
    high: float
    whole: bool = False
    sourced: bool = False

    def read(self, node, reading):
        if self.sourced and isinstance(node, Scalar):
            reading.provenance(node)
        return read_limited(node, reading, Limits(self.low, self.high, False, self.whole))

    def json(self):
        return {"type": "integer" if self.whole else "number", "minimum": self.low, "maximum": self.high}


class QuarterKind(Kind):
    """A date."""

    def read(self, node, reading):
        return _scalar(node, reading, read_quarter, "a date such as 2009Q4")

    def json(self):
        return {"$date": True}


class FlagKind(Kind):
    """true or false."""

    def read(self, node, reading):
        return _scalar(node, reading, read_flag, "true or false")

    def json(self):
        return {"type": "boolean"}


class TextKind(Kind):
    """Text, such as a name."""

    def read(self, node, reading):
        return _scalar(node, reading, read_text, "text")

    def json(self):
        return {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True)
class OneOf(Kind):
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, node, reading):
        listed = f"one of {', '.join(self.words)}"
        text = _scalar(node, reading, read_text, listed)
        if text is INVALID or text in self.words:
            return text
        reading.report(node, f"{shown(text)} is not possible here", suggestion(text, self.words, f"write {listed}"))
        return INVALID

    def json(self):
        return {"enum": list(self.words)}


@dataclass(frozen=True)
class Words(Kind):
    """A list of different words: codes, names, arenas; ``known`` limits them."""

    known: tuple[str, ...] = ()

    def read(self, node, reading):
        if node is INVALID:
            return INVALID
        if not isinstance(node, Sequence):
            example = f"[{node.text}]" if isinstance(node, Scalar) and not node.empty else "[…, …]"
            reading.report(node, "is not a list", f"write {example}")
            return INVALID
        found = []
        for item in node:
            text = OneOf(self.known).read(item, reading) if self.known else _scalar(item, reading, read_text, "a name")
            if text is not INVALID and text in found:
                reading.report(item, f"{shown(text)} is listed twice", "remove one")
            elif text is not INVALID:
                found.append(text)
        return tuple(found)

    def json(self):
        item = {"enum": list(self.known)} if self.known else {"type": "string"}
        return {"type": "array", "items": item, "uniqueItems": True}


@dataclass(frozen=True)
class Inherited(Kind):
    """`source`, `range` or `note` of a group: checked here, resolved onto every number below."""

    key: str

    def read(self, node, reading):
        return reading.inherited(node, self.key)

    def json(self):
        return {"$" + self.key: True}


@dataclass(frozen=True)
class Table(Kind):
    """A mapping of names to one kind of value."""

    item: Kind
    suggested: tuple[str, ...] = ()

    def read(self, node, reading):
        if not isinstance(node, Mapping):
            if node is not INVALID:
                reading.report(node, "is not a mapping", "write `name: value` pairs")
            return {}
        values = {key: self.item.read(child, reading) for key, child in node.items()}
        return {key: value for key, value in values.items() if value is not INVALID}

    def json(self):
        return {"type": "object", "additionalProperties": self.item.json()}


def _scalar(node, reading, reader, wanted):
    if node is INVALID:
        return INVALID
    try:
        if not isinstance(node, Scalar):
            raise Trouble(f"is {'a list' if isinstance(node, Sequence) else 'a mapping'}", f"write {wanted}")
        return reader(node)
    except Trouble as trouble:
        reading.report(node, trouble.message, trouble.fix)
        return INVALID


class Entry(BaseModel):
    """Base of the models. Unreadable fields hold INVALID until the reading raises; a loaded model has none."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, populate_by_name=True)

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, value: Any, handler: Any, info: ValidationInfo) -> Any:
        reading = info.context
        if not isinstance(reading, Reading) or value is INVALID or isinstance(value, cls):
            return INVALID if value is INVALID else handler(value)
        if isinstance(value, Scalar) and isinstance(value.native, cls):
            return value.native
        if not isinstance(value, Mapping):
            empty = isinstance(value, Scalar) and value.empty
            message = "nothing is written here" if empty else "is not a mapping"
            keys = ", ".join([key for key in cls.file_keys() if key not in INHERITED][:4])
            reading.report(value, message, f"write `key: value` pairs: {keys}, …")
            return INVALID
        keys = cls.file_keys()
        meant = unknown_keys(value, keys, reading)
        known = {key: child for key, child in value.items() if key in keys}
        for key, needed in keys.items():
            if needed and key not in known:
                known[key] = INVALID
                if key not in meant:
                    reading.report(value, f"`{key}` is missing", f"add `{key}:`")
        return handler(known)

    @classmethod
    def file_keys(cls) -> dict[str, bool]:
        """Keys as written in a file, and whether each is required."""
        found = cls.__dict__.get("_keys_of_file")
        if found is None:
            found = {field.alias or name: field.is_required() for name, field in cls.model_fields.items()}
            type.__setattr__(cls, "_keys_of_file", found)
        return found


class Sourced(Entry):
    """An entry whose source, range and note hold for every number in it that has none of its own."""

    source: Annotated[Any, Inherited("source")] = None
    range: Annotated[Any, Inherited("range")] = None
    note: Annotated[Any, Inherited("note")] = None


def _read_table(value: Any, info: ValidationInfo) -> Any:
    reading = info.context
    if not isinstance(reading, Reading):
        return value
    if value is INVALID:
        return {}
    if not isinstance(value, Mapping):
        if isinstance(value, Scalar) and isinstance(value.native, dict):
            return value.native
        reading.report(value, "is not a mapping", "write `name: …` pairs")
        return {}
    reading.parse_inherited(value)
    return {key: child for key, child in value.items() if key not in INHERITED}


def _read_list(value: Any, info: ValidationInfo) -> Any:
    reading = info.context
    if not isinstance(reading, Reading) or isinstance(value, Sequence):
        return value
    if value is not INVALID:
        reading.report(value, "is not a list", "write one `- …` item a line")
    return ()


def pair_code(text: str) -> str:
    """A dyad with its states in alphabetical order: "B-A" is "A-B"; other text as it is."""
    ends = text.split("-")
    return "-".join(sorted(ends)) if len(ends) == 2 else text


def _read_pairs(value: Any, info: ValidationInfo) -> Any:
    """Dyads by pair: a dyad is unordered, so a key is sorted and may come once in either order."""
    table, reading = _read_table(value, info), info.context
    if not isinstance(reading, Reading) or not isinstance(value, Mapping):
        return table
    states = reading.root.get("states", {}) if isinstance(reading.root, Mapping) else {}
    pairs: dict[str, Any] = {}
    first: dict[str, str] = {}
    for key, child in table.items():
        here, pair = (*value.path, key), pair_code(key)
        check_pair(key, here, states, reading)
        if pair in first:
            message = (
                f"the pair {key} is given twice (first as {first[pair]} in line {value.key_lines.get(first[pair], 0)})"
            )
            reading.report(here, message, "keep one of them; a dyad has no order")
        else:
            first[pair], pairs[pair] = key, child
    return pairs


def check_pair(text: str, at, states, reading: Reading) -> bool:
    """Report a dyad that does not name two different declared states."""
    ends = text.split("-")
    if len(ends) != 2 or not all(ends):
        reading.report(at, f"{shown(text)} is not a pair of states", "write two codes with a hyphen: ABC-XYZ")
        return False
    if ends[0] == ends[1]:
        reading.report(at, f"{shown(text)} pairs a state with itself", "name two different states")
        return False
    unknown = [end for end in ends if end not in states]
    for end in unknown:
        reading.unknown(at, end, states, "state")
    return not unknown


class PairKind(Kind):
    """A dyad named by its two codes; the order does not matter."""

    def read(self, node, reading):
        text = _scalar(node, reading, read_text, "a pair of states: ABC-XYZ")
        return INVALID if text is INVALID else pair_code(text)

    def json(self):
        return {"type": "string", "pattern": "^[A-Z][A-Z0-9_]+-[A-Z][A-Z0-9_]+$"}


ByName = BeforeValidator(_read_table)  # annotation of dict[str, SomeEntry]
ByPair = BeforeValidator(_read_pairs)  # annotation of dict[str, Dyad]
InOrder = BeforeValidator(_read_list)  # annotation of tuple[SomeEntry, ...]

Share = Annotated[Coded, CodedIn(0, 1)]
Signed = Annotated[Coded, CodedIn(-1, 1)]
Number = Annotated[Coded, CodedIn(0, 1, dated=False)]
SignedNumber = Annotated[Coded, CodedIn(-1, 1, dated=False)]
Kilometres = Annotated[Coded | None, CodedIn(0, 21)]  # thousand km; half the Earth's circumference is 20
Shares = Annotated[PerArena, ArenasIn(0, 1)]
Quarter = Annotated[int, QuarterKind()]
MaybeQuarter = Annotated[int | None, QuarterKind()]
Flag = Annotated[bool, FlagKind()]
Text = Annotated[str, TextKind()]
MaybeText = Annotated[str | None, TextKind()]
Arenas = Annotated[tuple[str, ...], Words(ARENAS)]
Codes = Annotated[tuple[str, ...], Words()]

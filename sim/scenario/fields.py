"""Kinds of field, as annotations of the models: each reads a node of the file and describes itself as JSON Schema.

Reading never raises: it records a problem with its line and returns INVALID, so that one pass finds everything.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic_core import core_schema

from sim.scenario.reading import INVALID, Reading, suggestion
from sim.scenario.scalars import Trouble, read_flag, read_quarter, read_text, shown
from sim.scenario.values import ARENAS, Coded, Limits, PerArena, read_coded, read_limited, read_per_arena
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


@dataclass(frozen=True)
class LeverIn(NumberIn):
    """The value of a lever or an offset. Its bounds depend on its name, so they are checked beside the world."""

    def read(self, node, reading):
        return read_limited(node, reading, Limits(-1e9, 1e9))


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


def pair_code(text: str) -> str:
    """A dyad with its states in alphabetical order: "B-A" is "A-B"; other text as it is."""
    ends = text.split("-")
    return "-".join(sorted(ends)) if len(ends) == 2 else text


class PairKind(Kind):
    """A dyad named by its two codes; the order does not matter."""

    def read(self, node, reading):
        text = _scalar(node, reading, read_text, "a pair of states: ABC-XYZ")
        return INVALID if text is INVALID else pair_code(text)

    def json(self):
        return {"type": "string", "pattern": "^[A-Z][A-Z0-9_]+-[A-Z][A-Z0-9_]+$"}


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

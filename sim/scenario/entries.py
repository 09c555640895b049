"""Entries: the base of the models, which reads a mapping of the file, and tables and lists of them."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, model_validator

from sim.scenario.fields import Inherited, pair_code
from sim.scenario.reading import INHERITED, INVALID, Reading
from sim.scenario.scalars import shown
from sim.scenario.values import unknown_keys
from sim.scenario.yaml_nodes import Mapping, Scalar, Sequence


class Entry(BaseModel):
    """Base of the models. Unreadable fields hold INVALID until the reading raises; a loaded model has none."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, populate_by_name=True)
    _file_keys: ClassVar[dict[type, dict[str, bool]]] = {}

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
            first = ", ".join([key for key in cls.file_keys() if key not in INHERITED][:4])
            reading.report(value, message, f"write `key: value` pairs: {first}, …")
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

    def __repr__(self) -> str:
        named = getattr(self, "title", None) or getattr(self, "name", None)
        return f"<{type(self).__name__} “{named}”>" if named else super().__repr__()

    def _repr_html_(self) -> str:
        from sim.display import entry_html

        return entry_html(self)

    @classmethod
    def file_keys(cls) -> dict[str, bool]:
        """Keys as written in a file, and whether each is required."""
        if cls not in cls._file_keys:
            cls._file_keys[cls] = {field.alias or name: field.is_required() for name, field in cls.model_fields.items()}
        return cls._file_keys[cls]


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


def _read_pairs(value: Any, info: ValidationInfo) -> Any:
    """Dyads by pair: a dyad is unordered, so a key is sorted and may come once in either order."""
    table, reading = _read_table(value, info), info.context
    if not isinstance(reading, Reading) or not isinstance(value, Mapping):
        return table
    states = reading.root.get("states")
    states = states if isinstance(states, Mapping) else {}
    pairs: dict[str, Any] = {}
    first: dict[str, str] = {}
    for key, child in table.items():
        here, pair = (*value.path, key), pair_code(key)
        check_pair(key, here, states, reading)
        if pair in first:
            earlier = f"first as {first[pair]} in line {value.key_lines.get(first[pair], 0)}"
            message = f"the pair {key} is given twice ({earlier})"
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


ByName = BeforeValidator(_read_table)  # annotation of dict[str, SomeEntry]
ByPair = BeforeValidator(_read_pairs)  # annotation of dict[str, Dyad]
InOrder = BeforeValidator(_read_list)  # annotation of tuple[SomeEntry, ...]
